//! What is done at the counter.

mod common;

use citizenship::PLUGIN;
use common::{
    account, answer, fill as fill_register, harness, operator, register, signed_in, silent, told, tomas, unknown, with,
};
use sdk::Assurance;
use sdk::harness::{Browser, Harness, Host, Person};

const CARD: &str = "Número de cédula de identidad";
const SEEN: &str = "Vi a la persona y su documento, y el documento es suyo";
const NOTE: &str = "Qué documento vio y por qué lo hace";

/// Fills in what an operator writes down, but for some fields.
fn fill(browser: &mut Browser, other: &[(&str, &str)]) {
    let usual = [
        ("Nombres", "Tomás"),
        ("Primer apellido", "Vaca"),
        ("Segundo apellido", "Suárez"),
        ("Fecha de nacimiento: Día", "30"),
        ("Fecha de nacimiento: Mes", "11"),
        ("Fecha de nacimiento: Año", "1975"),
        (NOTE, "Cédula original"),
    ];
    for (label, value) in usual {
        let value = other.iter().find(|(field, _)| *field == label).map_or(value, |(_, other)| *other);
        browser.fill(label, value);
    }
    browser.choose(SEEN);
}

/// Finds a document.
fn find(browser: &mut Browser, host: &mut Harness, number: &str) {
    browser.visit(host, "/counter");
    browser.fill("Número de cédula de identidad", number).press(host, "Buscar");
}

/// The history that the counter shows: what was done, and by whom.
fn history(host: &mut Harness) -> Vec<(String, String)> {
    let mut browser = operator();
    find(&mut browser, host, "2345678");
    browser.page().rows().into_iter().map(|row| (row[1].clone(), row[2].clone())).collect()
}

#[test]
fn who_was_seen_gets_an_account_of_high_assurance_a_code_and_a_notice() {
    let mut harness = harness();
    let mut luz = operator();
    find(&mut luz, &mut harness, "2.345.678");
    assert_eq!(luz.page().address(), "/counter/2345678");
    luz.follow(&mut harness, "Crear una cuenta");
    fill(&mut luz, &[]);
    let page = luz.press_twice(&mut harness, "Crear una cuenta");
    assert_eq!(page.heading(), "La cuenta está lista");
    assert!(page.text().contains("Imprima esta página y entréguela a Tomás Vaca Suárez"), "{}", page.text());
    let account = account(&mut harness, "2345678").expect("an account");
    assert_eq!(account.assurance, Assurance::High);
    assert_eq!(told(&harness), [(account.subject, "Tiene una cuenta de ciudadanía digital".to_owned())]);
    let said = "Cuenta creada en ventanilla El registro de identificación dice lo mismo Cédula original";
    assert_eq!(history(&mut harness), [(said.to_owned(), "Luz Rojas".to_owned())]);
}

#[test]
fn what_the_register_says_otherwise_is_shown_before_anything_is_done() {
    let mut harness = harness();
    harness.script(common::PERSONS, vec![answer(200, &with(tomas(), "vigente", false))]);
    let mut luz = operator();
    luz.visit(&mut harness, "/counter/2345678/account");
    fill(&mut luz, &[("Nombres", "Tomás Luis"), ("Fecha de nacimiento: Día", "29"), ("Segundo apellido", "Soto")]);
    let page = luz.press(&mut harness, "Crear una cuenta");
    assert_eq!(
        page.rows(),
        [
            ["Nombres", "Tomás Luis", "Tomás"],
            ["Apellidos", "Vaca Soto", "Vaca Suárez"],
            ["Fecha de nacimiento", "29 de noviembre de 1975", "30 de noviembre de 1975"],
            ["Número de cédula de identidad", "La persona la mostró", "No está vigente"],
        ]
    );
    assert_eq!(account(&mut harness, "2345678"), None);
    assert_eq!(luz.press(&mut harness, "Guardar de todos modos").heading(), "La cuenta está lista");
    let said = "Cuenta creada en ventanilla El registro de identificación dice otra cosa Cédula original";
    assert_eq!(history(&mut harness), [(said.to_owned(), "Luz Rojas".to_owned())]);
}

#[test]
fn a_register_that_is_silent_or_knows_nobody_is_told_of_too() {
    let silent = silent().into_iter().map(|answer| (answer, "El registro de identificación no respondió"));
    let nobody = (unknown(), "El registro de identificación no tiene a nadie con este documento");
    for (answers, said) in silent.chain([nobody]) {
        let mut harness = harness();
        harness.script(common::PERSONS, vec![answers]);
        let mut luz = operator();
        luz.visit(&mut harness, "/counter/2345678/account");
        fill(&mut luz, &[]);
        assert!(luz.press(&mut harness, "Crear una cuenta").text().contains(said), "{}", luz.page().text());
        assert_eq!(account(&mut harness, "2345678"), None);
        assert_eq!(luz.press(&mut harness, "Guardar de todos modos").heading(), "La cuenta está lista");
        assert!(history(&mut harness)[0].0.contains(said));
    }
}

#[test]
fn nothing_is_done_without_the_person_and_a_note_of_what_was_seen() {
    let mut harness = harness();
    register(&mut harness, &[]);
    for (page, button) in
        [("/account", "Guardar"), ("/code", "Dar un código nuevo"), ("/assurance", "Subir a seguridad alta")]
    {
        let mut luz = operator();
        luz.visit(&mut harness, &format!("/counter/2345678{page}"));
        let page = luz.press(&mut harness, button);
        assert_eq!(page.errors(), [format!("Complete «{NOTE}»"), format!("Para continuar, marque «{SEEN}»")]);
    }
    assert_eq!(account(&mut harness, "2345678").map(|account| account.assurance), Some(Assurance::Substantial));
    assert_eq!(told(&harness), []);
    assert_eq!(history(&mut harness).len(), 1);
}

#[test]
fn an_account_is_raised_once_and_its_citizen_is_told() {
    let mut harness = harness();
    let (subject, _) = signed_in(&mut harness, Assurance::Substantial);
    let mut luz = operator();
    find(&mut luz, &mut harness, "2345678");
    luz.follow(&mut harness, "Subir a seguridad alta");
    let mut late = luz.clone();
    luz.fill(NOTE, "Cédula original").choose(SEEN).press(&mut harness, "Subir a seguridad alta");
    assert_eq!(luz.page().address(), "/counter/2345678");
    assert!(!luz.page().links().contains(&"Subir a seguridad alta".to_owned()));
    assert_eq!(account(&mut harness, "2345678").map(|account| account.assurance), Some(Assurance::High));
    // Somebody else had the page open.
    let mut other = operator();
    assert_eq!(other.visit(&mut harness, "/counter/2345678/assurance").status(), 409);
    late.fill(NOTE, "Cédula").choose(SEEN);
    assert_eq!(late.press(&mut harness, "Subir a seguridad alta").status(), 409);
    assert_eq!(told(&harness), [(subject, "Su cuenta tiene seguridad alta".to_owned())]);
}

#[test]
fn a_new_code_is_shown_once_and_its_citizen_is_told() {
    let mut harness = harness();
    let (subject, _) = signed_in(&mut harness, Assurance::Substantial);
    let mut luz = operator();
    find(&mut luz, &mut harness, "2345678");
    luz.follow(&mut harness, "Dar un código nuevo");
    luz.fill(NOTE, "Perdió su teléfono; cédula original").choose(SEEN);
    let page = luz.press(&mut harness, "Dar un código nuevo");
    assert_eq!(page.heading(), "El código nuevo está listo");
    assert!(page.text().contains("https://issuer.example/enrol"), "{}", page.text());
    assert!(!luz.follow(&mut harness, "Volver a la cuenta").html().contains("CODE-"));
    assert_eq!(told(&harness), [(subject, "Se dio un código nuevo para su cuenta".to_owned())]);
    assert_eq!(history(&mut harness)[0].0, "Código nuevo Perdió su teléfono; cédula original");
}

#[test]
fn particulars_are_corrected_and_her_subject_stays() {
    let mut harness = harness();
    let (subject, _) = signed_in(&mut harness, Assurance::Substantial);
    harness.script(common::PERSONS, vec![answer(200, &with(tomas(), "apellidos", "Vaca Soto"))]);
    let mut luz = operator();
    find(&mut luz, &mut harness, "2345678");
    luz.follow(&mut harness, "Corregir los datos");
    assert_eq!(luz.page().value("Correo electrónico"), "tomas@correo.bo");
    luz.fill("Segundo apellido", "Soto").fill(NOTE, "Resolución 12").choose(SEEN).press(&mut harness, "Guardar");
    assert_eq!(luz.page().address(), "/counter/2345678");
    let account = account(&mut harness, "2345678").expect("an account");
    assert_eq!((account.person.full_name().as_str(), &account.subject), ("Tomás Vaca Soto", &subject));
    assert_eq!(account.assurance, Assurance::Substantial);
    assert_eq!(told(&harness), [(subject, "Se corrigieron sus datos".to_owned())]);
}

#[test]
fn a_wrong_number_of_a_document_is_corrected_unless_another_account_has_it() {
    let mut harness = harness();
    register(&mut harness, &[]);
    let subject = account(&mut harness, "2345678").expect("an account").subject;
    let other = with(with(tomas(), "ci", "3456789"), "nombres", "Nélida");
    harness.script(common::PERSONS, vec![answer(200, &other)]);
    register(&mut harness, &[("Número de cédula de identidad", "3456789"), ("Nombres", "Nélida")]);
    let mut luz = operator();
    find(&mut luz, &mut harness, "2345678");
    luz.follow(&mut harness, "Corregir los datos");
    luz.fill(CARD, "3456789").fill("Nombres", "Nélida").fill(NOTE, "Cédula original").choose(SEEN);
    let taken = "Otra cuenta tiene este documento. Revise el número, y busque la otra cuenta.";
    assert_eq!(luz.press(&mut harness, "Guardar").errors(), [taken]);
    harness.script(common::PERSONS, vec![answer(200, &with(tomas(), "ci", "2345678-1A"))]);
    luz.fill(CARD, "2345678-1a").fill("Nombres", "Tomás").press(&mut harness, "Guardar");
    assert_eq!(luz.page().address(), "/counter/2345678-1A");
    let said = "Datos corregidos El documento era 2345678 El registro de identificación dice lo mismo Cédula original";
    assert_eq!(luz.page().rows()[0][1], said);
    assert_eq!(account(&mut harness, "2345678"), None);
    assert_eq!(account(&mut harness, "2345678-1A").map(|account| account.subject), Some(subject));
}

#[test]
fn who_registered_meanwhile_is_not_made_again_nor_corrected_by_mistake() {
    let mut harness = harness();
    let mut luz = operator();
    luz.visit(&mut harness, "/counter/2345678/account");
    fill(&mut luz, &[("Nombres", "Tomás Luis")]);
    harness.meanwhile(|harness| drop(register(harness, &[])));
    let page = luz.press(&mut harness, "Crear una cuenta");
    assert_eq!(
        (page.status(), page.title()),
        (409, "La cuenta cambió desde que abrió esta página. Vuelva a buscar el documento.")
    );
    assert_eq!(account(&mut harness, "2345678").map(|account| account.person.given_names), Some("Tomás".to_owned()));
}

#[test]
fn nobody_works_on_her_own_account() {
    let mut harness = harness();
    let (subject, _) = signed_in(&mut harness, Assurance::Substantial);
    let mut himself = Browser::of(&PLUGIN).signed_in(Person::of(&subject).role("counter"));
    let page = himself.visit(&mut harness, "/counter/2345678");
    assert_eq!((page.status(), page.heading()), (200, "Tomás Vaca Suárez".to_owned()));
    assert_eq!(page.links(), ["Buscar otro documento"]);
    for page in ["/account", "/code", "/assurance"] {
        let page = himself.visit(&mut harness, &format!("/counter/2345678{page}"));
        assert_eq!(
            (page.status(), page.title()),
            (403, "Nadie atiende su propia cuenta: pídalo a otra persona de la ventanilla.")
        );
    }
}

#[test]
fn what_is_no_card_or_has_no_account_is_said_so() {
    let mut harness = harness();
    let mut luz = operator();
    find(&mut luz, &mut harness, "x");
    assert!(luz.page().text().contains("Escriba el número de la cédula con cifras"), "{}", luz.page().text());
    assert_eq!(luz.visit(&mut harness, "/counter/x").status(), 404);
    for page in ["/code", "/assurance"] {
        let page = luz.visit(&mut harness, &format!("/counter/2345678{page}"));
        assert_eq!((page.status(), page.title()), (404, "No hay una cuenta con este documento."));
    }
}

#[test]
fn only_who_works_at_the_counter_comes_there() {
    let mut harness = harness();
    let (_, mut tomas) = signed_in(&mut harness, Assurance::High);
    let mut other = Browser::of(&PLUGIN).signed_in(Person::of("luz").role("archivist"));
    for page in [
        "/counter",
        "/counter/2345678",
        "/counter/2345678/account",
        "/counter/2345678/code",
        "/counter/2345678/assurance",
    ] {
        assert!(Browser::of(&PLUGIN).visit(&mut harness, page).asks_to_sign_in(), "{page}");
        assert_eq!(tomas.visit(&mut harness, page).status(), 403, "{page}");
        assert_eq!(other.visit(&mut harness, page).status(), 403, "{page}");
    }
}

#[test]
fn who_registered_without_the_register_is_seen_as_such_and_raised() {
    let mut harness = harness();
    harness.script(common::PERSONS, vec![sdk::harness::Scripted::Unavailable]);
    let mut browser = Browser::of(&PLUGIN);
    browser.visit(&mut harness, "/register");
    fill_register(&mut browser, &[]);
    browser.press(&mut harness, "Registrarme");
    browser.press(&mut harness, "Registrarme ahora con seguridad baja");
    let said = "Se registró sin comprobación: el registro de identificación no respondía";
    assert_eq!(history(&mut harness), [(said.to_owned(), "La misma persona".to_owned())]);
    let mut luz = operator();
    find(&mut luz, &mut harness, "2345678");
    assert!(luz.page().text().contains("baja: nadie comprobó los datos"), "{}", luz.page().text());
}
