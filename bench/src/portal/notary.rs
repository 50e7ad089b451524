//! Who signs receipts in the measured server: a key in memory, and containers as a security server makes them, without the answers of
//! an OCSP responder, which a server has at hand.

use anyhow::{Result, anyhow};
use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use bytes::Bytes;
use clock::{Clock as _, SystemClock};
use plugin_host::{Document, DocumentError, Documents, Verification};
use protocol::identifier::SubsystemId;
use rcgen::{CertificateParams, KeyPair, KeyUsagePurpose};
use std::sync::Arc;
use trust::cades::{self, ToBeSigned};
use trust::certificate::Certificate;
use trust::file_container::{File, FileContainer};

/// Signs for every subsystem.
#[derive(Clone)]
pub(crate) struct Notary(Arc<Key>);

struct Key {
    key: EcdsaKeyPair,
    certificate: Certificate,
}

impl Notary {
    /// With a new key.
    pub(crate) fn new() -> Result<Self> {
        let pair = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
        let certificate = Certificate::from_der(params.self_signed(&pair)?.der())?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &pair.serialize_der());
        let key = key.map_err(|error| anyhow!("the new key is none: {error}"))?;
        Ok(Self(Arc::new(Key { key, certificate })))
    }

    fn container(&self, document: Document) -> Result<Bytes> {
        let Key { key, certificate } = &*self.0;
        let file = File::new(document.content.as_ref()).with_type(document.content_type.parse()?);
        let container = FileContainer::new([(document.name.parse()?, file)])?;
        let manifest = container.to_be_signed();
        let to_be_signed = ToBeSigned::new(manifest.as_bytes(), certificate, SystemClock.now())?;
        let value = key.sign(&SystemRandom::new(), to_be_signed.bytes()).map_err(|_| anyhow!("nothing is signed"))?;
        let chain = std::slice::from_ref(certificate);
        let long_form = cades::long_form(&to_be_signed.complete(value.as_ref()), chain, &[], None)?;
        Ok(container.with_signature(long_form)?.write()?.into())
    }
}

#[async_trait]
impl Documents for Notary {
    async fn sign(&self, _: &SubsystemId, document: Document) -> Result<Bytes, DocumentError> {
        let notary = self.clone();
        let signed = tokio::task::spawn_blocking(move || notary.container(document)).await;
        signed.map_err(|error| DocumentError(error.to_string()))?.map_err(|error| DocumentError(format!("{error:#}")))
    }

    fn verify(&self, _: &[u8]) -> Result<Verification, DocumentError> {
        Err(DocumentError("nothing is verified while it is measured".to_owned()))
    }
}
