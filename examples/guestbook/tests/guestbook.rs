//! The guestbook as plain Rust, with a browser that sees its pages.

use std::time::Duration;

use guestbook::PLUGIN;
use sdk::exchange::Fault;
use sdk::harness::{Browser, Deliveries, Harness, Host, Installation, Person, Scripted};
use sdk::web::Content;
use sdk::{Answer, json::Value};

const ARCHIVE: &str = "BO/GOB/2/archive/papers";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn harness() -> Harness {
    let mut harness = Harness::new().know(PLUGIN);
    harness.install(Installation::of("guestbook", "BO/GOB/1/guestbook").config("archive", ARCHIVE));
    harness.script(ARCHIVE, vec![Scripted::Answer(Answer::json(201, &"kept").expect("JSON"))]);
    harness
}

fn citizen(subject: &str, name: &str) -> Browser {
    Browser::of(&PLUGIN).signed_in(Person::of(subject).named(name))
}

fn staff(role: &str) -> Browser {
    Browser::of(&PLUGIN).signed_in(Person::of("luz").role(role))
}

/// Somebody writes, and is thanked.
fn write(host: &mut Harness, subject: &str, text: &str) {
    let mut browser = citizen(subject, subject);
    browser.visit(host, "/write");
    assert_eq!(browser.fill("Mensaje", text).press(host, "Enviar").heading(), "Recibimos su mensaje");
}

/// A moderator judges what was written under a name.
fn judge(host: &mut Harness, name: &str, judgement: &str) {
    let mut moderator = staff("moderator");
    moderator.visit(host, "/desk");
    moderator.follow(host, name);
    assert_eq!(moderator.press(host, judgement).address(), "/desk");
}

/// The links of the book to its entries.
fn shown(host: &mut Harness, path: &str) -> Vec<String> {
    let mut reader = Browser::of(&PLUGIN);
    let links = reader.visit(host, path).links();
    links.into_iter().filter(|link| link != "Escribir en el libro").collect()
}

/// The column of the table that says what the archive did.
fn archive(host: &mut Harness) -> Vec<String> {
    let mut archivist = staff("archivist");
    let Some(Content::Raw(raw)) = archivist.visit(host, "/guestbook.csv").content().cloned() else {
        panic!("there came no table")
    };
    let table = String::from_utf8(raw.body).expect("UTF-8");
    table.lines().skip(1).filter_map(|row| row.rsplit(',').next().map(str::to_owned)).collect()
}

#[test]
fn what_is_written_is_read_by_nobody_before_it_is_published() {
    let mut harness = harness();
    write(&mut harness, "Ana", "Qué buena atención");
    assert_eq!(shown(&mut harness, "/"), Vec::<String>::new());
    assert_eq!(shown(&mut harness, "/?q=atencion"), Vec::<String>::new());
    judge(&mut harness, "Ana", "Publicar");
    assert_eq!(shown(&mut harness, "/"), ["Ana"]);
    let mut reader = Browser::of(&PLUGIN);
    assert!(reader.visit(&mut harness, "/").text().contains("1 mensaje"), "{}", reader.page().text());
    assert!(reader.follow(&mut harness, "Ana").text().contains("Qué buena atención"));
}

#[test]
fn what_is_refused_is_gone() {
    let mut harness = harness();
    write(&mut harness, "Ana", "Compre relojes");
    judge(&mut harness, "Ana", "Rechazar");
    assert_eq!(shown(&mut harness, "/"), Vec::<String>::new());
    assert!(staff("moderator").visit(&mut harness, "/desk").text().contains("No espera ningún mensaje"));
    assert_eq!(harness.waiting(), []);
    // She may write again.
    write(&mut harness, "Ana", "Perdón");
}

#[test]
fn one_message_of_a_citizen_waits_at_a_time_and_the_form_says_so() {
    let mut harness = harness();
    write(&mut harness, "Ana", "Uno");
    let mut ana = citizen("Ana", "Ana");
    ana.visit(&mut harness, "/write");
    let page = ana.fill("Mensaje", "Dos").press(&mut harness, "Enviar");
    assert_eq!(page.status(), 422);
    assert_eq!(page.errors(), ["Un mensaje suyo espera todavía: escriba otro cuando lo hayamos leído"]);
    assert_eq!(page.value("Mensaje"), "Dos");
    write(&mut harness, "Luis", "Tres");
    judge(&mut harness, "Ana", "Publicar");
    write(&mut harness, "Ana", "Cuatro");
}

#[test]
fn all_that_is_wrong_with_the_form_is_said_at_once() {
    let mut harness = harness();
    let mut ana = citizen("Ana", "Ana");
    ana.visit(&mut harness, "/write");
    assert_eq!(ana.page().value("Nombre con el que firma"), "Ana");
    let page = ana.fill("Nombre con el que firma", " ").press(&mut harness, "Enviar");
    assert_eq!(page.errors(), ["Complete «Nombre con el que firma»", "Complete «Mensaje»"]);
}

#[test]
fn what_is_sent_twice_is_one_message_and_a_conflict_is_none_more() {
    let mut harness = harness();
    harness.conflict("guestbook", 3);
    let mut ana = citizen("Ana", "Ana");
    ana.visit(&mut harness, "/write");
    ana.fill("Mensaje", "Hola").press_twice(&mut harness, "Enviar");
    let mut moderator = staff("moderator");
    assert_eq!(moderator.visit(&mut harness, "/desk").links(), ["Ana"]);
}

#[test]
fn what_nobody_judges_lapses_after_seven_days() {
    let mut harness = harness();
    write(&mut harness, "Ana", "Hola");
    harness.advance(DAY * 7 - Duration::from_secs(1));
    assert_eq!(staff("moderator").visit(&mut harness, "/desk").links(), ["Ana"]);
    harness.advance(Duration::from_secs(1));
    assert_eq!(staff("moderator").visit(&mut harness, "/desk").links(), Vec::<String>::new());
    assert!(harness.log().iter().any(|line| line.message == "entry lapsed"));
}

#[test]
fn what_was_published_does_not_lapse() {
    let mut harness = harness();
    write(&mut harness, "Ana", "Hola");
    judge(&mut harness, "Ana", "Publicar");
    harness.advance(DAY * 8);
    assert_eq!(shown(&mut harness, "/"), ["Ana"]);
}

#[test]
fn a_published_message_is_archived_once_even_if_the_archive_is_told_twice() {
    let mut harness = harness();
    harness.deliver_messages(Deliveries::Repeated);
    write(&mut harness, "Ana", "Hola");
    judge(&mut harness, "Ana", "Publicar");
    assert_eq!(archive(&mut harness), ["not yet"]);
    // What is answered and lost comes again later.
    harness.advance(DAY);
    assert_eq!(archive(&mut harness), ["kept"]);
    let received = harness.received(ARCHIVE);
    let [notice] = received.as_slice() else { panic!("expected one notice, got {received:?}") };
    let body: Value = notice.json().expect("JSON");
    assert_eq!((notice.path.as_str(), &body["text"], &body["name"]), ("/entries", &"Hola".into(), &"Ana".into()));
    assert!(body.get("by").is_none(), "the archive is not told who she is");
}

#[test]
fn an_archive_that_refuses_or_cannot_be_reached_is_noted() {
    let refused = Scripted::Answer(Answer::json(422, &"no").expect("JSON"));
    let fault = Fault { code: "AccessDenied".to_owned(), message: "no".to_owned() };
    for answer in [refused, Scripted::Refused(fault)] {
        let mut harness = harness();
        harness.script(ARCHIVE, vec![answer]);
        write(&mut harness, "Ana", "Hola");
        judge(&mut harness, "Ana", "Publicar");
        harness.deliver();
        assert_eq!(archive(&mut harness), ["failed"]);
        assert_eq!(shown(&mut harness, "/"), ["Ana"]);
    }
}

#[test]
fn words_are_found_with_and_without_accents() {
    let mut harness = harness();
    for (name, text) in [("Ana", "El jardín de la plaza"), ("Luis", "La biblioteca")] {
        write(&mut harness, name, text);
        judge(&mut harness, name, "Publicar");
    }
    assert_eq!(shown(&mut harness, "/?q=jardin"), ["Ana"]);
    assert_eq!(shown(&mut harness, "/?q=biblio"), ["Luis"]);
    assert_eq!(shown(&mut harness, "/?q=luna"), Vec::<String>::new());
    assert_eq!(shown(&mut harness, "/?q=%20"), ["Luis", "Ana"]);
}

#[test]
fn a_picture_is_shown_with_its_message_and_goes_with_it() {
    let mut harness = harness();
    let mut ana = citizen("Ana", "Ana");
    ana.visit(&mut harness, "/write");
    ana.fill("Mensaje", "Mire").attach("Foto", "plaza.jpg", "image/jpeg", b"picture").press(&mut harness, "Enviar");
    let mut moderator = staff("moderator");
    moderator.visit(&mut harness, "/desk");
    let page = moderator.follow(&mut harness, "Ana");
    assert!(page.html().contains(r#"alt="Foto de Ana""#), "{}", page.html());
    let at = page.address().to_owned();
    let blob = blob(moderator.visit(&mut harness, &format!("{at}/picture")).content());
    // Who only reads does not find what waits.
    let id = at.rsplit('/').next().expect("an id").to_owned();
    let mut reader = Browser::of(&PLUGIN);
    assert_eq!(reader.visit(&mut harness, &format!("/entries/{id}/picture")).status(), 404);
    moderator.visit(&mut harness, &at);
    moderator.press(&mut harness, "Rechazar");
    assert_eq!(harness.run("guestbook", |_| Ok(sdk::blobs::stat(&blob))), Ok(None));
}

fn blob(content: Option<&Content>) -> String {
    match content {
        Some(Content::Blob(id)) => id.clone(),
        other => panic!("expected a picture, got {other:?}"),
    }
}

#[test]
fn each_role_comes_to_its_own_pages_alone() {
    let mut harness = harness();
    for (role, path, status) in [
        ("moderator", "/desk", 200),
        ("moderator", "/guestbook.csv", 403),
        ("archivist", "/desk", 403),
        ("archivist", "/guestbook.csv", 200),
    ] {
        assert_eq!(staff(role).visit(&mut harness, path).status(), status, "{role} {path}");
    }
    assert_eq!(citizen("Ana", "Ana").visit(&mut harness, "/desk").status(), 403);
    assert!(Browser::of(&PLUGIN).visit(&mut harness, "/write").asks_to_sign_in());
}

#[test]
fn what_was_judged_is_not_judged_again() {
    let mut harness = harness();
    write(&mut harness, "Ana", "Hola");
    let mut first = staff("moderator");
    first.visit(&mut harness, "/desk");
    first.follow(&mut harness, "Ana");
    judge(&mut harness, "Ana", "Publicar");
    assert_eq!(first.press(&mut harness, "Rechazar").status(), 404);
    assert_eq!(shown(&mut harness, "/"), ["Ana"]);
}

#[test]
fn the_book_speaks_english_to_who_reads_it() {
    let mut harness = harness();
    write(&mut harness, "Ana", "Hola");
    judge(&mut harness, "Ana", "Publicar");
    let mut reader = Browser::of(&PLUGIN).speaking("en-GB");
    let page = reader.visit(&mut harness, "/");
    assert_eq!(page.heading(), "Guestbook");
    assert!(page.text().contains("1 message"), "{}", page.text());
    // Who reads a language that the book has not, reads Spanish.
    assert_eq!(Browser::of(&PLUGIN).speaking("qu").visit(&mut harness, "/").heading(), "Libro de visitas");
}

#[test]
fn a_long_book_is_read_page_by_page() {
    let mut harness = harness();
    for number in 0..5 {
        let name = format!("Ana {number}");
        write(&mut harness, &name, "Hola");
        judge(&mut harness, &name, "Publicar");
        harness.advance(Duration::from_secs(1));
    }
    assert_eq!(shown(&mut harness, "/?limit=3"), ["Ana 4", "Ana 3", "Ana 2", "Siguiente"]);
    let mut reader = Browser::of(&PLUGIN);
    reader.visit(&mut harness, "/?limit=3");
    let links = reader.follow(&mut harness, "Siguiente").links();
    assert!(links.contains(&"Ana 0".to_owned()) && !links.contains(&"Ana 2".to_owned()), "{links:?}");
}
