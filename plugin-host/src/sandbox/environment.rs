//! What all sandboxes of a server share.

use std::fmt;
use std::sync::{Arc, OnceLock};

use storage::Store;

use crate::blobs::BlobFiles;
use crate::calendar::Calendar;
use crate::citizens::Citizens;
use crate::kept_answers::KeptAnswers;
use crate::seams::Documents;
use crate::search::KeptLists;
use crate::signings::Signings;

/// What host functions stand on, beside the call's own transaction.
pub(crate) struct Environment {
    pub(crate) calendar: Arc<Calendar>,
    pub(crate) blobs: BlobFiles,
    pub(crate) documents: Arc<dyn Documents>,
    pub(crate) signings: Signings,
    // Known once somebody keeps accounts, which is later than the host.
    pub(crate) citizens: OnceLock<Arc<dyn Citizens>>,
    pub(crate) store: Store,
    pub(crate) kept_answers: KeptAnswers,
    pub(crate) kept_lists: KeptLists,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").field("blobs", &self.blobs).finish_non_exhaustive()
    }
}
