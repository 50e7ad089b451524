use super::wire::*;
use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

const LOG_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

fn hash(text: &str) -> CertificateHash {
    CertificateHash::of(text.as_bytes())
}

fn shared() -> SharedDocument {
    SharedDocument {
        format: format::SHARED.to_owned(),
        instance: "BO".to_owned(),
        registry: RegistryDocument { address: "registry.bo:4001".to_owned(), certificates: vec![hash("tls")] },
        certification_services: vec![CertificationServiceDocument {
            name: "ADSIB".to_owned(),
            certificates: vec!["MAA=".to_owned()],
            ocsp_urls: vec!["http://ocsp.adsib.bo/".to_owned()],
        }],
        time_stamping_services: vec![TimeStampingServiceDocument {
            name: "ADSIB".to_owned(),
            url: "http://tsa.adsib.bo/".to_owned(),
            certificate: "MAA=".to_owned(),
        }],
        ocsp_freshness_seconds: 3600,
    }
}

fn groups() -> GroupsDocument {
    GroupsDocument {
        format: format::GROUPS.to_owned(),
        groups: vec![GroupDocument {
            id: "BO/banks".parse().unwrap(),
            description: "Every bank".to_owned(),
            members: vec!["BO/GOV/1001/portal".parse().unwrap(), "BO/GOV/1002".parse().unwrap()],
        }],
    }
}

fn member(code: usize) -> MemberDocument {
    let id: MemberId = format!("BO/GOV/{code}").parse().unwrap();
    MemberDocument {
        name: format!("Entity {code}"),
        subsystems: vec![SubsystemDocument {
            code: "portal".to_owned(),
            name: "Portal".to_owned(),
            servers: vec![ServerId::new(id.clone(), "ss1").unwrap()],
        }],
        signing_certificates: vec![hash(&format!("sign {code}"))],
        servers: vec![ServerDocument {
            code: "ss1".to_owned(),
            address: "127.0.0.1:5500".to_owned(),
            authentication_certificates: vec![hash(&format!("auth {code}"))],
            log_keys: vec![LOG_KEY.to_owned()],
            maintenance: None,
        }],
        id,
    }
}

fn members() -> Vec<MemberDocument> {
    vec![member(1001), member(1002)]
}

fn configuration(members: Vec<MemberDocument>) -> Result<GlobalConfiguration, ConfigurationError> {
    GlobalConfiguration::from_documents(&shared(), &groups(), members)
}

fn refusal(change: impl FnOnce(&mut MemberDocument)) -> ConfigurationError {
    let mut members = members();
    change(&mut members[0]);
    // Not through `targets`, which would put lists into order.
    let number = BinNumber::of(&members[0].id);
    let bin = BinDocument { format: format::MEMBERS.to_owned(), members: vec![members.remove(0)] };
    Bin::parse("BO", number, &render(&bin)).unwrap_err()
}

#[test]
fn answers_every_question_about_a_member() {
    let configuration = configuration(members()).unwrap();
    let server: ServerId = "BO/GOV/1001/ss1".parse().unwrap();
    let portal: SubsystemId = "BO/GOV/1001/portal".parse().unwrap();
    assert_eq!(configuration.instance(), "BO");
    assert_eq!(configuration.member(portal.member()).unwrap().name(), "Entity 1001");
    assert!(configuration.member(portal.member()).unwrap().signs_with(&hash("sign 1001")));
    assert!(!configuration.member(portal.member()).unwrap().signs_with(&hash("sign 1002")));
    assert_eq!(configuration.servers_of(&portal), std::slice::from_ref(&server));
    assert_eq!(configuration.server(&server).unwrap().address().port(), 5500);
    assert_eq!(configuration.server(&server).unwrap().log_keys()[0].name(), "PeterNeumann");
    assert_eq!(configuration.server_of_certificate(&hash("auth 1001")), Some(&server));
    assert_eq!(configuration.server_of_certificate(&hash("auth 9")), None);
    assert_eq!(configuration.ocsp_freshness(), Duration::from_secs(3600));
    assert_eq!(configuration.certification_services()[0].name(), "ADSIB");
    assert_eq!(configuration.time_stamping_services()[0].url(), "http://tsa.adsib.bo/");
    assert_eq!(configuration.registry().address().host(), "registry.bo");
    assert_eq!(configuration.members().count(), 2);
    assert!(configuration.findings().is_empty());
}

#[test]
fn a_client_is_behind_the_servers_it_is_registered_on() {
    let configuration = configuration(members()).unwrap();
    let behind =
        |client: &str, server: &str| configuration.is_registered(&client.parse().unwrap(), &server.parse().unwrap());
    assert!(behind("BO/GOV/1001/portal", "BO/GOV/1001/ss1"));
    assert!(behind("BO/GOV/1001", "BO/GOV/1001/ss1"));
    assert!(!behind("BO/GOV/1001/portal", "BO/GOV/1002/ss1"));
    assert!(!behind("BO/GOV/1001", "BO/GOV/1002/ss1"));
    assert!(!behind("BO/GOV/1001", "BO/GOV/1001/ss9"));
    assert!(!behind("BO/GOV/1001/other", "BO/GOV/1001/ss1"));
}

#[test]
fn a_member_in_a_group_does_not_bring_its_subsystems() {
    let configuration = configuration(members()).unwrap();
    let banks = "BO/banks".parse().unwrap();
    let inside = |client: &str| configuration.is_in_group(&client.parse().unwrap(), &banks);
    assert!(inside("BO/GOV/1001/portal"));
    assert!(inside("BO/GOV/1002"));
    assert!(!inside("BO/GOV/1002/portal"));
    assert!(!configuration.is_in_group(&"BO/GOV/1002".parse().unwrap(), &"BO/none".parse().unwrap()));
}

#[test]
fn one_changed_member_replaces_one_bin() {
    let before = configuration(members()).unwrap();
    let mut changed = member(1001);
    changed.servers[0].authentication_certificates = vec![hash("renewed")];
    let number = BinNumber::of(&changed.id);
    let after = before.edit().document(&number.target(), render_bin(vec![changed])).build().unwrap();
    assert_eq!(after.server_of_certificate(&hash("auth 1001")), None);
    assert!(after.server_of_certificate(&hash("renewed")).is_some());
    assert!(before.server_of_certificate(&hash("auth 1001")).is_some());
    let replaced = before.bins.iter().zip(&after.bins).filter(|(old, new)| !Arc::ptr_eq(old, new)).count();
    assert_eq!(replaced, 1);
}

#[test]
fn a_server_registered_elsewhere_is_a_finding_and_no_refusal() {
    let mut members = members();
    members.truncate(1);
    members[0].subsystems[0].servers.push("BO/GOV/1002/ss1".parse().unwrap());
    let findings = configuration(members).unwrap().findings();
    assert!(findings.iter().any(|it| matches!(it, Finding::UnknownServer { server, .. } if server.code() == "ss1")));
    assert!(findings.iter().any(|it| matches!(it, Finding::UnknownClient { .. })));
}

#[test]
fn refuses_one_certificate_for_two_servers() {
    let mut members = members();
    members[1].servers[0].authentication_certificates = vec![hash("auth 1001")];
    assert!(matches!(configuration(members), Err(ConfigurationError::SharedCertificate { .. })));
}

#[test]
fn refuses_a_member_in_another_bin() {
    let document = render_bin(vec![member(1001)]);
    let number = BinNumber::all().find(|number| *number != BinNumber::of(&member(1001).id)).unwrap();
    assert!(matches!(Bin::parse("BO", number, &document), Err(ConfigurationError::WrongBin { .. })));
}

#[test]
fn refuses_a_member_of_another_instance() {
    let mut shared = shared();
    shared.instance = "PE".to_owned();
    let refused = GlobalConfiguration::from_documents(&shared, &groups(), members()).unwrap_err();
    assert!(matches!(refused, ConfigurationError::Instance { .. }));
    let edited = configuration(members()).unwrap().edit().document(SHARED, render(&shared)).build();
    assert!(matches!(edited, Err(ConfigurationError::Instance { .. })));
}

#[test]
fn refuses_lists_out_of_order_or_with_repetitions() {
    let twice = refusal(|member| member.signing_certificates = vec![hash("a"), hash("a")]);
    assert!(matches!(twice, ConfigurationError::Order { list: "signing certificates", .. }));
    let subsystem = member(1).subsystems.remove(0);
    let twice = refusal(|member| member.subsystems.push(subsystem));
    assert!(matches!(twice, ConfigurationError::Order { list: "subsystems of a member", .. }));
}

#[test]
fn refuses_values_that_no_field_can_have() {
    let refused = refusal(|member| member.servers[0].address = "nowhere".to_owned());
    assert!(matches!(refused, ConfigurationError::Value { field: "server address", .. }));
    let refused = refusal(|member| member.servers[0].log_keys = vec!["key".to_owned()]);
    assert!(matches!(refused, ConfigurationError::Value { field: "log key", .. }));
    let refused = refusal(|member| member.name = "two\nlines".to_owned());
    assert!(matches!(refused, ConfigurationError::Value { field: "name of a member", .. }));
    let refused = refusal(|member| member.subsystems[0].code = "a/b".to_owned());
    assert!(matches!(refused, ConfigurationError::Code { .. }));
    let refused = refusal(|member| member.signing_certificates = vec![hash("a"); 1000]);
    assert!(matches!(refused, ConfigurationError::TooMany { .. }));
}

#[test]
fn refuses_shared_documents_with_wrong_values() {
    let refused = |change: fn(&mut SharedDocument)| {
        let mut document = shared();
        change(&mut document);
        Shared::parse(&render(&document)).unwrap_err()
    };
    assert!(matches!(refused(|it| it.format = "chakana-shared/2".to_owned()), ConfigurationError::Format { .. }));
    assert!(matches!(refused(|it| it.instance = "B/O".to_owned()), ConfigurationError::Code { .. }));
    for change in [
        (|it| it.ocsp_freshness_seconds = 0) as fn(&mut SharedDocument),
        |it| it.registry.address = "x".to_owned(),
        |it| it.certification_services[0].ocsp_urls = vec!["ldap://x".to_owned()],
        |it| it.certification_services[0].certificates = vec!["AAAA".to_owned()],
        |it| it.time_stamping_services[0].certificate = "!".to_owned(),
        |it| it.time_stamping_services[0].url = "http:///x".to_owned(),
    ] {
        assert!(matches!(refused(change), ConfigurationError::Value { .. }));
    }
}

#[test]
fn refuses_a_configuration_with_a_document_missing() {
    for missing in [SHARED, GROUPS, "members-3f.json"] {
        let mut documents = targets(&shared(), &groups(), members());
        documents.remove(missing);
        let builder = documents
            .into_iter()
            .fold(GlobalConfiguration::builder(), |builder, (name, bytes)| builder.document(&name, bytes));
        assert!(matches!(builder.build(), Err(ConfigurationError::Missing { document }) if document == missing));
    }
}

#[test]
fn refuses_unknown_fields_repeated_fields_and_bytes_after_the_end() {
    let text = String::from_utf8(render(&groups())).unwrap();
    for bad in [
        text.replace("\"groups\":", "\"later\":1,\"groups\":"),
        text.replace("\"description\":", "\"description\":\"\",\"description\":"),
        format!("{text} x"),
        text.replace("BO/banks", "BO"),
    ] {
        assert!(matches!(Groups::parse("BO", bad.as_bytes()), Err(ConfigurationError::Malformed { .. })), "{bad}");
    }
    let long = vec![b' '; limits::DOCUMENT_BYTES + 1];
    assert!(matches!(Groups::parse("BO", &long), Err(ConfigurationError::TooLarge { .. })));
}

#[test]
fn a_bin_is_named_by_its_target() {
    for number in BinNumber::all() {
        assert_eq!(BinNumber::of_target(&number.target()), Some(number));
    }
    for bad in ["members-0.json", "members-FF.json", "members-+f.json", "members-100.json", "shared.json"] {
        assert_eq!(BinNumber::of_target(bad), None, "{bad}");
    }
}

#[test]
fn the_same_facts_in_another_order_give_the_same_bytes() {
    let mut reversed = members();
    reversed.reverse();
    assert_eq!(targets(&shared(), &groups(), members()), targets(&shared(), &groups(), reversed));
}

proptest! {
    #[test]
    fn no_bytes_make_the_readers_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Shared::parse(&bytes);
        let _ = Groups::parse("BO", &bytes);
        let _ = Bin::parse("BO", BinNumber::of(&member(1).id), &bytes);
    }

    #[test]
    fn every_member_is_found_whatever_their_number(codes in prop::collection::btree_set(0usize..5000, 0..60)) {
        let configuration = configuration(codes.iter().map(|code| member(*code)).collect()).unwrap();
        for code in &codes {
            prop_assert!(configuration.member(&member(*code).id).is_some());
            let certificate = hash(&format!("auth {code}"));
            prop_assert!(configuration.server_of_certificate(&certificate).is_some());
        }
        prop_assert_eq!(configuration.members().count(), codes.len());
    }

    #[test]
    fn a_changed_byte_never_panics(at in 0usize..100_000, byte in any::<u8>()) {
        let documents: BTreeMap<_, _> = targets(&shared(), &groups(), members());
        let number = BinNumber::of(&member(1001).id);
        let mut bytes = documents[&number.target()].clone();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = Bin::parse("BO", number, &bytes);
    }
}
