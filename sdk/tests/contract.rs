//! What the contract says beyond transactions, as the harness has it: limits, headers, statuses, order, time.

mod common;

use std::time::Duration;

use common::{ELSEWHERE, NOTES, events, harness};
use sdk::harness::{Call, Harness, Host, NoAnswer, Outcome, Scripted};
use sdk::{Answer, Context, Failure, Method, kv, limits};

fn stopped<T: std::fmt::Debug>(code: impl Fn(Context) -> Result<T, Failure>) -> String {
    match harness().run("notes", code) {
        Err(NoAnswer::Stopped(reason)) => reason,
        other => panic!("it was not stopped: {other:?}"),
    }
}

#[test]
fn whoever_writes_what_is_too_long_is_stopped() {
    let long = vec![b'k'; limits::MAX_KEY_BYTES + 1];
    assert_eq!(
        stopped(|_| {
            kv::put(&long, b"");
            Ok(())
        }),
        "kv.put: the key has 2049 bytes, and may have 2048"
    );
    let value = vec![0; limits::MAX_VALUE_BYTES + 1];
    assert_eq!(
        stopped(|_| {
            kv::put(b"k", &value);
            Ok(())
        }),
        "kv.put: the value has 1048577 bytes, and may have 1048576"
    );
    assert_eq!(
        stopped(|context| {
            sdk::timers::set("", context.time(), b"");
            Ok(())
        }),
        "timers.set: the name is empty"
    );
    assert_eq!(stopped(|_| Ok(sdk::rng::random(4_097))), "rng.random: the answer has 4097 bytes, and may have 4096");
    let path = format!("/{}", "x".repeat(limits::MAX_PATH_BYTES));
    let asked = stopped(|_| Ok(sdk::exchange::ask(ELSEWHERE, path.clone())));
    assert_eq!(asked, "exchange.call: the path has 2049 bytes, and may have 2048");
}

#[test]
fn whoever_does_too_much_in_one_call_is_stopped() {
    let many = stopped(|_| {
        (0..=limits::MAX_ROWS).for_each(|_| kv::add(b"n", 1));
        Ok(())
    });
    assert_eq!(many, "more than 10000 puts, deletions and additions in one call");
    let much = stopped(|_| {
        (0..17_u8).for_each(|n| kv::put(&[n], &vec![0; limits::MAX_VALUE_BYTES]));
        Ok(())
    });
    assert_eq!(much, "more than 16777216 bytes of writes, orders and notes of reads in one call");
    let lines = stopped(|_| {
        (0..=limits::MAX_LINES).for_each(|_| sdk::log::info("a line", &[]));
        Ok(())
    });
    assert_eq!(lines, "more than 100 lines of log in one call");
}

#[test]
fn a_key_that_holds_a_value_is_no_counter() {
    let reason = "a key that holds a value is used as a counter";
    let put = || kv::put(b"name", b"Ana");
    assert_eq!(stopped(|_| Ok((put(), kv::count(b"name")))), reason);
    assert_eq!(stopped(|_| Ok((put(), kv::add(b"name", 1)))), reason);
}

#[test]
fn an_answer_that_is_none_is_stopped_before_its_commit() {
    let mut harness = harness();
    let stopped = harness.call(Call::new(Method::Post, NOTES, "/answer-503"));
    assert!(matches!(stopped, Err(NoAnswer::Stopped(_))), "{stopped:?}");
    assert_eq!(harness.run("notes", |_| Ok(kv::get(b"note"))), Ok(None));
}

#[test]
fn a_service_is_shown_the_headers_of_the_contract() {
    let call = Call::new(Method::Post, NOTES, "/").header("x-road-userid", "BO1").header("authorization", "secret");
    let answer = harness().call(call).expect("an answer");
    assert_eq!(answer.header("etag"), Some("\"x-road-userid=BO1\""));
}

#[test]
fn a_failure_of_any_status_reaches_who_asks() {
    let mut harness = harness();
    let gone = harness.run("notes", |_| Err::<(), _>(Failure::other(410, "gone", "it was erased"))).failure();
    assert_eq!(gone, Failure::other(410, "gone", "it was erased"));
}

#[test]
fn a_service_that_asks_to_be_called_again_is() {
    for status in [408, 425, 429, 500, 503] {
        let mut harness = harness();
        let [busy, noted] = [status, 200].map(|status| Scripted::Answer(Answer::json(status, &1).expect("JSON")));
        harness.script(ELSEWHERE, vec![busy, noted]);
        send(&mut harness, "/1");
        harness.deliver();
        assert_eq!(events(&harness), [""; 0], "{status}");
        harness.advance(Duration::from_secs(60));
        assert_eq!(events(&harness), ["reply sent 200"], "{status}");
    }
}

fn send(harness: &mut Harness, path: &'static str) {
    let message = move |_| Ok(sdk::outbox::Message::json(ELSEWHERE, path, &1)?.reply_to("sent"));
    harness
        .run("notes", move |context| message(context).map(|message| sdk::outbox::send(&message)))
        .expect("it is sent");
}

#[test]
fn messages_arrive_in_any_order_when_they_are_shuffled() {
    let arrived = |seed: Option<u64>| {
        let mut harness = harness();
        if let Some(seed) = seed {
            harness.shuffle(seed);
        }
        harness.script(ELSEWHERE, vec![Scripted::Answer(Answer::empty())]);
        ["/1", "/2", "/3", "/4"].into_iter().for_each(|path| send(&mut harness, path));
        harness.deliver();
        harness.received(ELSEWHERE).into_iter().map(|received| received.path).collect::<Vec<_>>()
    };
    assert_eq!(arrived(None), ["/1", "/2", "/3", "/4"]);
    let orders: std::collections::BTreeSet<_> = (0..20).map(|seed| arrived(Some(seed))).collect();
    assert!(orders.len() > 5, "{orders:?}");
    assert!(orders.iter().all(|order| order.len() == 4));
}

#[test]
fn an_event_that_fails_twenty_times_is_set_aside() {
    let mut harness = harness();
    harness.run("notes", |_| Ok((kv::put(b"deaf", b""), sdk::outbox::publish("noted", "", b"")))).expect("published");
    harness.advance(Duration::from_hours(12));
    assert_eq!(harness.set_aside().len(), 1);
    harness
        .run("notes", |_| {
            kv::delete(b"deaf");
            Ok(())
        })
        .expect("it listens");
    harness.advance(Duration::from_hours(12));
    assert!(!events(&harness).iter().any(|event| event.starts_with("topic")));
}

#[test]
fn a_timer_whose_event_failed_can_still_be_cancelled_and_set_anew() {
    for (then, expected) in [("cancel", 0), ("set", 1), ("leave", 1)] {
        let mut harness = harness();
        let at = harness.now();
        harness.run("notes", |_| Ok((kv::put(b"deaf", b""), sdk::timers::set("soon", at, b"")))).expect("it is set");
        harness.deliver();
        let later = at + Duration::from_hours(3);
        let change = harness.run("notes", |_| {
            match then {
                "cancel" => sdk::timers::cancel("soon"),
                "set" => sdk::timers::set("soon", later, b""),
                _ => {}
            }
            kv::delete(b"deaf");
            Ok(())
        });
        change.expect("it is changed");
        harness.advance(Duration::from_hours(2));
        let rung = |harness: &Harness| events(harness).iter().filter(|event| event.starts_with("timer")).count();
        assert_eq!(rung(&harness), usize::from(then == "leave"), "{then}");
        harness.advance(Duration::from_hours(2));
        assert_eq!(rung(&harness), expected, "{then}");
    }
}

#[test]
fn two_calls_that_set_the_same_timer_conflict() {
    let mut harness = harness();
    harness.meanwhile(|harness| {
        harness
            .run("notes", |context| {
                sdk::timers::set("soon", context.time(), b"a");
                Ok(())
            })
            .expect("it is set")
    });
    let attempt = harness.run("notes", |context| {
        sdk::timers::set("soon", context.time(), b"b");
        Ok(context.attempt)
    });
    assert_eq!(attempt, Ok(1));
}

#[test]
fn health_may_only_read() {
    let stopped = harness().health("notes");
    assert_eq!(stopped, Err(NoAnswer::Stopped("a call that may only read wrote".to_owned())));
}

#[test]
fn what_was_sealed_for_one_is_not_opened_for_another() {
    let opened = harness().run("notes", |_| {
        let sealed = sdk::crypto::seal("letters", b"Ana", b"dear");
        Ok((sdk::crypto::open("letters", b"Beto", &sealed), sdk::crypto::open("letters", b"Ana", &sealed)))
    });
    assert_eq!(opened, Ok((None, Some(b"dear".to_vec()))));
}
