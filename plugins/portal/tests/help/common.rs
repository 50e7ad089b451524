//! A portal with four procedures, a register, and the people of these tests.

use portal::PLUGIN;
use portal::application::{Application, Entry};
use portal::definition::Definition;
use portal::{desk, procedures};
use sdk::Answer;
use sdk::collections::PageRequest;
use sdk::harness::{Browser, Harness, Host, Installation, Person, Scripted};
use sdk::json::{Value, json};

pub const PERSONS: &str = "BO/GOV/1001/identidad/personas";
/// A procedure that asks one question.
pub const NOTICE: &str = "aviso";
/// The same, which has to be paid before anybody looks at it.
pub const PAID: &str = "pago";
/// The same, which has to be paid before the result is given.
pub const PAID_LATER: &str = "pago-al-final";
/// The same, which fetches a name from the register.
pub const BOUND: &str = "permiso";
/// What is answered to the question.
pub const ANSWER: &str = "Una feria";
const QUESTION: &str = "Para qué";

pub fn harness() -> Harness {
    let mut harness = Harness::new().know(PLUGIN);
    let entity =
        json!({ "subsystem": "BO/MUN/2001/tramites", "name": { "es": "Municipio de La Paz" }, "place": "BO-L" });
    let registers = json!([{
        "code": "identity", "title": { "es": "Registro de identificación" }, "service": PERSONS,
        "path": "/personas/{key}", "key": "citizen", "holds": { "person.given-names": "/nombres" },
    }]);
    let installation = Installation::of("portal", "BO/MUN/2001/tramites")
        .config("entity", &entity.to_string())
        .config("registers", &registers.to_string())
        .config("identity-register", PERSONS);
    harness.install(installation);
    knows("Ana", &mut harness);
    for definition in [definition(NOTICE), paid(PAID, "review"), paid(PAID_LATER, "result"), bound()] {
        publish(&mut harness, &definition);
    }
    harness
}

/// Has the register know somebody.
pub fn knows(name: &str, harness: &mut Harness) {
    answers(200, &json!({ "nombres": name }), harness);
}

pub fn answers(status: u16, body: &Value, harness: &mut Harness) {
    harness.script(PERSONS, vec![Scripted::Answer(Answer::json(status, body).expect("JSON"))]);
}

/// About whom the register was asked.
pub fn asked(harness: &Harness) -> Vec<String> {
    harness.received(PERSONS).into_iter().map(|question| question.path).collect()
}

fn publish(harness: &mut Harness, definition: &Value) {
    let definition: Definition = sdk::json::read(definition.to_string().as_bytes()).expect("a definition");
    let published = harness.run("portal", |context| {
        let (published, by) = (context.time(), "test".to_owned());
        procedures::add_version(&procedures::Version { definition: definition.clone(), published, by })
    });
    assert_eq!(published, Ok(1));
}

fn definition(code: &str) -> Value {
    json!({
        "format": "chakana-procedure/1",
        "entry": {
            "code": code,
            "title": { "es": format!("Trámite {code}") },
            "summary": { "es": "Para probar." },
            "audience": ["person"],
            "sector": "ambiente-agua",
            "legal-basis": [{ "code": "ley", "title": { "es": "Ley" }, "description": { "es": "Lo permite." } }],
            "deadline": { "working-days": 10, "silence": "escalates" },
            "channels": [{ "code": "en-linea", "kind": "online" }],
            "outputs": [{ "code": "permiso", "title": { "es": "Permiso" } }],
        },
        "online": {
            "schema": {
                "type": "object",
                "properties": { "why": { "type": "string", "title": QUESTION, "x-concept": "own" } },
                "required": ["why"],
            },
            "pages": [{ "code": "motivo", "title": { "es": "El motivo" }, "fields": ["why"] }],
            "registrations": [{
                "code": "permiso",
                "title": { "es": "Permiso" },
                "steps": [{
                    "code": "revision", "title": { "es": "Revisión" }, "role": "reviewer", "working-days": 5,
                    "powers": ["reject", "send-back"],
                }],
                "result": { "title": { "es": "Permiso" }, "made": { "of-text": { "es": "Se permite: {why}." } } },
            }],
            "calendar": "BO",
        },
    })
}

fn paid(code: &str, before: &str) -> Value {
    let mut definition = definition(code);
    definition["online"]["fees"] = json!([{
        "code": "tasa", "title": { "es": "Tasa" }, "amount": { "fixed": 5_000 }, "before": before,
    }]);
    definition
}

fn bound() -> Value {
    let mut definition = definition(BOUND);
    let online = &mut definition["online"];
    online["schema"]["properties"]["names"] = json!({
        "type": "string", "title": "Nombres", "readOnly": true, "x-source": "identity", "x-concept": "person.given-names",
    });
    online["pages"][0]["fields"] = json!(["names", "why"]);
    definition
}

pub fn ana() -> Browser {
    Browser::of(&PLUGIN).signed_in(Person::of("ana").named("Ana Quispe"))
}

pub fn eva() -> Browser {
    Browser::of(&PLUGIN).signed_in(Person::of("eva").named("Eva Rojas"))
}

/// Rosa reviews.
pub fn rosa() -> Browser {
    staff("rosa", "Rosa Choque", "reviewer")
}

/// Luz answers the telephone.
pub fn luz() -> Browser {
    staff("luz", "Luz Mamani", "assistant")
}

/// Iván works at the counter.
pub fn ivan() -> Browser {
    staff("ivan", "Iván Soto", "counter")
}

pub fn staff(id: &str, name: &str, role: &str) -> Browser {
    Browser::of(&PLUGIN).signed_in(Person::of(id).named(name).role(role))
}

/// A text of the portal that these tests do not judge.
pub fn say(harness: &mut Harness, id: &str) -> String {
    harness.run("portal", |_| Ok(sdk::i18n::words(id))).expect("a text")
}

/// Presses a button by its text's id.
pub fn press(browser: &mut Browser, harness: &mut Harness, id: &str) {
    let text = say(harness, id);
    browser.press(harness, &text);
}

/// Begins a procedure, and answers its question; what comes next is shown.
pub fn fill(browser: &mut Browser, harness: &mut Harness, begin: &str) {
    browser.visit(harness, begin);
    press(browser, harness, "begin-now");
    answer(browser, harness);
}

/// Answers the question of a draft.
pub fn answer(browser: &mut Browser, harness: &mut Harness) {
    assert_eq!(browser.page().status(), 200, "{}", browser.page().text());
    browser.fill(QUESTION, ANSWER);
    press(browser, harness, "continue");
    assert!(browser.page().address().ends_with("/at/check"), "{}", browser.page().address());
}

/// Agrees to a sentence, and submits.
pub fn submit(browser: &mut Browser, harness: &mut Harness, sentence: &str) {
    let sentence = say(harness, sentence);
    browser.choose(&sentence);
    press(browser, harness, "submit");
    assert_eq!(browser.page().status(), 200, "{}", browser.page().text());
}

/// Submits an application of Ana's, and gives its number.
pub fn submitted(harness: &mut Harness, code: &str) -> String {
    let mut ana = ana();
    fill(&mut ana, harness, &format!("/apply/{code}"));
    submit(&mut ana, harness, "all-is-true");
    let address = ana.page().address().trim_start_matches("/applications/").trim_end_matches("/submitted");
    assert_eq!(address.len(), 14, "a number: {address}");
    address.to_owned()
}

/// Somebody's applications, the newest last.
pub fn of(harness: &mut Harness, subject: &str) -> Vec<Application> {
    let all = harness.run("portal", |_| desk::of_applicant(subject, &PageRequest::first(50)));
    all.expect("a page").items.into_iter().rev().collect()
}

pub fn history(harness: &mut Harness, number: &str) -> Vec<Entry> {
    harness.run("portal", |_| desk::history(number)).expect("it reads")
}

/// Rosa takes an application on, and asks to have its answer corrected.
pub fn send_back(harness: &mut Harness, number: &str) {
    let mut rosa = rosa();
    decide(&mut rosa, harness, number, "verdict-send-back", "No se entiende.");
}

pub fn decide(rosa: &mut Browser, harness: &mut Harness, number: &str, verdict: &str, reason: &str) {
    rosa.visit(harness, &format!("/office/{number}"));
    press(rosa, harness, "take-on");
    let link = say(harness, "decide");
    rosa.follow(harness, &link);
    let (verdict, label) = (say(harness, verdict), say(harness, "reason"));
    rosa.choose(&verdict).fill(&label, reason).fill(QUESTION, if verdict.contains("corri") { "Diga más." } else { "" });
    press(rosa, harness, "decide-now");
    assert_eq!(rosa.page().status(), 200, "{}", rosa.page().text());
}

/// The headings of what somebody was told, in order.
pub fn told(harness: &Harness, subject: &str) -> Vec<String> {
    harness.told().iter().filter(|told| told.to == subject).map(|told| told.subject.clone()).collect()
}
