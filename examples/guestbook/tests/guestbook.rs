//! The guestbook as plain Rust: everybody with her rights, and an entity elsewhere that is scripted.

use sdk::Answer;
use sdk::harness::{Browser, Harness, Host, Installation, Person, Scripted};
use sdk::json::{Value, json};
use std::time::Duration;

const REVIEW: &str = "BO/GOB/2/culture/reviews";
const HOUR: Duration = Duration::from_secs(60 * 60);

fn harness(review: Scripted) -> Harness {
    let mut harness = Harness::new().know(guestbook::PLUGIN);
    harness.install(Installation::of("guestbook", "BO/GOB/1/guestbook").config("review-by", REVIEW));
    harness.script(REVIEW, vec![review]);
    harness
}

fn said(acceptable: bool) -> Scripted {
    Scripted::Answer(Answer::json(200, &json!({ "acceptable": acceptable })).expect("JSON"))
}

fn browser() -> Browser {
    Browser::of(&guestbook::PLUGIN)
}

fn staff(role: &str) -> Browser {
    browser().signed_in(Person::of("rosa").role(role))
}

fn write(harness: &mut Harness, text: &str) {
    let mut ana = browser().signed_in(Person::of("ana").named("Ana Mamani"));
    ana.visit(harness, "/write");
    ana.fill("Su mensaje", text).attach("Una foto", "plaza.jpg", "image/jpeg", b"picture");
    ana.press_twice(harness, "Enviar");
}

fn book(harness: &mut Harness) -> String {
    browser().visit(harness, "/").text()
}

#[test]
fn an_entry_is_read_by_everybody_once_the_other_entity_accepts_it() {
    let mut harness = harness(said(true));
    write(&mut harness, "¡Qué linda plaza!");
    assert!(book(&mut harness).contains("No hay mensajes"));
    harness.deliver();
    let asked = harness.received(REVIEW);
    let [message] = asked.as_slice() else { panic!("asked once: {asked:?}") };
    assert_eq!(message.json::<Value>().expect("JSON"), json!({ "text": "¡Qué linda plaza!" }));
    let mut luz = browser();
    assert!(luz.visit(&mut harness, "/").text().contains("¡Qué linda plaza!"));
    luz.follow(&mut harness, "Foto de Ana Mamani");
    assert_eq!(luz.page().status(), 200);
}

#[test]
fn an_entry_that_is_not_accepted_is_read_by_nobody_and_neither_is_its_picture() {
    let mut harness = harness(said(false));
    write(&mut harness, "spam");
    harness.deliver();
    harness.advance(HOUR * 2);
    assert!(book(&mut harness).contains("No hay mensajes"));
    let csv = staff("archivist").visit(&mut harness, "/entries.csv").content().map(|content| format!("{content:?}"));
    assert!(csv.is_some());
}

#[test]
fn without_a_decision_an_entry_is_published_after_an_hour() {
    let mut harness = harness(Scripted::Unavailable);
    write(&mut harness, "hola");
    harness.advance(HOUR - Duration::from_secs(60));
    assert!(book(&mut harness).contains("No hay mensajes"));
    harness.advance(Duration::from_secs(120));
    assert!(book(&mut harness).contains("hola"));
}

#[test]
fn a_moderator_decides_first_and_the_review_comes_too_late() {
    let mut harness = harness(said(true));
    write(&mut harness, "hola");
    let mut rosa = staff("moderator");
    rosa.visit(&mut harness, "/moderation");
    rosa.press(&mut harness, "Ocultar");
    harness.deliver();
    harness.advance(HOUR * 2);
    assert!(book(&mut harness).contains("No hay mensajes"));
    assert!(rosa.visit(&mut harness, "/moderation").text().contains("No hay mensajes"));
}

#[test]
fn a_moderator_who_comes_too_late_is_told() {
    let mut harness = harness(said(true));
    write(&mut harness, "hola");
    let mut rosa = staff("moderator");
    rosa.visit(&mut harness, "/moderation");
    harness.deliver();
    assert_eq!(rosa.press(&mut harness, "Ocultar").status(), 409);
    assert!(book(&mut harness).contains("hola"));
}

#[test]
fn entries_are_found_by_their_words_and_those_that_wait_are_not() {
    let mut harness = harness(said(true));
    write(&mut harness, "El museo del tren");
    harness.deliver();
    harness.script(REVIEW, vec![Scripted::Unavailable]);
    write(&mut harness, "Otro museo");
    let found = browser().visit(&mut harness, "/?q=MUSEO").text();
    assert!(found.contains("El museo del tren") && !found.contains("Otro museo"), "{found}");
    assert!(browser().visit(&mut harness, "/?q=avion").text().contains("No hay mensajes"));
}

#[test]
fn each_role_does_its_own_work_and_no_other() {
    let mut harness = harness(said(true));
    for (role, path, status) in [
        ("moderator", "/moderation", 200),
        ("moderator", "/entries.csv", 403),
        ("archivist", "/entries.csv", 200),
        ("archivist", "/moderation", 403),
    ] {
        assert_eq!(staff(role).visit(&mut harness, path).status(), status, "{role} {path}");
    }
    assert!(browser().visit(&mut harness, "/write").asks_to_sign_in());
}

#[test]
fn the_book_speaks_two_languages() {
    let mut harness = harness(said(true));
    assert_eq!(browser().visit(&mut harness, "/").heading(), "Libro de visitas");
    assert_eq!(browser().speaking("en").visit(&mut harness, "/").heading(), "Guestbook");
    let mut ana = browser().signed_in(Person::of("ana")).speaking("en");
    ana.visit(&mut harness, "/write");
    assert_eq!(ana.press(&mut harness, "Send").errors(), ["Complete “Your message”"]);
}
