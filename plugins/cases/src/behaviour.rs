//! What the cases do, whichever way they run.
//!
//! Each function begins with a host in which nothing is installed, and which knows the plugins `cases` and `register`.

use std::time::Duration;

use sdk::exchange::Fault;
use sdk::harness::{Behaviour, Call, Host, Installation, NoAnswer, Outcome, Scripted};
use sdk::json::{Value, json};
use sdk::{Answer, Failure, Method};

/// The subsystem of the cases.
pub const SUBSYSTEM: &str = "CK/GOB/200/cases";
/// The service that opens cases.
pub const CASES: &str = "CK/GOB/200/cases/cases";
/// The service that keeps notices.
pub const NOTICES: &str = "CK/GOB/200/cases/notices";
/// The subsystem of the register.
pub const REGISTRY: &str = "CK/GOB/100/registry";
/// A register of the same member.
const OWN_REGISTRY: &str = "CK/GOB/200/registry";
/// A service for notices that is no plugin.
const OFFICE: &str = "CK/GOB/300/office/notices";
const CLERK: &str = "CK/GOB/200/desk";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Every test of this suite, by its name.
pub const SUITE: &[Behaviour] = sdk::suite![
    a_case_is_opened_for_a_person_whom_the_register_knows,
    a_case_for_an_unknown_person_is_refused_and_leaves_nothing,
    a_case_waits_for_a_register_that_does_not_answer,
    every_wrong_field_is_named,
    a_long_text_of_a_caller_is_answered,
    cases_are_listed_by_state_and_by_person_page_by_page,
    a_case_past_its_deadline_is_overdue,
    a_decided_case_does_not_fall_due_and_is_not_decided_again,
    a_notice_that_is_refused_or_undelivered_is_recorded,
    every_notice_takes_effect_once,
    a_case_says_that_the_register_changed_the_person,
    another_members_register_is_not_heard,
    a_notice_without_a_sender_is_denied,
];

/// Installs register and cases, whose notices go to a service.
pub fn install(host: &mut dyn Host, notices_to: &str) {
    install_with(host, notices_to, REGISTRY);
}

fn install_with(host: &mut dyn Host, notices_to: &str, registry: &str) {
    host.install(Installation::of("register", registry));
    let people = format!("{registry}/people");
    let cases =
        Installation::of("cases", SUBSYSTEM).config("people-register", &people).config("notices-to", notices_to);
    host.install(cases);
    host.script(OFFICE, vec![Scripted::Answer(accepted(201))]);
    let ana = json!({ "given-names": "Ana", "family-names": "Mamani", "born": "1990-12-31" });
    keep_person(host, registry, "1", &ana);
}

/// Opens a case.
///
/// # Errors
/// If it is not opened.
pub fn open(host: &mut dyn Host, person: &str, subject: &str) -> Result<Value, NoAnswer> {
    let wanted = json!({ "person": person, "subject": subject, "days": 10 });
    host.call(Call::new(Method::Post, CASES, "/cases").by(CLERK).json(&wanted)).map(|answer| body(&answer))
}

/// The register knows the person; the case has its name, its deadline, and a notice that arrives.
pub fn a_case_is_opened_for_a_person_whom_the_register_knows(host: &mut dyn Host) {
    install(host, OFFICE);
    let opened = open(host, "1", "Licencia").expect("a case");
    assert_eq!(
        (&opened["name"], &opened["state"], &opened["notice"]),
        (&json!("Ana Mamani"), &json!("open"), &json!("sent"))
    );
    assert_eq!(opened["deadline"], json!((host.now() + DAY * 10).to_string()));
    host.deliver();
    assert_eq!(case(host, &opened)["notice"], "received");
    let received = host.received(OFFICE);
    assert_eq!(received.len(), 1);
    assert_eq!((received[0].path.as_str(), received[0].sender.as_str()), ("/notices", SUBSYSTEM));
    let notice: Value = received[0].json().expect("JSON");
    assert_eq!(notice["reference"], opened["id"]);
}

/// Whom the register does not know, has no case.
pub fn a_case_for_an_unknown_person_is_refused_and_leaves_nothing(host: &mut dyn Host) {
    install(host, OFFICE);
    for unknown in ["2", "no number"] {
        let failure = open(host, unknown, "Licencia").failure();
        assert_eq!(failure, Failure::invalid("person", "unknown", "the register knows no such person"));
    }
    assert_eq!(ids(host, "state=open"), Vec::<Value>::new());
    assert_eq!(host.waiting(), []);
}

/// Without an answer there is no case; with one, there is.
pub fn a_case_waits_for_a_register_that_does_not_answer(host: &mut dyn Host) {
    let elsewhere = "CK/GOB/400/registry/people";
    let cases = Installation::of("cases", SUBSYSTEM).config("people-register", elsewhere).config("notices-to", OFFICE);
    host.install(cases);
    let ana = json!({ "given-names": "Ana", "family-names": "Mamani" });
    let known = Answer::json(200, &ana).expect("JSON");
    let fault = Fault { code: "AccessDenied".to_owned(), message: "no".to_owned() };
    host.script(elsewhere, vec![Scripted::Unavailable, Scripted::Refused(fault), Scripted::Answer(known)]);
    for _ in 0..2 {
        let failure = open(host, "1", "Licencia").failure();
        assert!(matches!(failure, Failure::Unavailable(_)), "{failure:?}");
    }
    open(host, "1", "Licencia").expect("a case");
    assert_eq!(ids(host, "state=open").len(), 1);
}

/// A caller learns of all that is wrong at once.
pub fn every_wrong_field_is_named(host: &mut dyn Host) {
    install(host, OFFICE);
    let wrong = json!({ "person": "", "subject": "x".repeat(201), "days": 0 });
    let failure = host.call(Call::new(Method::Post, CASES, "/cases").by(CLERK).json(&wrong)).failure();
    let Failure::Invalid(errors) = failure else { panic!("expected wrong fields, got {failure:?}") };
    let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["person", "subject", "days"]);
    for path in ["/cases", "/cases?state=lost", "/cases?state=open&cursor=x"] {
        let failure = host.call(Call::get(CASES, path)).failure();
        assert!(matches!(failure, Failure::Invalid(_)), "{path}: {failure:?}");
    }
}

/// Texts that are longer than any key are the caller's affair: the plugin goes on.
pub fn a_long_text_of_a_caller_is_answered(host: &mut dyn Host) {
    install(host, OFFICE);
    let long = "9".repeat(3_000);
    for _ in 0..6 {
        let failure = host.call(Call::get(CASES, &format!("/cases/{long}"))).failure();
        assert!(matches!(failure, Failure::NotFound(_)), "{failure:?}");
        let failure = open(host, &long, "Licencia").failure();
        assert!(matches!(failure, Failure::Invalid(_)), "{failure:?}");
    }
    assert_eq!(ids(host, &format!("person={long}")), Vec::<Value>::new());
    assert_eq!(ids(host, &format!("state=open&cursor={long}")), Vec::<Value>::new());
    let counted = host.call(Call::get(NOTICES, &format!("/notices/count?sender={long}"))).expect("a count");
    assert_eq!(body(&counted)["count"], 0);
}

/// The oldest come first, and pages hold each once.
pub fn cases_are_listed_by_state_and_by_person_page_by_page(host: &mut dyn Host) {
    install(host, OFFICE);
    let mut opened = Vec::new();
    for subject in ["A", "B", "C"] {
        opened.push(open(host, "1", subject).expect("a case")["id"].clone());
        host.advance(Duration::from_secs(60));
    }
    assert_eq!(ids(host, "state=open"), opened);
    assert_eq!(ids(host, "person=1"), opened);
    assert_eq!(ids(host, "person=2"), Vec::<Value>::new());
}

/// The timer of the case fires at its deadline, not before.
pub fn a_case_past_its_deadline_is_overdue(host: &mut dyn Host) {
    install(host, OFFICE);
    let opened = open(host, "1", "Licencia").expect("a case");
    host.advance(DAY * 10 - Duration::from_secs(1));
    assert_eq!(case(host, &opened)["state"], "open");
    host.advance(Duration::from_secs(1));
    assert_eq!(case(host, &opened)["state"], "overdue");
    assert_eq!(ids(host, "state=overdue").len(), 1);
    assert_eq!(ids(host, "state=open").len(), 0);
}

/// What is decided stays so.
pub fn a_decided_case_does_not_fall_due_and_is_not_decided_again(host: &mut dyn Host) {
    install(host, OFFICE);
    let opened = open(host, "1", "Licencia").expect("a case");
    assert_eq!(decide(host, &opened, "granted").map(|case| case["state"].clone()), Ok(json!("granted")));
    host.advance(DAY * 11);
    assert_eq!(case(host, &opened)["state"], "granted");
    let again = decide(host, &opened, "refused").failure();
    assert_eq!(again, Failure::Conflict("the case was decided before".to_owned()));
    let unknown = decide(host, &json!({ "id": "none" }), "refused").failure();
    assert!(matches!(unknown, Failure::NotFound(_)), "{unknown:?}");
}

/// The case says what became of its notice.
pub fn a_notice_that_is_refused_or_undelivered_is_recorded(host: &mut dyn Host) {
    install(host, OFFICE);
    let fault = Fault { code: "AccessDenied".to_owned(), message: "no".to_owned() };
    for (answer, notice) in [(Scripted::Answer(accepted(422)), "refused"), (Scripted::Refused(fault), "undelivered")] {
        host.script(OFFICE, vec![answer]);
        let opened = open(host, "1", "Licencia").expect("a case");
        host.deliver();
        assert_eq!(case(host, &opened)["notice"], notice);
    }
}

/// As many notices as cases, whatever happened on the way.
pub fn every_notice_takes_effect_once(host: &mut dyn Host) {
    install(host, NOTICES);
    for subject in ["A", "B", "C"] {
        open(host, "1", subject).expect("a case");
    }
    host.deliver();
    let counted = host.call(Call::get(NOTICES, &format!("/notices/count?sender={SUBSYSTEM}"))).expect("a count");
    assert_eq!(body(&counted), json!({ "sender": SUBSYSTEM, "count": 3, "kept": 3 }));
    for id in ids(host, "state=open") {
        assert_eq!(case(host, &json!({ "id": id }))["notice"], "received");
    }
}

/// The member's own register publishes, and the cases of the person are marked.
pub fn a_case_says_that_the_register_changed_the_person(host: &mut dyn Host) {
    install_with(host, OFFICE, OWN_REGISTRY);
    host.deliver();
    let opened = open(host, "1", "Licencia").expect("a case");
    host.deliver();
    assert_eq!(case(host, &opened)["person-changed"], false);
    let ana = json!({ "given-names": "Ana", "family-names": "Choque", "born": "1990-12-31" });
    keep_person(host, OWN_REGISTRY, "1", &ana);
    host.deliver();
    assert_eq!(case(host, &opened)["person-changed"], true);
}

/// Topics stay within a member.
pub fn another_members_register_is_not_heard(host: &mut dyn Host) {
    install(host, OFFICE);
    let opened = open(host, "1", "Licencia").expect("a case");
    let ana = json!({ "given-names": "Ana", "family-names": "Choque", "born": "1990-12-31" });
    keep_person(host, REGISTRY, "1", &ana);
    host.deliver();
    assert_eq!(case(host, &opened)["person-changed"], false);
}

/// Whoever sends a notice is known.
pub fn a_notice_without_a_sender_is_denied(host: &mut dyn Host) {
    install(host, OFFICE);
    let notice = json!({ "reference": "1", "text": "hello" });
    let failure = host.call(Call::new(Method::Post, NOTICES, "/notices").json(&notice)).failure();
    assert!(matches!(failure, Failure::Denied(_)), "{failure:?}");
}

fn keep_person(host: &mut dyn Host, registry: &str, id: &str, person: &Value) {
    let (people, path) = (format!("{registry}/people"), format!("/people/{id}"));
    host.call(Call::new(Method::Put, &people, &path).by(registry).json(person)).expect("a valid person");
}

fn decide(host: &mut dyn Host, case: &Value, decision: &str) -> Result<Value, NoAnswer> {
    let path = format!("/cases/{}/decision", case["id"].as_str().expect("an id"));
    host.call(Call::new(Method::Post, CASES, &path).by(CLERK).json(&json!({ "decision": decision })))
        .map(|answer| body(&answer))
}

fn case(host: &mut dyn Host, case: &Value) -> Value {
    let path = format!("/cases/{}", case["id"].as_str().expect("an id"));
    body(&host.call(Call::get(CASES, &path)).expect("the case"))
}

/// The ids of a list, fetched in pages of two.
fn ids(host: &mut dyn Host, query: &str) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    for _ in 0..10 {
        let path = format!("/cases?{query}&limit=2{cursor}");
        let page = body(&host.call(Call::get(CASES, &path)).expect("a page"));
        found.extend(page["items"].as_array().expect("a list").iter().map(|case| case["id"].clone()));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    found
}

fn accepted(status: u16) -> Answer {
    Answer::json(status, &"noted").expect("a text has a form in JSON")
}

fn body(answer: &Answer) -> Value {
    answer.read().expect("JSON")
}
