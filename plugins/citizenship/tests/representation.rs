//! For whom people may act.

mod common;

use std::time::Duration;

use citizenship::PLUGIN;
use common::{COMPANIES, PERSONS, answer, harness, mateo, signed_in, silent, tejidos, told, unknown, with};
use sdk::accounts::{self, Representation};
use sdk::harness::{Browser, Harness, Host, Scripted};
use sdk::json::{Value, json};
use sdk::{Assurance, RepresentedKind};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const NOT_YOURS: &str = "Usted no figura hoy en el registro de comercio como representante de una empresa vigente con esta matrícula. Revise la matrícula, o pida al registro de comercio que inscriba su poder.";
const NOT_IN_CARE: &str = "Usted no figura en el registro de identificación como responsable de un menor de edad, ni de una persona en curatela, con este documento. Revise el número, o acuda al registro de identificación.";

/// Tomás, and what the company register knows.
fn with_company(company: Scripted) -> (Harness, String, Browser) {
    let mut harness = harness();
    let (subject, browser) = signed_in(&mut harness, Assurance::Substantial);
    harness.script(COMPANIES, vec![company]);
    (harness, subject, browser)
}

fn add_company(host: &mut Harness, browser: &mut Browser) -> Vec<String> {
    browser.visit(host, "/representation/company");
    browser.fill("Matrícula de comercio", "00-123456").press(host, "Agregar").errors()
}

fn add_person(host: &mut Harness, browser: &mut Browser) -> Vec<String> {
    browser.visit(host, "/representation/person");
    browser.fill("Número de cédula de identidad", "9876543").press(host, "Agregar").errors()
}

fn represented(host: &mut Harness, subject: &str) -> Vec<Representation> {
    host.run("citizenship", |_| Ok(accounts::representations(subject)?)).expect("a look")
}

#[test]
fn a_representative_acts_for_her_company_to_the_end_of_her_last_day() {
    let (mut harness, subject, mut tomas) = with_company(answer(200, &tejidos()));
    assert!(tomas.visit(&mut harness, "/representation").text().contains("No representa a nadie"));
    assert_eq!(add_company(&mut harness, &mut tomas), Vec::<String>::new());
    assert_eq!(tomas.page().address(), "/representation");
    let cells = ["Tejidos Illimani S.R.L.", "Terminar", "31/12/2030", "00123456"];
    assert_eq!(tomas.page().rows(), [cells]);
    let found = represented(&mut harness, &subject);
    assert_eq!(
        (found[0].represented.kind, found[0].represented.id.as_str()),
        (RepresentedKind::Organisation, "00123456")
    );
    assert_eq!(found[0].scope, "");
    assert_eq!(harness.received(COMPANIES)[0].path, "/empresas/00123456");
}

#[test]
fn a_company_that_does_not_name_her_now_is_not_hers() {
    let one = |ci: &str, hasta: Value| json!([{ "ci": ci, "nombre": "x", "hasta": hasta }]);
    for company in [
        unknown(),
        answer(200, &with(tejidos(), "vigente", false)),
        answer(200, &with(tejidos(), "representantes", json!([]))),
        answer(200, &with(tejidos(), "representantes", one("3456789", Value::Null))),
        answer(200, &with(tejidos(), "representantes", one("2345678", "2026-11-25".into()))),
    ] {
        let (mut harness, subject, mut tomas) = with_company(company.clone());
        assert_eq!(add_company(&mut harness, &mut tomas), [NOT_YOURS], "{company:?}");
        assert_eq!(represented(&mut harness, &subject), []);
    }
}

#[test]
fn a_register_that_does_not_answer_grants_nothing() {
    for silence in silent() {
        let (mut harness, subject, mut tomas) = with_company(silence.clone());
        let said = ["El registro de comercio no responde. Inténtelo más tarde."];
        assert_eq!(add_company(&mut harness, &mut tomas), said, "{silence:?}");
        harness.script(PERSONS, vec![silence.clone()]);
        let said = ["El registro de identificación no responde. Inténtelo más tarde."];
        assert_eq!(add_person(&mut harness, &mut tomas), said, "{silence:?}");
        assert_eq!(represented(&mut harness, &subject), []);
    }
}

#[test]
fn what_is_no_number_is_said_at_its_field() {
    let (mut harness, _, mut tomas) = with_company(unknown());
    tomas.visit(&mut harness, "/representation/company");
    let page = tomas.fill("Matrícula de comercio", "../../x").press(&mut harness, "Agregar");
    assert_eq!(page.errors(), ["Escriba la matrícula con cifras, por ejemplo 00123456"]);
    assert_eq!(harness.received(COMPANIES), []);
}

#[test]
fn a_child_is_represented_until_of_age_and_somebody_in_care_until_a_court_ends_it() {
    for (record, until) in [
        (mateo(), "19/05/2033"),
        (with(with(mateo(), "curatela", true), "fechaNacimiento", "1980-05-20"), "Hasta que termine"),
    ] {
        let (mut harness, subject, mut tomas) = with_company(unknown());
        harness.script(PERSONS, vec![answer(200, &record)]);
        assert_eq!(add_person(&mut harness, &mut tomas), Vec::<String>::new());
        let found = represented(&mut harness, &subject);
        assert_eq!((found[0].represented.id.as_str(), found[0].name.as_str()), ("CI 9876543", "Mateo Vaca Mamani"));
        assert_eq!(tomas.page().rows()[0][2], until);
    }
}

#[test]
fn who_is_of_age_or_in_the_care_of_others_is_not_represented() {
    for record in [
        unknown(),
        answer(200, &with(mateo(), "tutores", json!([]))),
        answer(200, &with(mateo(), "tutores", json!([{ "ci": "3456789", "vinculo": "madre" }]))),
        answer(200, &with(mateo(), "fechaNacimiento", "2008-11-26")),
        answer(200, &with(with(mateo(), "tutores", json!([])), "curatela", true)),
    ] {
        let (mut harness, subject, mut tomas) = with_company(unknown());
        harness.script(PERSONS, vec![record.clone()]);
        assert_eq!(add_person(&mut harness, &mut tomas), [NOT_IN_CARE], "{record:?}");
        assert_eq!(represented(&mut harness, &subject), []);
    }
}

#[test]
fn she_ends_what_she_does_not_want_and_may_add_it_again() {
    let (mut harness, subject, mut tomas) = with_company(answer(200, &tejidos()));
    add_company(&mut harness, &mut tomas);
    tomas.press_twice(&mut harness, "Terminar");
    assert!(tomas.page().text().contains("No representa a nadie"), "{}", tomas.page().text());
    assert_eq!(represented(&mut harness, &subject), []);
    // What she ended herself is asked about no more, and nobody tells her.
    let asked = harness.received(COMPANIES).len();
    harness.advance(DAY);
    assert_eq!((harness.received(COMPANIES).len(), told(&harness)), (asked, Vec::new()));
    add_company(&mut harness, &mut tomas);
    assert_eq!(represented(&mut harness, &subject).len(), 1);
}

#[test]
fn what_she_does_not_represent_cannot_be_ended() {
    let (mut harness, _, mut tomas) = with_company(answer(200, &tejidos()));
    add_company(&mut harness, &mut tomas);
    let mut second = tomas.clone();
    second.visit(&mut harness, "/representation");
    tomas.press(&mut harness, "Terminar");
    let page = second.press(&mut harness, "Terminar");
    assert_eq!((page.status(), page.title()), (404, "No hay una representación así: quizás ya terminó."));
}

#[test]
fn nobody_of_low_assurance_represents_anybody() {
    let mut harness = harness();
    let (_, mut tomas) = signed_in(&mut harness, Assurance::Low);
    for page in ["/representation", "/representation/company", "/representation/person"] {
        assert_eq!(tomas.visit(&mut harness, page).status(), 403, "{page}");
    }
}

#[test]
fn what_the_register_does_not_confirm_any_more_ends_the_next_day_and_she_is_told() {
    for company in [unknown(), answer(200, &with(tejidos(), "representantes", json!([])))] {
        let (mut harness, subject, mut tomas) = with_company(answer(200, &tejidos()));
        add_company(&mut harness, &mut tomas);
        harness.advance(DAY);
        assert_eq!(represented(&mut harness, &subject).len(), 1);
        assert_eq!(told(&harness), []);
        harness.script(COMPANIES, vec![company]);
        harness.advance(DAY);
        assert_eq!(represented(&mut harness, &subject), []);
        assert_eq!(told(&harness), [(subject, "Terminó una representación".to_owned())]);
        assert!(harness.told()[0].text.contains("Tejidos Illimani S.R.L."), "{:?}", harness.told());
        harness.advance(DAY);
        assert_eq!(harness.told().len(), 1, "she is told once");
    }
}

#[test]
fn a_register_that_is_silent_one_day_ends_nothing_and_is_asked_again_the_next() {
    for silence in silent() {
        let (mut harness, subject, mut tomas) = with_company(answer(200, &tejidos()));
        add_company(&mut harness, &mut tomas);
        harness.script(COMPANIES, vec![silence, unknown()]);
        harness.advance(DAY);
        assert_eq!(represented(&mut harness, &subject).len(), 1);
        harness.advance(DAY);
        assert_eq!(represented(&mut harness, &subject), []);
    }
}

#[test]
fn what_the_register_says_of_the_end_is_kept_up() {
    let (mut harness, subject, mut tomas) = with_company(answer(200, &tejidos()));
    add_company(&mut harness, &mut tomas);
    let shorter = json!([{ "ci": "2345678", "nombre": "x", "hasta": "2026-12-31" }]);
    harness.script(COMPANIES, vec![answer(200, &with(tejidos(), "representantes", shorter))]);
    harness.advance(DAY);
    assert_eq!(tomas.visit(&mut harness, "/representation").rows()[0][2], "31/12/2026");
    assert_eq!(represented(&mut harness, &subject).len(), 1);
}

#[test]
fn many_representations_are_asked_about_in_several_calls_and_each_once() {
    let (mut harness, subject, mut tomas) = with_company(unknown());
    for number in 0..25 {
        let matricula = format!("{:08}", 100 + number);
        harness.script(COMPANIES, vec![answer(200, &with(tejidos(), "matricula", matricula.clone()))]);
        tomas.visit(&mut harness, "/representation/company");
        tomas.fill("Matrícula de comercio", &matricula).press(&mut harness, "Agregar");
    }
    assert_eq!(represented(&mut harness, &subject).len(), 25);
    harness.script(COMPANIES, vec![unknown()]);
    let asked = harness.received(COMPANIES).len();
    harness.advance(DAY);
    assert_eq!(represented(&mut harness, &subject), []);
    assert_eq!(harness.received(COMPANIES).len() - asked, 25);
    assert_eq!(harness.told().len(), 25);
    assert_eq!(harness.set_aside(), []);
}

#[test]
fn who_represents_as_many_as_she_may_is_told_so() {
    let (mut harness, subject, mut tomas) = with_company(answer(200, &tejidos()));
    let filled = harness.run("citizenship", |_| {
        for number in 0..50 {
            let represented = accounts::RepresentedId { kind: RepresentedKind::Organisation, id: format!("x{number}") };
            let one = Representation { represented, name: "x".to_owned(), scope: String::new(), until: None };
            accounts::represent(&subject, &one)?;
        }
        Ok(())
    });
    assert_eq!(filled, Ok(()));
    let said = [
        "Ya representa a tantas personas y empresas como se permite: deje de representar a una antes de agregar otra.",
    ];
    assert_eq!(add_company(&mut harness, &mut tomas), said);
}

#[test]
fn who_is_not_known_by_a_card_represents_nobody() {
    let mut harness = harness();
    let person = accounts::Person {
        document: accounts::IdentityDocument { kind: "PASAPORTE".to_owned(), number: "X123".to_owned() },
        given_names: "Ann".to_owned(),
        first_surname: None,
        second_surname: None,
        birthdate: None,
        email: None,
        telephone: None,
    };
    let made = harness.run("citizenship", |_| Ok(accounts::create(&person, Assurance::High)?));
    let ann = sdk::harness::Person::of(&made.expect("an account").subject);
    let mut ann = Browser::of(&PLUGIN).signed_in(ann);
    ann.visit(&mut harness, "/representation/company");
    ann.fill("Matrícula de comercio", "00123456");
    let page = ann.press(&mut harness, "Agregar");
    assert_eq!(page.status(), 403);
    assert!(page.title().contains("no se creó con una cédula de identidad"), "{}", page.title());
}
