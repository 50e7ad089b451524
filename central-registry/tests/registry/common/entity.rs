//! A member with its keys and certificates, who asks the registry.

use super::{ITERATIONS, World, pin};
use certs::{Profile, TrustServices};
use clock::Clock as _;
use jiff::Timestamp;
use protocol::global_configuration::ServerAddress;
use protocol::hash::CertificateHash;
use protocol::identifier::{MemberId, ServerId, SubsystemId};
use protocol::management::{
    Envelope, ManagementRequest, Proof, ProofKind, RequestDocument, RequestSignature, RequestState,
};
use signer::{Iterations, KeyAlgorithm, Signer, SoftwareToken, Subject};
use std::sync::Arc;
use tempfile::TempDir;

/// A key with its certificate chain.
#[derive(Clone)]
pub struct Key {
    pub signer: Arc<dyn Signer>,
    pub chain: Vec<Vec<u8>>,
}

/// A member with a signing and an authentication key.
pub struct Entity {
    folder: TempDir,
    pub member: MemberId,
    pub server: ServerId,
    pub signing: Key,
    pub authentication: Key,
}

impl Entity {
    pub fn new(world: &World, code: u32) -> Self {
        Self::of(&world.trust, code)
    }

    /// With certificates of other trust services than the world's.
    pub fn of(trust: &TrustServices, code: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let iterations = Iterations::new(ITERATIONS).unwrap();
        let token = SoftwareToken::create_with(folder.path().join("token"), &pin(), iterations).unwrap();
        let member: MemberId = format!("BO/GOV/{code}").parse().unwrap();
        let server = ServerId::new(member.clone(), "ss1").unwrap();
        let signing = certify(trust, &token, "signing", Profile::Signing);
        let authentication = certify(trust, &token, "authentication", Profile::Authentication);
        Self { folder, member, server, signing, authentication }
    }

    /// Another key of this entity.
    pub fn key(&self, world: &World, label: &str, profile: Profile) -> Key {
        let token = SoftwareToken::open(self.folder.path().join("token"), &pin()).unwrap();
        certify(&world.trust, &token, label, profile)
    }

    /// A member whose signing certificate and server are registered.
    pub async fn registered(world: &World, code: u32) -> Self {
        let entity = Self::new(world, code);
        for request in [entity.register_signing(), entity.register_server()] {
            let envelope = entity.sign(request, world.clock.now());
            if world.submit(&envelope).await == RequestState::Waiting {
                world.registry().approve(&envelope.document().hash(), "operator").await.unwrap();
            }
        }
        entity
    }

    pub fn subsystem(&self, code: &str) -> SubsystemId {
        SubsystemId::new(self.member.clone(), code).unwrap()
    }

    pub fn address(&self) -> ServerAddress {
        "127.0.0.1:5500".parse().unwrap()
    }

    pub fn register_signing(&self) -> ManagementRequest {
        let certificate = self.signing.chain[0].as_slice().into();
        ManagementRequest::RegisterSigningCertificate { member: self.member.clone(), certificate }
    }

    pub fn register_server(&self) -> ManagementRequest {
        ManagementRequest::RegisterAuthenticationCertificate {
            server: self.server.clone(),
            address: self.address(),
            certificate: self.authentication.chain[0].as_slice().into(),
        }
    }

    pub fn register_client(&self, code: &str) -> ManagementRequest {
        let (server, subsystem) = (self.server.clone(), self.subsystem(code));
        ManagementRequest::RegisterClient { server, subsystem, name: format!("Subsystem {code}") }
    }

    /// The request signed just now, with every signature that it must have.
    pub fn ask(&self, world: &World, request: ManagementRequest) -> Envelope {
        self.sign(request, world.clock.now())
    }

    /// The signed request, with every signature that it must have.
    pub fn sign(&self, request: ManagementRequest, created: Timestamp) -> Envelope {
        let kinds: Vec<_> = request.proofs().iter().map(kind).collect();
        self.sign_as(request, created, &kinds)
    }

    /// The request with just these signatures.
    pub fn sign_as(&self, request: ManagementRequest, created: Timestamp, kinds: &[ProofKind]) -> Envelope {
        let possession = match &request {
            ManagementRequest::RegisterSigningCertificate { .. } => &self.signing,
            _ => &self.authentication,
        };
        let keys = kinds.iter().map(|kind| match kind {
            ProofKind::Possession => (*kind, possession.clone()),
            ProofKind::Server => (*kind, self.authentication.clone()),
            ProofKind::Member => (*kind, self.signing.clone()),
        });
        sign_with(request, created, keys.collect())
    }
}

impl Key {
    pub fn hash(&self) -> CertificateHash {
        CertificateHash::of(&self.chain[0])
    }
}

/// The request with signatures by these keys.
pub fn sign_with(request: ManagementRequest, created: Timestamp, keys: Vec<(ProofKind, Key)>) -> Envelope {
    let document = RequestDocument::new(request, created).unwrap();
    let message = document.to_be_signed();
    let sign = |(by, key): (ProofKind, Key)| RequestSignature {
        by,
        signature: key.signer.sign(&message).unwrap(),
        certificates: key.chain,
    };
    Envelope::new(document, keys.into_iter().map(sign).collect()).unwrap()
}

fn kind(proof: &Proof) -> ProofKind {
    match proof {
        Proof::Possession => ProofKind::Possession,
        Proof::Server(_) => ProofKind::Server,
        Proof::Member(_) => ProofKind::Member,
    }
}

fn certify(trust: &TrustServices, token: &SoftwareToken, label: &str, profile: Profile) -> Key {
    token.generate(label, KeyAlgorithm::P256).unwrap();
    let subject = Subject::common_name(format!("{label} of somebody"));
    let request = token.certificate_request(label, &subject).unwrap();
    let chain = trust.issue(&request, profile, &subject).unwrap();
    Key { signer: token.signer(label).unwrap(), chain }
}
