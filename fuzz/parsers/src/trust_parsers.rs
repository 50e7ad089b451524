//! What evidence is made of.

use std::io::Cursor;
use std::time::Duration;

use trust::asic::{self, Reader};
use trust::cades;
use trust::certificate::{Certificate, Role};
use trust::checkpoint::SignedCheckpoint;
use trust::evidence::{Verdict, check_token, verify_integrity};
use trust::leaf::Leaf;
use trust::manifest::Manifest;
use trust::note::{Note, NoteKey};
use trust::ocsp;
use trust::path::{self, Anchors};
use trust::tile::Tile;
use trust::timestamp;
use trust::tlog_proof::TlogProof;

use crate::fixtures::fixtures;

/// Leaves of the message log.
pub fn leaf(data: &[u8]) {
    if let Ok(leaf) = Leaf::parse(data) {
        assert_eq!(leaf.render().as_bytes(), data);
    }
}

/// Manifests.
pub fn manifest(data: &[u8]) {
    if let Ok(manifest) = Manifest::parse(data) {
        assert_eq!(manifest.render().as_bytes(), data);
    }
}

/// Containers: the input as a file, and as one entry of a container that is right in everything else.
pub fn container(data: &[u8]) {
    if let Ok(mut reader) = Reader::open(Cursor::new(data)) {
        let mut body = Vec::new();
        let contents = reader.contents().clone();
        if reader.copy_body(&mut body).is_ok() {
            let body = reader.body_bytes().is_some().then_some(&body[..]);
            assert_eq!(rewritten(&contents, body), data);
        }
    }
    let _ = verify_integrity(Cursor::new(data)).to_string();
    one_entry(data);
}

fn rewritten(contents: &asic::Contents, mut body: Option<&[u8]>) -> Vec<u8> {
    let body = body.as_mut().map(asic::Body::in_memory);
    asic::write(Vec::new(), contents, body).expect("what was read can be written")
}

/// The first byte says which entry the rest replaces.
fn one_entry(data: &[u8]) {
    let Some((which, replacement)) = data.split_first() else { return };
    let mut reader = Reader::open(Cursor::new(&fixtures().container)).expect("the fixture is a container");
    let mut contents = reader.contents().clone();
    let mut body = Vec::new();
    reader.copy_body(&mut body).expect("the fixture holds a body");
    let mut log = contents.log.clone().expect("the fixture is covered by a checkpoint");
    let entry = match which % 9 {
        0 => &mut contents.head,
        1 => &mut contents.context,
        2 => &mut body,
        3 => &mut contents.manifest,
        4 => &mut contents.signature,
        5 => &mut contents.leaf,
        6 => &mut log.proof,
        7 => &mut log.checkpoint,
        _ => log.timestamp.get_or_insert_default(),
    };
    let same = entry == replacement;
    // Without trust nobody looks at the timestamp.
    let looked_at = which % 9 != 8;
    *entry = replacement.to_vec();
    contents.log = Some(log);
    let mut body = &body[..];
    let Ok(file) = asic::write(Vec::new(), &contents, Some(asic::Body::in_memory(&mut body))) else { return };
    let report = verify_integrity(Cursor::new(file));
    assert!(same || !looked_at || report.verdict == Verdict::Invalid, "{report}");
}

/// Certificates.
pub fn certificate(data: &[u8]) {
    let Ok(certificate) = Certificate::from_der(data) else { return };
    assert_eq!(certificate.der(), data);
    let at = certificate.not_before();
    let anchors = Anchors::new(vec![fixtures().root.clone(), certificate.clone()]);
    for role in [Role::Signing, Role::Authentication, Role::TimeStamping] {
        let _ = path::verify(&certificate, &[fixtures().issuer.clone(), certificate.clone()], &anchors, role, at);
    }
}

/// Signatures in short and long form.
pub fn cms(data: &[u8]) {
    let fixtures = fixtures();
    let verified = cades::verify(data, &fixtures.manifest, &fixtures.signer);
    let Ok(embedded) = cades::embedded(data) else { return };
    let Ok(verified) = verified else { return };
    // What verifies has one encoding: its parts put together again are the same bytes.
    let to_be_signed = cades::ToBeSigned::new(&fixtures.manifest, &fixtures.signer, verified.signing_time());
    let short = to_be_signed.expect("the fixture signs").complete(verified.signature_value());
    let responses: Vec<&[u8]> = embedded.ocsp_responses.iter().map(Vec::as_slice).collect();
    let token = embedded.signature_timestamp.as_deref();
    if embedded.certificates.is_empty() && responses.is_empty() && token.is_none() {
        assert_eq!(short, data);
    } else {
        assert_eq!(cades::long_form(&short, &embedded.certificates, &responses, token).as_deref(), Ok(data));
    }
}

/// OCSP responses and requests.
pub fn ocsp(data: &[u8]) {
    let fixtures = fixtures();
    let at = "2026-11-21T01:20:03Z".parse().expect("a timestamp");
    let _ = ocsp::verify(data, &fixtures.signer, &fixtures.issuer, at, Duration::from_secs(3600), None);
    let _ = ocsp::responder::parse_request(data);
}

/// Timestamp tokens, responses and requests.
pub fn timestamp(data: &[u8]) {
    let fixtures = fixtures();
    let imprint = protocol::hash::Sha256Hash::of(&fixtures.stamped);
    let anchors = Anchors::new(vec![fixtures.root.clone(), fixtures.issuer.clone()]);
    let at = "2026-11-22T01:20:03Z".parse().expect("a timestamp");
    let authorities = [fixtures.time_stamping_authority.clone()];
    let strict = check_token(data, &imprint, &authorities, &anchors, at);
    let lenient = timestamp::verify(data, &imprint, &authorities, &anchors, at);
    assert!(strict.is_err() || lenient.is_ok());
    let _ = timestamp::token_of(data, &imprint, 7);
    let _ = timestamp::authority::parse_request(data);
}

/// Signed notes, checkpoints, proofs, verifier keys and tile paths.
pub fn log_notes(data: &[u8]) {
    if let Ok(note) = Note::parse(data) {
        assert_eq!(note.to_string().as_bytes(), data);
    }
    if let Ok(checkpoint) = SignedCheckpoint::parse(data) {
        assert_eq!(checkpoint.to_string().as_bytes(), data);
    }
    if let Ok(proof) = TlogProof::parse(data) {
        assert_eq!(proof.to_string().as_bytes(), data);
        let _ = proof.verify_inclusion(&proof.checkpoint.claimed().root);
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(key) = text.parse::<NoteKey>() {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(tile) = text.parse::<Tile>() {
        assert_eq!(tile.to_string(), text);
    }
}
