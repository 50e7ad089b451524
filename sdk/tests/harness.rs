//! What the harness promises: transactions, effects, time.

mod common;

use std::cell::Cell;
use std::time::Duration;

use common::{ELSEWHERE, NOTES, SUBSYSTEM, events, harness};
use sdk::bindings::exchange::Fault;
use sdk::harness::{Call, Deliveries, Harness, Host, NoAnswer, Outcome, Scripted};
use sdk::{Answer, Failure, kv};

fn text(bytes: Option<Vec<u8>>) -> Option<String> {
    bytes.map(|bytes| String::from_utf8(bytes).expect("tests keep texts"))
}

fn value(harness: &mut Harness, key: &'static str) -> Option<String> {
    text(harness.run("notes", |_| Ok(kv::get(key.as_bytes()))).expect("reading succeeds"))
}

fn send(harness: &mut Harness, to: &'static str, path: &'static str) {
    let sent = harness
        .run("notes", |_| Ok(sdk::outbox::send(&sdk::outbox::Message::json(to, path, &"a note")?.reply_to("sent"))));
    sent.expect("sending succeeds");
}

fn noted() -> Answer {
    Answer::json(200, &"thank you").expect("a text has a form in JSON")
}

#[test]
fn a_failure_leaves_nothing_of_the_call() {
    let mut harness = harness();
    let refused = harness.call(Call::new(sdk::Method::Post, NOTES, "/refuse")).failure();
    assert_eq!(refused, Failure::invalid("note", "refused", "is refused"));
    assert_eq!(value(&mut harness, "left"), None);
}

#[test]
fn a_call_that_may_only_read_is_stopped_when_it_writes() {
    let stopped = harness().call(Call::get(NOTES, "/"));
    assert_eq!(stopped, Err(NoAnswer::Stopped("a call that may only read wrote".to_owned())));
}

#[test]
fn a_plugin_that_panics_is_stopped() {
    let stopped = harness().run("notes", |_| -> Result<(), Failure> { panic!("a mistake") });
    assert_eq!(stopped, Err(NoAnswer::Stopped("a mistake".to_owned())));
}

#[test]
fn a_plugin_is_stopped_when_it_does_what_its_manifest_does_not_ask_for() {
    let mut harness = harness();
    let stopped = harness.run("notes", |_| Ok(sdk::config::get("other")));
    assert!(matches!(stopped, Err(NoAnswer::Stopped(_))), "{stopped:?}");
    let stopped = harness.run("notes", |_| Ok(sdk::exchange::ask("CK/GOB/9/x/y", "/").map(drop)));
    assert!(matches!(stopped, Err(NoAnswer::Stopped(_))), "{stopped:?}");
}

#[test]
fn an_injected_conflict_runs_the_handler_again_from_its_beginning() {
    let mut harness = harness();
    harness.conflict("notes", 2);
    let attempts = Cell::new(0);
    let seen = harness.run("notes", |context| {
        attempts.set(attempts.get() + 1);
        let seen = kv::get(b"key");
        kv::put(b"key", b"mine");
        Ok((context.attempt, seen))
    });
    assert_eq!((seen.unwrap(), attempts.get()), ((2, None), 3));
}

#[test]
fn conflicts_without_end_are_given_up() {
    let mut harness = harness();
    harness.conflict("notes", u32::MAX);
    let given_up = harness.run("notes", |_| Ok(()));
    assert!(matches!(given_up, Err(NoAnswer::Unavailable(_))), "{given_up:?}");
}

/// Whether a call runs twice when another one writes `key` while it reads what `read` reads.
fn runs_again(key: &'static str, read: fn()) -> bool {
    let mut harness = harness();
    harness.meanwhile(move |harness| {
        harness
            .run("notes", |_| {
                kv::put(key.as_bytes(), b"x");
                Ok(())
            })
            .expect("nothing is in the way")
    });
    harness
        .run("notes", |context| {
            read();
            Ok(context.attempt)
        })
        .expect("nothing is in the way")
        == 1
}

fn scan(limit: u32) {
    let _ = kv::scan(&kv::Range { start: b"a".to_vec(), end: Some(b"c".to_vec()), order: kv::Order::Ascending, limit });
}

#[test]
fn a_call_conflicts_with_who_writes_what_it_read_also_where_nothing_was() {
    assert!(runs_again("key", || drop(kv::get(b"key"))));
    assert!(!runs_again("other", || drop(kv::get(b"key"))));
    assert!(runs_again("b", || scan(10)));
    assert!(!runs_again("c", || scan(10)));
}

#[test]
fn additions_do_not_conflict_and_none_is_lost() {
    let mut harness = harness();
    harness.meanwhile(|harness| {
        harness
            .run("notes", |_| {
                kv::add(b"n", 5);
                Ok(())
            })
            .unwrap()
    });
    let attempt = harness.run("notes", |context| {
        kv::add(b"n", 2);
        Ok(context.attempt)
    });
    assert_eq!(attempt, Ok(0));
    assert_eq!(harness.run("notes", |_| Ok(kv::count(b"n"))), Ok(7));
}

#[test]
fn who_reads_a_counter_conflicts_with_an_addition() {
    let mut harness = harness();
    harness.meanwhile(|harness| {
        harness
            .run("notes", |_| {
                kv::add(b"n", 5);
                Ok(())
            })
            .unwrap()
    });
    assert_eq!(harness.run("notes", |context| Ok((context.attempt, kv::count(b"n")))), Ok((1, 5)));
}

#[test]
fn a_question_suspends_the_attempt_and_is_asked_once() {
    let mut harness = harness();
    harness.script(ELSEWHERE, vec![Scripted::Answer(noted())]);
    let asked = harness.run("notes", |context| {
        let answer = sdk::exchange::ask(ELSEWHERE, "/1")?;
        Ok((context.attempt, answer.read::<String>()?))
    });
    assert_eq!(asked, Ok((1, "thank you".to_owned())));
    assert_eq!(harness.received(ELSEWHERE).len(), 1);
    assert_eq!(harness.received(ELSEWHERE)[0].sender, SUBSYSTEM);
}

#[test]
fn a_plugin_that_asks_without_end_is_stopped() {
    let mut harness = harness();
    harness.script(ELSEWHERE, vec![Scripted::Answer(noted())]);
    let stopped = harness.run("notes", |context| {
        sdk::exchange::ask(ELSEWHERE, format!("/{}", context.attempt))?;
        Ok(())
    });
    let given_up = "the plugin asks more than 16 questions in one call".to_owned();
    assert_eq!(stopped, Err(NoAnswer::Unavailable(given_up)));
    assert_eq!(harness.received(ELSEWHERE).len(), 16);
}

#[test]
fn a_refused_question_is_a_failure_the_plugin_can_handle() {
    let mut harness = harness();
    let fault = Fault { code: "AccessDenied".to_owned(), message: "no".to_owned() };
    harness.script(ELSEWHERE, vec![Scripted::Refused(fault)]);
    let failed = harness.run("notes", |_| Ok(sdk::exchange::ask(ELSEWHERE, "/1").map(drop)?)).failure();
    assert_eq!(failed, Failure::Unavailable("AccessDenied: no".to_owned()));
}

#[test]
fn a_message_leaves_after_the_commit_and_its_answer_comes_back() {
    let mut harness = harness();
    harness.script(ELSEWHERE, vec![Scripted::Answer(noted())]);
    send(&mut harness, ELSEWHERE, "/papers");
    assert_eq!((harness.waiting().len(), harness.received(ELSEWHERE).len()), (1, 0));
    harness.deliver();
    assert_eq!((harness.waiting().len(), harness.received(ELSEWHERE).len()), (0, 1));
    assert_eq!(events(&harness), ["reply sent 200"]);
}

#[test]
fn a_message_of_an_attempt_that_lost_never_leaves() {
    let mut harness = harness();
    harness.script(ELSEWHERE, vec![Scripted::Answer(noted())]);
    harness.conflict("notes", 3);
    send(&mut harness, ELSEWHERE, "/papers");
    harness.deliver();
    assert_eq!(harness.received(ELSEWHERE).len(), 1);
}

#[test]
fn a_message_delivered_twice_takes_effect_once() {
    let mut harness = harness();
    harness.deliver_messages(Deliveries::Repeated);
    let mut other = sdk::harness::Installation::of("notes", SUBSYSTEM);
    other.config.insert("archive".to_owned(), NOTES.to_owned());
    harness.install(other);
    send(&mut harness, NOTES, "/x");
    let before = harness.attempts("notes");
    harness.deliver();
    // The message, and the event of its answer.
    assert_eq!(harness.attempts("notes") - before, 2);
    assert_eq!(value(&mut harness, "note").as_deref(), Some("\"a note\""));
}

#[test]
fn an_unavailable_service_is_tried_later_and_given_up_in_the_end() {
    let mut harness = harness();
    harness.script(ELSEWHERE, vec![Scripted::Unavailable, Scripted::Answer(noted())]);
    send(&mut harness, ELSEWHERE, "/papers");
    harness.deliver();
    assert_eq!(harness.waiting().len(), 1);
    harness.advance(Duration::from_mins(5));
    assert_eq!(events(&harness), ["reply sent 200"]);

    harness.script(ELSEWHERE, vec![Scripted::Unavailable]);
    send(&mut harness, ELSEWHERE, "/papers");
    harness.advance(Duration::from_hours(7 * 24 - 1));
    assert_eq!(harness.waiting().len(), 1);
    harness.advance(Duration::from_hours(2));
    assert_eq!(events(&harness).last().map(String::as_str), Some("undelivered outcome_unknown"));
}

#[test]
fn a_refused_message_is_reported_at_once() {
    let mut harness = harness();
    send(&mut harness, ELSEWHERE, "/papers");
    harness.deliver();
    assert_eq!(events(&harness), ["undelivered UnknownService"]);
}

#[test]
fn timers_and_schedules_fire_at_their_times() {
    let mut harness = harness();
    let at = harness.now() + Duration::from_hours(1);
    harness
        .run("notes", |_| {
            sdk::timers::set("soon", at, b"");
            sdk::timers::set("never", at, b"");
            sdk::timers::cancel("never");
            Ok(())
        })
        .unwrap();
    harness.advance(Duration::from_hours(24));
    // Three in the morning in La Paz is seven in Greenwich.
    let night = "2026-11-27T07:00:00Z".parse::<sdk::Timestamp>().unwrap();
    assert_eq!(
        events(&harness),
        [format!("timer soon at {}", at.as_millisecond()), format!("cron nightly at {night}"),]
    );
}

#[test]
fn an_event_that_fails_comes_again() {
    let mut harness = harness();
    harness
        .run("notes", |_| {
            kv::put(b"deaf", b"");
            Ok(sdk::outbox::publish_json("noted", &1)?)
        })
        .unwrap();
    harness.deliver();
    assert_eq!(events(&harness), [""; 0]);
    harness
        .run("notes", |_| {
            kv::delete(b"deaf");
            Ok(())
        })
        .unwrap();
    harness.advance(Duration::from_mins(10));
    assert_eq!(events(&harness), ["topic noted by notes"]);
}

#[test]
fn a_signed_document_is_there_after_the_commit() {
    let mut harness = harness();
    let document =
        sdk::evidence::Document { name: "a.pdf".into(), content_type: "application/pdf".into(), content: b"A".into() };
    let signing = harness.run("notes", |_| {
        let id = sdk::evidence::sign(&document);
        Ok((sdk::evidence::signed(&id).is_none(), id))
    });
    let (not_yet, id) = signing.unwrap();
    assert!(not_yet);
    let signer = harness.run("notes", |_| {
        let blob = sdk::evidence::signed(&id).ok_or(Failure::NotFound("container".to_owned()))?;
        Ok(sdk::evidence::verify(&blob.id)?.signer)
    });
    assert_eq!(signer, Ok("CK/GOB/1".to_owned()));
}

#[test]
fn randomness_differs_between_attempts_and_repeats_between_runs() {
    let draw = |conflicts| {
        let mut harness = harness();
        harness.conflict("notes", conflicts);
        harness.run("notes", |_| Ok((sdk::rng::random(40), sdk::rng::id()))).unwrap()
    };
    assert_eq!(draw(0), draw(0));
    assert_ne!(draw(0), draw(1));
    assert_eq!(draw(0).0.len(), 40);
}

#[test]
fn working_days_leave_out_weekends_and_holidays_of_a_place_and_its_country() {
    let mut harness = harness();
    let date = |text: &str| text.parse::<sdk::Date>().unwrap();
    harness.calendar().holiday("BO", date("2026-12-25")).holiday("BO-L", date("2026-12-28"));
    let after = |place: &'static str| {
        move |_| Ok(sdk::calendar::add_working_days(place, "2026-12-24".parse::<sdk::Date>().unwrap(), 1)?)
    };
    assert_eq!(harness.run("notes", after("BO")), Ok(date("2026-12-28")));
    assert_eq!(harness.run("notes", after("BO-L")), Ok(date("2026-12-29")));
    assert!(harness.run("notes", after("XX")).is_err());
}

#[test]
fn secrets_seals_blobs_metrics_and_searches_work() {
    let mut harness = harness();
    let done = harness.run("notes", |_| {
        let sealed = sdk::crypto::seal("letters", b"Ana", b"dear");
        let blob = sdk::blobs::create(Some("a.txt"), "text/plain", b"hello");
        sdk::metrics::count("letters", 2);
        let document =
            sdk::search::Document { id: b"1".to_vec(), text: vec!["El ñandú corre".to_owned()], filters: Vec::new() };
        sdk::search::put("notes", &document);
        let query = sdk::search::Query {
            index: "notes".into(),
            text: "corre nand".into(),
            filters: Vec::new(),
            offset: 0,
            limit: 9,
        };
        Ok((
            sdk::secrets::get("pepper").map(|secret| secret.expose().to_owned()),
            text(sdk::crypto::open("letters", b"Ana", &sealed)),
            text(sdk::blobs::read(&blob.id, 1, 3)),
            sdk::search::find(&query).total,
        ))
    });
    let found = (Some("black".to_owned()), Some("dear".to_owned()), Some("ell".to_owned()), 1);
    assert_eq!(done, Ok(found));
    assert_eq!(harness.counted("notes", "letters"), 2);
}
