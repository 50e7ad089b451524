//! Tests of reading a document.

mod plugins;

use super::*;
use proptest::prelude::*;
use protocol::access::{Decision, GroupMembership, Question};
use protocol::hash::CertificateHash;
use protocol::head::Method;
use std::error::Error;
use std::time::Duration;

const DOCUMENT: &str = r#"
[[client]]
id = "BO/GOV/1001"

[[client]]
id = "BO/GOV/1001/registro%20civil"
authentication = "https"

  [[client.local_group]]
  code = "friends"
  members = ["BO/GOV/1002/app", "BO/COM/7/bank"]

  [[client.service]]
  code = "personas"
  url = "http://127.0.0.1:9001/api"
  openapi = "http://127.0.0.1:9001/openapi.yaml"
  timeout_seconds = 30

    [[client.service.access]]
    subject = "BO/GOV/1003/portal"
    method = "GET"
    path = "/personas/*"
    expires = "2027-01-01T00:00:00Z"

    [[client.service.access]]
    subject = "local-group:friends"

  [[client.service]]
  code = "actas"
  url = "https://127.0.0.1:9002"
  verify_provider = "off"
  disabled = "back on Monday"
"#;

fn certificate() -> (String, CertificateHash) {
    let made = rcgen::generate_simple_self_signed(["civil.gob.bo".to_owned()]).unwrap();
    (made.cert.pem(), CertificateHash::of(made.cert.der()))
}

fn read(text: &str) -> ServerConfiguration {
    text.parse().unwrap()
}

/// The whole chain of a refusal, as an operator reads it.
fn refusal(text: &str) -> String {
    let error = text.parse::<ServerConfiguration>().expect_err(text);
    let mut chain = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        chain = format!("{chain}: {error}");
        source = error.source();
    }
    chain
}

/// Checks that a client with these lines is refused at `place`, and that the refusal says `rule`.
fn check(lines: &str, place: &str, rule: &str) {
    let error = refusal(&format!("[[client]]\nid = \"BO/GOV/1/s\"\n{lines}\n"));
    assert!(error.contains(place), "{error:?} does not name {place:?}");
    assert!(error.contains(rule), "{error:?} does not say {rule:?}");
}

fn check_service(lines: &str, rule: &str) {
    check(&format!("[[client.service]]\n{lines}"), "[[client]] 1 \"BO/GOV/1/s\", [[client.service]] 1", rule);
}

fn check_access(lines: &str, rule: &str) {
    let service = "[[client.service]]\ncode = \"x\"\nurl = \"http://h\"\n[[client.service.access]]\n";
    check(&format!("{service}{lines}"), "[[client.service]] 1 \"x\", [[client.service.access]] 1", rule);
}

#[test]
fn reads_clients_services_and_their_defaults() {
    let configuration = read(DOCUMENT);
    let owner = configuration.client(&"BO/GOV/1001".parse().unwrap()).unwrap();
    assert_eq!(owner.authentication(), ClientAuthentication::HttpsClientCertificate);
    let civil = configuration.client(&"BO/GOV/1001/registro%20civil".parse().unwrap()).unwrap();
    assert_eq!((civil.authentication(), civil.certificates().len()), (ClientAuthentication::Https, 0));
    assert!(configuration.client(&"BO/GOV/1001/other".parse().unwrap()).is_none());

    let of_civil = configuration.services_of(&"BO/GOV/1001/registro%20civil".parse().unwrap());
    let codes: Vec<&str> = of_civil.iter().map(|service| service.id().code()).collect();
    assert_eq!(codes, ["actas", "personas"]);
    let [actas, personas] = of_civil else { panic!("two services") };
    assert_eq!(*actas.availability(), Availability::Disabled { notice: "back on Monday".to_owned() });
    let system = |service: &Arc<Service>| service.information_system().cloned().unwrap();
    let behind = (system(actas).timeout(), system(actas).tls().clone());
    assert_eq!(behind, (Duration::from_secs(60), ProviderTls::Unverified));
    let behind = (system(personas).timeout(), system(personas).tls().clone());
    assert_eq!(behind, (Duration::from_secs(30), ProviderTls::Plain));
    assert_eq!(system(personas).description().map(HttpUrl::target).as_deref(), Some("/openapi.yaml"));
    assert_eq!(personas.endpoints().len(), 1);
    assert!(configuration.service(personas.id()).is_some_and(|found| Arc::ptr_eq(found, personas)));
}

#[test]
fn reads_certificates_of_information_systems_and_providers() {
    let ((pem, hash), (other, other_hash)) = (certificate(), certificate());
    let text = format!(
        "[[client]]\nid = \"BO/GOV/1/s\"\ncertificates = ['''{pem}''', '''{other}''']\n[[client.service]]\ncode = \"x\"\n\
         url = \"https://h\"\nprovider_certificates = ['''{pem}''']\n"
    );
    let configuration = read(&text);
    let client = configuration.client(&"BO/GOV/1/s".parse().unwrap()).unwrap();
    assert_eq!(client.certificates(), &[hash, other_hash].into());
    let service = configuration.service(&"BO/GOV/1/s/x".parse().unwrap()).unwrap();
    assert_eq!(service.information_system().unwrap().tls(), &ProviderTls::Pinned([hash].into()));
}

#[test]
fn decides_with_local_and_global_groups() {
    let text = DOCUMENT.replace("local-group:friends", "global-group:BO/banks");
    let global = global_configuration();
    for (text, client, allowed) in [
        (DOCUMENT, "BO/GOV/1002/app", true),
        (DOCUMENT, "BO/GOV/1002/other", false),
        (DOCUMENT, "BO/GOV/1002", false),
        (DOCUMENT, "BO/GOV/1003/portal", true),
        (&text, "BO/COM/7/bank", true),
        (&text, "BO/GOV/1002/app", false),
    ] {
        let configuration = read(text);
        let (client, service) = (client.parse().unwrap(), "BO/GOV/1001/registro%20civil/personas".parse().unwrap());
        let now = "2026-06-01T00:00:00Z".parse().unwrap();
        let question = Question { client: &client, service: &service, method: Method::Get, path: "/personas/7", now };
        let groups = configuration.memberships(&global);
        let decision = configuration.access_rights().decide(&question, &groups);
        assert_eq!(matches!(decision, Decision::Allowed(_)), allowed, "{client}");
    }
}

#[test]
fn a_local_group_is_its_providers_alone() {
    let (configuration, global) = (read(DOCUMENT), global_configuration());
    let groups = configuration.memberships(&global);
    let (client, civil) = ("BO/GOV/1002/app".parse().unwrap(), "BO/GOV/1001/registro%20civil".parse().unwrap());
    assert!(groups.is_in_local_group(&client, &civil, "friends"));
    assert!(!groups.is_in_local_group(&client, &civil, "enemies"));
    assert!(!groups.is_in_local_group(&client, &"BO/GOV/1001/other".parse().unwrap(), "friends"));
}

#[test]
fn an_empty_document_has_nobody() {
    assert_eq!(read("").clients().count(), 0);
    assert_eq!(ServerConfiguration::default().services().count(), 0);
}

#[test]
fn refuses_what_is_not_of_the_documents_form() {
    for text in
        ["[[client]]\n", "[[client]]\nid = 7\n", "client = \"x\"", "[[client]]\nid = \"a\"\nid = \"b\"\n", "\u{0}"]
    {
        assert!(refusal(text).contains("not a document of its form"), "{text}");
    }
    for key in [
        "colour = 1",
        "authentication = \"none\"",
        "[[client.service]]\ncode = \"x\"\nurl = \"u\"\nverify_provider = \"on\"",
    ] {
        let error = refusal(&format!("[[client]]\nid = \"BO/GOV/1/s\"\n{key}\n"));
        assert!(error.contains("line"), "{error} says where");
    }
    let long = "#".repeat(limits::DOCUMENT_BYTES + 1);
    assert!(refusal(&long).contains("allowed are"));
}

#[test]
fn refuses_clients_that_are_none_or_stand_twice() {
    assert!(refusal("[[client]]\nid = \"BO/GOV\"\n").contains("[[client]] 1 \"BO/GOV\""));
    let twice = "[[client]]\nid = \"BO/GOV/1/a\"\n[[client]]\nid = \"BO/GOV/1/%61\"\n";
    assert!(refusal(twice).contains("[[client]] 2 \"BO/GOV/1/%61\": the client has a table already"));
}

#[test]
fn refuses_services_and_groups_of_a_member() {
    for table in
        ["[[client.service]]\ncode = \"x\"\nurl = \"http://h\"", "[[client.local_group]]\ncode = \"g\"\nmembers = []"]
    {
        assert!(refusal(&format!("[[client]]\nid = \"BO/GOV/1\"\n{table}\n")).contains("only a subsystem"));
    }
}

#[test]
fn refuses_certificates_that_are_not_one_each() {
    let (pem, _) = certificate();
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    check("certificates = [\"x\"]", "BO/GOV/1/s", "certificates, item 1, must be one certificate in PEM form");
    check(&format!("certificates = ['''{pem}{pem}''']"), "BO/GOV/1/s", "found 2 PEM blocks");
    check(&format!("certificates = ['''{key}''']"), "BO/GOV/1/s", "found 0 PEM blocks");
    check(
        &format!("certificates = ['''{pem}''', '''{pem}''']"),
        "BO/GOV/1/s",
        "certificates, item 2, stands in the list",
    );
    check(&format!("certificates = ['''{pem}{}''']", "x".repeat(limits::PEM_BYTES)), "BO/GOV/1/s", "longer than");
    let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    check(&format!("certificates = ['''{garbage}''']"), "BO/GOV/1/s", "holds no certificate");
}

#[test]
fn refuses_local_groups_that_are_none_or_stand_twice() {
    let group =
        |code: &str, members: &str| format!("[[client.local_group]]\ncode = \"{code}\"\nmembers = [{members}]\n");
    let place = "[[client.local_group]] 1";
    check(&group("", ""), place, "the code of a local group");
    check(&group(&"x".repeat(256), ""), place, "the code of a local group");
    check(&group("g", "\"BO/GOV/1\""), place, "members, item 1, must be a subsystem");
    check(&group("g", "\"BO/GOV/1/a\", \"BO/GOV/1/a\""), place, "members, item 2, stands in the group");
    check(&(group("g", "") + &group("g", "")), "[[client.local_group]] 2 \"g\"", "has a table already");
}

#[test]
fn refuses_service_codes_that_are_none_reserved_or_stand_twice() {
    check_service("code = \"a/b\"\nurl = \"http://h\"", "code must be a service code");
    for code in [
        "listMethods",
        "allowedMethods",
        "getOpenAPI",
        "listClients",
        "getWsdl",
        "getSecurityServerMetrics",
        "LISTMETHODS",
    ] {
        check_service(&format!("code = \"{code}\"\nurl = \"http://h\""), "reserved for a metaservice");
    }
    let one = "[[client.service]]\ncode = \"x\"\nurl = \"http://h\"\n";
    check(&format!("{one}{one}"), "[[client.service]] 2 \"x\"", "has a table already");
}

#[test]
fn refuses_urls_that_cannot_be_called() {
    check_service("code = \"x\"\nurl = \"h\"", "url must be the URL");
    check_service("code = \"x\"\nurl = \"http://h?a\"", "has no query");
    check_service("code = \"x\"\nurl = \"http://h\"\nopenapi = \"file:///etc\"", "openapi must be the URL");
}

#[test]
fn refuses_unsaid_or_contradictory_verification() {
    let (pem, _) = certificate();
    check_service("code = \"x\"\nurl = \"https://h\"", "say verify_provider = \"off\"");
    check_service("code = \"x\"\nurl = \"http://h\"\nopenapi = \"https://h/o\"", "say verify_provider = \"off\"");
    check_service("code = \"x\"\nurl = \"http://h\"\nverify_provider = \"off\"", "shows no certificate");
    check_service(
        &format!("code = \"x\"\nurl = \"http://h\"\nprovider_certificates = ['''{pem}''']"),
        "shows no certificate",
    );
    let both =
        format!("code = \"x\"\nurl = \"https://h\"\nverify_provider = \"off\"\nprovider_certificates = ['''{pem}''']");
    check_service(&both, "contradict each other");
    check_service("code = \"x\"\nurl = \"https://h\"\nprovider_certificates = [\"\"]", "provider_certificates, item 1");
}

#[test]
fn refuses_time_outs_and_notices_out_of_bounds() {
    check_service("code = \"x\"\nurl = \"http://h\"\ntimeout_seconds = 0", "timeout_seconds is 0");
    check_service("code = \"x\"\nurl = \"http://h\"\ntimeout_seconds = 3601", "allowed are 1 to 3600");
    check_service("code = \"x\"\nurl = \"http://h\"\ndisabled = \"\"", "disabled is the notice");
    check_service("code = \"x\"\nurl = \"http://h\"\ndisabled = \"a\\nb\"", "disabled is the notice");
}

#[test]
fn refuses_rights_that_open_nothing_or_stand_twice() {
    check_access("subject = \"x\"", "subject must be a subsystem");
    check_access("subject = \"BO/GOV/1002\"", "name one of its subsystems");
    check_access("subject = \"local-group:g\"", "the client has no local group \"g\"");
    check_access("subject = \"global-group:banks\"", "subject must be a subsystem");
    check_access("subject = \"BO/GOV/2/a\"\nmethod = \"get\"", "method \"get\" is not relayed");
    check_access("subject = \"BO/GOV/2/a\"\npath = \"people\"", "path must be a pattern");
    check_access("subject = \"BO/GOV/2/a\"\nexpires = \"tomorrow\"", "expires must be a moment");
    check_access("subject = \"BO/GOV/2/a\"\nwhen = \"weekdays\"", "when is no window");
    check_access("subject = \"BO/GOV/2/a\"\nrate = \"often\"", "rate is none");
    let service = "[[client.service]]\ncode = \"x\"\nurl = \"http://h\"\n";
    let right = "[[client.service.access]]\nsubject = \"BO/GOV/2/a\"\n";
    let until = "expires = \"2027-01-01T00:00:00Z\"\n";
    check(&format!("{service}{right}{right}{until}"), "[[client.service.access]] 2", "same method and path already");
}

#[test]
fn a_plan_names_each_change_and_nothing_else() {
    let after = DOCUMENT
        .replace("timeout_seconds = 30", "timeout_seconds = 45")
        .replace("authentication = \"https\"", "")
        .replace("\"BO/GOV/1002/app\", ", "")
        .replace("disabled = \"back on Monday\"", "")
        .replace("subject = \"local-group:friends\"", "subject = \"BO/GOV/2/a\"");
    let plan = plan_between(DOCUMENT, &after).unwrap().to_string();
    let civil = "BO/GOV/1001/registro%20civil";
    let expected = [
        format!("+ access right to {civil}/personas, BO/GOV/2/a, * **: without expiry"),
        format!("- access right to {civil}/personas, local-group:friends, * **: without expiry"),
        format!("~ client {civil}, authentication: https → https-client-certificate"),
        format!("- client {civil}, local group \"friends\", member BO/GOV/1002/app"),
        format!("~ service {civil}/actas: disabled: back on Monday → enabled"),
        format!("~ service {civil}/personas, timeout: 30 s → 45 s"),
    ];
    assert_eq!(plan.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_plan_does_not_see_how_a_document_is_written() {
    let written_out =
        DOCUMENT.replace("id = \"BO/GOV/1001\"", "id = \"BO/GOV/1001\"\nauthentication = \"https-client-certificate\"");
    assert!(plan_between(DOCUMENT, &written_out).unwrap().is_empty());
    assert!(plan_between(DOCUMENT, "[[client]]").is_err());
}

fn global_configuration() -> protocol::global_configuration::GlobalConfiguration {
    crate::metaservices::test_instance()
}

proptest! {
    #[test]
    fn never_panics(lines in "(\\[\\[client(\\.service(\\.access)?|\\.local_group)?\\]\\]\n|(id|code|url|subject|members|path) = [\"\\[a-zA-Z0-9/:.*\\]]{0,20}\n){0,8}") {
        let _ = lines.parse::<ServerConfiguration>();
    }

    #[test]
    fn a_plan_from_a_document_to_itself_is_empty(seconds in 1u32..3600, code in "[a-z]{1,8}") {
        let text = format!("[[client]]\nid = \"BO/GOV/1/s\"\n[[client.service]]\ncode = \"{code}\"\nurl = \"http://h\"\ntimeout_seconds = {seconds}\n");
        prop_assert!(plan_between(&text, &text).unwrap().is_empty());
        prop_assert_eq!(plan_between("", &text).unwrap().changes.len(), plan_between(&text, "").unwrap().changes.len());
    }
}

#[test]
fn a_subsystem_may_have_a_name_and_a_member_has_its_own() {
    let named = |id: &str, name: &str| format!("[[client]]\nid = \"{id}\"\nname = \"{name}\"\n");
    let configuration = read(&named("BO/GOV/1001/civil", "Registro civil"));
    assert_eq!(configuration.clients().next().unwrap().name(), Some("Registro civil"));
    let plan = plan_between("[[client]]\nid = \"BO/GOV/1001/civil\"\n", &named("BO/GOV/1001/civil", "Actas")).unwrap();
    assert_eq!(plan.to_string(), "+ client BO/GOV/1001/civil, name: Actas");
    for (id, name, says) in [
        ("BO/GOV/1001", "Registro", "only a subsystem has a name"),
        ("BO/GOV/1001/civil", "", "name has 1 to"),
        ("BO/GOV/1001/civil", "a\\nb", "name has 1 to"),
    ] {
        let refused = refusal(&named(id, name));
        assert!(refused.contains(says), "{refused}");
    }
}
