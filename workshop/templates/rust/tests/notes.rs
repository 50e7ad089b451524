//! The plugin as plain Rust, against a host in memory.

use sdk::Method;
use sdk::harness::{Browser, Call, Harness, Host, Installation};
use sdk::json::{Value, json};

const SERVICE: &str = "BO/GOB/1/notes/notes";

fn harness() -> Harness {
    let mut harness = Harness::new().know(my_plugin::PLUGIN);
    harness.install(Installation::of("my-plugin", "BO/GOB/1/notes"));
    harness
}

#[test]
fn a_note_that_was_written_is_listed_once() {
    let mut harness = harness();
    let mut ana = Browser::of(&my_plugin::PLUGIN);
    ana.visit(&mut harness, "/new");
    ana.fill("Su nota", "<hola>").press_twice(&mut harness, "Guardar");
    assert_eq!(ana.page().address(), "/");
    assert_eq!(ana.page().text().matches("<hola>").count(), 1);
}

#[test]
fn an_empty_note_is_refused_at_its_field() {
    let mut harness = harness();
    let mut ana = Browser::of(&my_plugin::PLUGIN);
    ana.visit(&mut harness, "/new");
    assert_eq!(ana.press(&mut harness, "Guardar").errors(), ["Complete «Su nota»"]);
}

#[test]
fn other_entities_write_and_read_notes() {
    let mut harness = harness();
    harness.conflict("my-plugin", 2); // the next two commits lose, and the handler runs again
    let answer = harness.call(Call::new(Method::Post, SERVICE, "/notes").json(&json!({ "text": "hola" })));
    assert_eq!(answer.map(|answer| answer.status), Ok(201));
    let listed = harness.call(Call::get(SERVICE, "/notes")).expect("an answer");
    assert_eq!(listed.read::<Value>().expect("JSON"), json!({ "items": [{ "text": "hola" }] }));
    let refused = harness.call(Call::new(Method::Post, SERVICE, "/notes").json(&json!({ "text": " " })));
    assert!(refused.is_err());
}
