//! Tests of the bodies, and an instance to make them of.

use super::*;
use crate::server_configuration::ServerConfiguration;
use crate::test_instance::instance_with_groups;
use protocol::global_configuration::GlobalConfiguration;
use protocol::global_configuration::wire::{GroupDocument, MemberDocument, SubsystemDocument};
use protocol::identifier::SubsystemId;
use serde_json::{Value, json};

const DOCUMENT: &str = r#"
[[client]]
id = "BO/GOV/1001/civil"
  [[client.service]]
  code = "personas"
  url = "http://127.0.0.1:9001/api"
  openapi = "http://127.0.0.1:9001/openapi.yaml"
    [[client.service.access]]
    subject = "BO/GOV/1002/app"
    method = "GET"
    [[client.service.access]]
    subject = "BO/GOV/1002/old"
    expires = "2026-01-01T00:00:00Z"
  [[client.service]]
  code = "actas"
  url = "http://127.0.0.1:9002"
    [[client.service.access]]
    subject = "global-group:BO/banks"
    path = "/actas/*"
  [[client.service]]
  code = "nuevo"
  url = "http://127.0.0.1:9003"
  openapi = "http://127.0.0.1:9003/openapi.json"
"#;

/// An instance of three members; `BO/COM/7/bank` is in the group `banks`.
pub(crate) fn test_instance() -> GlobalConfiguration {
    let member = |id: &str, name: &str, subsystems: &[&str]| MemberDocument {
        id: id.parse().unwrap(),
        name: name.to_owned(),
        subsystems: subsystems
            .iter()
            .map(|code| SubsystemDocument {
                code: (*code).to_owned(),
                name: format!("{code} of {name}"),
                servers: vec![],
            })
            .collect(),
        signing_certificates: vec![],
        servers: vec![],
    };
    let banks = GroupDocument {
        id: "BO/banks".parse().unwrap(),
        description: "Banks".to_owned(),
        members: vec!["BO/COM/7/bank".parse().unwrap()],
    };
    let members = vec![
        member("BO/GOV/1001", "Registro Civil <SERECI> & Co", &["civil"]),
        member("BO/GOV/1002", "Ministerio", &["app", "a b"]),
        member("BO/COM/7", "Banco", &["bank"]),
    ];
    instance_with_groups(members, vec![banks])
}

fn configuration() -> ServerConfiguration {
    DOCUMENT.parse().unwrap()
}

fn civil() -> SubsystemId {
    "BO/GOV/1001/civil".parse().unwrap()
}

fn descriptions() -> Descriptions {
    let text = "openapi: 3.0.0\npaths:\n  /personas: {get: {}, post: {}}\n  /personas/{id}: {get: {}}\n";
    let description = Description::import(text.as_bytes()).unwrap();
    let imported = [("BO/GOV/1001/civil/personas".parse().unwrap(), Arc::new(description))].into();
    Descriptions { imported, ..Descriptions::default() }
}

fn parsed(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

/// What a client may call, as `code: METHOD path …`.
fn allowed(client: &str) -> Vec<String> {
    let (client, global) = (client.parse().unwrap(), test_instance());
    let caller =
        Caller { client: &client, global_configuration: &global, now: "2026-06-01T00:00:00Z".parse().unwrap() };
    let answer = parsed(&allowed_methods(&configuration(), &civil(), &descriptions(), caller));
    let services = answer["service"].as_array().unwrap().iter();
    services
        .map(|service| {
            let endpoints = service["endpoint_list"].as_array().unwrap().iter();
            let endpoints =
                endpoints.map(|it| format!(" {} {}", it["method"].as_str().unwrap(), it["path"].as_str().unwrap()));
            format!("{}:{}", service["service_code"].as_str().unwrap(), endpoints.collect::<String>())
        })
        .collect()
}

#[test]
fn list_methods_has_x_roads_form() {
    let answer = list_methods(&configuration(), &civil(), &descriptions());
    assert_eq!(answer.content_type, "application/json");
    let service = |code: &str, kind: &str, endpoints: Value| {
        json!({
            "member_class": "GOV", "member_code": "1001", "object_type": "SERVICE", "service_code": code,
            "service_type": kind, "subsystem_code": "civil", "xroad_instance": "BO", "endpoint_list": endpoints,
        })
    };
    let endpoint = |method: &str, path: &str| json!({"method": method, "path": path});
    // What access rights name is an endpoint as well as what the document describes.
    let of_personas = json!([
        endpoint("GET", "**"),
        endpoint("GET", "/personas"),
        endpoint("GET", "/personas/*"),
        endpoint("POST", "/personas"),
    ]);
    assert_eq!(
        parsed(&answer)["service"],
        json!([
            service("actas", "REST", json!([endpoint("*", "/actas/*")])),
            service("nuevo", "OPENAPI3", json!([])),
            service("personas", "OPENAPI3", of_personas),
        ])
    );
    let nobody = list_methods(&configuration(), &"BO/GOV/1001/other".parse().unwrap(), &descriptions());
    assert_eq!(nobody.body, br#"{"service":[]}"#);
}

#[test]
fn allowed_methods_lists_what_the_client_may_use() {
    assert_eq!(allowed("BO/GOV/1002/app"), ["personas: GET ** GET /personas GET /personas/*"]);
    assert_eq!(allowed("BO/COM/7/bank"), ["actas: * /actas/*"]);
}

#[test]
fn allowed_methods_lists_nothing_without_or_after_a_right() {
    for client in ["BO/GOV/1002/other", "BO/GOV/1002", "BO/GOV/1002/old"] {
        assert!(allowed(client).is_empty(), "{client}");
    }
}

#[test]
fn get_open_api_hands_out_the_document() {
    let get = |query| open_api(&configuration(), &civil(), query, &descriptions());
    let answer = get(Some("serviceCode=x&SERVICECODE=personas")).unwrap();
    assert_eq!(answer.content_type, "application/yaml");
    let text = String::from_utf8(answer.body).unwrap();
    assert!(text.starts_with("servers: [{\"url\": \"/r1/BO/GOV/1001/civil/personas\"}]\nopenapi: 3.0.0\n"), "{text}");
}

#[test]
fn get_open_api_refuses_in_x_roads_words() {
    let check = |query, words: &str| {
        let refused = open_api(&configuration(), &civil(), query, &descriptions()).unwrap_err();
        assert_eq!(refused.to_string(), words);
    };
    check(None, "Missing serviceCode in message body");
    check(Some("serviceCode="), "Missing serviceCode in message body");
    check(Some("code=personas"), "Missing serviceCode in message body");
    check(Some("serviceCode=none"), "Service not found: SERVICE:BO/GOV/1001/civil/none");
    check(Some("serviceCode=%2F%0A"), "Service not found: SERVICE:BO/GOV/1001/civil//");
    check(Some("serviceCode=actas"), "Invalid service type: REST");
    check(
        Some("serviceCode=nuevo"),
        "Failed reading service description from http://127.0.0.1:9003/openapi.json. Status: none Reason: not imported yet",
    );
}

#[test]
fn list_clients_in_json_names_members_and_subsystems() {
    let answer = list_clients(&test_instance(), None, ["text/html, application/JSON;q=0.1"]).unwrap();
    assert_eq!(answer.content_type, "application/json; charset=utf-8");
    let list = parsed(&answer);
    let members = list["member"].as_array().unwrap();
    assert_eq!(members.len(), 7);
    assert_eq!(
        members[0],
        json!({"id": {"member_class": "COM", "member_code": "7", "object_type": "MEMBER", "xroad_instance": "BO"}, "name": "Banco"})
    );
    assert_eq!(
        members[1],
        json!({
            "id": {"member_class": "COM", "member_code": "7", "object_type": "SUBSYSTEM", "subsystem_code": "bank", "xroad_instance": "BO"},
            "name": "Banco", "subsystem_name": "bank of Banco",
        })
    );
}

#[test]
fn list_clients_is_xml_unless_json_is_asked_for() {
    let answer = list_clients(&test_instance(), Some("xRoadInstance=BO"), ["*/*"]).unwrap();
    assert_eq!(answer.content_type, "text/xml; charset=UTF-8");
    let xml = String::from_utf8(answer.body).unwrap();
    let civil = "    <xrd:member>
        <xrd:id id:objectType=\"SUBSYSTEM\">
            <id:xRoadInstance>BO</id:xRoadInstance>
            <id:memberClass>GOV</id:memberClass>
            <id:memberCode>1001</id:memberCode>
            <id:subsystemCode>civil</id:subsystemCode>
        </xrd:id>
        <xrd:name>Registro Civil &lt;SERECI&gt; &amp; Co</xrd:name>
        <xrd:subsystemName>civil of Registro Civil &lt;SERECI&gt; &amp; Co</xrd:subsystemName>
    </xrd:member>\n";
    assert!(
        xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<xrd:clientList "),
        "{xml}"
    );
    assert!(xml.contains(civil) && xml.ends_with("</xrd:clientList>\n"), "{xml}");
    assert_eq!(xml.matches("<xrd:member>").count(), 7);
}

#[test]
fn list_clients_of_another_instance_is_refused() {
    let refused = list_clients(&test_instance(), Some("xRoadInstance=PE"), []).unwrap_err();
    assert_eq!(refused.to_string(), "Invalid instance identifier: PE");
    assert!(list_clients(&test_instance(), Some("xRoadInstance=+"), []).is_ok());
}

#[test]
fn metaservices_are_named_exactly() {
    assert_eq!(Metaservice::named("getOpenAPI"), Some(Metaservice::GetOpenApi));
    assert_eq!(Metaservice::named("getopenapi"), None);
}
