//! How people register themselves.

mod common;

use std::time::Duration;

use citizenship::PLUGIN;
use common::{account, answer, fill, harness, register, silent, tomas, unknown, with};
use sdk::Assurance;
use sdk::harness::{Browser, Harness, Host, Scripted, ShownPage};
use sdk::json::Value;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const ACCOUNT: &str = "an account";
const NOT_CONFIRMED: &str = "No pudimos registrar una cuenta con estos datos";

#[test]
fn whom_the_register_confirms_gets_an_account_of_substantial_assurance_and_a_code() {
    let mut harness = harness();
    let page = register(&mut harness, &[]);
    assert_eq!((page.status(), page.heading()), (200, "Su cuenta está lista".to_owned()));
    assert!(page.html().contains("https://issuer.example/enrol#"), "{}", page.html());
    assert!(page.text().contains("Vale hasta el 3 de diciembre de 2026, 08:00"), "{}", page.text());
    let account = account(&mut harness, "2345678").expect("an account");
    assert_eq!((account.assurance, account.enrolled), (Assurance::Substantial, false));
    // Her names are spelled as the register does.
    let person = account.person;
    assert_eq!(person.full_name(), "Tomás Vaca Suárez");
    assert_eq!((person.first_surname.as_deref(), person.second_surname.as_deref()), (Some("Vaca"), Some("Suárez")));
    assert_eq!((person.birthdate.as_deref(), person.telephone.as_deref()), (Some("1975-11-30"), Some("+59171234567")));
    assert_eq!(harness.told(), []);
    assert_eq!(harness.received(common::PERSONS).len(), 1);
    assert_eq!(harness.received(common::PERSONS)[0].path, "/personas/2345678");
}

/// Labels of fields, and what is filled in.
type Fields = &'static [(&'static str, &'static str)];

#[test]
fn whatever_is_not_so_is_answered_alike_and_nobody_learns_which() {
    let known = answer(200, &tomas());
    let refusals: [(&str, Fields, Scripted); 9] = [
        ("given names", &[("Nombres", "Tomás Luis")], known.clone()),
        ("surname", &[("Primer apellido", "Vacas")], known.clone()),
        ("no second surname", &[("Segundo apellido", "")], known.clone()),
        ("day of birth", &[("Fecha de nacimiento: Día", "29")], known.clone()),
        ("day of issue", &[("Fecha de emisión de la cédula: Año", "2020")], known.clone()),
        ("card that is not good", &[], answer(200, &with(tomas(), "vigente", false))),
        ("register without a day of issue", &[], answer(200, &with(tomas(), "fechaEmision", Value::Null))),
        ("nobody by this number", &[], unknown()),
        (ACCOUNT, &[], known),
    ];
    let mut pages = Vec::new();
    for (what, fields, known) in refusals {
        let mut harness = harness();
        harness.script(common::PERSONS, vec![known]);
        if what == ACCOUNT {
            assert_eq!(register(&mut harness, &[]).heading(), "Su cuenta está lista");
        }
        let page = register(&mut harness, fields);
        assert!(page.text().contains(NOT_CONFIRMED), "{what}: {}", page.text());
        assert_eq!(page.errors(), Vec::<String>::new(), "{what}");
        assert_eq!(account(&mut harness, "2345678").is_some(), what == ACCOUNT, "{what}");
        // The page has what was filled in; but for that, all of them are the same.
        pages.push((page.status(), page.title().to_owned(), page.text()));
    }
    pages.dedup();
    assert_eq!(pages.len(), 1, "{pages:#?}");
}

#[test]
fn what_was_filled_in_stays_and_can_be_corrected() {
    let mut harness = harness();
    let mut browser = Browser::of(&PLUGIN);
    browser.visit(&mut harness, "/register");
    fill(&mut browser, &[("Nombres", "Tomas Luis")]);
    browser.press(&mut harness, "Registrarme");
    assert_eq!(browser.page().value("Nombres"), "Tomas Luis");
    assert_eq!(browser.fill("Nombres", "Tomás").press(&mut harness, "Registrarme").heading(), "Su cuenta está lista");
}

fn try_wrongly(harness: &mut Harness) -> ShownPage {
    register(harness, &[("Nombres", "Luis")])
}

#[test]
fn five_tries_a_day_are_allowed_by_a_document_and_then_not_even_the_right_one() {
    let mut harness = harness();
    for _ in 0..5 {
        assert!(try_wrongly(&mut harness).text().contains(NOT_CONFIRMED));
    }
    let asked = harness.received(common::PERSONS).len();
    let page = register(&mut harness, &[]);
    assert_eq!((page.status(), page.heading()), (429, "Demasiados intentos por hoy".to_owned()));
    assert!(page.text().contains("en una ventanilla le atienden hoy"), "{}", page.text());
    assert_eq!(harness.received(common::PERSONS).len(), asked, "the register was asked all the same");
    assert_eq!(account(&mut harness, "2345678"), None);
    // Another document is another matter.
    harness.script(common::PERSONS, vec![unknown()]);
    assert!(register(&mut harness, &[("Número de cédula de identidad", "3456789")]).text().contains(NOT_CONFIRMED));
    // The next day has its own tries, and the ones before are forgotten.
    harness.script(common::PERSONS, vec![answer(200, &tomas())]);
    harness.advance(DAY);
    assert_eq!(register(&mut harness, &[]).heading(), "Su cuenta está lista");
    assert_eq!(harness.run("citizenship", |_| Ok(tries_kept())), Ok(0));
}

/// The rows of the table of tries.
fn tries_kept() -> usize {
    use sdk::collections::{Record, Table};
    use sdk::kv::Order;
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Any {}
    impl Record for Any {}
    static TRIES: Table<(sdk::Date, String), Any> = Table::new("tries", &[]);
    TRIES.scan(&(), Order::Ascending).count()
}

#[test]
fn who_has_an_account_uses_up_her_tries_like_everybody() {
    let mut harness = harness();
    assert_eq!(register(&mut harness, &[]).heading(), "Su cuenta está lista");
    let statuses: Vec<u16> = (0..6).map(|_| register(&mut harness, &[]).status()).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
}

#[test]
fn tries_at_once_are_all_counted() {
    let mut harness = harness();
    harness.meanwhile(|harness| drop(try_wrongly(harness)));
    for _ in 0..4 {
        assert_eq!(try_wrongly(&mut harness).status(), 200);
    }
    assert_eq!(try_wrongly(&mut harness).status(), 429);
}

#[test]
fn without_the_register_an_account_is_made_only_for_who_chooses_low_assurance() {
    for answers in silent() {
        let mut harness = harness();
        harness.script(common::PERSONS, vec![answers.clone()]);
        let mut browser = Browser::of(&PLUGIN);
        browser.visit(&mut harness, "/register");
        fill(&mut browser, &[]);
        let page = browser.press(&mut harness, "Registrarme");
        assert!(page.text().contains("El registro de identificación no responde"), "{answers:?}: {}", page.text());
        assert_eq!(account(&mut harness, "2345678"), None);
        let page = browser.press(&mut harness, "Registrarme ahora con seguridad baja");
        assert_eq!(page.heading(), "Su cuenta está lista", "{answers:?}");
        assert!(page.text().contains("Su cuenta tiene seguridad baja"), "{}", page.text());
        assert_eq!(account(&mut harness, "2345678").map(|account| account.assurance), Some(Assurance::Low));
    }
}

#[test]
fn who_asks_for_low_assurance_is_checked_where_the_register_answers_again() {
    for (fields, assurance) in [(&[][..], Some(Assurance::Substantial)), (&[("Nombres", "Luis")][..], None)] {
        let mut harness = harness();
        harness.script(common::PERSONS, vec![Scripted::Unavailable, answer(200, &tomas())]);
        let mut browser = Browser::of(&PLUGIN);
        browser.visit(&mut harness, "/register");
        fill(&mut browser, fields);
        browser.press(&mut harness, "Registrarme");
        browser.press(&mut harness, "Registrarme ahora con seguridad baja");
        assert_eq!(account(&mut harness, "2345678").map(|account| account.assurance), assurance);
    }
}

#[test]
fn two_tabs_with_one_document_make_one_account() {
    let mut harness = harness();
    harness.meanwhile(|harness| assert_eq!(register(harness, &[]).heading(), "Su cuenta está lista"));
    assert!(register(&mut harness, &[]).text().contains(NOT_CONFIRMED));
    assert!(account(&mut harness, "2345678").is_some());
}

#[test]
fn what_is_sent_twice_is_one_account_with_one_code() {
    let mut harness = harness();
    harness.conflict("citizenship", 3);
    let mut browser = Browser::of(&PLUGIN);
    browser.visit(&mut harness, "/register");
    fill(&mut browser, &[]);
    assert_eq!(browser.press_twice(&mut harness, "Registrarme").heading(), "Su cuenta está lista");
}

#[test]
fn all_that_is_wrong_with_the_form_is_said_before_anybody_is_asked() {
    let mut harness = harness();
    let mut browser = Browser::of(&PLUGIN);
    browser.visit(&mut harness, "/register");
    fill(&mut browser, &[("Teléfono", "34600112233"), ("Fecha de nacimiento: Año", "2975"), ("Nombres", "")]);
    browser
        .fill("Número de cédula de identidad", "../1")
        .uncheck("Autorizo que se consulten mis datos en el registro de identificación");
    let page = browser.press(&mut harness, "Registrarme");
    assert_eq!(
        page.errors(),
        [
            "Escriba el número de la cédula con cifras, y el complemento tras un guion si lo tiene: 1234567-1A",
            "Complete «Nombres»",
            "«Fecha de nacimiento» debe estar entre 01/01/1900 y 26/11/2026",
            "Escriba un teléfono de 8 cifras, o con + y el código del país: +34600112233",
            "Para continuar, marque «Autorizo que se consulten mis datos en el registro de identificación»",
        ]
    );
    assert_eq!(harness.received(common::PERSONS), []);
}

#[test]
fn pages_speak_english_and_mark_what_they_cannot_say() {
    let mut harness = harness();
    let mut reader = Browser::of(&PLUGIN).speaking("en-GB");
    assert_eq!(reader.visit(&mut harness, "/").heading(), "Digital citizenship");
    assert_eq!(reader.follow(&mut harness, "Register").heading(), "Register");
    let mut reader = Browser::of(&PLUGIN).speaking("qu");
    assert!(reader.visit(&mut harness, "/").html().starts_with(r#"<div lang="es">"#), "{}", reader.page().html());
}

#[test]
fn nothing_of_a_person_stands_in_the_log() {
    let mut harness = harness();
    register(&mut harness, &[("Nombres", "Luis")]);
    register(&mut harness, &[]);
    let log = format!("{:?}", harness.log());
    assert!(log.contains("citizen registered"), "{log}");
    for word in ["2345678", "Vaca", "VACA", "correo.bo", "1975"] {
        assert!(!log.contains(word), "{word} stands in {log}");
    }
}
