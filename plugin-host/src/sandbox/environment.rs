//! What all sandboxes of a server share.

use std::fmt;
use std::sync::Arc;

use crate::blobs::BlobFiles;
use crate::calendar::Calendar;
use crate::seams::Documents;
use crate::signings::Signings;

/// What host functions stand on, beside the call's own transaction.
pub(crate) struct Environment {
    pub(crate) calendar: Arc<Calendar>,
    pub(crate) blobs: BlobFiles,
    pub(crate) documents: Arc<dyn Documents>,
    pub(crate) signings: Signings,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").field("blobs", &self.blobs).finish_non_exhaustive()
    }
}
