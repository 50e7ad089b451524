//! What applicants and the office write to each other.

use super::common::{NOTICE, ana, eva, harness, press, rosa, staff, submitted, told};
use sdk::harness::{Browser, Harness};
use sdk::thread::{Audience, MOST_MESSAGES, Threads};

const TEXT: &str = "Mensaje";

fn write(browser: &mut Browser, harness: &mut Harness, path: &str, text: &str) {
    browser.visit(harness, path);
    browser.fill(TEXT, text);
    press(browser, harness, "help-send");
}

fn answer(harness: &mut Harness, number: &str, audience: &str, text: &str) {
    let mut rosa = rosa();
    rosa.visit(harness, &format!("/office/{number}/messages"));
    rosa.choose(audience).fill(TEXT, text);
    press(&mut rosa, harness, "help-send");
    assert_eq!(rosa.page().status(), 200, "{}", rosa.page().text());
}

#[test]
fn both_sides_write_and_see_what_they_have_not_read() {
    let mut harness = harness();
    let number = submitted(&mut harness, NOTICE);
    let hers = format!("/applications/{number}/messages");
    let mut ana = ana();
    write(&mut ana, &mut harness, &hers, "¿Cuándo vienen?\nEs urgente.");
    let text = ana.page().text();
    assert!(text.contains("Usted") && text.contains("¿Cuándo vienen?") && !text.contains("Nuevo"), "{text}");

    let mut rosa = rosa();
    assert!(rosa.visit(&mut harness, "/office").text().contains("1 mensaje sin leer"), "{}", rosa.page().text());
    assert!(rosa.visit(&mut harness, &format!("/office/{number}")).text().contains("1 mensaje sin leer"));
    let shown = rosa.visit(&mut harness, &format!("/office/{number}/messages")).text();
    assert!(shown.contains("Ana Quispe") && shown.contains("Nuevo"), "{shown}");
    answer(&mut harness, &number, "Para la persona que hizo el trámite", "Mañana.");
    assert!(!rosa.visit(&mut harness, &format!("/office/{number}")).text().contains("sin leer"));

    assert!(ana.visit(&mut harness, "/applications").text().contains("1 mensaje sin leer"));
    assert!(ana.visit(&mut harness, &format!("/applications/{number}")).text().contains("1 mensaje sin leer"));
    assert!(ana.visit(&mut harness, &hers).text().contains("Mañana."));
    press(&mut ana, &mut harness, "help-mark-read");
    assert_eq!(ana.page().address(), hers);
    assert!(!ana.page().text().contains("Nuevo"));
    assert!(!ana.visit(&mut harness, "/applications").text().contains("sin leer"));
    assert_eq!(told(&harness, "ana"), ["Tiene un mensaje"]);
    assert_eq!(harness.told()[0].link, Some(hers));
}

#[test]
fn a_note_is_for_staff_alone() {
    let mut harness = harness();
    let number = submitted(&mut harness, NOTICE);
    answer(&mut harness, &number, "Nota interna: solo la ve el personal", "Es la tercera vez.");
    let shown = rosa().visit(&mut harness, &format!("/office/{number}/messages")).text();
    assert!(shown.contains("Es la tercera vez.") && shown.contains("Nota interna"), "{shown}");
    let hers = ana().visit(&mut harness, &format!("/applications/{number}/messages")).text();
    assert!(!hers.contains("tercera vez") && hers.contains("Todavía no hay mensajes"), "{hers}");
    assert_eq!(told(&harness, "ana"), Vec::<String>::new());
}

#[test]
fn staff_find_what_nobody_has_read() {
    let mut harness = harness();
    let number = submitted(&mut harness, NOTICE);
    assert!(rosa().visit(&mut harness, "/office/messages").text().contains("No hay mensajes sin leer"));
    write(&mut ana(), &mut harness, &format!("/applications/{number}/messages"), "¿Cuándo?");
    let mut rosa = rosa();
    assert_eq!(rosa.visit(&mut harness, "/office/messages").rows(), [[number.clone(), format!("Trámite {NOTICE}")]]);
    rosa.follow(&mut harness, &number);
    press(&mut rosa, &mut harness, "help-mark-read");
    assert_eq!(rosa.visit(&mut harness, "/office/messages").rows(), Vec::<Vec<String>>::new());
    // Who has nothing to do with the procedure sees nothing of it.
    write(&mut ana(), &mut harness, &format!("/applications/{number}/messages"), "¿Y?");
    let mut registrar = staff("rita", "Rita", "registrar");
    assert_eq!(registrar.visit(&mut harness, "/office/messages").rows(), Vec::<Vec<String>>::new());
}

#[test]
fn nobody_else_reads_or_writes_in_a_thread() {
    let mut harness = harness();
    let number = submitted(&mut harness, NOTICE);
    assert_eq!(eva().visit(&mut harness, &format!("/applications/{number}/messages")).status(), 404);
    let mut registrar = staff("rita", "Rita", "registrar");
    assert_eq!(registrar.visit(&mut harness, &format!("/office/{number}/messages")).status(), 404);
    // By her role alone, who answers the telephone sees no applications.
    let mut assistant = staff("luz", "Luz", "assistant");
    assert_eq!(assistant.visit(&mut harness, &format!("/office/{number}")).status(), 404);
}

#[test]
fn a_message_that_is_empty_or_too_long_or_for_nobody_is_refused() {
    let mut harness = harness();
    let number = submitted(&mut harness, NOTICE);
    let hers = format!("/applications/{number}/messages");
    let mut ana = ana();
    for text in ["", &"a".repeat(2_001)] {
        write(&mut ana, &mut harness, &hers, text);
        assert_eq!((ana.page().status(), ana.page().errors().len()), (422, 1), "{}", ana.page().text());
    }
    let mut rosa = rosa();
    rosa.visit(&mut harness, &format!("/office/{number}/messages"));
    rosa.fill(TEXT, "Hola");
    press(&mut rosa, &mut harness, "help-send");
    assert_eq!((rosa.page().status(), rosa.page().errors().len()), (422, 1));
    assert_eq!(told(&harness, "ana"), Vec::<String>::new());
}

#[test]
fn what_is_sent_twice_is_said_once() {
    let mut harness = harness();
    let number = submitted(&mut harness, NOTICE);
    let mut ana = ana();
    ana.visit(&mut harness, &format!("/applications/{number}/messages"));
    ana.fill(TEXT, "¿Cuándo?").press_twice(&mut harness, "Enviar");
    assert_eq!(ana.page().text().matches("¿Cuándo?").count(), 1, "{}", ana.page().text());
}

#[test]
fn a_thread_that_is_full_says_so_in_the_language_of_the_page() {
    let mut harness = harness();
    let number = submitted(&mut harness, NOTICE);
    let full = |context: sdk::Context| {
        let said = |_| Threads::new("applications").say(&context, &number, Audience::Citizen, "Otra vez.").map(drop);
        Ok((0..MOST_MESSAGES).try_for_each(said)?)
    };
    harness.run("portal", full).expect("so much fits");
    let hers = format!("/applications/{number}/messages");
    for (language, field, button, words) in [
        ("es", "Mensaje", "Enviar", "Ya no caben más mensajes"),
        ("en", "Message", "Send", "No more messages about this application fit"),
    ] {
        let mut ana = ana().speaking(language);
        ana.visit(&mut harness, &hers);
        let page = ana.fill(field, "¿Hola?").press(&mut harness, button);
        assert_eq!(page.status(), 409);
        assert!(page.text().contains(words), "{}", page.text());
    }
}
