//! The poll as plain Rust.

use sdk::harness::{Browser, Harness, Host, Installation};

fn harness() -> Harness {
    let mut harness = Harness::new().know(counter::PLUGIN);
    harness.install(Installation::of("counter", "BO/GOB/1/counter"));
    harness
}

#[test]
fn votes_are_counted_and_a_vote_that_is_sent_twice_counts_once() {
    let mut harness = harness();
    let mut ana = Browser::of(&counter::PLUGIN);
    ana.visit(&mut harness, "/");
    ana.press(&mut harness, "Sí");
    ana.press_twice(&mut harness, "No");
    let text = ana.page().text();
    assert!(text.contains("Sí 1") && text.contains("No 1"), "{text}");
}

#[test]
fn votes_do_not_conflict() {
    let mut harness = harness();
    harness.meanwhile(|harness| {
        let mut luz = Browser::of(&counter::PLUGIN);
        luz.visit(harness, "/");
        luz.press(harness, "Sí");
    });
    let mut ana = Browser::of(&counter::PLUGIN);
    ana.visit(&mut harness, "/");
    ana.press(&mut harness, "Sí");
    assert!(ana.page().text().contains("Sí 2"), "{}", ana.page().text());
    assert_eq!(harness.attempts("counter"), 6, "each page and each vote was tried once");
}
