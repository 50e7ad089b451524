use super::*;
use crate::hash::Sha256Hash;
use jiff::Timestamp;
use proptest::prelude::*;

const LOG_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

fn server() -> ServerId {
    "BO/GOV/1001/ss1".parse().unwrap()
}

fn subsystem() -> SubsystemId {
    "BO/GOV/1002/portal".parse().unwrap()
}

fn every_request() -> Vec<ManagementRequest> {
    use ManagementRequest as R;
    let (server, subsystem, member) = (server(), subsystem(), subsystem().member().clone());
    let (hash, certificate): (_, Arc<[u8]>) = (Sha256Hash::of(b"x"), Arc::from(&b"0\x01"[..]));
    let address: ServerAddress = "127.0.0.1:5500".parse().unwrap();
    let name = "Registro civil".to_owned();
    vec![
        R::RegisterAuthenticationCertificate {
            server: server.clone(),
            address: address.clone(),
            certificate: certificate.clone(),
        },
        R::DeleteAuthenticationCertificate { server: server.clone(), certificate: hash },
        R::RegisterClient { server: server.clone(), subsystem: subsystem.clone(), name: name.clone() },
        R::DeleteClient { server: server.clone(), subsystem: subsystem.clone() },
        R::RegisterSigningCertificate { member: member.clone(), certificate },
        R::DeleteSigningCertificate { member, certificate: hash },
        R::RegisterLogKey { server: server.clone(), key: LOG_KEY.parse().unwrap() },
        R::ChangeAddress { server: server.clone(), address },
        R::BeginMaintenance { server: server.clone(), notice: name.clone() },
        R::EndMaintenance { server: server.clone() },
        R::RenameSubsystem { server, subsystem, name },
    ]
}

fn created() -> Timestamp {
    "2026-11-21T01:20:03.123456Z".parse().unwrap()
}

fn signature(by: ProofKind) -> RequestSignature {
    RequestSignature { by, signature: vec![1, 2], certificates: vec![vec![0x30, 0]] }
}

fn envelope() -> Envelope {
    let document = RequestDocument::new(every_request().remove(2), created()).unwrap();
    Envelope::new(document, vec![signature(ProofKind::Server), signature(ProofKind::Member)]).unwrap()
}

#[test]
fn every_request_reads_back_as_it_was() {
    for request in every_request() {
        let document = RequestDocument::new(request.clone(), created()).unwrap();
        let read = RequestDocument::parse(document.bytes()).unwrap();
        assert_eq!(read.request(), &request);
        assert_eq!(read.created(), created());
        assert!(String::from_utf8_lossy(document.bytes()).contains(request.kind()));
    }
}

#[test]
fn a_request_has_exactly_these_bytes() {
    let document = RequestDocument::new(every_request().remove(3), created()).unwrap();
    let text = r#"{"format":"chakana-management-request/1","created":"2026-11-21T01:20:03.123456Z","request":{"delete-client":{"server":"BO/GOV/1001/ss1","subsystem":"BO/GOV/1002/portal"}}}"#;
    assert_eq!(String::from_utf8_lossy(document.bytes()), text);
    assert_eq!(document.to_be_signed(), format!("chakana-management-request/1\n{text}").into_bytes());
    assert_eq!(document.hash(), Sha256Hash::of(text.as_bytes()));
}

#[test]
fn each_kind_names_who_must_sign() {
    let proofs: Vec<_> = every_request().iter().map(|request| (request.kind(), request.proofs())).collect();
    let (owner, member) = (Proof::Member(server().owner().clone()), Proof::Member(subsystem().member().clone()));
    let by_server = vec![Proof::Server(server())];
    let expected = [
        vec![Proof::Possession, owner],
        by_server.clone(),
        vec![Proof::Server(server()), member.clone()],
        by_server.clone(),
        vec![Proof::Possession],
        vec![member.clone()],
        by_server.clone(),
        by_server.clone(),
        by_server.clone(),
        by_server,
        vec![Proof::Server(server()), member],
    ];
    for ((kind, found), expected) in proofs.into_iter().zip(expected) {
        assert_eq!(found, expected, "{kind}");
    }
}

#[test]
fn refuses_the_same_facts_in_other_bytes() {
    let document = RequestDocument::new(every_request().remove(9), created()).unwrap();
    let text = String::from_utf8(document.bytes().to_vec()).unwrap();
    for other in [format!(" {text}"), text.replace("GOV", "G%4FV"), text.replace("03.123456Z", "03.1234560Z")] {
        assert!(matches!(RequestDocument::parse(other.as_bytes()), Err(DocumentError::NotCanonical)), "{other}");
    }
    assert!(matches!(
        RequestDocument::parse(text.replace("created\":", "later\":1,\"created\":").as_bytes()),
        Err(DocumentError::Malformed { .. })
    ));
    assert!(matches!(
        RequestDocument::parse(text.replace("request/1", "request/2").as_bytes()),
        Err(DocumentError::Format { .. })
    ));
    assert!(matches!(RequestDocument::parse(&vec![b' '; 70_000]), Err(DocumentError::TooLarge { .. })));
}

#[test]
fn refuses_a_notice_nobody_would_read() {
    for notice in ["x".repeat(2000), "two\nlines".to_owned()] {
        let request = ManagementRequest::BeginMaintenance { server: server(), notice };
        assert!(matches!(RequestDocument::new(request, created()), Err(DocumentError::Value { .. })));
    }
}

#[test]
fn an_envelope_reads_back_as_it_was() {
    let envelope = envelope();
    assert_eq!(Envelope::parse(&envelope.render()).unwrap(), envelope);
    assert!(envelope.signature(ProofKind::Member).is_some());
    assert!(envelope.signature(ProofKind::Possession).is_none());
}

#[test]
fn refuses_envelopes_with_impossible_signatures() {
    let document = envelope().document().clone();
    let bare = RequestSignature { certificates: vec![], ..signature(ProofKind::Server) };
    let many = RequestSignature { certificates: vec![vec![0x30]; 9], ..signature(ProofKind::Server) };
    let twice = vec![signature(ProofKind::Member), signature(ProofKind::Member)];
    for signatures in [vec![], vec![bare], vec![many], twice] {
        assert!(matches!(Envelope::new(document.clone(), signatures), Err(EnvelopeError::Signatures)));
    }
}

#[test]
fn refuses_envelopes_that_are_none() {
    let text = String::from_utf8(envelope().render()).unwrap();
    let refused = |text: String| Envelope::parse(text.as_bytes()).unwrap_err();
    assert!(matches!(refused(text.replace("envelope/1", "envelope/9")), EnvelopeError::Format { .. }));
    assert!(matches!(refused(text.replace("AQI=", "A")), EnvelopeError::Encoding { field: "signature" }));
    assert!(matches!(refused(text.replace("MAA=", "")), EnvelopeError::Encoding { field: "certificate" }));
    assert!(matches!(refused(text.replace("\"by\"", "\"for\"")), EnvelopeError::Malformed { .. }));
    assert!(matches!(refused(format!("{text}x")), EnvelopeError::Malformed { .. }));
    assert!(matches!(refused(" ".repeat(Envelope::MAX_BYTES + 1)), EnvelopeError::TooLarge { .. }));
    let broken = text.replace("\"document\":\"eyJ", "\"document\":\"eyI");
    assert!(matches!(refused(broken), EnvelopeError::Document { .. }));
}

#[test]
fn a_status_reads_back_as_it_was() {
    let request = Sha256Hash::of(b"request");
    let declined = RequestState::Declined { reason: "unknown member".to_owned() };
    for state in [RequestState::Waiting, RequestState::Applied, declined] {
        let status = RequestStatus { request, state };
        assert_eq!(RequestStatus::parse(&status.render()).unwrap(), status);
    }
    let unreasoned = format!(r#"{{"request":"{request}","state":"declined"}}"#);
    assert!(matches!(RequestStatus::parse(unreasoned.as_bytes()), Err(StatusError::Reason)));
    assert!(RequestStatus::parse(b"{}").is_err());
}

proptest! {
    #[test]
    fn no_bytes_make_the_readers_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = RequestDocument::parse(&bytes);
        let _ = Envelope::parse(&bytes);
        let _ = RequestStatus::parse(&bytes);
    }

    #[test]
    fn a_changed_byte_is_refused_or_changes_the_document(at in 0usize..10_000, byte in any::<u8>()) {
        let document = RequestDocument::new(every_request().remove(0), created()).unwrap();
        let mut bytes = document.bytes().to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(read) = RequestDocument::parse(&bytes) {
            prop_assert!(read.bytes() == bytes && (read == document) == (bytes == document.bytes()));
        }
    }
}
