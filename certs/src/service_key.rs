//! The key and certificate of one service.

use std::sync::Arc;

use signer::{SignError, Signer};
use trust::certificate::Certificate;

/// The key and certificate of one service.
pub(crate) struct ServiceKey {
    signer: Arc<dyn Signer>,
    certificate: Certificate,
}

impl ServiceKey {
    pub(crate) fn new(signer: Arc<dyn Signer>, certificate: Certificate) -> Self {
        Self { signer, certificate }
    }

    pub(crate) fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.signer.sign(message)
    }
}
