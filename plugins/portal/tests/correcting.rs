//! A correction asks for what is marked and for all that follows from it, and registers are asked anew by what is answered.

mod common;

use std::time::Duration;

use common::{COMPANIES, citizen, harness, publish, staff};
use portal::application::{Applicant, Application};
use portal::{desk, drafts};
use sdk::Answer;
use sdk::harness::{Browser, Harness, Host, Scripted};
use sdk::json::{Value, json};

/// A procedure in which one answer leads to the next: by a condition, a calculation, and a register.
fn definition() -> Value {
    let text = |title: &str| json!({ "type": "string", "title": title, "maxLength": 80, "x-concept": "own" });
    let when = |mut field: Value, when: Value| {
        field["x-when"] = when;
        field
    };
    let mut number = when(text("Matrícula"), json!({ "field": "kind", "is": "company" }));
    number["x-concept"] = json!("company.registration-number");
    let mut name = when(text("Razón social"), json!({ "field": "kind", "is": "company" }));
    name["x-source"] = json!("companies");
    name["x-concept"] = json!("company.legal-name");
    name["readOnly"] = json!(true);
    let kinds = json!([{ "const": "person", "title": "Persona" }, { "const": "company", "title": "Empresa" }]);
    json!({
        "format": "chakana-procedure/1",
        "entry": {
            "code": "cadena",
            "title": { "es": "Trámite en cadena" },
            "summary": { "es": "Una respuesta lleva a otra." },
            "audience": ["person"],
            "sector": "empresas",
            "legal-basis": [{ "code": "law", "title": { "es": "Ley" }, "description": { "es": "Lo manda." } }],
            "deadline": { "working-days": 10, "silence": "denies" },
            "channels": [{ "code": "here", "kind": "online" }],
            "outputs": [{ "code": "out", "title": { "es": "Resolución" } }],
        },
        "online": {
            "schema": {
                "type": "object",
                "properties": {
                    "kind": { "type": "string", "title": "Para quién", "oneOf": kinds, "x-concept": "own" },
                    "number": number,
                    "legal_name": name,
                    "mine": when(text("Qué mina"), json!({ "field": "legal_name", "is": "Minera" })),
                    "area": { "type": "integer", "title": "Superficie", "minimum": 0, "maximum": 500, "x-concept": "own" },
                    "twice": { "type": "integer", "title": "Doble", "readOnly": true, "x-formula": "area * 2" },
                    "large": when(text("Por qué tan grande"), json!({ "field": "twice", "at-least": 100 })),
                    "more": when(text("Algo más"), json!({ "field": "large", "is": "Otro" })),
                    "note": when(text("Una nota"), json!({ "field": "area", "at-least": 1 })),
                },
                "required": ["kind", "number", "mine", "area", "large", "more"],
            },
            "pages": [{
                "code": "todo", "title": { "es": "Todo" },
                "fields": ["kind", "number", "legal_name", "mine", "area", "twice", "large", "more", "note"],
            }],
            "documents": [{
                "code": "plano", "title": { "es": "Plano" }, "concept": "own", "kinds": ["pdf"],
                "when": { "field": "twice", "at-least": 100 },
            }],
            "registrations": [{
                "code": "permiso",
                "title": { "es": "Permiso" },
                "steps": [{
                    "code": "revision", "title": { "es": "Revisión" }, "role": "reviewer", "working-days": 5,
                    "powers": ["send-back"],
                }],
                "result": { "title": { "es": "Permiso" }, "made": { "of-text": { "es": "Se concede." } } },
            }],
            "calendar": "BO",
        },
    })
}

fn known(name: &str) -> Scripted {
    Scripted::Answer(Answer::json(200, &json!({ "company.legal-name": name })).expect("JSON"))
}

fn application(harness: &mut Harness, number: &str) -> Application {
    harness.run("portal", |_| desk::find(number)).expect("it was submitted")
}

/// Juana submits for a company, and Rosa sends it back with a note at one answer; gives the number.
fn sent_back(harness: &mut Harness, juana: &mut Browser, marked: &str) -> String {
    publish(harness, &definition().to_string());
    juana.visit(harness, "/apply/cadena");
    juana.press(harness, "Empezar");
    juana.choose("Empresa").fill("Matrícula", "00111111").fill("Superficie", "10");
    juana.press(harness, "Continuar");
    juana.choose("Revisé todo, y lo que digo es verdad");
    let page = juana.press(harness, "Presentar");
    let number = page.address().trim_start_matches("/applications/").trim_end_matches("/submitted").to_owned();
    assert_eq!(number.len(), 14, "{}: {}", page.address(), page.text());
    let mut rosa = staff("rosa", &["reviewer"]);
    rosa.visit(harness, &format!("/office/{number}"));
    rosa.press(harness, "Tomar");
    let decide = format!("/office/{number}/permiso/decide");
    let page = staff("rosa", &["reviewer"]).speaking("en").visit(harness, &decide).html().to_owned();
    assert!(page.contains(r#" lang="es">Superficie"#), "what is marked has no English: {page}");
    rosa.visit(harness, &decide);
    rosa.choose("Pedir que corrija").fill("Por qué", "No coincide.").fill(marked, "Revise esto.");
    rosa.press(harness, "Guardar la decisión");
    juana.visit(harness, &format!("/applications/{number}/correct"));
    number
}

#[test]
fn a_register_is_asked_anew_when_the_answer_changes_by_which_it_is_asked() {
    let (mut harness, mut juana) = (harness(), citizen());
    harness.script(COMPANIES, vec![known("Tejidos"), known("Minera"), known("Minera")]);
    let number = sent_back(&mut harness, &mut juana, "Matrícula");
    assert_eq!(application(&mut harness, &number).content.facts["legal_name"], "Tejidos");
    juana.fill("Matrícula", "00222222");
    let page = juana.press(&mut harness, "Presentar de nuevo");
    assert_eq!(page.status(), 422, "what the register says now asks for more: {}", page.text());
    assert!(page.html().contains("name=\"mine\""), "{}", page.text());
    juana.fill("Qué mina", "Estaño");
    let page = juana.press(&mut harness, "Presentar de nuevo");
    assert_eq!(page.address(), format!("/applications/{number}"), "{}", page.text());
    assert!(page.text().contains("Minera") && !page.text().contains("Tejidos"), "{}", page.text());
    let content = application(&mut harness, &number).content;
    assert_eq!((&content.facts["legal_name"], &content.answers["legal_name"]), (&json!("Minera"), &json!("Minera")));
    let asked: Vec<&str> = content.consulted.iter().filter_map(|one| one.by.as_deref()).collect();
    assert_eq!(asked, ["00111111", "00222222"], "the history says of whom it was asked");
}

#[test]
fn what_a_register_does_not_know_cannot_be_corrected_to() {
    let (mut harness, mut juana) = (harness(), citizen());
    let unknown = Scripted::Answer(Answer::json(404, &json!({})).expect("JSON"));
    harness.script(COMPANIES, vec![known("Tejidos"), unknown]);
    let number = sent_back(&mut harness, &mut juana, "Matrícula");
    juana.fill("Matrícula", "00999999");
    let page = juana.press(&mut harness, "Presentar de nuevo");
    assert_eq!(page.status(), 422);
    let errors = page.errors();
    assert!(errors.len() == 1 && errors[0].starts_with("Registro de comercio no tiene"), "{errors:?}");
    assert_eq!(application(&mut harness, &number).content.facts["legal_name"], "Tejidos");
}

#[test]
fn a_correction_follows_what_follows_from_it_to_its_end() {
    let (mut harness, mut juana) = (harness(), citizen());
    harness.script(COMPANIES, vec![known("Tejidos")]);
    let number = sent_back(&mut harness, &mut juana, "Superficie");
    let page = juana.page();
    for asked in ["area", "large", "more", "plano"] {
        assert!(page.html().contains(&format!("name=\"{asked}\"")), "{asked}: {}", page.text());
    }
    for left in ["number", "kind", "note", "mine"] {
        assert!(!page.html().contains(&format!("name=\"{left}\"")), "{left} was asked before, or does not follow");
    }
    let mut english = citizen().speaking("en");
    english.visit(&mut harness, &format!("/applications/{number}/correct"));
    english.fill("Superficie", "60").fill("Por qué tan grande", "Otro").fill("Algo más", "Un patio");
    assert_eq!(english.press(&mut harness, "Submit again").errors(), ["Attach a file to “Plano”"]);
    juana.fill("Superficie", "60").fill("Por qué tan grande", "Otro").fill("Algo más", "Un patio");
    assert_eq!(juana.press(&mut harness, "Presentar de nuevo").errors(), ["Adjunte un archivo en «Plano»"]);
    juana.attach("Plano", "plano.pdf", "application/pdf", b"%PDF-1.4");
    let page = juana.press(&mut harness, "Presentar de nuevo");
    assert_eq!(page.address(), format!("/applications/{number}"), "{}", page.text());
    assert_eq!(application(&mut harness, &number).content.answers["more"], "Un patio");
    let folder = juana.visit(&mut harness, "/folder").text();
    assert!(folder.contains("plano.pdf") && folder.contains("Trámite en cadena"), "{folder}");
}

#[test]
fn a_file_that_a_correction_does_not_ask_for_in_the_end_goes() {
    let (mut harness, mut juana) = (harness(), citizen());
    harness.script(COMPANIES, vec![known("Tejidos")]);
    let number = sent_back(&mut harness, &mut juana, "Superficie");
    juana.fill("Superficie", "20").attach("Plano", "plano.pdf", "application/pdf", b"%PDF-1.4");
    let page = juana.press(&mut harness, "Presentar de nuevo");
    assert_eq!(page.address(), format!("/applications/{number}"), "{}", page.text());
    assert!(application(&mut harness, &number).content.documents.is_empty());
    // The harness numbers what is uploaded.
    let uploads: Vec<String> = (0..1_000).map(|number| format!("upload-{number}")).collect();
    assert_eq!(uploads.iter().filter(|upload| is_there(&mut harness, upload)).count(), 0);
}

/// A draft asks a register once, whatever it knows.
#[test]
fn a_register_that_knows_nothing_is_not_asked_again() {
    let (mut harness, mut juana) = (harness(), citizen());
    publish(&mut harness, &definition().to_string());
    harness.script(COMPANIES, vec![Scripted::Answer(Answer::json(200, &json!({})).expect("JSON"))]);
    juana.visit(&mut harness, "/apply/cadena");
    juana.press(&mut harness, "Empezar");
    let here = juana.page().address().to_owned();
    for area in ["10", "20"] {
        juana.visit(&mut harness, &here);
        juana.choose("Empresa").fill("Matrícula", "00111111").fill("Superficie", area);
        juana.press(&mut harness, "Continuar");
    }
    assert_eq!(harness.received(COMPANIES).len(), 1);
}

/// Juana begins what asks for a plan, and comes to it; gives where that is.
fn at_plan(harness: &mut Harness, juana: &mut Browser) -> String {
    juana.visit(harness, "/apply/cadena");
    juana.press(harness, "Empezar");
    juana.choose("Persona").fill("Superficie", "60").fill("Por qué tan grande", "Otro").fill("Algo más", "Un patio");
    let page = juana.press(harness, "Continuar");
    assert!(page.address().ends_with("/at/plano"), "{}: {}", page.address(), page.text());
    page.address().to_owned()
}

#[test]
fn browsers_offer_the_files_that_a_document_may_be() {
    for (kinds, accept) in [
        (json!(["pdf"]), "application/pdf,.pdf"),
        (json!(["signed"]), ".asice"),
        (json!(["pdf", "image", "signed"]), "application/pdf,.pdf,image/*,.asice"),
    ] {
        let (mut harness, mut juana) = (harness(), citizen());
        let mut definition = definition();
        definition["online"]["documents"][0]["kinds"] = kinds;
        publish(&mut harness, &definition.to_string());
        at_plan(&mut harness, &mut juana);
        assert!(juana.page().html().contains(&format!("accept=\"{accept}\"")), "{}", juana.page().html());
    }
}

fn attach(harness: &mut Harness, juana: &mut Browser, name: &str) -> String {
    juana.attach("Archivo", name, "application/pdf", b"%PDF-1.4");
    juana.press(harness, "Continuar").address().to_owned()
}

/// The files that Juana's only draft has, by their blobs.
fn files_of_draft(harness: &mut Harness) -> Vec<String> {
    let drafts = harness.run("portal", |_| drafts::of(&hers())).expect("they read back");
    drafts[0].content.documents.values().flatten().map(|file| file.blob.clone()).collect()
}

fn hers() -> Applicant {
    Applicant { subject: "juana".to_owned(), name: None, represents: None, person: None, assistance: None }
}

fn is_there(harness: &mut Harness, blob: &str) -> bool {
    harness.run("portal", |_| Ok(sdk::blobs::stat(blob).is_some())).expect("it is asked")
}

#[test]
fn what_was_attached_to_a_draft_alone_goes_with_it() {
    let (mut harness, mut juana) = (harness(), citizen());
    publish(&mut harness, &definition().to_string());
    let here = at_plan(&mut harness, &mut juana);
    attach(&mut harness, &mut juana, "primero.pdf");
    let first = files_of_draft(&mut harness).remove(0);
    juana.visit(&mut harness, &here);
    juana.choose("primero.pdf");
    attach(&mut harness, &mut juana, "plano.pdf");
    assert!(!is_there(&mut harness, &first), "it was taken away again");
    juana.visit(&mut harness, &here.replace("/plano", "/revisar"));
    let blob = files_of_draft(&mut harness).remove(0);
    assert!(is_there(&mut harness, &blob));
    harness.run("portal", |_| drafts::remove(&hers(), &drafts::of(&hers())?[0].id)).expect("it goes");
    assert!(!is_there(&mut harness, &blob));
}

#[test]
fn a_draft_that_nobody_changes_goes_with_its_files_after_half_a_year() {
    let (mut harness, mut juana) = (harness(), citizen());
    publish(&mut harness, &definition().to_string());
    at_plan(&mut harness, &mut juana);
    attach(&mut harness, &mut juana, "plano.pdf");
    let blob = files_of_draft(&mut harness).remove(0);
    harness.advance(Duration::from_secs(179 * 86_400));
    assert!(is_there(&mut harness, &blob));
    harness.advance(Duration::from_secs(2 * 86_400));
    assert_eq!(harness.run("portal", |_| Ok(drafts::of(&hers())?.len())).expect("they read back"), 0);
    assert!(!is_there(&mut harness, &blob));
}

#[test]
fn what_is_not_asked_for_in_the_end_goes_when_it_is_submitted() {
    let (mut harness, mut juana) = (harness(), citizen());
    publish(&mut harness, &definition().to_string());
    let plan = at_plan(&mut harness, &mut juana);
    attach(&mut harness, &mut juana, "plano.pdf");
    let blob = files_of_draft(&mut harness).remove(0);
    juana.visit(&mut harness, &plan.replace("/plano", "/todo"));
    juana.fill("Superficie", "10");
    juana.press(&mut harness, "Continuar");
    juana.choose("Revisé todo, y lo que digo es verdad");
    let page = juana.press(&mut harness, "Presentar");
    assert!(page.address().ends_with("/submitted"), "{}: {}", page.address(), page.text());
    assert!(!is_there(&mut harness, &blob));
}

#[test]
fn what_was_submitted_or_comes_from_the_folder_outlives_a_draft() {
    let (mut harness, mut juana) = (harness(), citizen());
    publish(&mut harness, &definition().to_string());
    at_plan(&mut harness, &mut juana);
    attach(&mut harness, &mut juana, "plano.pdf");
    let blob = files_of_draft(&mut harness).remove(0);
    juana.choose("Revisé todo, y lo que digo es verdad");
    juana.press(&mut harness, "Presentar");
    assert!(is_there(&mut harness, &blob), "{}", juana.page().text());
    at_plan(&mut harness, &mut juana);
    juana.choose("plano.pdf");
    juana.press(&mut harness, "Continuar");
    assert_eq!(files_of_draft(&mut harness).first(), Some(&blob));
    // She takes it out of the folder, and the application still has it.
    harness.run("portal", |_| portal::folder::remove("juana", &blob)).expect("it goes");
    harness.run("portal", |_| drafts::remove(&hers(), &drafts::of(&hers())?[0].id)).expect("it goes");
    assert!(is_there(&mut harness, &blob));
}
