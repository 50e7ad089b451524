//! The service `applications`.

use sdk::Method;
use sdk::harness::{Browser, Call, Harness, Host, Person};
use sdk::json::{Value, json};

use crate::common::{
    APPLICATIONS, BANK, FILER, OFFICE, OTHER, REGISTER, Refusal, answer, application, body, get, harness, invalid,
    offer, post, refused, silent, with,
};

const FILED: &str = "/procedures/permiso-mesas/applications";

fn file(harness: &mut Harness, said: &Value) -> Result<Value, Refusal> {
    post(harness, FILER, APPLICATIONS, FILED, said)
}

fn filed(harness: &mut Harness) -> String {
    let application = file(harness, &application()).expect("it is filed");
    application["number"].as_str().expect("a number").to_owned()
}

fn paid(fee: u32, amount: u32) -> Value {
    json!({ "fee": fee, "code": "tasa", "amount": amount, "receipt": "B-77" })
}

#[test]
fn procedures_are_offered_with_the_form_as_plain_json_schema() {
    let mut harness = harness();
    let list = get(&mut harness, FILER, APPLICATIONS, "/procedures").expect("a list");
    assert_eq!((&list["items"][0]["code"], &list["items"][0]["version"]), (&json!("permiso-mesas"), &json!(1)));
    let shown = get(&mut harness, FILER, APPLICATIONS, "/procedures/permiso-mesas").expect("a procedure");
    assert_eq!(shown["definition"]["entry"]["code"], "permiso-mesas");
    assert_eq!(shown["schema"]["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(shown["schema"]["properties"]["tables"]["maximum"], 50);
    assert_eq!(get(&mut harness, FILER, APPLICATIONS, "/procedures/nada"), refused(404));
    harness
        .run("portal", |_| portal::procedures::withdraw(&"permiso-mesas".parse().expect("a code")))
        .expect("it is withdrawn");
    assert_eq!(get(&mut harness, FILER, APPLICATIONS, "/procedures"), Ok(json!({ "items": [] })));
    assert_eq!(file(&mut harness, &application()), refused(404));
}

#[test]
fn an_application_is_filed_with_what_registers_say_and_shown_to_who_filed_it_alone() {
    let mut harness = harness();
    let call = Call::new(Method::Post, APPLICATIONS, FILED).by(FILER).json(&application());
    let answer = harness.call(call).expect("an answer");
    let shown: Value = answer.read().expect("JSON");
    let number = shown["number"].as_str().expect("a number").to_owned();
    assert_eq!((answer.status, answer.header("location")), (201, Some(format!("/applications/{number}").as_str())));
    assert_eq!(harness.received(REGISTER)[0].path, "/personas/1234567");
    assert_eq!(
        shown["answers"],
        json!({ "street": "Calle Jaén", "tables": 4 }),
        "what the register said is not told on"
    );
    assert_eq!(shown["applicant"], json!({ "subject": "document/1234567", "name": "Ana María Quispe" }));
    assert_eq!(shown["fees"], json!([{ "number": 0, "fee": "tasa", "amount": 4000 }]));
    assert_eq!((&shown["registrations"][0]["state"], &shown["documents"]), (&json!("owing"), &json!(["plano"])));
    let path = format!("/applications/{number}");
    assert_eq!(get(&mut harness, FILER, APPLICATIONS, &path), Ok(shown));
    for other in [OTHER, OFFICE, BANK] {
        assert_eq!(get(&mut harness, other, APPLICATIONS, &path), refused(404), "{other}");
        assert_eq!(get(&mut harness, other, APPLICATIONS, &format!("{path}/history")), refused(404), "{other}");
    }
    assert_eq!(body(harness.call(Call::get(APPLICATIONS, &path))), refused(403));
    assert_eq!(get(&mut harness, FILER, APPLICATIONS, "/applications/nada"), refused(404));
    let history = get(&mut harness, FILER, APPLICATIONS, &format!("{path}/history")).expect("a history");
    let events: Vec<&str> =
        history["items"].as_array().expect("events").iter().filter_map(|one| one["event"].as_str()).collect();
    assert_eq!(events[0], "submitted");
    assert!(events.contains(&"owes"), "{events:?}");
    assert_eq!(history["items"][0]["author"], "subsystem");
}

#[test]
fn what_is_filed_for_an_account_stands_in_its_list() {
    let mut harness = harness();
    let applicant = json!({ "subject": "ana", "document": "1234567", "name": "Ana" });
    let filed = file(&mut harness, &with(application(), "/applicant", applicant)).expect("it is filed");
    let number = filed["number"].as_str().expect("a number");
    let mut ana = Browser::of(&portal::PLUGIN).signed_in(Person::of("ana"));
    assert!(ana.visit(&mut harness, "/applications").html().contains(number));
    assert_eq!(ana.visit(&mut harness, &format!("/applications/{number}")).status(), 200);
}

#[test]
fn what_pages_would_not_take_is_not_filed() {
    let mut harness = harness();
    let base = application;
    let plano = |name: &str, content: &str| json!([{ "name": name, "content": content }]);
    let container = "UEsDBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAbWltZXR5cGVhcHBsaWNhdGlvbi92bmQuZXRzaS5hc2ljLWUremlw";
    for (said, field) in [
        (with(base(), "/answers", json!({ "street": "Jaén" })), "tables"),
        (with(base(), "/answers/tables", 51), "tables"),
        (with(base(), "/answers/tables", "4"), "tables"),
        (with(base(), "/answers/sillas", 4), "sillas"),
        (with(base(), "/documents", json!({})), "plano"),
        (with(base(), "/documents/plano", json!([])), "plano"),
        (with(base(), "/documents/foto", plano("a.pdf", "JVBERi0xLjcgcGxhbm8=")), "documents.foto"),
        (with(base(), "/documents/plano", plano("a.pdf", "***")), "documents.plano.0"),
        (with(base(), "/documents/plano", plano("a.pdf", "PGh0bWw+")), "documents.plano.0"),
        (with(base(), "/documents/plano", plano("a.png", "iVBORw0KGgo=")), "documents.plano.0"),
        (with(base(), "/documents/plano", plano("a.asice", container)), "documents.plano.0"),
        (with(base(), "/documents/plano", plano("../a.pdf", "JVBERi0xLjcgcGxhbm8=")), "documents.plano.0"),
        (with(base(), "/documents/plano", plano("", "JVBERi0xLjcgcGxhbm8=")), "documents.plano.0"),
        (with(base(), "/applicant", json!({})), "applicant"),
        (with(base(), "/applicant/document", "12 34"), "applicant.document"),
        (with(base(), "/applicant/subject", "document/7"), "applicant.subject"),
        (with(base(), "/applicant/name", ""), "applicant.name"),
        (with(base(), "/applicant", json!({ "subject": "ana" })), "given_names"),
        (with(base(), "/procedure", "otro"), "body"),
    ] {
        assert_eq!(file(&mut harness, &said), invalid(field), "{said}");
    }
    let nobody = Call::new(Method::Post, APPLICATIONS, FILED).json(&base());
    assert_eq!(body(harness.call(nobody)), refused(403));
    assert_eq!(post(&mut harness, FILER, APPLICATIONS, "/procedures/nada/applications", &base()), refused(404));
}

#[test]
fn nothing_is_filed_where_a_register_does_not_know_or_does_not_answer() {
    for (said, expected) in [
        (answer(404, &json!({})), invalid("applicant")),
        (answer(500, &json!({})), refused(503)),
        (silent(), refused(503)),
    ] {
        let mut harness = harness();
        harness.script(REGISTER, vec![said]);
        assert_eq!(file(&mut harness, &application()), expected);
    }
}

#[test]
fn fees_are_paid_to_who_takes_money_for_the_entity() {
    let mut harness = harness();
    let number = filed(&mut harness);
    let path = format!("/applications/{number}/payments");
    for other in [FILER, OFFICE, OTHER] {
        assert_eq!(post(&mut harness, other, APPLICATIONS, &path, &paid(0, 4000)), refused(403), "{other}");
    }
    assert_eq!(post(&mut harness, BANK, APPLICATIONS, &path, &paid(0, 3999)), invalid("amount"));
    let other = with(paid(0, 4000), "/code", "timbre");
    assert_eq!(post(&mut harness, BANK, APPLICATIONS, &path, &other), invalid("code"));
    assert_eq!(post(&mut harness, BANK, APPLICATIONS, &path, &paid(1, 4000)), refused(404));
    assert_eq!(post(&mut harness, BANK, APPLICATIONS, "/applications/nada/payments", &paid(0, 4000)), refused(404));
    let blank = with(paid(0, 4000), "/receipt", " ");
    assert_eq!(post(&mut harness, BANK, APPLICATIONS, &path, &blank), invalid("receipt"));
    let fees = post(&mut harness, BANK, APPLICATIONS, &path, &paid(0, 4000)).expect("it is paid");
    assert_eq!(fees["items"], json!([{ "number": 0, "fee": "tasa", "amount": 4000, "receipt": "B-77" }]));
    assert_eq!(post(&mut harness, BANK, APPLICATIONS, &path, &paid(0, 4000)), refused(404), "it is paid once");
    let shown = get(&mut harness, FILER, APPLICATIONS, &format!("/applications/{number}")).expect("an application");
    assert_eq!(
        (&shown["registrations"][0]["state"], &shown["registrations"][0]["step"]),
        (&json!("at-step"), &json!("revision"))
    );
}

#[test]
fn what_happened_is_counted_by_procedure_and_role() {
    let mut harness = harness();
    filed(&mut harness);
    let count = |harness: &mut Harness, query: &str| {
        let counted = get(harness, FILER, APPLICATIONS, &format!("/statistics{query}"));
        counted.map(|counted| counted["submitted"].as_i64().unwrap_or(-1))
    };
    assert_eq!(count(&mut harness, ""), Ok(1));
    assert_eq!(count(&mut harness, "?procedure=permiso-mesas"), Ok(1));
    assert_eq!(count(&mut harness, "?procedure=otro"), Ok(0));
    assert_eq!(
        count(&mut harness, "?procedure=permiso-mesas&role=reviewer"),
        Ok(0),
        "nobody has a role when it is submitted"
    );
    assert_eq!(count(&mut harness, "?from=2020-01-01&to=2020-01-31"), Ok(0));
    for (query, field) in [
        ("?from=2020-02-01&to=2020-01-31", "from"),
        ("?from=2020-01-01&to=2021-01-01", "from"),
        ("?from=ayer", "from"),
        ("?procedure=No+Code", "procedure"),
    ] {
        assert_eq!(get(&mut harness, FILER, APPLICATIONS, &format!("/statistics{query}")), invalid(field), "{query}");
    }
}

#[test]
fn an_application_without_a_register_needs_no_document() {
    let mut harness = harness();
    let definition = with(crate::common::definition(), "/entry/code", "sin-registro");
    let mut definition = with(definition, "/online/schema/required", json!(["street", "tables"]));
    definition["online"]["schema"]["x-order"] = json!(["street", "tables", "fee"]);
    definition["online"]["schema"]["properties"].as_object_mut().expect("fields").remove("given_names");
    offer(&mut harness, definition);
    let said = with(application(), "/applicant", json!({ "subject": "ana" }));
    let filed = post(&mut harness, FILER, APPLICATIONS, "/procedures/sin-registro/applications", &said);
    assert_eq!(filed.expect("it is filed")["applicant"], json!({ "subject": "ana" }));
    assert!(harness.received(REGISTER).is_empty());
}
