//! The counter.

use std::time::Duration;

use portal::application::{Assistance, Event};
use sdk::Author;
use sdk::harness::{Browser, Harness, Host};
use sdk::json::json;

use super::common::{
    ANSWER, BOUND, NOTICE, ana, answer, answers, asked, eva, harness, history, ivan, knows, of, press, say, send_back,
    staff, submit, told,
};

const DOCUMENT: &str = "Número de documento";
const NAME: &str = "Nombre y apellidos de la persona";
const SEEN: &str = "Vi a la persona y su documento. Ella pide que se consulten sus datos.";
const NUMBER: &str = "Número del trámite";
const CODE: &str = "Código del trámite";
const WRONG: &str = "El número y el código no corresponden a un trámite que se pueda abrir. Revise el papel. Si el trámite ya \
                     está en una cuenta, se ve en esa cuenta.";

/// Begins a procedure for Tomás, who stands before the counter.
fn begin(browser: &mut Browser, harness: &mut Harness, code: &str, document: &str) {
    browser.visit(harness, "/counter");
    browser.fill(DOCUMENT, document).fill(NAME, "Tomás Vaca").choose(&format!("Trámite {code}")).choose(SEEN);
    press(browser, harness, "help-begin-filing");
}

/// Files for Tomás, and gives the number and the code that are printed.
fn file(browser: &mut Browser, harness: &mut Harness, code: &str) -> (String, String) {
    begin(browser, harness, code, "2345678");
    answer(browser, harness);
    submit(browser, harness, "help-read-at-counter");
    printed(browser)
}

fn printed(browser: &Browser) -> (String, String) {
    let html = browser.page().html();
    let number = html.split("class=\"reference\">").nth(1).and_then(|rest| rest.split('<').next()).expect("a number");
    let code = html.split("translate=\"no\">").nth(1).and_then(|rest| rest.split("</code>").next()).expect("a code");
    (number.to_owned(), code.replace("<span>", "").replace("</span>", ""))
}

/// Types what was printed, and gives what is wrong with it.
fn type_in(browser: &mut Browser, harness: &mut Harness, path: &str, number: &str, code: &str) -> Vec<String> {
    browser.visit(harness, path);
    browser.fill(NUMBER, number).fill(CODE, code);
    press(browser, harness, if path == "/claim" { "help-claim-it" } else { "find" });
    browser.page().errors()
}

#[test]
fn an_operator_files_for_who_stands_there_and_hands_over_what_opens_it() {
    let mut harness = harness();
    knows("Tomás", &mut harness);
    let mut ivan = ivan();
    begin(&mut ivan, &mut harness, BOUND, "2.345.678-1a");
    assert_eq!(asked(&harness), ["/personas/2345678%2D1A"]);
    assert!(ivan.page().text().contains("Tomás"), "what the register said is shown");
    assert!(ivan.clone().visit(&mut harness, "/counter").text().contains("Tomás Vaca"), "the draft is the operator's");
    answer(&mut ivan, &mut harness);
    submit(&mut ivan, &mut harness, "help-read-at-counter");
    let page = ivan.page();
    assert!(page.text().contains("Imprima esta página"), "{}", page.text());
    let (number, code) = printed(&ivan);
    assert_eq!((number.len(), code.len()), (14, 12), "twelve letters are sixty bits");

    let entry = history(&mut harness, &number).swap_remove(0);
    let counter = Some(Assistance::Counter("ivan".to_owned()));
    assert_eq!((entry.author, entry.assistance), (Author::Operator("ivan".to_owned()), counter.clone()));
    let Event::Submitted(submitted) = entry.event else { panic!("it begins with its submission") };
    assert!(submitted.applicant.is_unclaimed());
    assert_eq!(submitted.applicant.name.as_deref(), Some("Tomás Vaca"));
    assert_eq!(submitted.applicant.assistance, counter);
    assert!(!ivan.visit(&mut harness, "/counter").text().contains("Tomás Vaca"), "the draft is gone");
}

#[test]
fn the_citizen_adds_it_to_her_account_once() {
    let mut harness = harness();
    let (number, code) = file(&mut ivan(), &mut harness, NOTICE);
    let mut ana = ana();
    let spaced = format!("{} {} {}", &code[..4], &code[4..8], code[8..].to_lowercase());
    assert_eq!(type_in(&mut ana, &mut harness, "/claim", &number, &spaced), Vec::<String>::new());
    assert_eq!(ana.page().address(), format!("/applications/{number}"));
    let text = ana.page().text();
    assert!(
        text.contains("La entidad, en nombre de la persona (en ventanilla)") && text.contains("Agregado a la cuenta"),
        "{text}"
    );
    assert!(text.contains(ANSWER), "{text}");
    let application = of(&mut harness, "ana").pop().expect("it is hers");
    let entries = history(&mut harness, &number);
    assert_eq!(portal::application::Application::of(&entries).expect("it reads"), application);
    // From now on she is told.
    send_back(&mut harness, &number);
    assert_eq!(told(&harness, "ana"), ["Tiene que corregir su trámite"]);
    // Nobody adds it again, or sees it at the counter.
    assert_eq!(type_in(&mut eva(), &mut harness, "/claim", &number, &code), [WRONG]);
    assert_eq!(type_in(&mut ana, &mut harness, "/claim", &number, &code), [WRONG]);
    let mut ivan = ivan();
    assert_eq!(type_in(&mut ivan, &mut harness, "/counter/find", &number, &code), [WRONG]);
    assert_eq!(ivan.visit(&mut harness, &format!("/counter/applications/{number}")).status(), 404);
    assert_eq!(of(&mut harness, "ana").len(), 1);
}

#[test]
fn a_number_and_a_code_that_do_not_fit_open_nothing() {
    let mut harness = harness();
    let (number, code) = file(&mut ivan(), &mut harness, NOTICE);
    let (other, _) = file(&mut ivan(), &mut harness, NOTICE);
    let hers = super::common::submitted(&mut harness, NOTICE);
    let changed = format!("{}{}", &code[..11], if code.ends_with('0') { '1' } else { '0' });
    for (number, code) in [(&number, &changed), (&other, &code), (&hers, &code), (&number, &"ABC".to_owned())] {
        let mut eva = eva();
        assert_eq!(type_in(&mut eva, &mut harness, "/claim", number, code), [WRONG]);
        assert_eq!(eva.page().status(), 422);
        assert_eq!(type_in(&mut ivan(), &mut harness, "/counter/find", number, code), [WRONG]);
    }
    assert_eq!(of(&mut harness, "eva").len(), 0);
}

#[test]
fn what_was_filed_is_shown_at_any_counter_by_what_was_printed() {
    let mut harness = harness();
    let (number, code) = file(&mut ivan(), &mut harness, NOTICE);
    let mut olga = staff("olga", "Olga", "counter");
    let path = format!("/counter/applications/{number}");
    assert_eq!(olga.visit(&mut harness, &path).status(), 404, "by her role alone she sees nothing");
    assert_eq!(type_in(&mut olga, &mut harness, "/counter/find", &number, &code), Vec::<String>::new());
    assert_eq!(olga.page().address(), path);
    assert!(olga.page().text().contains(ANSWER));
    harness.advance(Duration::from_secs(30 * 60));
    assert_eq!(olga.visit(&mut harness, &path).status(), 404);
    assert_eq!(super::common::luz().visit(&mut harness, "/counter").status(), 403);
}

#[test]
fn what_came_back_is_corrected_at_the_counter() {
    let mut harness = harness();
    let mut ivan = ivan();
    let (number, _) = file(&mut ivan, &mut harness, NOTICE);
    let filed = harness.run("portal", |_| portal::desk::find(&number)).expect("it is there");
    harness.nobody_is(&filed.applicant.subject);
    send_back(&mut harness, &number);
    assert_eq!(harness.told(), [], "nobody can be told");
    ivan.visit(&mut harness, &format!("/counter/applications/{number}/correct"));
    ivan.fill("Para qué", "Una feria de libros");
    let sentence = say(&mut harness, "help-read-at-counter");
    ivan.choose(&sentence);
    press(&mut ivan, &mut harness, "submit-again");
    assert_eq!(ivan.page().address(), format!("/counter/applications/{number}"));
    let last = history(&mut harness, &number).into_iter().find(|one| matches!(one.event, Event::Corrected { .. }));
    assert_eq!(last.and_then(|entry| entry.assistance), Some(Assistance::Counter("ivan".to_owned())));
}

#[test]
fn a_document_that_no_register_knows_begins_nothing() {
    let mut harness = harness();
    let mut ivan = ivan();
    for (status, said) in [(404, "register-unknown"), (503, "register-unavailable")] {
        answers(status, &json!({}), &mut harness);
        begin(&mut ivan, &mut harness, BOUND, "2345678");
        let said = say(&mut harness, said);
        assert_eq!((ivan.page().status(), ivan.page().errors()), (422, vec![said]));
    }
    begin(&mut ivan, &mut harness, BOUND, "no/es");
    assert_eq!(ivan.page().errors(), ["Escriba el número como está en el documento: 1234567 o 1234567-1A"]);
    assert!(!ivan.visit(&mut harness, "/counter").text().contains("Tomás Vaca"));
}

#[test]
fn drafts_of_the_counter_are_the_operators_alone() {
    let mut harness = harness();
    let mut ivan = ivan();
    begin(&mut ivan, &mut harness, NOTICE, "2345678");
    let address = ivan.page().address().to_owned();
    let mut olga = staff("olga", "Olga", "counter");
    assert_eq!(olga.visit(&mut harness, &address).status(), 404);
    assert_eq!(ana().visit(&mut harness, address.trim_start_matches("/counter")).status(), 404);
    // A citizen who has the operator's id for her subject is somebody else.
    let mut citizen = Browser::of(&portal::PLUGIN).signed_in(sdk::harness::Person::of("ivan"));
    assert_eq!(citizen.visit(&mut harness, address.trim_start_matches("/counter")).status(), 404);
    ivan.visit(&mut harness, "/counter");
    let discard = say(&mut harness, "discard");
    ivan.follow(&mut harness, &format!("{discard} Trámite aviso"));
    press(&mut ivan, &mut harness, "discard");
    assert_eq!(ivan.page().address(), "/counter");
    assert!(!ivan.page().text().contains("Tomás Vaca"));
}
