//! Which server an authentication certificate speaks for.

use super::{Bin, ConfigurationError};
use crate::hash::CertificateHash;
use crate::identifier::ServerId;
use std::collections::HashMap;
use std::sync::Arc;

/// From certificate to server, in 256 shared parts by the certificate's first byte, so that an
/// update copies only the parts it changes.
#[derive(Debug, Clone)]
pub(super) struct CertificateIndex(Vec<Arc<HashMap<CertificateHash, ServerId>>>);

impl CertificateIndex {
    pub(super) fn empty() -> Self {
        Self(vec![Arc::default(); PARTS])
    }

    pub(super) fn server(&self, certificate: &CertificateHash) -> Option<&ServerId> {
        self.0[part(certificate)].get(certificate)
    }

    /// Forgets what a replaced bin said.
    pub(super) fn remove(&mut self, bin: &Bin) {
        for (_, certificate) in certificates(bin) {
            Arc::make_mut(&mut self.0[part(&certificate)]).remove(&certificate);
        }
    }

    /// Learns what a new bin says.
    ///
    /// # Errors
    /// When a certificate already speaks for another server: two servers with one key could each
    /// pass for the other.
    pub(super) fn insert(&mut self, bin: &Bin) -> Result<(), ConfigurationError> {
        for (server, certificate) in certificates(bin) {
            let known = Arc::make_mut(&mut self.0[part(&certificate)]).insert(certificate, server.clone());
            if let Some(first) = known {
                return Err(ConfigurationError::SharedCertificate { certificate, first, second: server.clone() });
            }
        }
        Ok(())
    }
}

fn certificates(bin: &Bin) -> impl Iterator<Item = (&ServerId, CertificateHash)> {
    bin.members()
        .flat_map(|member| member.servers())
        .flat_map(|server| server.authentication_certificates().iter().map(|certificate| (server.id(), *certificate)))
}

fn part(certificate: &CertificateHash) -> usize {
    usize::from(certificate.as_bytes()[0])
}

const PARTS: usize = 256;
