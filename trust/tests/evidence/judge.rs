use std::io::Cursor;
use std::time::Duration;

use protocol::context::MessageKind;
use protocol::hash::Sha256Hash;
use trust::asic::Contents;
use trust::cades;
use trust::evidence::{self, Report, StepName, StepVerdict, Verdict};
use trust::leaf::{Direction, Leaf};
use trust::manifest::Part;
use trust::ocsp::responder::CertificateStatus;
use trust::zip::ZipWriter;

use crate::authority::{Profile, now};
use crate::scene::*;

/// Checks that the first step that failed is this one, and that its explanation holds these words.
fn refused_at(report: &Report, name: StepName, words: &str) {
    assert_eq!(report.verdict, Verdict::Invalid, "{report}");
    let step = report.first_failure().unwrap();
    assert_eq!(step.name, name, "{report}");
    assert!(step.explanation.contains(words), "{words:?} in: {report}");
}

fn verdict_of(report: &Report, name: StepName) -> StepVerdict {
    report.step(name).unwrap().verdict
}

#[test]
fn a_complete_container_is_valid_in_every_step() {
    let scene = Scene::new();
    let report = scene.judge(&Making::usual());
    assert_eq!(report.verdict, Verdict::Valid, "{report}");
    assert_eq!(report.verdict.exit_code(), 0);
    assert_eq!(report.steps.len(), 15);
    for step in &report.steps {
        assert_eq!(step.verdict, StepVerdict::Passed, "{report}");
        assert!(step.explanation.ends_with('.') || step.explanation.ends_with(')'), "{}", step.explanation);
    }
    let text = report.to_string();
    for words in ["request of BO/GOV/1001/portal", "(member BO/GOV/1001)", "record number 5", "The evidence is valid."]
    {
        assert!(text.contains(words), "{words:?} in: {text}");
    }
}

#[test]
fn requests_and_responses_of_either_log_are_valid() {
    let scene = Scene::new();
    for kind in [MessageKind::Request, MessageKind::Response] {
        for direction in [Direction::Sent, Direction::Received] {
            let report = scene.judge(&Making { kind, direction, ..Making::usual() });
            assert_eq!(report.verdict, Verdict::Valid, "{report}");
        }
    }
}

#[test]
fn without_trust_only_integrity_is_judged() {
    let scene = Scene::new();
    let making = Making::usual();
    let container = written(&scene.contents(&making), making.body);
    let report = evidence::verify_integrity(Cursor::new(&container));
    assert_eq!(report.verdict, Verdict::IntegrityOnly, "{report}");
    assert_eq!(report.verdict.exit_code(), 2);
    for name in [StepName::CertificatePath, StepName::Member, StepName::CertificateStatus, StepName::Checkpoint] {
        assert_eq!(verdict_of(&report, name), StepVerdict::NotChecked);
    }
    assert_eq!(verdict_of(&report, StepName::Inclusion), StepVerdict::Passed);
    let mut contents = scene.contents(&making);
    contents.head.push(b'x');
    let report = evidence::verify_integrity(Cursor::new(written(&contents, making.body)));
    refused_at(&report, StepName::Part(Part::Head), "head.txt was changed");
    assert_eq!(report.verdict.exit_code(), 1);
}

#[test]
fn says_when_the_time_is_only_claimed() {
    let scene = Scene::new();
    let not_stamped = Making { stamped_at: None, ..Making::usual() };
    let not_covered = Making { covered: false, ..Making::usual() };
    for making in [&not_stamped, &not_covered] {
        let report = scene.judge(making);
        assert_eq!(report.verdict, Verdict::Valid, "{report}");
        let step = report.step(StepName::Timestamp).unwrap();
        assert_eq!(step.verdict, StepVerdict::NotPresent);
        assert!(step.explanation.contains("the time is only claimed by the signer"), "{report}");
    }
    let report = scene.judge(&not_covered);
    assert_eq!(verdict_of(&report, StepName::Inclusion), StepVerdict::NotPresent);
    let stamped = Making { signature_timestamp: true, ..not_covered };
    let report = scene.judge(&stamped);
    assert_eq!(verdict_of(&report, StepName::SignatureTimestamp), StepVerdict::Passed);
    assert!(!report.to_string().contains("only claimed"), "{report}");
}

#[test]
fn a_message_may_have_no_body_and_a_container_may_leave_it_out() {
    let scene = Scene::new();
    let report = scene.judge(&Making { body: None, ..Making::usual() });
    assert_eq!(report.verdict, Verdict::Valid, "{report}");
    let report = scene.judge_bytes(&written(&scene.contents(&Making::usual()), None));
    assert_eq!(report.verdict, Verdict::Valid, "{report}");
    assert_eq!(verdict_of(&report, StepName::Part(Part::Body)), StepVerdict::NotPresent);
    let contents = scene.contents(&Making { body: None, ..Making::usual() });
    let report = scene.judge_bytes(&written(&contents, Some(b"slipped in")));
    refused_at(&report, StepName::Part(Part::Body), "does not list");
}

#[test]
fn each_part_that_was_changed_is_named() {
    let scene = Scene::new();
    let making = Making::usual();
    type Change = fn(&mut Contents);
    let cases: [(StepName, Change); 7] = [
        (StepName::Part(Part::Head), |contents| contents.head[0] ^= 1),
        (StepName::Part(Part::Context), |contents| contents.context[0] ^= 1),
        (StepName::Part(Part::Salt), |contents| contents.salt[0] ^= 1),
        (StepName::Manifest, |contents| contents.manifest[0] ^= 1),
        (StepName::Signature, |contents| contents.signature[0] ^= 1),
        (StepName::Statement, |contents| contents.leaf[0] ^= 1),
        (StepName::Inclusion, |contents| contents.log.as_mut().unwrap().proof[0] ^= 1),
    ];
    for (name, change) in cases {
        let mut contents = scene.contents(&making);
        change(&mut contents);
        refused_at(&scene.judge_bytes(&written(&contents, making.body)), name, "");
    }
    let report = scene.judge_bytes(&written(&scene.contents(&making), Some(b"another body")));
    refused_at(&report, StepName::Part(Part::Body), "body.bin was changed");
}

#[test]
fn refuses_what_is_no_container() {
    let scene = Scene::new();
    refused_at(&scene.judge_bytes(b"PK\x05\x06"), StepName::Container, "too short");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add("mimetype", b"application/zip").unwrap();
    let report = scene.judge_bytes(&zip.finish().unwrap().into_inner());
    refused_at(&report, StepName::Container, "head.txt");
    assert_eq!(report.steps.len(), 15);
    assert_eq!(verdict_of(&report, StepName::Signature), StepVerdict::NotChecked);
}

#[test]
fn a_certificate_counts_only_for_the_member_that_had_to_sign() {
    let scene = Scene::new();
    let making = Making::usual();
    let container = written(&scene.contents(&making), making.body);
    let client = |certificate| member(CLIENT_MEMBER, certificate, scene.note_key(CLIENT_MEMBER));
    let provider = |certificate| member(PROVIDER_MEMBER, certificate, scene.note_key(PROVIDER_MEMBER));
    let (own, foreign) = (&scene.client.certificate, &scene.provider.certificate);
    let swapped = scene.configuration_of(vec![client(foreign), provider(own)]);
    refused_at(&judge_by(&container, &swapped), StepName::Member, "does not publish the certificate");
    let without = scene.configuration_of(vec![provider(foreign)]);
    refused_at(&judge_by(&container, &without), StepName::Member, "knows no member BO/GOV/1001");
}

#[test]
fn refuses_a_signer_of_an_unknown_authority_or_for_another_role() {
    let scene = Scene::new();
    let making = Making::usual();
    let container = written(&scene.contents(&making), making.body);
    let other = Scene::new();
    let members = vec![member(CLIENT_MEMBER, &scene.client.certificate, scene.note_key(CLIENT_MEMBER))];
    let report = judge_by(&container, &other.configuration_of(members));
    refused_at(&report, StepName::CertificatePath, "The signer's certificate is refused");
    assert_eq!(verdict_of(&report, StepName::CertificateStatus), StepVerdict::NotChecked);
}

#[test]
fn refuses_certificates_that_nothing_verifies() {
    let scene = Scene::new();
    let making = Making::usual();
    let mut contents = scene.contents(&making);
    let embedded = cades::embedded(&contents.signature).unwrap();
    let stray = scene.pki.root.issue(&Profile::authority(), "stray").certificate;
    let short = short_form(&contents, &embedded);
    let chain = [embedded.signer().unwrap().clone(), scene.pki.issuing.certificate.clone(), stray];
    let responses: Vec<&[u8]> = embedded.ocsp_responses.iter().map(Vec::as_slice).collect();
    contents.signature = cades::long_form(&short, &chain, &responses, None).unwrap();
    let report = scene.judge_bytes(&written(&contents, making.body));
    refused_at(&report, StepName::CertificatePath, "not part of the signer's path");
    let second = scene.status(&scene.client.certificate, &making);
    contents.signature = cades::long_form(&short, &chain[..2], &[responses[0], &second], None).unwrap();
    let report = scene.judge_bytes(&written(&contents, making.body));
    refused_at(&report, StepName::CertificateStatus, "2 OCSP responses");
    contents.signature = cades::long_form(&short, &chain[..2], &[], None).unwrap();
    let report = scene.judge_bytes(&written(&contents, making.body));
    refused_at(&report, StepName::CertificateStatus, "0 OCSP responses");
    contents.signature = short;
    let report = scene.judge_bytes(&written(&contents, making.body));
    refused_at(&report, StepName::Signature, "does not carry the certificate");
}

fn short_form(contents: &Contents, embedded: &cades::Embedded) -> Vec<u8> {
    let signer = embedded.signer().unwrap();
    let verified = cades::verify(&contents.signature, &contents.manifest, signer).unwrap();
    let to_be_signed = cades::ToBeSigned::new(&contents.manifest, signer, verified.signing_time()).unwrap();
    to_be_signed.complete(verified.signature_value())
}

#[test]
fn refuses_a_revoked_or_stale_certificate_status() {
    let scene = Scene::new();
    let revoked = CertificateStatus::Revoked { at: now() - Duration::from_secs(10_000), reason: None };
    let report = scene.judge(&Making { status: revoked, ..Making::usual() });
    refused_at(&report, StepName::CertificateStatus, "revoked");
    let report = scene.judge(&Making { status_age: Duration::from_secs(3700), ..Making::usual() });
    refused_at(&report, StepName::CertificateStatus, "3600");
}

#[test]
fn refuses_a_leaf_that_says_something_else() {
    let scene = Scene::new();
    let making = Making::usual();
    for (from, to, words) in [
        ("role: request", "role: response", "kind of the message"),
        ("direction: sent", "direction: received", "sending security server"),
        ("sequence: 17", "sequence: 18", "sequence number"),
        ("1001/portal", "1001/other", "client"),
        ("registry/persons", "registry/others", "service"),
        ("id: BO-1", "id: BO-2", "message id"),
        ("8f0e4a3c", "8f0e4a3d", "request id"),
        ("1002/ss1", "1003/ss1", "receiving security server"),
    ] {
        let mut contents = scene.contents(&making);
        let leaf = String::from_utf8(contents.leaf).unwrap();
        contents.leaf = leaf.replacen(from, to, 1).into_bytes();
        refused_at(&scene.judge_bytes(&written(&contents, making.body)), StepName::Statement, words);
    }
    let mut contents = scene.contents(&making);
    let conflict = "chakana-leaf/1\nkind: conflict\ntime: 2026-11-21T01:20:03.123456Z\nserver: BO/GOV/1001/ss1\npeer: BO/GOV/1002/ss1\nwhat: x\n";
    contents.leaf = conflict.as_bytes().to_vec();
    refused_at(&scene.judge_bytes(&written(&contents, making.body)), StepName::Statement, "not that of a message");
}

#[test]
fn refuses_a_leaf_that_does_not_commit_to_the_message() {
    let scene = Scene::new();
    let making = Making::usual();
    for part in ["head", "context", "body", "manifest", "signature"] {
        let mut contents = scene.contents(&making);
        let Leaf::Message(mut leaf) = Leaf::parse(&contents.leaf).unwrap() else { unreachable!() };
        let wrong = Sha256Hash::of(b"another");
        match part {
            "head" => leaf.parts.head = wrong,
            "context" => leaf.parts.context = wrong,
            "body" => leaf.parts.body = None,
            "manifest" => leaf.parts.manifest = wrong,
            _ => leaf.parts.signature = wrong,
        }
        contents.leaf = Leaf::Message(leaf).render().into_bytes();
        let report = scene.judge_bytes(&written(&contents, making.body));
        refused_at(&report, StepName::Commitments, &format!("does not commit to the {part}"));
        assert_eq!(verdict_of(&report, StepName::Inclusion), StepVerdict::Failed);
    }
}

#[test]
fn refuses_the_checkpoint_of_another_log_or_key() {
    let scene = Scene::new();
    let making = Making::usual();
    let mut contents = scene.contents(&making);
    let received = scene.contents(&Making { direction: Direction::Received, ..making.clone() });
    contents.log = received.log;
    refused_at(&scene.judge_bytes(&written(&contents, making.body)), StepName::Inclusion, "not of the log of");
    let mut contents = scene.contents(&making);
    let log = contents.log.as_mut().unwrap();
    log.checkpoint.push(b'\n');
    refused_at(&scene.judge_bytes(&written(&contents, making.body)), StepName::Inclusion, "checkpoint.txt is not");
    let container = written(&scene.contents(&making), making.body);
    let other_key =
        Scene { log_key: aws_lc_rs::signature::Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap(), ..Scene::new() };
    let members = vec![member(CLIENT_MEMBER, &scene.client.certificate, other_key.note_key(CLIENT_MEMBER))];
    let report = judge_by(&container, &scene.configuration_of(members));
    refused_at(&report, StepName::Checkpoint, "no known key signed");
    let mut without_server = member(CLIENT_MEMBER, &scene.client.certificate, scene.note_key(CLIENT_MEMBER));
    without_server.servers.clear();
    let report = judge_by(&container, &scene.configuration_of(vec![without_server]));
    refused_at(&report, StepName::Checkpoint, "knows no security server BO/GOV/1001/ss1");
}

#[test]
fn refuses_checkpoint_signatures_that_nothing_verifies() {
    let scene = Scene::new();
    let making = Making::usual();
    let mut contents = scene.contents(&making);
    let log = contents.log.as_mut().unwrap();
    for text in [&mut log.proof, &mut log.checkpoint] {
        text.extend_from_slice("— witness.example AAAAAAAAAAA=\n".as_bytes());
    }
    log.timestamp = Some(scene.stamp(&log.checkpoint, now()));
    let report = scene.judge_bytes(&written(&contents, making.body));
    refused_at(&report, StepName::Checkpoint, "unknown key witness.example");
}

#[test]
fn refuses_timestamps_of_something_else_somebody_else_or_too_early() {
    let scene = Scene::new();
    let making = Making::usual();
    let mut contents = scene.contents(&making);
    contents.log.as_mut().unwrap().timestamp = Some(scene.stamp(b"something else", now()));
    refused_at(&scene.judge_bytes(&written(&contents, making.body)), StepName::Timestamp, "another content");
    let somebody = Scene::new();
    let log = contents.log.as_mut().unwrap();
    log.timestamp = Some(somebody.stamp(&log.checkpoint, now()));
    refused_at(&scene.judge_bytes(&written(&contents, making.body)), StepName::Timestamp, "no registered");
    let early = Making { stamped_at: Some(now() - Duration::from_secs(61)), ..making.clone() };
    refused_at(&scene.judge(&early), StepName::Timestamp, "before the message was signed");
    let late = Making { stamped_at: Some(now() + Duration::from_secs(90_000)), ..making };
    refused_at(&scene.judge(&late), StepName::Timestamp, "after");
}

#[test]
fn says_when_the_stamp_came_late() {
    let scene = Scene::new();
    let report = scene.judge(&Making { stamped_at: Some(now() + Duration::from_secs(5 * 3600)), ..Making::usual() });
    assert_eq!(report.verdict, Verdict::Valid, "{report}");
    let words = "Between the two lie 5h: for that span the time is only claimed by the signer.";
    assert!(report.step(StepName::Timestamp).unwrap().explanation.contains(words), "{report}");
}

#[test]
fn says_which_snapshot_would_have_to_be_given() {
    let scene = Scene::new();
    let making = Making::usual();
    let mut contents = scene.contents(&making);
    let leaf = String::from_utf8(contents.leaf).unwrap();
    let (named, other) = (Sha256Hash::of(b"snapshot").to_string(), Sha256Hash::of(b"older").to_string());
    contents.leaf = leaf.replace(&named, &other).into_bytes();
    let report = scene.judge_bytes(&written(&contents, making.body));
    let step = report.step(StepName::Member).unwrap();
    assert!(step.explanation.contains(&other), "{report}");
}
