//! The evidence container of a logged message, as the crate `trust` and openssl judge it.

use super::fixture::{Fixture, after, digested, peer, server, start};
use crate::{Bodies, Body, ContainerDigest, ExportError, Material, MessageLog, MessageRecord, MessageSequence};
use bytes::Bytes;
use protocol::context::{Context, MessageKind};
use protocol::credentials::Credentials;
use protocol::hash::Sha256Hash;
use protocol::head::{Method, RequestHeadBuilder};
use protocol::request_uri::RequestUri;
use rcgen::{CertificateParams, KeyPair, KeyUsagePurpose, SigningKey};
use std::io::Cursor;
use std::process::Command;
use trust::asic::Reader;
use trust::cades::ToBeSigned;
use trust::certificate::Certificate;
use trust::evidence::{Verdict, verify_integrity};
use trust::manifest::Manifest;

const REQUEST_ID: &str = "0e4a8a6c-7a3f-4c42-9a0a-0b1f7d3c5e21";

/// A request as a security server would sign and log it.
async fn signed(log: &MessageLog, body_bytes: usize) -> MessageRecord {
    let sequence = log.next_sequence(&peer()).await.unwrap();
    let uri = RequestUri::parse("/r1/BO/GOV/1002/registry/persons/7").unwrap();
    let mut head = RequestHeadBuilder::new(Method::Post, &uri);
    head.field("x-road-client", "BO/GOV/1001/portal").unwrap();
    head.field("x-road-id", "message-7").unwrap();
    let head = Bytes::copy_from_slice(head.finish(REQUEST_ID, "unused").unwrap().as_bytes());
    let context = Context {
        kind: MessageKind::Request,
        created: start(),
        from: server(),
        to: peer(),
        sequence: sequence.number(),
        configuration: Sha256Hash::of(b"targets.json"),
        peer_checkpoint: None,
    };
    let context = Bytes::from(context.render());
    let mut spool = log.spool(1 << 20);
    spool.push(Bytes::from(vec![b'x'; body_bytes])).await.unwrap();
    let body = spool.finish().await.unwrap();
    let salt = [5; 32];
    let (manifest, digests) = Manifest::of(&head, &context, Some(body.digest().sha512), &salt).digested();
    let (signature, credentials) = sign(&manifest);
    MessageRecord {
        kind: MessageKind::Request,
        peer: peer(),
        sequence: MessageSequence::Sent(sequence),
        x_road_id: "message-7".to_owned(),
        request_id: REQUEST_ID.to_owned(),
        client: "BO/GOV/1001/portal".parse().unwrap(),
        service: "BO/GOV/1002/registry/persons".parse().unwrap(),
        configuration: Sha256Hash::of(b"targets.json"),
        credentials: Material::credentials(Bytes::from(credentials.encode())),
        head,
        context,
        salt,
        digests,
        signature,
        body: Some(body),
        idempotency_key: None,
        space: None,
    }
}

fn sign(manifest: &str) -> (Vec<u8>, Credentials) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
    let certificate = params.self_signed(&key).unwrap();
    let signer = Certificate::from_der(certificate.der()).unwrap();
    let to_be_signed = ToBeSigned::new(manifest.as_bytes(), &signer, start()).unwrap();
    let short = to_be_signed.complete(&key.sign(to_be_signed.bytes()).unwrap());
    // An empty sequence stands for an OCSP response: what one says is not judged here.
    let status = vec![0x30, 0x00];
    let chain = vec![signer.der().to_vec()];
    let credentials = Credentials {
        signing_chain: chain.clone(),
        signing_status: status.clone(),
        authentication_chain: chain,
        authentication_status: status,
    };
    (short, credentials)
}

fn exported(log: &MessageLog, index: u64) -> Cursor<Vec<u8>> {
    Cursor::new(log.export(index).unwrap().write(Vec::new()).unwrap())
}

#[tokio::test]
async fn a_container_holds_the_message_and_its_place_in_the_log() {
    let fixture = Fixture::new();
    let log = fixture.open();
    for body_bytes in [100, 50_000] {
        let record = signed(&log, body_bytes).await;
        let index = log.append(record, start()).await.unwrap().index();
        let early = Reader::open(exported(&log, index)).unwrap();
        assert_eq!(early.contents().log, None, "no checkpoint covers it yet");
        let checkpoint = log.checkpoint(&fixture.signer, after(1)).await.unwrap();
        let reader = Reader::open(exported(&log, index)).unwrap();
        assert_eq!(reader.body_bytes(), Some(body_bytes as u64));
        let proof = reader.contents().log.as_ref().unwrap();
        assert_eq!(proof.checkpoint, checkpoint.to_string().into_bytes());
        assert_eq!(proof.timestamp, None);
        let report = verify_integrity(exported(&log, index));
        assert_ne!(report.verdict, Verdict::Invalid, "{report:?}");
    }
}

#[tokio::test]
async fn a_container_of_a_body_that_was_left_out_verifies_for_what_it_holds() {
    let mut fixture = Fixture::new();
    fixture.settings.bodies = Bodies::LeaveOut;
    let log = fixture.open();
    let index = log.append(signed(&log, 100).await, start()).await.unwrap().index();
    assert_eq!(Reader::open(exported(&log, index)).unwrap().body_bytes(), None);
    assert_ne!(verify_integrity(exported(&log, index)).verdict, Verdict::Invalid);
}

#[tokio::test]
async fn a_container_is_the_same_while_the_log_grows_and_refuses_a_body_that_was_changed() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let index = log.append(signed(&log, 50_000).await, start()).await.unwrap().index();
    let container = log.export(index).unwrap();
    let before = container.write(Vec::new()).unwrap();
    let digest = ContainerDigest { length: before.len() as u64, crc32: crc32fast::hash(&before) };
    assert_eq!(container.digest().unwrap(), digest);
    log.checkpoint(&fixture.signer, after(1)).await.unwrap();
    assert_eq!(container.write(Vec::new()).unwrap(), before);
    let bodies = fixture.path().join("bodies");
    let folders = std::fs::read_dir(&bodies).unwrap().map(|entry| entry.unwrap().path());
    let folder = folders.into_iter().find(|path| path.file_name().unwrap() != "new").unwrap();
    let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    assert!(container.write(Vec::new()).is_err());
}

#[tokio::test]
async fn the_earliest_timestamp_goes_into_the_container_even_from_an_old_segment() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let index = log.append(signed(&log, 100).await, start()).await.unwrap().index();
    for number in 1..=200 {
        super::fixture::receive(&log, number).await;
        if number % 50 == 0 {
            let checkpoint = log.checkpoint(&fixture.signer, after(number as i64)).await.unwrap();
            log.add_timestamp(&checkpoint, format!("token {number}").as_bytes()).await.unwrap();
        }
    }
    log.close(after(300)).await.unwrap();
    let log = fixture.open();
    assert!(log.shared().state().checkpoints.len() < 4, "older ones are looked up when they are needed");
    let timestamp = |index| {
        let reader = Reader::open(exported(&log, index)).unwrap();
        String::from_utf8(reader.contents().log.clone().unwrap().timestamp.unwrap()).unwrap()
    };
    assert_eq!(timestamp(index), "token 50");
}

#[tokio::test]
async fn openssl_accepts_the_signature_in_the_container() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let index = log.append(signed(&log, 100).await, start()).await.unwrap().index();
    let reader = Reader::open(exported(&log, index)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("manifest"), &reader.contents().manifest).unwrap();
    std::fs::write(folder.path().join("signature"), &reader.contents().signature).unwrap();
    let arguments = "cms -verify -cades -inform DER -in signature -content manifest -binary -noverify -out /dev/null";
    let openssl = Command::new("openssl").args(arguments.split(' ')).current_dir(folder.path()).output();
    let Ok(output) = openssl else {
        println!("skipped: there is no openssl");
        return;
    };
    // Without the authority nothing more than the signature itself can be asked for.
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("Verification successful") || said.contains("CAdES"), "{said}");
}

#[tokio::test]
async fn without_its_credentials_a_record_is_not_exported() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let mut record = signed(&log, 100).await;
    record.credentials = Material::credentials(Bytes::from_static(b"garbage"));
    record.body = Some(Body::from_bytes(Bytes::new()));
    let index = log.append(digested(record), start()).await.unwrap().index();
    assert!(matches!(log.export(index), Err(ExportError::Credentials { .. })));
    assert!(matches!(log.export(99), Err(ExportError::Read(_))));
}
