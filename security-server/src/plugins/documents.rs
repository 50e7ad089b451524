//! Documents that plugins have signed: containers of one file, by the key that signs the messages of the plugin's member.

use crate::messaging::Messaging;
use crate::upkeep::words;
use async_trait::async_trait;
use bytes::Bytes;
use plugin_host::{Document, DocumentError, Documents, Verification};
use protocol::credentials::Credentials;
use protocol::identifier::SubsystemId;
use std::sync::Arc;
use trust::cades::{self, ToBeSigned};
use trust::file_container::{File, FileContainer};

/// Signatures by the keys of this server, judged by its global configuration.
#[derive(Clone)]
pub(crate) struct MemberDocuments {
    messaging: Arc<Messaging>,
}

impl MemberDocuments {
    pub(crate) fn new(messaging: Arc<Messaging>) -> Self {
        Self { messaging }
    }

    fn signed(&self, subsystem: &SubsystemId, document: Document) -> Result<FileContainer, DocumentError> {
        let now = self.messaging.now();
        let (signer, credentials) = self.messaging.keys.of(subsystem.member(), now).map_err(refused)?;
        let certificate =
            signer.certificate().ok_or_else(|| DocumentError("the signing key has no certificate".to_owned()))?;
        let status = Credentials::decode(credentials.unit().encoded()).map_err(refused)?.signing_status;
        let name = document.name.parse().map_err(refused)?;
        let mut file = File::new(document.content.as_ref());
        if !document.content_type.is_empty() {
            file = file.with_type(document.content_type.parse().map_err(refused)?);
        }
        let container = FileContainer::new([(name, file)]).map_err(refused)?;
        let manifest = container.to_be_signed();
        let to_be_signed = ToBeSigned::new(manifest.as_bytes(), certificate, now).map_err(refused)?;
        let value = signer.key().sign(to_be_signed.bytes()).map_err(refused)?;
        let long_form = cades::long_form(&to_be_signed.complete(&value), signer.chain(), &[&status], None);
        container.with_signature(long_form.map_err(refused)?).map_err(refused)
    }
}

#[async_trait]
impl Documents for MemberDocuments {
    async fn sign(&self, subsystem: &SubsystemId, document: Document) -> Result<Bytes, DocumentError> {
        let (documents, subsystem) = (self.clone(), subsystem.clone());
        // Megabytes are digested and packed beside the async threads.
        let signed = tokio::task::spawn_blocking(move || {
            documents.signed(&subsystem, document)?.write().map(Bytes::from).map_err(refused)
        });
        signed.await.map_err(refused)?
    }

    fn verify(&self, container: &[u8]) -> Result<Verification, DocumentError> {
        let judgement = self.messaging.configuration.usable().map_err(refused)?;
        let signatures = FileContainer::read(container).map_err(refused)?.signatures().map_err(refused)?;
        let [signature] = signatures.as_slice() else {
            return Err(DocumentError(format!("the container has {} signatures, and one is judged", signatures.len())));
        };
        let global = judgement.global();
        signature.judge(judgement.anchors(), global.ocsp_freshness()).map_err(refused)?;
        let certificate = signature.certificate().hash();
        let signer = global.members().find(|member| member.signs_with(&certificate));
        let unknown = || DocumentError("the registry publishes the signer's certificate for no member".to_owned());
        let signer = signer.ok_or_else(unknown)?.id().clone();
        Ok(Verification { signer, signed_at: signature.signature().signing_time() })
    }
}

fn refused(error: impl std::error::Error) -> DocumentError {
    DocumentError(words(&error))
}
