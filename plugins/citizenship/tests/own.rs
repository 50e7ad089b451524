//! What a citizen sees of her own account.

mod common;

use citizenship::PLUGIN;
use common::{account, harness, session, sign_in, signed_in, told};
use sdk::Assurance;
use sdk::accounts::Outcome;
use sdk::harness::{Browser, Person};

const NOON: u64 = 1_795_694_400_000;

#[test]
fn the_first_page_says_what_can_be_done_by_who_looks() {
    let mut harness = harness();
    let (_, mut tomas) = signed_in(&mut harness, Assurance::Low);
    assert_eq!(Browser::of(&PLUGIN).visit(&mut harness, "/").links(), ["Registrarse", "Ingrese"]);
    let page = tomas.visit(&mut harness, "/");
    assert_eq!(page.links(), ["Mis datos", "Mis sesiones", "Quién ingresó con mi cuenta", "A quién represento"]);
    assert!(page.text().contains("Buen día, Tomás Vaca Suárez."), "{}", page.text());
}

#[test]
fn her_own_pages_ask_to_sign_in() {
    let mut harness = harness();
    for page in
        ["/profile", "/sessions", "/sign-ins", "/representation", "/representation/company", "/representation/person"]
    {
        assert!(Browser::of(&PLUGIN).visit(&mut harness, page).asks_to_sign_in(), "{page}");
    }
}

#[test]
fn who_has_no_account_here_is_told_so() {
    let mut harness = harness();
    let mut stranger = Browser::of(&PLUGIN).signed_in(Person::of("stranger"));
    for page in ["/profile", "/sessions", "/sign-ins", "/representation"] {
        let page = stranger.visit(&mut harness, page);
        assert_eq!(
            (page.status(), page.title()),
            (404, "No hay una cuenta que corresponda a su ingreso. Acuda a una ventanilla.")
        );
    }
}

#[test]
fn how_she_is_reached_is_changed_and_she_is_told_once() {
    let mut harness = harness();
    let (subject, mut tomas) = signed_in(&mut harness, Assurance::Low);
    let page = tomas.visit(&mut harness, "/profile");
    assert!(
        page.text().contains("Tomás Vaca Suárez") && page.text().contains("30 de noviembre de 1975"),
        "{}",
        page.text()
    );
    // What stays is no change.
    tomas.press(&mut harness, "Guardar");
    assert_eq!(told(&harness), []);
    tomas.fill("Correo electrónico", "vaca@correo.bo").fill("Teléfono", "").press_twice(&mut harness, "Guardar");
    let person = account(&mut harness, "2345678").expect("an account").person;
    assert_eq!((person.email.as_deref(), person.telephone.as_deref()), (Some("vaca@correo.bo"), None));
    assert_eq!(person.full_name(), "Tomás Vaca Suárez");
    assert_eq!(told(&harness), [(subject, "Cambió cómo le avisamos".to_owned())]);
    let page = tomas.fill("Correo electrónico", "vaca").press(&mut harness, "Guardar");
    assert_eq!(page.errors(), ["Escriba una dirección como nombre@ejemplo.bo en «Correo electrónico»"]);
}

#[test]
fn sessions_are_seen_and_ended_one_by_one_or_all() {
    let mut harness = harness();
    let (subject, mut tomas) = signed_in(&mut harness, Assurance::Low);
    assert!(tomas.visit(&mut harness, "/sessions").text().contains("No hay ninguna sesión abierta"));
    let firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0";
    for (id, agent, seen) in [("one", firefox, NOON), ("two", "", NOON + 1), ("three", "curl/8.5.0", NOON + 2)] {
        harness.sign_in("citizenship", &subject, session(id, agent, seen), sign_in(Outcome::SignedIn, NOON));
    }
    let rows = tomas.visit(&mut harness, "/sessions").rows();
    assert_eq!(
        rows.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(),
        ["Otro programa", "Otro programa", "Firefox en Windows"]
    );
    assert_eq!(
        rows[2][2..],
        ["26/11/2026 08:00", "26/11/2026 07:59", "contraseña, código de la aplicación", "192.0.2.7"]
    );
    tomas.press(&mut harness, "Cerrar");
    assert_eq!(tomas.page().rows().len(), 2);
    tomas.press(&mut harness, "Cerrar todas las sesiones");
    assert!(tomas.page().text().contains("No hay ninguna sesión abierta"), "{}", tomas.page().text());
}

#[test]
fn sessions_of_others_are_neither_seen_nor_ended() {
    let mut harness = harness();
    let (subject, mut tomas) = signed_in(&mut harness, Assurance::Low);
    harness.sign_in("citizenship", &subject, session("his", "curl", NOON), sign_in(Outcome::SignedIn, NOON));
    let mut other = operator_as_citizen(&mut harness);
    // The page of his session, sent by somebody else.
    assert_eq!(other.visit(&mut harness, "/sessions").rows().len(), 1);
    other.press(&mut harness, "Cerrar todas las sesiones");
    assert_eq!(tomas.visit(&mut harness, "/sessions").rows().len(), 1);
}

/// Somebody else with an account and a session of her own.
fn operator_as_citizen(harness: &mut sdk::harness::Harness) -> Browser {
    let person = sdk::accounts::Person {
        document: sdk::accounts::IdentityDocument { kind: "CI".to_owned(), number: "3456789".to_owned() },
        given_names: "Nélida".to_owned(),
        first_surname: Some("Choque".to_owned()),
        second_surname: None,
        birthdate: None,
        email: None,
        telephone: None,
    };
    let made = harness.run("citizenship", |_| Ok(sdk::accounts::create(&person, Assurance::Low)?));
    let subject = made.expect("an account").subject;
    harness.sign_in("citizenship", &subject, session("hers", "curl", NOON), sign_in(Outcome::SignedIn, NOON));
    Browser::of(&PLUGIN).signed_in(Person::of(&subject))
}

#[test]
fn who_signed_in_as_her_and_who_tried_is_said_in_plain_words() {
    let mut harness = harness();
    let (subject, mut tomas) = signed_in(&mut harness, Assurance::Low);
    assert!(tomas.visit(&mut harness, "/sign-ins").text().contains("Todavía no ingresó nadie"));
    let outcomes = [Outcome::SignedIn, Outcome::WrongPassword, Outcome::WrongSecondFactor, Outcome::WrongPasskey];
    for (at, outcome) in (NOON..).zip(outcomes) {
        harness.sign_in("citizenship", &subject, session("one", "curl", NOON), sign_in(outcome, at));
    }
    let rows = tomas.visit(&mut harness, "/sign-ins").rows();
    let said: Vec<&str> = rows.iter().map(|row| row[1].as_str()).collect();
    let wrong = |what: &str| format!("No ingresó: {what} no era correct");
    assert_eq!(
        said,
        [
            &*(wrong("la llave de acceso") + "a"),
            &*(wrong("el código") + "o"),
            &*(wrong("la contraseña") + "a"),
            "Ingresó"
        ]
    );
    assert_eq!(rows[3][2..], ["llave de acceso, xyz", "Firefox en Linux", "192.0.2.7"]);
}
