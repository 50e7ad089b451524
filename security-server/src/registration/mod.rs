//! Registering with the central registry: what this server has and the registry does not know yet, asked for by signed requests.

mod difference;

pub use difference::{Own, Superfluous};

use crate::configuration::Judgement;
use crate::credentials::own::MemberSigner;
use crate::messaging::Messaging;
use crate::provider::pinned_client_config;
use crate::server_configuration::ServerConfiguration;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use jiff::Timestamp;
use listener::client::{Client, ClientTls};
use protocol::global_configuration::{LogKey, ServerAddress};
use protocol::identifier::MemberId;
use protocol::management::{
    Envelope, ManagementRequest, Proof, ProofKind, RequestDocument, RequestSignature, RequestStatus,
};
use signer::Signer;
use std::sync::Arc;
use std::time::Duration;
use trust::certificate::Certificate;

/// What signs this server's requests.
pub struct Registration {
    /// What the exchange uses.
    pub messaging: Arc<Messaging>,
    /// The key that authenticates this server.
    pub authentication_key: Arc<dyn Signer>,
    /// Its chain.
    pub authentication_chain: Vec<Certificate>,
    /// The key that signs the log's checkpoints, as the registry publishes it.
    pub log_key: LogKey,
    /// Where other servers reach this one.
    pub address: ServerAddress,
}

/// Why a request was not taken.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// Without a global configuration nobody knows where the registry is.
    #[error("there is no global configuration yet, so that the registry's address is not known")]
    NoConfiguration,
    /// A proof that must be there cannot be made here.
    #[error(
        "member {0} has no registered signing key at this server, and its signature is needed: add the key under keys.signing in server.toml, then: chakana keys reload"
    )]
    NoMemberKey(MemberId),
    /// The request cannot be written.
    #[error("the request cannot be written: {0}")]
    Document(String),
    /// A key failed.
    #[error("a key could not sign the request: {0}")]
    Sign(String),
    /// No answer.
    #[error("the registry at {address} did not answer: {why}")]
    Unanswered {
        /// Where.
        address: String,
        /// Why.
        why: String,
    },
    /// The registry refused.
    #[error("the registry refused: {0}")]
    Refused(String),
}

const ANSWER_WITHIN: Duration = Duration::from_secs(20);

impl Registration {
    /// What this server has and the registry does not know, in the order in which it must be asked for.
    #[must_use]
    pub fn missing(&self, judgement: &Judgement, configuration: &ServerConfiguration) -> Vec<ManagementRequest> {
        self.own(configuration).missing(judgement.global())
    }

    /// What the registry knows of this server that it no longer has.
    #[must_use]
    pub fn superfluous(&self, judgement: &Judgement, configuration: &ServerConfiguration) -> Superfluous {
        self.own(configuration).superfluous(judgement.global())
    }

    fn own<'a>(&'a self, configuration: &'a ServerConfiguration) -> Own<'a> {
        let signers = self.messaging.keys.signers();
        let signing =
            |signer: &Arc<MemberSigner>| signer.certificate().map(|leaf| (signer.member().clone(), leaf.der().into()));
        Own {
            server: &self.messaging.server,
            address: &self.address,
            authentication: self.authentication_chain.first().map(Certificate::der).unwrap_or_default().into(),
            signing: signers.iter().filter_map(signing).collect(),
            log_key: &self.log_key,
            configuration,
        }
    }

    /// Signs a request and posts it.
    ///
    /// # Errors
    /// When it cannot be signed, or the registry does not answer or refuses.
    pub async fn submit(
        &self,
        request: ManagementRequest,
        judgement: &Judgement,
        now: Timestamp,
    ) -> Result<RequestStatus, RegistrationError> {
        let envelope = self.sign(request, judgement, now)?;
        let registry = judgement.global().registry();
        let address = registry.address().to_string();
        let unanswered = |why: String| RegistrationError::Unanswered { address: address.clone(), why };
        let tls = pinned_client_config(registry.certificates()).map_err(|error| unanswered(error.to_string()))?;
        let request = Request::post(format!("https://{address}/requests"))
            .body(Full::new(Bytes::from(envelope.render())))
            .map_err(|error| unanswered(error.to_string()))?;
        let client = Client::new(ClientTls::Rustls(tls));
        let response = client
            .send(request, ANSWER_WITHIN, RequestStatus::MAX_BYTES)
            .await
            .map_err(|error| unanswered(error.to_string()))?;
        if !response.status().is_success() {
            let words = String::from_utf8_lossy(response.body()).chars().take(500).collect::<String>();
            return Err(RegistrationError::Refused(words.trim().to_owned()));
        }
        RequestStatus::parse(response.body()).map_err(|error| unanswered(error.to_string()))
    }

    fn sign(
        &self,
        request: ManagementRequest,
        judgement: &Judgement,
        now: Timestamp,
    ) -> Result<Envelope, RegistrationError> {
        let mut proofs = request.proofs();
        if let ManagementRequest::RegisterSigningCertificate { member, certificate } = &request
            && self.voucher(member, certificate, judgement, now).is_some()
        {
            proofs.push(Proof::Member(member.clone()));
        }
        let certificate = match &request {
            ManagementRequest::RegisterSigningCertificate { certificate, .. }
            | ManagementRequest::RegisterAuthenticationCertificate { certificate, .. } => Some(certificate.clone()),
            _ => None,
        };
        let written = |error: &dyn std::fmt::Display| RegistrationError::Document(error.to_string());
        let document = RequestDocument::new(request, now).map_err(|error| written(&error))?;
        let bytes = document.to_be_signed();
        let signatures = proofs.into_iter().map(|proof| match proof {
            Proof::Possession => self.prove_possession(certificate.as_deref(), &bytes),
            Proof::Server(_) => {
                self.signature(ProofKind::Server, self.authentication_key.as_ref(), &self.authentication_chain, &bytes)
            }
            Proof::Member(member) => {
                let signer = self.signer_of(&member, certificate.as_deref(), judgement, now)?;
                self.signature(ProofKind::Member, signer.key(), signer.chain(), &bytes)
            }
        });
        let signatures = signatures.collect::<Result<Vec<_>, _>>()?;
        Envelope::new(document, signatures).map_err(|error| written(&error))
    }

    fn prove_possession(
        &self,
        certificate: Option<&[u8]>,
        bytes: &[u8],
    ) -> Result<RequestSignature, RegistrationError> {
        let is = |leaf: Option<&Certificate>| leaf.is_some_and(|leaf| Some(leaf.der()) == certificate);
        if is(self.authentication_chain.first()) {
            let key = self.authentication_key.as_ref();
            return self.signature(ProofKind::Possession, key, &self.authentication_chain, bytes);
        }
        let signers = self.messaging.keys.signers();
        let signer = signers.iter().find(|signer| is(signer.certificate()));
        let signer = signer.ok_or_else(|| RegistrationError::Sign("the certificate's key is not here".to_owned()))?;
        self.signature(ProofKind::Possession, signer.key(), signer.chain(), bytes)
    }

    /// The key that signs for the member: one that is registered and good, or else the first, which may become registered
    /// by an earlier request of the same series.
    fn signer_of(
        &self,
        member: &MemberId,
        certificate: Option<&[u8]>,
        judgement: &Judgement,
        now: Timestamp,
    ) -> Result<Arc<MemberSigner>, RegistrationError> {
        let signers = self.messaging.keys.signers();
        let mut own = signers.iter().filter(|signer| signer.member() == member);
        let registered = self.voucher(member, certificate.unwrap_or_default(), judgement, now);
        registered.or_else(|| own.next().cloned()).ok_or_else(|| RegistrationError::NoMemberKey(member.clone()))
    }

    /// A registered key of the member, of good status, other than the one that is to be registered.
    ///
    /// Its signature vouches for the member's next certificate, which would otherwise wait for an operator.
    fn voucher(
        &self,
        member: &MemberId,
        certificate: &[u8],
        judgement: &Judgement,
        now: Timestamp,
    ) -> Option<Arc<MemberSigner>> {
        let (signer, _) = self.messaging.keys.of(member, now).ok()?;
        let leaf = signer.certificate()?;
        let registered = judgement.global().member(member).is_some_and(|member| member.signs_with(&leaf.hash()));
        (registered && leaf.der() != certificate).then_some(signer)
    }

    fn signature(
        &self,
        by: ProofKind,
        key: &dyn Signer,
        chain: &[Certificate],
        bytes: &[u8],
    ) -> Result<RequestSignature, RegistrationError> {
        let signature = key.sign(bytes).map_err(|error| RegistrationError::Sign(error.to_string()))?;
        let certificates = chain.iter().map(|certificate| certificate.der().to_vec()).collect();
        Ok(RequestSignature { by, signature, certificates })
    }
}
