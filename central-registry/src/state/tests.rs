use super::*;
use protocol::management::ManagementRequest as Request;

fn state() -> State {
    let text = "instance = \"BO\"\nmember_classes = [\"GOV\"]\n\
                [[members]]\nclass = \"GOV\"\ncode = \"1\"\nname = \"One\"\n\
                [[members]]\nclass = \"GOV\"\ncode = \"2\"\nname = \"Two\"\n";
    let mut state = State::default();
    let event = Event { time: Timestamp::UNIX_EPOCH, author: String::new(), change: Change::Configured { version: 1 } };
    state.apply(&event, Some(Arc::new(OperatorDocument::parse(text).unwrap()))).unwrap();
    state.changed = Changed::default();
    state
}

fn member(code: u32) -> MemberId {
    format!("BO/GOV/{code}").parse().unwrap()
}

fn register_server(member_code: u32, certificate: &str) -> Request {
    Request::RegisterAuthenticationCertificate {
        server: ServerId::new(member(member_code), "ss1").unwrap(),
        address: "ss1.bo:5500".parse().unwrap(),
        certificate: certificate.as_bytes().into(),
    }
}

fn register_signing(certificate: &str) -> Request {
    Request::RegisterSigningCertificate { member: member(1), certificate: certificate.as_bytes().into() }
}

fn take(state: &mut State, request: &Request) {
    let consequences = state.consequences(request).unwrap();
    state.take(consequences);
}

#[test]
fn a_request_changes_the_bin_of_its_member_alone() {
    let mut state = state();
    take(&mut state, &register_server(1, "a"));
    assert_eq!(state.changed, Changed { document: false, bins: [BinNumber::of(&member(1))].into() });
    let hash = CertificateHash::of(b"a");
    assert!(state.speaks_for(&hash, &ServerId::new(member(1), "ss1").unwrap()));
    assert!(!state.speaks_for(&hash, &ServerId::new(member(2), "ss1").unwrap()));
}

#[test]
fn a_certificate_counts_for_one_server_or_member() {
    let mut state = state();
    take(&mut state, &register_server(1, "a"));
    take(&mut state, &register_signing("s"));
    for taken in [register_server(2, "a"), register_server(2, "s"), register_signing("a"), register_signing("s")] {
        assert!(matches!(state.consequences(&taken), Err(RequestRefusal::CertificateTaken { .. })));
    }
    let server = ServerId::new(member(1), "ss1").unwrap();
    take(&mut state, &Request::DeleteAuthenticationCertificate { server, certificate: CertificateHash::of(b"a") });
    take(&mut state, &register_server(2, "a"));
}

#[test]
fn a_server_that_goes_takes_with_it_what_was_behind_it_alone() {
    let mut state = state();
    take(&mut state, &register_server(1, "a"));
    take(&mut state, &register_server(2, "b"));
    let (one, two) = (ServerId::new(member(1), "ss1").unwrap(), ServerId::new(member(2), "ss1").unwrap());
    let subsystem = |code| protocol::identifier::SubsystemId::new(member(2), code).unwrap();
    for (server, code) in [(&one, "both"), (&two, "both"), (&one, "alone")] {
        let (server, subsystem) = (server.clone(), subsystem(code));
        take(&mut state, &Request::RegisterClient { server, subsystem, name: String::new() });
    }
    let certificate = CertificateHash::of(b"a");
    take(&mut state, &Request::DeleteAuthenticationCertificate { server: one.clone(), certificate });
    assert!(state.server(&one).is_none());
    let left = &state.record(&member(2)).unwrap().subsystems;
    assert_eq!(left.keys().collect::<Vec<_>>(), ["both"]);
    assert_eq!(left["both"].servers, BTreeSet::from([two]));
    assert!(state.record(&member(1)).is_none());
}

#[test]
fn refuses_more_than_every_server_accepts() {
    let mut state = state();
    for number in 0..protocol::global_configuration::limits::KEYS {
        take(&mut state, &register_signing(&number.to_string()));
    }
    let refused = state.consequences(&register_signing("one more"));
    assert!(matches!(refused, Err(RequestRefusal::TooMuch(_))));
}

#[test]
fn who_is_no_member_any_more_has_no_certificates() {
    let mut state = state();
    take(&mut state, &register_signing("s"));
    let text = "instance = \"BO\"\nmember_classes = []\n";
    let event = Event { time: Timestamp::UNIX_EPOCH, author: String::new(), change: Change::Configured { version: 2 } };
    state.apply(&event, Some(Arc::new(OperatorDocument::parse(text).unwrap()))).unwrap();
    assert!(!state.signs_for(&CertificateHash::of(b"s"), &member(1)));
    assert!(state.changed.bins.contains(&BinNumber::of(&member(1))));
    assert!(state.changed.bins.contains(&BinNumber::of(&member(2))));
}

#[test]
fn refuses_a_journal_that_decides_what_never_came() {
    let request = Sha256Hash::of(b"never");
    for change in [Change::Approved { request }, Change::Declined { request, reason: "no".to_owned() }] {
        let event = Event { time: Timestamp::UNIX_EPOCH, author: String::new(), change };
        assert!(matches!(state().apply(&event, None), Err(ReplayError::UnknownRequest { .. })));
    }
    let change = Change::Requested { envelope: b"{}".to_vec() };
    let event = Event { time: Timestamp::UNIX_EPOCH, author: String::new(), change };
    assert!(matches!(state().apply(&event, None), Err(ReplayError::Envelope(_))));
}
