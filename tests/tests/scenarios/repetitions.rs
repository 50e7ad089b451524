//! A request is done at most once, whoever repeats it.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use clock::SystemClock;
use std::sync::Arc;
use tests::peer::{Message, say, whole};
use tests::{Impostor, Peer, Provider, World};

const SEGIP: &str = "BO/GOV/1001/ss1";
const SERVICE: &str = "/r1/BO/GOV/1001/identidad/registro";

async fn world_with(provider: &Provider) -> World {
    let world = World::start_two(SystemClock::shared(), |_, settings| settings.limits.drain_seconds = 1).await;
    world.add("segip", &provider.service("registro", 30)).await;
    world
}

fn request(peer: &Peer, path: &str, body: &str, request_id: &str) -> Message {
    let mut draft = peer.draft(SEGIP, &format!("{SERVICE}{path}"));
    draft.request_id = request_id.to_owned();
    draft.body = Some(body.to_owned().into());
    peer.seal(&draft)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_gets_the_logged_answer_and_another_content_none() {
    let provider = Provider::start().await;
    let world = world_with(&provider).await;
    let peer = Peer::of(&world, "gamlp").await;
    let link = peer.connect(&world, "segip").await;
    let id = "8f0e4a3c-5d0c-4d5e-9a55-0f6c1b9d2e11";
    let message = request(&peer, "/ok", "one", id);
    let (first, body) = say(&link, whole(&message.frames())).await.answered();
    // The very same bytes, and the same request signed anew.
    for repeated in [message, request(&peer, "/ok", "one", id)] {
        let (again, same) = say(&link, whole(&repeated.frames())).await.answered();
        assert_eq!((again.as_bytes(), same), (first.as_bytes(), body.clone()));
    }
    for (path, content) in [("/ok", "two"), ("/other", "one")] {
        let heard = say(&link, whole(&request(&peer, path, content, id).frames())).await;
        heard.is_fault("server.serverproxy.replayed_request", id);
    }
    assert_eq!((provider.calls("/ok"), provider.calls("/other")), (1, 0));
    assert_eq!(world.records("segip", id).await, 2, "one request and one answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_at_the_same_time_wait_for_the_one_call() {
    let provider = Provider::start().await;
    let world = world_with(&provider).await;
    let peer = Peer::of(&world, "gamlp").await;
    let link = peer.connect(&world, "segip").await;
    let frames = request(&peer, "/held", "", "8f0e4a3c-5d0c-4d5e-9a55-0f6c1b9d2e12").frames();
    let calls: Vec<_> = (0..3)
        .map(|_| {
            let (link, frames) = (link.clone(), frames.clone());
            tokio::spawn(async move { say(&link, whole(&frames)).await.answered().0.as_bytes().to_vec() })
        })
        .collect();
    provider.arrived().await;
    provider.release();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap());
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "all get the same answer");
    assert_eq!(provider.calls("/held"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_of_what_failed_gets_the_same_fault_without_a_second_call() {
    let provider = Provider::start().await;
    let world = world_with(&provider).await;
    let peer = Peer::of(&world, "gamlp").await;
    let link = peer.connect(&world, "segip").await;
    let frames = request(&peer, "/closes", "", "8f0e4a3c-5d0c-4d5e-9a55-0f6c1b9d2e13").frames();
    for _ in 0..2 {
        let heard = say(&link, whole(&frames)).await;
        heard.is_fault("server.serverproxy.service_failed", "the connection was closed before it");
    }
    assert_eq!(provider.calls("/closes"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stopped_between_call_and_record_does_not_call_again() {
    let provider = Provider::start().await;
    let mut world = world_with(&provider).await;
    let peer = Peer::of(&world, "gamlp").await;
    let link = peer.connect(&world, "segip").await;
    let id = "8f0e4a3c-5d0c-4d5e-9a55-0f6c1b9d2e14";
    let frames = request(&peer, "/held", "", id).frames();
    let cut = tokio::spawn({
        let frames = frames.clone();
        async move { drop(link.post("/chakana/1/message", whole(&frames)).await) }
    });
    provider.arrived().await;
    world.stop_server("segip").await;
    cut.await.unwrap();
    world.start_server("segip").await;
    world.ready("segip").await;
    let link = peer.connect(&world, "segip").await;
    let heard = say(&link, whole(&frames)).await;
    heard.is_fault("server.serverproxy.outcome_unknown", id);
    assert_eq!(provider.calls("/held"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_has_one_call_under_way() {
    let provider = Provider::start().await;
    let world = world_with(&provider).await;
    let caller = world.town().with("idempotency-key", "once");
    let held = tokio::spawn({
        let caller = caller.clone();
        async move { caller.get(&format!("{SERVICE}/held")).await }
    });
    provider.arrived().await;
    let second = caller.get(&format!("{SERVICE}/held")).await;
    second.is_fault(400, "client.idempotency_conflict", "still under way");
    provider.release();
    let first = held.await.unwrap();
    assert_eq!(first.status, 200);
    assert_eq!(caller.get(&format!("{SERVICE}/held")).await.body, first.body);
    caller.get(&format!("{SERVICE}/ok")).await.is_fault(400, "client.idempotency_conflict", "another request");
    assert_eq!((provider.calls("/held"), provider.calls("/ok")), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_whose_call_may_have_acted_does_not_call_again() {
    let provider = Provider::start().await;
    let world = world_with(&provider).await;
    let key = |key: &str| world.town().with("idempotency-key", key);
    let closes = format!("{SERVICE}/closes");
    key("acted").get(&closes).await.is_fault(
        500,
        "server.serverproxy.service_failed",
        "the connection was closed before it",
    );
    key("acted").get(&closes).await.is_fault(500, "server.clientproxy.outcome_unknown", "is not known");
    assert_eq!(provider.calls("/closes"), 1);

    // What was refused before it had an effect may be tried again.
    let later = "/r1/BO/GOV/1001/identidad/luego/ok";
    key("refused").get(later).await.is_fault(500, "server.serverproxy.unknown_service", "luego");
    world.add("segip", &provider.service("luego", 5)).await;
    assert_eq!(key("refused").get(later).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_whose_answer_could_not_be_believed_does_not_call_again() {
    let provider = Provider::start().await;
    let mut world = world_with(&provider).await;
    let peer = Peer::of(&world, "segip").await;
    world.stop_server("segip").await;
    let impostor = Arc::new(Impostor::start(&world, "segip", peer, "BO/MUN/2001/ss1").await);
    let path = format!("{SERVICE}/ok");
    let caller = world.town();
    impostor.bend(|mut message| {
        message.salt[0] ^= 1;
        message.durable()
    });
    let bent = caller.with("idempotency-key", "bent");
    bent.get(&path).await.is_fault(500, "server.clientproxy.invalid_signature_value", "another manifest");
    bent.get(&path).await.is_fault(500, "server.clientproxy.outcome_unknown", "is not known");
    assert_eq!(impostor.posts(), 1);
    impostor.bend(|message| message.durable()[..2].to_vec());
    let broken = caller.with("idempotency-key", "broken");
    broken.get(&path).await.is_fault(500, "server.clientproxy.outcome_unknown", "broke off");
    broken.get(&path).await.is_fault(500, "server.clientproxy.outcome_unknown", "is not known");
    assert_eq!(impostor.posts(), 3, "the one request was sent twice, and no other");
}
