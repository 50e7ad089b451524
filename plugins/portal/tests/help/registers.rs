//! Registers are asked about a citizen in a call of her own alone.

use super::call::helping;
use super::common::{BOUND, ana, answer, answers, asked, fill, harness, of, press, submit};
use sdk::harness::Harness;
use sdk::json::json;

/// A draft that Luz has filled in for Ana, up to where it would be sent.
fn filled_in(harness: &mut Harness) -> String {
    let mut luz = helping(harness);
    let page = luz.visit(harness, &format!("/assist/apply/{BOUND}")).text();
    assert!(page.contains("Se consultan cuando la persona entra con su cuenta"), "{page}");
    press(&mut luz, harness, "begin-now");
    answer(&mut luz, harness);
    let page = luz.page();
    assert!(page.text().contains("solo ella puede pedirlo"), "{}", page.text());
    assert!(page.text().contains("Registro de identificación"));
    assert!(!page.html().contains("<button"), "there is nothing to send");
    page.address().trim_start_matches("/assist").to_owned()
}

#[test]
fn an_operator_fills_in_and_the_citizen_asks_and_submits() {
    let mut harness = harness();
    let check = filled_in(&mut harness);
    assert_eq!(asked(&harness), Vec::<String>::new());
    let mut ana = ana();
    ana.visit(&mut harness, &check);
    press(&mut ana, &mut harness, "help-ask");
    assert_eq!(asked(&harness), ["/personas/ana"]);
    assert_eq!(ana.page().address(), check);
    submit(&mut ana, &mut harness, "all-is-true");
    let application = of(&mut harness, "ana").pop().expect("it is submitted");
    assert_eq!(application.content.facts.get("names"), Some(&json!("Ana")));
    assert!(application.applicant.assistance.is_some(), "who was helped says so");
}

#[test]
fn a_register_that_does_not_answer_is_asked_again() {
    let mut harness = harness();
    let check = filled_in(&mut harness);
    answers(503, &json!({}), &mut harness);
    let mut ana = ana();
    ana.visit(&mut harness, &check);
    press(&mut ana, &mut harness, "help-ask");
    super::common::knows("Ana", &mut harness);
    press(&mut ana, &mut harness, "try-again");
    assert_eq!(ana.page().address(), check);
    submit(&mut ana, &mut harness, "all-is-true");
}

#[test]
fn an_operator_cannot_have_them_asked_by_another_way() {
    let mut harness = harness();
    let check = filled_in(&mut harness);
    let mut luz = super::common::luz();
    luz.visit(&mut harness, &format!("/assist{check}"));
    assert!(luz.page().text().contains("solo ella puede pedirlo"));
    // She begins a draft herself, and the register is asked in her call; Luz may submit that one.
    let mut ana = ana();
    fill(&mut ana, &mut harness, &format!("/apply/{BOUND}"));
    assert_eq!(asked(&harness), ["/personas/ana"]);
    luz.visit(&mut harness, &format!("/assist{}", ana.page().address()));
    submit(&mut luz, &mut harness, "help-read-back");
    assert_eq!(of(&mut harness, "ana").len(), 1);
    assert_eq!(asked(&harness), ["/personas/ana"], "nobody was asked for Luz");
}
