//! Writes the seed corpora and the fixtures: run it again when a format changes.
//!
//! The keys are new each time, so everything is written anew; inputs found by fuzzing keep their own names and stay.

#[allow(dead_code, unused_imports, reason = "shared with the tests of `trust`")]
#[path = "../../../../trust/tests/pki/authority.rs"]
mod authority;
#[allow(dead_code, unused_imports, reason = "shared with the tests of `trust`")]
#[path = "../../../../trust/tests/evidence/scene.rs"]
mod scene;
#[path = "../../../../global-configuration/tests/common/mod.rs"]
mod tuf_registry;

mod plugins;
mod schemas;
mod signer_frames;
mod texts;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use protocol::context::MessageKind;
use protocol::credentials::Credentials;
use protocol::frame::{self, FrameType};
use protocol::global_configuration::wire;
use protocol::hash::{Sha256Hash, Sha512Hash};
use protocol::management::{Envelope, ManagementRequest, ProofKind, RequestDocument, RequestSignature};
use trust::asic::Contents;
use trust::cades;
use trust::leaf::{
    AuditLeaf, AuditStage, ConflictLeaf, Direction, EpochLeaf, ErasureLeaf, Leaf, Outcome, OutcomeLeaf, SequenceRange,
};
use trust::manifest::Manifest;
use trust::{ocsp, timestamp};

use authority::now;
use scene::{BODY, Making, Scene, written};

fn main() {
    let scene = Scene::new();
    let making = Making { signature_timestamp: true, ..Making::usual() };
    let request = scene.contents(&making);
    let response = scene.contents(&Making { kind: MessageKind::Response, body: None, ..Making::usual() });
    fixtures(&scene, &making, &request);
    messages(&request, &response);
    evidence(&scene, &making, &request, &response);
    leaves(&request, &response);
    registry();
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime of one thread needs nothing")
        .block_on(async {
            tuf().await;
            log_files(&request).await;
        });
    texts::seeds();
    plugins::keys();
    plugins::forms();
    schemas::seeds();
    signer_frames::frames();
    plugins::components();
}

fn write(folder: &str, name: &str, bytes: impl AsRef<[u8]>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    fs::create_dir_all(&folder).expect("a folder in the checkout");
    fs::write(folder.join(name), bytes).expect("a file in the checkout");
}

fn seed(target: &str, name: &str, bytes: impl AsRef<[u8]>) {
    write(&format!("../corpus/{target}"), &format!("seed-{name}"), bytes);
}

fn fixtures(scene: &Scene, making: &Making, request: &Contents) {
    write("fixtures", "signer.der", scene.client.certificate.der());
    write("fixtures", "issuer.der", scene.pki.issuing.certificate.der());
    write("fixtures", "root.der", scene.pki.root.certificate.der());
    write("fixtures", "tsa.der", scene.tsa.certificate.der());
    write("fixtures", "manifest.xml", &request.manifest);
    write("fixtures", "stamped.txt", &log_of(request).checkpoint);
    write("fixtures", "evidence.asice", written(request, making.body));
}

fn log_of(contents: &Contents) -> &trust::asic::LogProof {
    contents.log.as_ref().expect("the scene's log covers the record")
}

fn messages(request: &Contents, response: &Contents) {
    seed("message_head", "request", &request.head);
    seed("message_head", "response", &response.head);
    seed("context", "request", &request.context);
    seed("context", "response", &response.context);
    let unit = Credentials {
        signing_chain: vec![vec![0x30, 0], vec![0x30, 1, 0]],
        signing_status: vec![0x30, 0],
        authentication_chain: vec![vec![0x30, 0]],
        authentication_status: vec![0x30, 0],
    };
    seed("credentials", "unit", unit.encode());
    let mut bytes = Vec::new();
    let values = [
        (FrameType::Head, &request.head[..]),
        (FrameType::Context, &request.context),
        (FrameType::Salt, &request.salt),
    ];
    for (frame_type, value) in values {
        frame::append(&mut bytes, frame_type, value).expect("the parts of a message fit their frames");
    }
    seed("frames", "message", &bytes);
    seed("frames", "cut", &bytes[..bytes.len() - 3]);
}

fn evidence(scene: &Scene, making: &Making, request: &Contents, response: &Contents) {
    seed("manifest", "with-body", &request.manifest);
    seed("manifest", "without-body", &response.manifest);
    seed("container", "request", written(request, making.body));
    seed("container", "response", written(response, None));
    let log = log_of(request);
    let entries = [
        &request.head[..],
        &request.context,
        BODY,
        &request.manifest,
        &request.signature,
        &request.leaf,
        &log.proof,
        &log.checkpoint,
        log.timestamp.as_deref().expect("the scene's checkpoint is stamped"),
    ];
    for (which, entry) in (0_u8..).zip(entries) {
        seed("container", &format!("entry-{which}"), [&[which], entry].concat());
    }
    for (name, party) in
        [("signer", &scene.client), ("root", &scene.pki.root), ("tsa", &scene.tsa), ("responder", &scene.responder)]
    {
        seed("certificate", name, party.certificate.der());
    }
    let signer = &scene.client.certificate;
    let verified =
        cades::verify(&request.signature, &request.manifest, signer).expect("the scene's signature is right");
    let to_be_signed = cades::ToBeSigned::new(&request.manifest, signer, verified.signing_time());
    seed("cms", "short", to_be_signed.expect("the signer signs").complete(verified.signature_value()));
    seed("cms", "long", &request.signature);
    seed("ocsp", "response", scene.status(signer, making));
    seed("ocsp", "request", ocsp::request(signer, &scene.pki.issuing.certificate, Some(b"12345678")));
    seed("timestamp", "token", log.timestamp.as_deref().expect("the scene's checkpoint is stamped"));
    seed("timestamp", "request", timestamp::request(&Sha256Hash::of(&log.checkpoint), 7));
    seed("log_notes", "checkpoint", &log.checkpoint);
    seed("log_notes", "proof", &log.proof);
    seed("log_notes", "key", scene.note_key(scene::CLIENT_MEMBER).to_string());
    seed("log_notes", "tile", "tile/0/x001/x234/067");
    seed("log_notes", "partial-tile", "tile/1/000.p/17");
    let without_body = Manifest {
        head: Sha512Hash::of(b"head"),
        context: Sha512Hash::of(b"context"),
        body: None,
        salt: Sha512Hash::of(b"salt"),
    };
    seed("manifest", "other", without_body.render());
}

fn leaves(request: &Contents, response: &Contents) {
    seed("leaf", "request", &request.leaf);
    seed("leaf", "response", &response.leaf);
    let (server, peer) = ("BO/GOV/1001/ss1", "BO/GOV/1002/ss1");
    let (server, peer): (protocol::identifier::ServerId, protocol::identifier::ServerId) =
        (server.parse().expect("an identifier"), peer.parse().expect("an identifier"));
    let point = protocol::context::LogPoint { size: 5, root: Sha256Hash::of(b"root") };
    let others = [
        Leaf::Outcome(OutcomeLeaf {
            direction: Direction::Sent,
            time: now(),
            server: server.clone(),
            peer: peer.clone(),
            sequence: SequenceRange::new(17, 20).expect("a range"),
            request_id: None,
            outcome: Outcome::Unused,
            code: None,
        }),
        Leaf::Erasure(ErasureLeaf {
            time: now(),
            server: server.clone(),
            record: 7,
            leaf: Sha256Hash::of(b"leaf"),
            reason: "ley 164, artículo 57".to_owned(),
            author: "ana@example.bo".to_owned(),
        }),
        Leaf::Epoch(EpochLeaf::new(now(), server.clone(), 2, vec![(peer.clone(), point)]).expect("one peer fits")),
        Leaf::Audit(AuditLeaf {
            time: now(),
            server: server.clone(),
            author: "maría".to_owned(),
            means: "session".to_owned(),
            action: "apply".to_owned(),
            stage: AuditStage::Refused { asked: Some(7), outcome: "no".to_owned() },
        }),
        Leaf::Conflict(ConflictLeaf { time: now(), server, peer, what: "root of size 7\nchanged".to_owned() }),
    ];
    for (number, leaf) in others.iter().enumerate() {
        seed("leaf", &format!("other-{number}"), leaf.render());
    }
}

/// A log with a message, and the payloads of its frames.
async fn log_files(request: &Contents) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut settings = message_log::Settings::new("BO/GOV/1001/ss1".parse().expect("an identifier"));
    (settings.segment_bytes, settings.disk_floor_bytes) = (4096, 0);
    let key = message_log::MemoryKeyWrap::new(&message_log::DataKey::from_bytes([9; 32]));
    let open = message_log::OpenMode::Verified;
    let log = message_log::MessageLog::open(folder.path(), settings, Arc::new(key), &open, now());
    let log = log.expect("a log in a new folder");
    let peer: protocol::identifier::ServerId = "BO/GOV/1002/ss1".parse().expect("an identifier");
    let sequence = log.next_sequence(&peer).await.expect("a number");
    let record = message_log::MessageRecord {
        kind: MessageKind::Request,
        peer: peer.clone(),
        sequence: message_log::MessageSequence::Sent(sequence),
        x_road_id: "message-7".to_owned(),
        request_id: "request-7".to_owned(),
        client: "BO/GOV/1001/portal".parse().expect("an identifier"),
        service: "BO/GOV/1002/registry/persons".parse().expect("an identifier"),
        configuration: Sha256Hash::of(b"targets"),
        credentials: message_log::Material::credentials(bytes::Bytes::from_static(b"credentials")),
        digests: Manifest::of(
            &request.head,
            &request.context,
            Some(protocol::hash::Sha512Hash::of(BODY)),
            &request.salt,
        )
        .digested()
        .1,
        head: request.head.clone().into(),
        context: request.context.clone().into(),
        salt: request.salt,
        signature: vec![0x30; 70],
        body: Some(message_log::Body::from_bytes(bytes::Bytes::from_static(BODY))),
        idempotency_key: None,
        space: None,
    };
    log.append(record, now()).await.expect("a record");
    log.append_conflict(&peer, "root of size 7 changed", now()).await.expect("a record");
    log.close(now()).await.expect("an end in order");
    for entry in fs::read_dir(folder.path().join("segments")).expect("the segments") {
        let path = entry.expect("a readable folder").path();
        let bytes = fs::read(&path).expect("a file of the log");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("seg") => {
                let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| (last + 1).next_multiple_of(8));
                seed("log_files", &name, [&[0], &bytes[..end.min(bytes.len())]].concat());
                payloads(&bytes);
            }
            Some("idx") => seed("log_files", &name, [&[1], &bytes[..]].concat()),
            _ => {}
        }
    }
}

/// Frames lie behind a header of 64 bytes; each has its payload's length at 0, its kind at 12, and the payload at 16.
fn payloads(segment: &[u8]) {
    let codes = message_log::Kind::ALL.map(|(code, _)| code);
    let mut at = 64;
    while let Some(length) = segment.get(at..at + 4) {
        let length = u32::from_le_bytes(length.try_into().expect("four bytes")) as usize;
        let Some(payload) = segment.get(at + 16..at + 16 + length).filter(|payload| !payload.is_empty()) else {
            return;
        };
        let kind = codes.iter().position(|code| *code == segment[at + 12]).expect("a kind");
        // Beyond the two files, and the same after the division by the number of kinds.
        let which = u8::try_from(kind + codes.len()).expect("a small number");
        seed("log_files", &format!("payload-{kind}"), [&[which], payload].concat());
        at += (16 + length).next_multiple_of(8);
    }
}

fn registry() {
    let groups = wire::GroupsDocument { format: wire::format::GROUPS.to_owned(), groups: Vec::new() };
    let documents = wire::targets(&tuf_registry::shared(), &groups, vec![tuf_registry::member(1)]);
    let bin = protocol::global_configuration::BinNumber::of(&tuf_registry::member(1).id).target();
    for name in ["shared.json", "groups.json", bin.as_str()] {
        seed("global_configuration", name, &documents[name]);
    }
    let request = ManagementRequest::BeginMaintenance {
        server: "BO/GOV/1001/ss1".parse().expect("an identifier"),
        notice: "vuelve el lunes".to_owned(),
    };
    let document = RequestDocument::new(request, now()).expect("a request");
    seed("management", "document", document.bytes());
    let signature =
        RequestSignature { by: ProofKind::Server, signature: vec![1, 2], certificates: vec![vec![0x30, 0]] };
    seed("management", "envelope", Envelope::new(document, vec![signature]).expect("an envelope").render());
}

async fn tuf() {
    let registry = tuf_registry::Registry::new(2).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = registry.source(folder.path()).await;
    source.refresh(tuf_registry::now()).await.expect("the registry in the folder answers");
    let current = source.current().expect("a snapshot was loaded");
    seed("tuf", "bundle", source.bundle(&current.hash).await.expect("the snapshot is kept"));
    for entry in fs::read_dir(registry.path().join("metadata")).expect("the registry's metadata") {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().expect("files have names").to_string_lossy().into_owned();
        seed("tuf", &name, fs::read(&path).expect("a readable file"));
    }
}
