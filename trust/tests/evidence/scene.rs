//! A member, its security server's log, the trust services, and a container of a message between two servers.

use std::io::Cursor;
use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::context::{Context, MessageKind};
use protocol::global_configuration::GlobalConfiguration;
use protocol::global_configuration::wire::{
    CertificationServiceDocument, GroupsDocument, MemberDocument, RegistryDocument, ServerDocument, SharedDocument,
    TimeStampingServiceDocument, format,
};
use protocol::hash::{Sha256Hash, Sha512Hash};
use protocol::head::{Method, RequestHead, RequestHeadBuilder, ResponseHeadBuilder, request_hash};
use protocol::request_uri::RequestUri;
use trust::asic::{self, Contents, LogProof};
use trust::cades::{self, ToBeSigned};
use trust::certificate::Certificate;
use trust::checkpoint::{Checkpoint, SignedCheckpoint};
use trust::evidence::{self, Report, Trust};
use trust::leaf::{Direction, Leaf, MessageLeaf, PartCommitments, commitment};
use trust::manifest::Manifest;
use trust::merkle::{NodesInMemory, inclusion_proof, leaf_hash, root_of};
use trust::note::NoteKey;
use trust::ocsp::responder::{Answer, CertificateStatus, ToBeSignedResponse};
use trust::timestamp::authority::{self as tsa, Policy};
use trust::tlog_proof::TlogProof;
use trust::{ocsp, timestamp};

use crate::authority::{Party, Pki, Profile, now};

pub(crate) const BODY: &[u8] = b"{\"nombre\":\"Ana\"}";

pub(crate) const SALT: [u8; 32] = [7; 32];

pub(crate) const CLIENT_MEMBER: &str = "BO/GOV/1001";
pub(crate) const PROVIDER_MEMBER: &str = "BO/GOV/1002";

/// Everybody who takes part.
pub(crate) struct Scene {
    pub(crate) pki: Pki,
    pub(crate) client: Party,
    pub(crate) provider: Party,
    pub(crate) responder: Party,
    pub(crate) tsa: Party,
    pub(crate) log_key: Ed25519KeyPair,
}

/// How a container is made; each field has its usual value in [`Making::usual`].
#[derive(Clone)]
pub(crate) struct Making {
    pub(crate) kind: MessageKind,
    pub(crate) direction: Direction,
    pub(crate) body: Option<&'static [u8]>,
    pub(crate) status: CertificateStatus,
    pub(crate) status_age: Duration,
    pub(crate) stamped_at: Option<jiff::Timestamp>,
    pub(crate) covered: bool,
    pub(crate) signature_timestamp: bool,
}

impl Making {
    pub(crate) fn usual() -> Self {
        Self {
            kind: MessageKind::Request,
            direction: Direction::Sent,
            body: Some(BODY),
            status: CertificateStatus::Good,
            status_age: Duration::from_secs(600),
            stamped_at: Some(now() + Duration::from_secs(30)),
            covered: true,
            signature_timestamp: false,
        }
    }

    /// In whose server's log the message is.
    fn log_owner(&self) -> &'static str {
        match (self.kind, self.direction) {
            (MessageKind::Request, Direction::Sent) | (MessageKind::Response, Direction::Received) => CLIENT_MEMBER,
            (MessageKind::Request, Direction::Received) | (MessageKind::Response, Direction::Sent) => PROVIDER_MEMBER,
        }
    }
}

impl Scene {
    pub(crate) fn new() -> Self {
        let pki = Pki::new();
        Self {
            client: pki.issuing.issue(&Profile::signing(), "client member"),
            provider: pki.issuing.issue(&Profile::signing(), "provider member"),
            responder: pki.issuing.issue(&Profile::ocsp_responder(), "responder"),
            tsa: pki.issuing.issue(&Profile::time_stamping(), "tsa"),
            log_key: Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap(),
            pki,
        }
    }

    /// The configuration in which everybody is registered.
    pub(crate) fn configuration(&self) -> GlobalConfiguration {
        let client = member(CLIENT_MEMBER, &self.client.certificate, self.note_key(CLIENT_MEMBER));
        let provider = member(PROVIDER_MEMBER, &self.provider.certificate, self.note_key(PROVIDER_MEMBER));
        self.configuration_of(vec![client, provider])
    }

    pub(crate) fn configuration_of(&self, members: Vec<MemberDocument>) -> GlobalConfiguration {
        let base64 = |certificate: &Certificate| STANDARD.encode(certificate.der());
        let shared = SharedDocument {
            format: format::SHARED.to_owned(),
            instance: "BO".to_owned(),
            registry: RegistryDocument {
                address: "registry.example:4000".to_owned(),
                certificates: vec![Sha256Hash::of(b"registry")],
            },
            certification_services: vec![CertificationServiceDocument {
                name: "CA".to_owned(),
                certificates: vec![base64(&self.pki.root.certificate), base64(&self.pki.issuing.certificate)],
                ocsp_urls: vec!["http://ocsp.example/".to_owned()],
            }],
            time_stamping_services: vec![TimeStampingServiceDocument {
                name: "TSA".to_owned(),
                url: "http://tsa.example/".to_owned(),
                certificate: base64(&self.tsa.certificate),
            }],
            ocsp_freshness_seconds: 3600,
        };
        let groups = GroupsDocument { format: format::GROUPS.to_owned(), groups: Vec::new() };
        GlobalConfiguration::from_documents(&shared, &groups, members).unwrap()
    }

    /// The log key of this member's server.
    pub(crate) fn note_key(&self, member: &str) -> NoteKey {
        let name = Checkpoint::origin_of(&format!("{member}/ss1").parse().unwrap());
        NoteKey::new(&name, self.log_key.public_key().as_ref().try_into().unwrap()).unwrap()
    }

    pub(crate) fn signer(&self, kind: MessageKind) -> &Party {
        match kind {
            MessageKind::Request => &self.client,
            MessageKind::Response => &self.provider,
        }
    }

    /// A container as it is exported, without the body.
    pub(crate) fn contents(&self, making: &Making) -> Contents {
        let (head, context) = (head(making), context(making).render());
        let manifest = Manifest {
            head: Sha512Hash::of(&head),
            context: Sha512Hash::of(context.as_bytes()),
            body: making.body.map(Sha512Hash::of),
            salt: Sha512Hash::of(&SALT),
        };
        let text = manifest.render();
        let signer = self.signer(making.kind);
        let to_be_signed = ToBeSigned::new(text.as_bytes(), &signer.certificate, now()).unwrap();
        let value = signer.sign(to_be_signed.bytes());
        let short = to_be_signed.complete(&value);
        let leaf = leaf(making, &manifest, &short);
        let token = making.signature_timestamp.then(|| self.stamp(&value, now()));
        let chain = [signer.certificate.clone(), self.pki.issuing.certificate.clone()];
        let status = self.status(&signer.certificate, making);
        let signature = cades::long_form(&short, &chain, &[&status], token.as_deref()).unwrap();
        let log = making.covered.then(|| self.proof(making, leaf.as_bytes()));
        let (head, context) = (head, context.into_bytes());
        Contents { head, context, salt: SALT, manifest: text.into_bytes(), signature, leaf: leaf.into_bytes(), log }
    }

    pub(crate) fn status(&self, certificate: &Certificate, making: &Making) -> Vec<u8> {
        let request = ocsp::request(certificate, &self.pki.issuing.certificate, None);
        let request = ocsp::responder::parse_request(&request).unwrap();
        let this_update = now() - making.status_age;
        let answer = Answer {
            certificate: request.certificates()[0].clone(),
            status: making.status,
            this_update,
            next_update: Some(now() + Duration::from_secs(3600)),
        };
        let response = ToBeSignedResponse::new(&self.responder.certificate, this_update, &[answer], None);
        response.complete(&self.responder.sign(response.bytes()), std::slice::from_ref(&self.responder.certificate))
    }

    /// A proof that `leaf` is in a log of 13 records.
    fn proof(&self, making: &Making, leaf: &[u8]) -> LogProof {
        let mut leaves: Vec<_> = (0..13_u8).map(|other| leaf_hash(&[other])).collect();
        leaves[5] = leaf_hash(leaf);
        let nodes = NodesInMemory::new(leaves);
        let key = self.note_key(making.log_owner());
        let root = root_of(13, &nodes).unwrap();
        let text = Checkpoint { origin: key.name().to_owned(), size: 13, root }.to_text().unwrap();
        let signature = self.log_key.sign(text.as_bytes());
        let checkpoint: SignedCheckpoint = text.signed(&key, signature.as_ref()).unwrap().try_into().unwrap();
        let hashes = inclusion_proof(5, 13, &nodes).unwrap();
        let note = checkpoint.to_string().into_bytes();
        let proof = TlogProof { index: 5, hashes, checkpoint }.to_string().into_bytes();
        let timestamp = making.stamped_at.map(|at| self.stamp(&note, at));
        LogProof { proof, checkpoint: note, timestamp }
    }

    pub(crate) fn stamp(&self, content: &[u8], at: jiff::Timestamp) -> Vec<u8> {
        let imprint = Sha256Hash::of(content);
        let request = tsa::parse_request(&timestamp::request(&imprint, 7)).unwrap();
        let policy = Policy::new("1.2.3.4", Duration::from_millis(1500)).unwrap();
        let token = tsa::ToBeSigned::new(&request, &self.tsa.certificate, &policy, 1, at).unwrap();
        let response = token.complete(&self.tsa.sign(token.bytes()), std::slice::from_ref(&self.tsa.certificate));
        timestamp::token_of(&response, &imprint, 7).unwrap()
    }

    /// Makes a container and judges it by the usual configuration.
    pub(crate) fn judge(&self, making: &Making) -> Report {
        self.judge_bytes(&written(&self.contents(making), making.body))
    }

    pub(crate) fn judge_bytes(&self, container: &[u8]) -> Report {
        judge_by(container, &self.configuration())
    }
}

pub(crate) fn judge_by(container: &[u8], configuration: &GlobalConfiguration) -> Report {
    let trust =
        Trust { configuration, snapshot: Sha256Hash::of(b"snapshot"), now: now() + Duration::from_secs(86_400) };
    evidence::verify(Cursor::new(container), &trust)
}

pub(crate) fn written(contents: &Contents, body: Option<&[u8]>) -> Vec<u8> {
    let mut body = body;
    asic::write(Vec::new(), contents, body.as_mut().map(asic::Body::in_memory)).unwrap()
}

pub(crate) fn member(id: &str, certificate: &Certificate, log_key: NoteKey) -> MemberDocument {
    MemberDocument {
        id: id.parse().unwrap(),
        name: format!("member {id}"),
        subsystems: Vec::new(),
        signing_certificates: vec![certificate.hash()],
        servers: vec![ServerDocument {
            code: "ss1".to_owned(),
            address: "ss1.example:5500".to_owned(),
            authentication_certificates: vec![Sha256Hash::of(id.as_bytes())],
            log_keys: vec![log_key.to_string()],
            maintenance: None,
        }],
    }
}

const REQUEST_ID: &str = "8f0e4a3c-5d0c-4d5e-9a55-0f6c1b9d2e11";

fn request_head() -> RequestHead {
    let uri = RequestUri::parse("/r1/BO/GOV/1002/registry/persons/7?x=1").unwrap();
    let mut builder = RequestHeadBuilder::new(Method::Post, &uri);
    builder.field("x-road-client", "BO/GOV/1001/portal").unwrap();
    builder.finish(REQUEST_ID, "BO-1").unwrap()
}

fn head(making: &Making) -> Vec<u8> {
    let request = request_head();
    match making.kind {
        MessageKind::Request => request.as_bytes().to_vec(),
        MessageKind::Response => {
            let builder = ResponseHeadBuilder::new(200, "OK");
            let hash = request_hash(&Sha512Hash::of(request.as_bytes()), making.body.map(Sha512Hash::of).as_ref());
            builder.finish(&request, &hash).unwrap().as_bytes().to_vec()
        }
    }
}

fn context(making: &Making) -> Context {
    let (client, provider) = (format!("{CLIENT_MEMBER}/ss1"), format!("{PROVIDER_MEMBER}/ss1"));
    let (from, to) = match making.kind {
        MessageKind::Request => (client, provider),
        MessageKind::Response => (provider, client),
    };
    Context {
        kind: making.kind,
        created: now(),
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        sequence: 17,
        configuration: Sha256Hash::of(b"snapshot"),
        peer_checkpoint: None,
    }
}

fn leaf(making: &Making, manifest: &Manifest, short: &[u8]) -> String {
    let context = context(making);
    let (server, peer) = match making.direction {
        Direction::Sent => (context.from, context.to),
        Direction::Received => (context.to, context.from),
    };
    let commit = |digest: &Sha512Hash| commitment(&SALT, digest);
    let leaf = MessageLeaf {
        direction: making.direction,
        role: making.kind,
        time: now(),
        server,
        peer,
        sequence: 17,
        id: "BO-1".to_owned(),
        request_id: REQUEST_ID.to_owned(),
        client: "BO/GOV/1001/portal".parse().unwrap(),
        service: "BO/GOV/1002/registry/persons".parse().unwrap(),
        configuration: context.configuration,
        credentials: Sha256Hash::of(b"credentials"),
        parts: PartCommitments {
            head: commit(&manifest.head),
            context: commit(&manifest.context),
            body: manifest.body.as_ref().map(commit),
            manifest: commit(&Sha512Hash::of(manifest.render().as_bytes())),
            signature: commit(&Sha512Hash::of(short)),
        },
    };
    Leaf::Message(Box::new(leaf)).render()
}
