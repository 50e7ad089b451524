//! The forum: what citizens ask, what others and the entity answer, and what moderators do, with reasons that stay.

use std::time::Duration;

use portal::PLUGIN;
use portal::definition::Code;
use portal::forum::{self, Done, Moderator, Shown, Thread};
use sdk::harness::{Browser, Harness, Host, Installation, Person, ShownPage};
use sdk::{Operator, Translated};

const ENTITY: &str = r#"{"subsystem":"BO/MUN/2001/tramites","name":{"es":"Alcaldía de La Paz"},"place":"BO-L"}"#;
const HOUR: Duration = Duration::from_secs(60 * 60);

/// The portal with the topic of licences.
fn harness() -> Harness {
    let mut harness = Harness::new().know(PLUGIN);
    let installation = Installation::of("portal", "BO/MUN/2001/tramites").config("entity", ENTITY);
    let registers = ["identity-register", "company-register", "tax-register"];
    harness.install(registers.into_iter().fold(installation, |one, key| one.config(key, "BO/GOV/1001/x/y")));
    let make = |context: sdk::Context| {
        let (title, about) = (Translated::new("Licencias"), Translated::new("De conducir y de comercio."));
        forum::make(&moderator(), &context, code("licences"), title, about)
    };
    harness.run("portal", make).expect("it is made");
    harness
}

fn moderator() -> Moderator {
    let operator = Operator { id: "luz".to_owned(), name: None, roles: vec!["moderator".to_owned()] };
    Moderator::of(&operator).expect("she has the role")
}

fn code(text: &str) -> Code {
    text.parse().expect("a code")
}

fn citizen(name: &str) -> Browser {
    Browser::of(&PLUGIN).signed_in(Person::of(name).named(&format!("{name} Quispe")))
}

fn staff(role: &str) -> Browser {
    Browser::of(&PLUGIN).signed_in(Person::of("luz").named("Luz Rojas").role(role))
}

fn anybody() -> Browser {
    Browser::of(&PLUGIN)
}

/// Ana asks something under her first name; gives the path of the thread.
fn asked(harness: &mut Harness) -> String {
    let mut ana = citizen("Ana");
    ana.visit(harness, "/forum/licences");
    ana.follow(harness, "Hacer una pregunta");
    ana.fill("Su pregunta, en pocas palabras", "¿Renuevo por internet?").fill("Su mensaje", "Mi licencia vence.");
    ana.choose("Mostrar mi primer nombre").press_twice(harness, "Publicar");
    ana.page().address().to_owned()
}

fn answered<'b>(harness: &mut Harness, browser: &'b mut Browser, thread: &str, text: &str) -> &'b ShownPage {
    browser.visit(harness, &format!("{thread}/answer"));
    browser.fill("Su mensaje", text).press(harness, "Publicar")
}

/// A moderator does something about a post, or the thread.
fn done(harness: &mut Harness, path: &str, button: &str, reason: &str) -> ShownPage {
    let mut luz = staff("moderator");
    luz.visit(harness, path);
    luz.fill("Por qué", reason).press(harness, button).clone()
}

#[test]
fn people_ask_and_answer_under_their_first_name_or_none_and_the_entity_is_marked() {
    let mut harness = harness();
    let thread = asked(&mut harness);
    answered(&mut harness, &mut citizen("Eva"), &thread, "Yo pude.\n\nFue rápido.");
    let mut luz = staff("reviewer");
    luz.visit(&mut harness, &format!("{thread}/staff"));
    luz.follow(&mut harness, "Responder como entidad");
    luz.fill("Su mensaje", "Sí, desde este portal.").press(&mut harness, "Publicar");
    let text = anybody().visit(&mut harness, &thread).text();
    for said in
        ["Ana", "Una persona", "Fue rápido.", "Alcaldía de La Paz Respuesta de la entidad", "Sí, desde este portal."]
    {
        assert!(text.contains(said), "{said} in {text}");
    }
    for secret in ["Quispe", "Eva", "Luz"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let topic = anybody().visit(&mut harness, "/forum/licences").text();
    assert!(topic.contains("2 respuestas"), "{topic}");
}

#[test]
fn who_did_not_sign_in_reads_and_does_not_write() {
    let mut harness = harness();
    let thread = asked(&mut harness);
    assert_eq!(anybody().visit(&mut harness, &thread).status(), 200);
    assert!(anybody().visit(&mut harness, &format!("{thread}/answer")).asks_to_sign_in());
    assert!(anybody().visit(&mut harness, "/forum/licences/new").asks_to_sign_in());
    assert_eq!(citizen("Ana").visit(&mut harness, &format!("{thread}/entity")).status(), 403);
}

#[test]
fn what_is_hidden_leaves_its_place_with_the_reason_and_is_kept_for_moderators() {
    let mut harness = harness();
    let thread = asked(&mut harness);
    answered(&mut harness, &mut citizen("Eva"), &thread, "Su vecina es mala.");
    assert_eq!(found(&mut harness, "vecina"), 1);
    let page = done(&mut harness, &format!("{thread}/hide/1"), "Ocultar el mensaje", "insulta a una persona");
    let said = "Oculto por Alcaldía de La Paz porque: insulta a una persona";
    assert!(page.text().contains(said) && !page.text().contains("vecina"), "{}", page.text());
    assert_eq!(found(&mut harness, "vecina"), 0);
    let kept = staff("moderator").visit(&mut harness, &format!("{thread}/staff")).text();
    assert!(kept.contains("vecina") && kept.contains("Oculto: insulta a una persona"), "{kept}");
    assert!(!staff("reviewer").visit(&mut harness, &format!("{thread}/staff")).text().contains("vecina"));
    let again = done(&mut harness, &format!("{thread}/hide/1"), "Ocultar el mensaje", "otra vez");
    assert_eq!(again.status(), 409);
    let page = done(&mut harness, &format!("{thread}/restore/1"), "Volver a mostrar el mensaje", "era una broma");
    assert!(page.text().contains("vecina"), "{}", page.text());
    assert_eq!(found(&mut harness, "vecina"), 1);
    let post = read(&mut harness, &thread, 1);
    let deeds: Vec<(Done, &str)> = post.deeds.iter().map(|deed| (deed.what, deed.reason.as_str())).collect();
    assert_eq!(deeds, [(Done::Hidden, "insulta a una persona"), (Done::Restored, "era una broma")]);
}

#[test]
fn the_title_of_a_question_that_is_hidden_is_hidden_too() {
    let mut harness = harness();
    let thread = asked(&mut harness);
    done(&mut harness, &format!("{thread}/hide/0"), "Ocultar el mensaje", "publicidad");
    for path in [thread.as_str(), "/forum/licences"] {
        let text = anybody().visit(&mut harness, path).text();
        assert!(text.contains("Pregunta oculta") && !text.contains("Renuevo"), "{path}: {text}");
    }
    assert_eq!(found(&mut harness, "renuevo"), 0);
}

#[test]
fn anybody_reports_and_moderators_look_at_it() {
    let mut harness = harness();
    let thread = asked(&mut harness);
    let mut nobody = anybody();
    nobody.visit(&mut harness, &thread);
    nobody.follow(&mut harness, "Avisar de un problema con el mensaje 1");
    assert_eq!(nobody.press(&mut harness, "Avisar de un problema").errors().len(), 1);
    nobody.fill("Cuál es el problema", "Es publicidad.").press_twice(&mut harness, "Avisar de un problema");
    assert_eq!(nobody.page().heading(), "Gracias por avisar");
    let mut luz = staff("moderator");
    let text = luz.visit(&mut harness, "/forum/reports").text();
    assert!(text.contains("Es publicidad.") && text.contains("Mi licencia vence."), "{text}");
    luz.follow(&mut harness, "Dejar el mensaje como está");
    luz.fill("Por qué", "No lo es.").press(&mut harness, "Dejar el mensaje como está");
    assert!(luz.page().text().contains("Mi licencia vence."), "{}", luz.page().text());
    let text = luz.visit(&mut harness, "/forum/reports").text();
    assert!(text.contains("No hay avisos por mirar."), "{text}");
    let post = read(&mut harness, &thread, 0);
    assert_eq!((post.reported, post.waiting, post.hidden()), (1, 0, None));
    assert_eq!(done(&mut harness, &format!("{thread}/dismiss/0"), "Dejar el mensaje como está", "x").status(), 409);
}

#[test]
fn a_report_that_is_wrong_does_not_bring_back_what_is_hidden() {
    let mut harness = harness();
    let thread = asked(&mut harness);
    let mut nobody = anybody();
    nobody.visit(&mut harness, &format!("{thread}/report/0"));
    nobody.fill("Cuál es el problema", "x").press(&mut harness, "Avisar de un problema");
    done(&mut harness, &format!("{thread}/hide/0"), "Ocultar el mensaje", "publicidad");
    assert!(staff("moderator").visit(&mut harness, "/forum/reports").text().contains("No hay avisos"));
    assert_eq!(anybody().visit(&mut harness, &format!("{thread}/report/0")).status(), 409);
}

#[test]
fn nobody_answers_in_a_thread_that_is_locked_and_everybody_reads_why() {
    let mut harness = harness();
    let thread = asked(&mut harness);
    let mut eva = citizen("Eva");
    eva.visit(&mut harness, &format!("{thread}/answer"));
    let page = done(&mut harness, &format!("{thread}/lock"), "Cerrar la pregunta", "ya se respondió");
    assert!(page.text().contains("Cerrado por Alcaldía de La Paz porque: ya se respondió"), "{}", page.text());
    assert_eq!(eva.fill("Su mensaje", "tarde").press(&mut harness, "Publicar").status(), 409);
    assert_eq!(staff("reviewer").visit(&mut harness, &format!("{thread}/entity")).status(), 409);
    done(&mut harness, &format!("{thread}/lock"), "Volver a abrir la pregunta", "falta algo");
    answered(&mut harness, &mut eva, &thread, "a tiempo");
    assert!(anybody().visit(&mut harness, &thread).text().contains("a tiempo"));
}

#[test]
fn a_citizen_writes_ten_times_an_hour_and_staff_as_often_as_they_have_to() {
    let mut harness = harness();
    let thread = asked(&mut harness);
    let mut ana = citizen("Ana");
    for _ in 1..forum::MOST_PER_HOUR {
        assert_eq!(answered(&mut harness, &mut ana, &thread, "más").status(), 200);
    }
    let refused = answered(&mut harness, &mut ana, &thread, "otro más");
    assert_eq!(
        (refused.status(), refused.text().as_str()),
        (429, "Puede escribir 10 mensajes por hora. Vuelva más tarde.")
    );
    answered(&mut harness, &mut citizen("Eva"), &thread, "otra persona");
    let mut luz = staff("reviewer");
    for _ in 0..=forum::MOST_PER_HOUR {
        luz.visit(&mut harness, &format!("{thread}/entity"));
        assert_eq!(luz.fill("Su mensaje", "oficial").press(&mut harness, "Publicar").status(), 200);
    }
    harness.advance(HOUR);
    assert_eq!(answered(&mut harness, &mut ana, &thread, "más tarde").status(), 200);
}

#[test]
fn who_reports_too_much_waits() {
    let mut harness = harness();
    let thread = asked(&mut harness);
    let id = id(&thread);
    for number in 0..=forum::REPORTS_PER_HOUR {
        let reported = harness.run("portal", |context| forum::report(&context, &id, 0, "x"));
        assert_eq!(reported.is_ok(), number < forum::REPORTS_PER_HOUR, "{number}");
    }
    assert_eq!(usize::try_from(read(&mut harness, &thread, 0).waiting), Ok(forum::REPORTS_PER_HOUR));
    // More reports of the same say nothing new.
    harness.advance(HOUR);
    harness.run("portal", |context| forum::report(&context, &id, 0, "x")).expect("it is thanked for");
    assert_eq!(usize::try_from(read(&mut harness, &thread, 0).reported), Ok(forum::REPORTS_PER_HOUR));
}

#[test]
fn texts_have_bounds() {
    let mut harness = harness();
    let mut open = |title: &str, text: &str| -> bool {
        let opened =
            harness.run("portal", |context| forum::open(&context, &code("licences"), title, text, Shown::Nameless));
        opened.is_ok()
    };
    assert!(open(&"t".repeat(forum::MOST_OF_TITLE), &"x".repeat(forum::MOST_OF_TEXT)));
    assert!(!open(&"t".repeat(forum::MOST_OF_TITLE + 1), "x"));
    assert!(!open("t", &"x".repeat(forum::MOST_OF_TEXT + 1)));
    assert!(!open(" ", "x") && !open("t", "\n"));
    let thread = asked(&mut harness);
    let mut luz = staff("moderator");
    luz.visit(&mut harness, &format!("{thread}/hide/0"));
    assert_eq!(luz.press(&mut harness, "Ocultar el mensaje").errors().len(), 1);
}

#[test]
fn topics_are_made_by_moderators_once() {
    let mut harness = harness();
    let mut luz = staff("moderator");
    luz.visit(&mut harness, "/forum/new");
    luz.fill("Título del tema", "Impuestos").fill("Qué se pregunta aquí", "Sobre impuestos.");
    for taken in ["licences", "search"] {
        let errors = luz.fill("Código", taken).press(&mut harness, "Crear el tema").errors();
        assert_eq!(errors, ["Ya hay un tema con este código, o la palabra no se puede usar. Elija otro."], "{taken}");
    }
    assert_eq!(luz.fill("Código", "Á").press(&mut harness, "Crear el tema").errors().len(), 1);
    luz.fill("Código", "taxes").press(&mut harness, "Crear el tema");
    assert_eq!(luz.page().heading(), "Impuestos");
    for path in ["/forum/new", "/forum/reports"] {
        assert_eq!(staff("reviewer").visit(&mut harness, path).status(), 403, "{path}");
    }
    assert!(Moderator::of(&Operator { id: "x".to_owned(), name: None, roles: vec!["funds".to_owned()] }).is_err());
}

#[test]
fn threads_are_paged_with_the_newest_answer_on_its_own_page() {
    let mut harness = harness();
    let thread = asked(&mut harness);
    let id = id(&thread);
    for number in 1..45 {
        harness.advance(HOUR);
        let text = format!("respuesta {number}.");
        harness.run("portal", |context| forum::answer(&context, &id, &text, Shown::Nameless)).expect("it is said");
    }
    let mut anybody = anybody();
    let first = anybody.visit(&mut harness, &thread).text();
    assert!(first.contains("respuesta 19.") && !first.contains("respuesta 20."), "{first}");
    let mut eva = citizen("Eva");
    let page = answered(&mut harness, &mut eva, &thread, "la última");
    assert!(page.text().contains("la última") && !page.text().contains("respuesta 44."), "{}", page.text());
    anybody.visit(&mut harness, "/forum/search?q=respuesta");
    assert!(anybody.page().text().contains("Encontramos 44 mensajes."), "{}", anybody.page().text());
    assert_eq!(anybody.visit(&mut harness, &format!("{thread}?cursor=zz")).status(), 422);
}

#[test]
fn what_is_not_there_is_not_found() {
    let mut harness = harness();
    let thread = asked(&mut harness);
    let elsewhere = thread.replace("licences", "taxes");
    for path in [
        "/forum/taxes",
        "/forum/licences/x",
        elsewhere.as_str(),
        &format!("{thread}/report/9"),
        &format!("{thread}/report/x"),
    ] {
        assert_eq!(anybody().visit(&mut harness, path).status(), 404, "{path}");
    }
    let opened = harness.run("portal", |context| forum::open(&context, &code("taxes"), "t", "x", Shown::Nameless));
    assert!(opened.is_err());
}

fn id(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

fn read(harness: &mut Harness, thread: &str, number: u32) -> forum::Post {
    harness.run("portal", |_| forum::find(&id(thread), number)).expect("it is there")
}

fn found(harness: &mut Harness, text: &str) -> u32 {
    let found = harness.run("portal", |_| forum::search(text, 0, 10));
    let found: (Vec<(Thread, forum::Post)>, u32) = found.expect("a look");
    found.1
}
