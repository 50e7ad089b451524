//! Threads: what is said, who reads it, and what is unread.

mod common;

use common::harness;
use sdk::collections::PageRequest;
use sdk::harness::{Harness, NoAnswer};
use sdk::thread::{Audience, MOST_MESSAGES, Message, ThreadError, Threads};
use sdk::{Author, Caller, Citizen, Context, Failure, Operator};

static THREADS: Threads = Threads::new("applications");
static OTHERS: Threads = Threads::new("funds");

fn run<T>(harness: &mut Harness, code: impl Fn(&Context) -> Result<T, ThreadError>) -> Result<T, NoAnswer> {
    harness.run("notes", |context| Ok(code(&context)?))
}

/// Whoever calls in a test is somebody.
fn as_somebody(context: &Context, caller: Caller) -> Context {
    Context { caller, ..context.clone() }
}

fn ana() -> Caller {
    let assurance = sdk::Assurance::Substantial;
    Caller::Citizen(Citizen { subject: "ana".to_owned(), name: None, assurance, represents: None })
}

fn rosa() -> Caller {
    Caller::Operator(Operator { id: "rosa".to_owned(), name: None, roles: Vec::new() })
}

fn say(harness: &mut Harness, id: &str, caller: &Caller, audience: Audience, text: &str) -> Message {
    let said = run(harness, |context| THREADS.say(&as_somebody(context, caller.clone()), id, audience, text));
    said.expect("it is said")
}

fn unread(harness: &mut Harness, id: &str) -> (u32, u32) {
    let both = |_: &Context| Ok((THREADS.unread(id, Audience::Citizen)?, THREADS.unread(id, Audience::Staff)?));
    run(harness, both).expect("they read back")
}

fn waiting(harness: &mut Harness) -> Vec<String> {
    run(harness, |_| THREADS.waiting(&PageRequest::first(10))).expect("a page").items
}

#[test]
fn each_side_reads_what_is_for_it() {
    let mut harness = harness();
    say(&mut harness, "1", &ana(), Audience::Citizen, "¿Cuándo?");
    say(&mut harness, "1", &rosa(), Audience::Staff, "Es la tercera vez");
    let last = say(&mut harness, "1", &rosa(), Audience::Citizen, "Mañana");
    assert_eq!((last.author.clone(), last.is_of_office()), (Author::Operator("rosa".to_owned()), true));
    for (reader, texts) in [
        (Audience::Citizen, ["¿Cuándo?", "Mañana"].as_slice()),
        (Audience::Staff, &["¿Cuándo?", "Es la tercera vez", "Mañana"]),
    ] {
        let read = run(&mut harness, |_| THREADS.read("1", reader)).expect("it reads back");
        assert_eq!(read.iter().map(|message| message.text.as_str()).collect::<Vec<_>>(), texts);
        let newest = run(&mut harness, |_| THREADS.newest("1", reader, &PageRequest::first(10))).expect("a page");
        assert_eq!(newest.items.first(), Some(&last));
        assert_eq!((newest.items.len(), newest.next), (texts.len(), None));
    }
    let others = run(&mut harness, |_| OTHERS.read("1", Audience::Staff)).expect("it reads back");
    assert_eq!(others, []);
}

#[test]
fn what_a_side_has_not_read_is_counted_until_it_has() {
    let mut harness = harness();
    assert_eq!(unread(&mut harness, "1"), (0, 0));
    say(&mut harness, "1", &ana(), Audience::Citizen, "¿Cuándo?");
    say(&mut harness, "1", &ana(), Audience::Citizen, "Es urgente");
    say(&mut harness, "1", &rosa(), Audience::Staff, "Es la tercera vez");
    say(&mut harness, "1", &rosa(), Audience::Citizen, "Mañana");
    assert_eq!(unread(&mut harness, "1"), (1, 2));
    run(&mut harness, |_| THREADS.mark_read("1", Audience::Staff)).expect("it is noted");
    assert_eq!(unread(&mut harness, "1"), (1, 0));
    run(&mut harness, |_| THREADS.mark_read("1", Audience::Citizen)).expect("it is noted");
    run(&mut harness, |_| THREADS.mark_read("2", Audience::Citizen)).expect("there is nothing to be read");
    assert_eq!(unread(&mut harness, "1"), (0, 0));
}

#[test]
fn staff_find_the_threads_that_wait_for_them() {
    let mut harness = harness();
    for (id, caller) in [("2", ana()), ("1", ana()), ("3", rosa())] {
        say(&mut harness, id, &caller, Audience::Citizen, "…");
        sdk::harness::Host::advance(&mut harness, std::time::Duration::from_secs(60));
    }
    say(&mut harness, "2", &ana(), Audience::Citizen, "¿Y?");
    assert_eq!(waiting(&mut harness), ["2", "1"]);
    run(&mut harness, |_| THREADS.mark_read("2", Audience::Staff)).expect("it is noted");
    assert_eq!(waiting(&mut harness), ["1"]);
}

#[test]
fn a_thread_that_is_full_says_so_and_loses_nothing() {
    let mut harness = harness();
    let said = run(&mut harness, |context| {
        (0..MOST_MESSAGES)
            .try_for_each(|number| THREADS.say(context, "1", Audience::Citizen, &number.to_string()).map(drop))
    });
    said.expect("so much fits");
    let refused = run(&mut harness, |context| THREADS.say(context, "1", Audience::Citizen, "more").map(drop));
    assert!(matches!(refused, Err(NoAnswer::Failed(Failure::Conflict(why))) if why.contains("the thread 1 is full")));
    let read = run(&mut harness, |_| THREADS.read("1", Audience::Citizen)).expect("the thread");
    assert_eq!(read.len(), MOST_MESSAGES as usize);
}
