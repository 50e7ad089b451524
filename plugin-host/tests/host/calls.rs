//! One call: a transaction, a sandbox, and what a plugin may do in it.

use plugin_host::{Broken, CallError, Caller, Failure, Fault, Field, Method, Request, Sender, web};
use protocol::hash::Sha256Hash;
use serde_json::json;

use crate::support::{SUBSYSTEM, World, caller, ok, refusal, request};
use plugin_host::Again;

#[tokio::test]
async fn what_a_call_writes_the_next_one_reads() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let wrote = world.steps(json!([{ "put": ["a", "1"] }, { "put": ["b", "2"] }, { "get": "a" }])).await.unwrap();
    assert_eq!(wrote, json!([null, null, "1"]));
    let read =
        world.read(json!([{ "get": "a" }, { "get": "c" }, { "scan": { "start": "", "limit": 9, "reverse": true } }]));
    assert_eq!(read.await.unwrap(), json!(["1", null, [["b", "2"], ["a", "1"]]]));
}

#[tokio::test]
async fn a_call_that_fails_leaves_nothing() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let sent = json!({ "to": "BO/GOB/1002/other/letters", "path": "", "body": "x" });
    let failed = world
        .steps(json!([{ "put": ["a", "1"] }, { "send": sent }, { "fail": ["conflict", "no"] }]))
        .await
        .expect_err("it fails");
    assert!(matches!(failed, CallError::Failed(Failure::Conflict(why)) if why == "no"));
    assert_eq!(world.read(json!([{ "get": "a" }])).await.unwrap(), json!([null]));
    assert!(world.exchange.asked().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn what_somebody_was_shown_for_a_submission_is_not_read_from_the_store() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let plugin = world.host.loaded().remove(0);
    let submit = async |id: &str| {
        let mut request = web::Request::of(web::Method::Post, "/");
        // The secret comes from the configuration: the plugin shows it, and stores it nowhere.
        request.body =
            json!([{ "add": { "key": "n", "delta": 1 } }, { "config": "greeting" }]).to_string().into_bytes();
        let submission = web::Submission { id: id.to_owned(), contents: Sha256Hash::of(&request.body) };
        world.host.call_web(&plugin, caller(), request, Some(submission)).await.expect("an answer")
    };
    let first = submit("an-id-that-nobody-else-has").await;
    let web::Answer::Response(shown) = &first else { panic!("{first:?}") };
    assert_eq!(shown.content, web::Content::Json("[null,\"hola\"]".to_owned()));

    assert!(!world.store_holds("hola") && !world.store_holds("an-id-that"));
    assert_eq!(submit("an-id-that-nobody-else-has").await, first, "who has the id reads it again");
    assert_eq!(world.read(json!([{ "count": "n" }])).await.unwrap(), json!([1]));
}

#[tokio::test]
async fn a_plugin_that_panics_leaves_nothing_and_the_next_call_is_well() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let failed = world.steps(json!([{ "put": ["a", "1"] }, { "panic": "oh" }])).await.expect_err("it panics");
    assert!(matches!(failed, CallError::Fault(Fault::Trap(_))), "{failed:?}");
    assert_eq!(world.read(json!([{ "get": "a" }])).await.unwrap(), json!([null]));
}

#[tokio::test]
async fn a_service_answers_with_headers_of_the_contract_and_a_repeated_message_gets_them_again() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let sender = Sender { subsystem: "BO/GOB/1002/other".parse().unwrap(), message_id: "m-1".to_owned() };
    let ask = async |name: &str, sender: Option<Sender>| {
        let sent = vec![Field { name: name.to_owned(), value: "BO1234".to_owned() }];
        let request = Request { headers: sent, ..request(Method::Post, b"[]".to_vec(), Vec::new()) };
        world.host.call_service(&format!("{SUBSYSTEM}/script").parse().unwrap(), caller(), request, sender).await
    };
    for _ in 0..2 {
        let answer = ask("x-road-userid", Some(sender.clone())).await.unwrap();
        let shown: Vec<_> = answer.headers.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect();
        assert_eq!(shown, [("etag", "BO1234")]);
    }
    let stopped = ask("if-match", None).await.expect_err("it is stopped");
    assert!(matches!(stopped, CallError::Fault(Fault::Broken(Broken::Argument { .. }))), "{stopped:?}");
}

#[tokio::test]
async fn a_call_that_may_only_read_is_stopped_when_it_writes() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let letter = json!({ "to": "BO/GOB/1002/other/letters", "path": "", "body": "x" });
    for step in [
        json!({ "put": ["a", "1"] }),
        json!({ "delete": "a" }),
        json!({ "add": { "key": "a", "delta": 1 } }),
        json!({ "send": letter }),
        json!({ "publish": ["news", "x"] }),
        json!({ "timer": { "name": "t", "at": 0, "payload": "" } }),
        json!({ "cancel": "t" }),
    ] {
        let stopped = world.read(json!([step])).await.expect_err("it is stopped");
        assert!(matches!(stopped, CallError::Fault(Fault::Broken(Broken::Write { .. }))), "{step}: {stopped:?}");
        // Five faults in a row would open the breaker.
        world.read(json!([])).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_conflict_are_run_again_until_each_has_had_its_effect() {
    let world = std::sync::Arc::new(World::new());
    world.load("probe", "").await.unwrap();
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let world = world.clone();
            tokio::spawn(async move {
                for _ in 0..20 {
                    while let Err(error) = world.steps(json!([{ "increment": "n" }])).await {
                        assert!(matches!(error, CallError::Conflict { .. }), "{error:?}");
                    }
                }
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(world.read(json!([{ "get": "n" }])).await.unwrap(), json!(["160"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn additions_never_conflict_and_stay_within_their_bounds() {
    let world = std::sync::Arc::new(World::new());
    world.load("probe", "").await.unwrap();
    let take = || json!([{ "add": { "key": "seats", "delta": -1, "min": 0, "max": 50 } }]);
    world.steps(json!([{ "add": { "key": "seats", "delta": 50, "min": 0, "max": 50 } }])).await.unwrap();
    let calls: Vec<_> = (0..64)
        .map(|_| {
            let (world, take) = (world.clone(), take());
            tokio::spawn(async move { world.steps(take).await.is_ok() })
        })
        .collect();
    let mut sold = 0;
    for call in calls {
        sold += usize::from(call.await.unwrap());
    }
    assert_eq!(sold, 50);
    assert_eq!(world.read(json!([{ "count": "seats" }])).await.unwrap(), json!([0]));
    let full = world.steps(take()).await.expect_err("sold out");
    assert!(matches!(full, CallError::Failed(Failure::Conflict(_))), "{full:?}");
}

#[tokio::test]
async fn a_question_is_asked_outside_and_the_handler_runs_again_with_its_answer() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.exchange.answers(|call| ok(&format!("you asked {}", call.path)));
    let ask = |path: &str| json!({ "ask": { "to": "BO/GOB/1002/other/answers", "path": path } });
    let script = json!([{ "put": ["a", "1"] }, ask("/one"), ask("/two?x=1"), ask("/one"), "attempt"]);
    let answered = world.steps(script).await.unwrap();
    assert_eq!(answered[1]["body"], "you asked /one");
    assert_eq!(answered[2]["body"], "you asked /two?x=1");
    assert_eq!(answered[3], answered[1]);
    assert_eq!(answered[4], 2, "one run more for each question");
    let asked = world.exchange.asked();
    assert_eq!(asked.len(), 2, "the same question is asked once");
    assert_ne!(asked[0].id, asked[1].id);
}

#[tokio::test]
async fn a_refused_question_is_an_answer_that_the_plugin_can_act_on() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.exchange.answers(|_| Err(refusal(Again::Never)));
    let ask = json!([{ "ask": { "to": "BO/GOB/1002/other/answers", "path": "" } }]);
    assert_eq!(world.steps(ask.clone()).await.unwrap()[0]["refused"], "scripted");
    world.exchange.answers(|_| Err(refusal(Again::Later)));
    assert!(world.steps(ask).await.unwrap()[0]["unavailable"].is_string());
}

#[tokio::test]
async fn a_plugin_asks_about_who_calls_without_learning_her_document() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.exchange.answers(|_| ok("she is known"));
    let ask = json!([{ "ask": { "to": "BO/GOB/1002/other/answers", "path": "/persons/{citizen}" } }]);
    let known = Caller { document: Some("123/4 LP".to_owned()), ..caller() };
    let answered = world.steps_by(known, ask.clone()).await.unwrap();
    assert_eq!(answered[0]["body"], "she is known");
    assert_eq!(world.exchange.asked()[0].path, "/persons/123%2F4%20LP");
    let refused = world.steps_by(caller(), ask).await.unwrap();
    assert_eq!(refused[0]["refused"], "client.no_citizen");
    assert_eq!(world.exchange.asked().len(), 1, "nobody was asked about nobody");
}

#[tokio::test]
async fn a_plugin_reaches_only_what_its_manifest_asks_for() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    assert_eq!(
        world.read(json!([{ "config": "greeting" }, { "secret": "pin" }])).await.unwrap(),
        json!(["hola", "1234"])
    );
    for step in [
        json!({ "config": "other" }),
        json!({ "secret": "other" }),
        json!({ "ask": { "to": "BO/GOB/1002/other/letters", "path": "" } }),
        json!({ "send": { "to": "BO/GOB/1002/other/answers", "path": "", "body": "" } }),
        json!({ "publish": ["gossip", ""] }),
    ] {
        let stopped = world.steps(json!([step])).await.expect_err("it is stopped");
        assert!(matches!(stopped, CallError::Fault(Fault::Broken(Broken::Scope { .. }))), "{step}: {stopped:?}");
        world.read(json!([])).await.unwrap();
    }
}

#[tokio::test]
async fn a_message_that_comes_twice_has_one_effect_and_the_same_answer() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let sender = |id: &str| Some(Sender { subsystem: "BO/GOB/1002/other".parse().unwrap(), message_id: id.to_owned() });
    let script = json!([{ "increment": "n" }, { "random": 8 }]);
    let first = world.post(crate::support::SUBSYSTEM, script.clone(), sender("m-1")).await.unwrap();
    let again = world.post(crate::support::SUBSYSTEM, script.clone(), sender("m-1")).await.unwrap();
    assert_eq!(first, again);
    let world = world.restarted().await;
    world.load("probe", "").await.unwrap();
    let later = world.post(crate::support::SUBSYSTEM, script.clone(), sender("m-1")).await.unwrap();
    assert_eq!(first, later);
    world.post(crate::support::SUBSYSTEM, script, sender("m-2")).await.unwrap();
    assert_eq!(world.read(json!([{ "get": "n" }])).await.unwrap(), json!(["2"]));
}

#[tokio::test]
async fn another_message_under_a_key_that_was_used_is_told_so_and_has_no_effect() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let sender = || Some(Sender { subsystem: "BO/GOB/1002/other".parse().unwrap(), message_id: "m-1".to_owned() });
    let put = |value: &str| json!([{ "put": ["n", value] }]);
    world.post(crate::support::SUBSYSTEM, put("1"), sender()).await.unwrap();
    let other = world.post(crate::support::SUBSYSTEM, put("2"), sender()).await.unwrap();
    assert_eq!(other["error"], "conflict");
    assert_eq!(world.read(json!([{ "get": "n" }])).await.unwrap(), json!(["1"]));
}

#[tokio::test]
async fn a_sandbox_has_no_files_no_network_and_no_environment() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let tried =
        world.read(json!([{ "file": "/etc/passwd" }, { "connect": "127.0.0.1:22" }, "environment"])).await.unwrap();
    assert!(tried[0]["error"].is_string() && tried[1]["error"].is_string(), "{tried}");
    assert_eq!(tried[2], 0);
}

#[tokio::test]
async fn time_stands_still_within_a_call() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let told = world.read(json!(["now", "now", "caller"])).await.unwrap();
    assert_eq!(told[0], 1_800_000_000_000_u64);
    assert_eq!(told[0], told[1]);
    assert!(told[2].as_str().unwrap().contains("BO/GOB/1002/other"));
}
