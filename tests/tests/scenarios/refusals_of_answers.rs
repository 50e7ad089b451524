//! What an information system gets when a provider's server answers with what cannot be believed.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use clock::{Clock, ManualClock, SystemClock};
use demo::state::PERSONS;
use jiff::SignedDuration;
use listener::{Response, reply};
use protocol::context::MessageKind;
use protocol::fault::{Fault, FaultCode, Layer, Reason};
use protocol::frame::FrameType;
use security_server::transport::VERSIONS_HEADER;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tests::impostor::{frames, frames_that_stall};
use tests::peer::{Frame, Message, body_begun, late, number};
use tests::{Answer, Impostor, Peer, World};

const GAMLP: &str = "BO/MUN/2001/ss1";

/// The municipality's server, and the identity register's in evil hands.
struct Scene {
    world: World,
    impostor: Impostor,
}

impl Scene {
    async fn set() -> Self {
        let mut world = World::start_two(SystemClock::shared(), |server, settings| {
            if server == "gamlp" {
                settings.limits.body_bytes = 100_000;
                settings.limits.response_seconds = 1;
                settings.limits.body_pause_seconds = 1;
            }
        })
        .await;
        let peer = Peer::of(&world, "segip").await;
        world.stop_server("segip").await;
        let impostor = Impostor::start(&world, "segip", peer, GAMLP).await;
        let scene = Self { world, impostor };
        assert_eq!(scene.call("honest").await.status, 200);
        assert_eq!(scene.world.records("gamlp", "honest").await, 2);
        scene
    }

    async fn call(&self, id: &str) -> Answer {
        self.world.town().with("x-road-id", id).get(&format!("/r1/{PERSONS}/personas/1234567")).await
    }

    /// Calls, and demands this refusal; that the answer is not logged; and how often the impostor was asked.
    async fn refused(&self, asked: usize, code: &str, says: &str) {
        let (id, posts) = (format!("{code}-{}", self.impostor.posts()), self.impostor.posts());
        self.call(&id).await.is_fault(500, code, says);
        assert_eq!(self.impostor.posts() - posts, asked, "{code} {says}");
        assert_eq!(self.world.records("gamlp", &id).await, 1, "the request is logged, the answer is not: {says}");
    }

    /// Has it answer with an answer that was changed after it was signed.
    async fn refused_when(&self, change: impl Fn(&mut Message) + Send + Sync + 'static, code: &str, says: &str) {
        self.impostor.bend(move |mut message| {
            change(&mut message);
            message.durable()
        });
        self.refused(1, &format!("server.clientproxy.{code}"), says).await;
    }

    /// Has it answer with these frames of its honest answer.
    async fn refused_frames(
        &self,
        bend: impl Fn(Vec<Frame>) -> Vec<Frame> + Send + Sync + 'static,
        code: &str,
        says: &str,
    ) {
        self.impostor.bend(move |message| bend(message.durable()));
        self.refused(1, &format!("server.clientproxy.{code}"), says).await;
    }
}

fn fault(layer: Layer, reason: Reason, message: &str) -> Frame {
    let detail = "8f0e4a3c-5d0c-4d5e-9a55-0f6c1b9d2e11".to_owned();
    let fault = Fault { code: FaultCode::new(layer, reason), message: message.to_owned(), detail };
    (number(FrameType::Fault), fault.encode())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_something_else_is_refused_by_the_header_that_disagrees() {
    let scene = Scene::set().await;
    for (name, to) in [
        ("x-road-client", "BO/MUN/2001/otra"),
        ("x-road-id", "another"),
        ("x-road-service", "BO/GOV/1001/identidad/otra"),
        ("x-road-request-id", "8f0e4a3c-5d0c-4d5e-9a55-0f6c1b9d2e11"),
        ("x-road-request-hash", &*format!("{}==", "A".repeat(86))),
    ] {
        let to = to.to_owned();
        scene.impostor.answer_head(move |head| {
            let lines = head.split_inclusive("\r\n").map(|line| match line.starts_with(&format!("{name}:")) {
                true => format!("{name}:{to}\r\n"),
                false => line.to_owned(),
            });
            lines.collect()
        });
        scene.refused(1, "server.clientproxy.inconsistent_response", name).await;
    }
    for (from, to) in [("200\r\nOK", "20\r\nOK"), ("x-road-request-hash:", "x-other:"), ("200\r\nOK", "101\r\nOK")] {
        scene.impostor.answer_head(move |head| head.replace(from, to));
        scene.refused(1, "server.clientproxy.invalid_message", "the message head is refused").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_signed_as_it_stands_is_refused() {
    let scene = Scene::set().await;
    let code = "invalid_signature_value";
    scene.refused_when(|m| m.body = b"[]".to_vec(), code, "over another manifest").await;
    scene.refused_when(|m| m.salt[0] ^= 1, code, "over another manifest").await;
    scene.refused_when(|m| *m.signature.last_mut().unwrap() ^= 1, code, "signature value of").await;
    scene.refused_when(|m| m.signature.truncate(50), "malformed_signature", "not a CMS signature").await;
    let named = || (number(FrameType::CredentialsName), vec![7; 32]);
    scene.refused_when(move |m| m.credentials = named(), "unknown_credentials", "send them whole").await;

    scene.impostor.behave(|peer, asked| {
        let mut context = peer.context(MessageKind::Response, &GAMLP.parse().unwrap());
        context.created = context.created.checked_sub(SignedDuration::from_secs(70)).unwrap();
        Some(frames(&peer.seal_head(asked.answer(peer).head.as_slice(), &context, None).durable()))
    });
    scene.refused(1, "server.clientproxy.message_outside_time_window", "more than 60 s from").await;
    scene.impostor.behave(|peer, asked| {
        let context = peer.context(MessageKind::Request, &GAMLP.parse().unwrap());
        Some(frames(&peer.seal_head(asked.answer(peer).head.as_slice(), &context, None).durable()))
    });
    scene.refused(1, "server.clientproxy.invalid_message", "wrong kind").await;
    scene.impostor.behave(|peer, asked| {
        let context = peer.context(MessageKind::Response, &"BO/GOV/1002/ss1".parse().unwrap());
        Some(frames(&peer.seal_head(asked.answer(peer).head.as_slice(), &context, None).durable()))
    });
    scene.refused(1, "server.clientproxy.invalid_message", "which is not this conversation").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_that_make_no_answer_are_refused() {
    let scene = Scene::set().await;
    scene.refused_frames(|_| vec![(99, Vec::new())], "invalid_message", "unknown frame type 99").await;
    let large = |_| vec![(number(FrameType::Head), vec![b'x'; 70_000])];
    scene.refused_frames(large, "invalid_message", "exceeds the limit of").await;
    let swap = |mut frames: Vec<Frame>| {
        frames.swap(0, 1);
        frames
    };
    scene.refused_frames(swap, "invalid_message", "not in their order").await;
    let length = |bytes: u64| bytes.to_be_bytes().to_vec();
    scene.refused_when(move |m| m.body_length = length(100), "invalid_body", "not of the announced length").await;
    scene.refused_when(move |m| m.body_length = length(1), "invalid_body", "not of the announced length").await;
    scene.refused_when(move |m| m.body_length = length(100_001), "body_too_large", "limit of 100000 bytes").await;
    let salt = || (number(FrameType::Salt), vec![0; 32]);
    let more_body = || (number(FrameType::Body), b"more".to_vec());
    for ends in [
        vec![salt()],
        vec![more_body(), (number(FrameType::Durable), Vec::new())],
        vec![(number(FrameType::Durable), Vec::new()), salt()],
        vec![(number(FrameType::Durable), Vec::new()), (number(FrameType::Durable), Vec::new())],
    ] {
        scene.impostor.bend(move |message| [message.frames(), ends.clone()].concat());
        scene.call("another end").await.is_fault(500, "server.clientproxy.invalid_message", "not in their order");
    }
    scene.refused_frames(|_| vec![(number(FrameType::Fault), b"nonsense".to_vec())], "invalid_message", "order").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_breaks_off_is_asked_once_more_and_one_that_keeps_silent_is_not() {
    let scene = Scene::set().await;
    let broke = "BO/GOV/1001/ss1 broke off: whether the service acted is not known";
    let silent = "BO/GOV/1001/ss1 did not answer within 11s: whether the service acted is not known";
    let slow = "BO/GOV/1001/ss1 did not answer within 1s: whether the service acted is not known";
    scene.impostor.bend(|message| message.durable()[..3].to_vec());
    scene.refused(2, "server.clientproxy.outcome_unknown", broke).await;
    scene.impostor.behave(|_, _| Some(reply::empty(http::StatusCode::INTERNAL_SERVER_ERROR)));
    scene.refused(2, "server.clientproxy.outcome_unknown", broke).await;
    scene.impostor.behave(|_, _| None);
    scene.refused(1, "server.clientproxy.timeout", silent).await;
    scene.impostor.behave(|peer, asked| Some(frames_that_stall(&asked.answer(peer).frames()[..4])));
    scene.refused(1, "server.clientproxy.timeout", slow).await;
    scene.impostor.behave(|peer, asked| Some(Response::new(tests::peer::drips(&asked.answer(peer).durable()))));
    scene.refused(1, "server.clientproxy.timeout", slow).await;

    // What is whole but has no word of the other record is logged here, and not handed on as an answer.
    scene.impostor.bend(|message| message.frames());
    scene.call("not durable").await.is_fault(500, "server.clientproxy.outcome_unknown", broke);
    scene.impostor.behave(|peer, asked| Some(frames_that_stall(&asked.answer(peer).frames())));
    scene.call("never durable").await.is_fault(500, "server.clientproxy.timeout", slow);
    scene.impostor.bend(|message| {
        let mut frames = message.frames();
        frames.push(fault(Layer::ServerProxy, Reason::LoggingFailed, "the disk is gone"));
        frames
    });
    scene.call("undurable").await.is_fault(500, "server.serverproxy.logging_failed", "the disk is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_after_a_try_that_broke_off_proves_nothing_about_that_try() {
    let scene = Scene::set().await;
    let then = |answer: fn() -> Response| {
        let broken = AtomicBool::new(false);
        scene.impostor.behave(move |peer, asked| {
            let first = !broken.fetch_or(true, Ordering::Relaxed);
            Some(if first { frames(&asked.answer(peer).durable()[..3]) } else { answer() })
        });
    };
    let broke = "BO/GOV/1001/ss1 broke off: whether the service acted is not known";
    then(|| frames(&[fault(Layer::ServerProxy, Reason::AccessDenied, "not now")]));
    scene.refused(2, "server.clientproxy.outcome_unknown", broke).await;
    then(other_version);
    scene.refused(2, "server.clientproxy.outcome_unknown", broke).await;
    // This one was made with the first try at hand.
    then(|| frames(&[fault(Layer::ServerProxy, Reason::UnknownHost, "not called")]));
    scene.refused(2, "server.serverproxy.unknown_host", "not called").await;
}

fn other_version() -> Response {
    let mut answer = reply::empty(http::StatusCode::NOT_FOUND);
    answer.headers_mut().insert(VERSIONS_HEADER, "7 8".parse().unwrap());
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_as_new_as_its_beginning() {
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let mut world = World::start_two(clock.clone(), |_, _| {}).await;
    let peer = Peer::of(&world, "segip").await;
    world.stop_server("segip").await;
    let impostor = Impostor::start(&world, "segip", peer, GAMLP).await;
    let folder = world.installation.folder_of("gamlp");
    impostor.behave(move |peer, asked| {
        let said = asked.answer_of(peer, vec![b'x'; 4 << 20].into()).durable();
        let (clock, folder) = (clock.clone(), folder.clone());
        let (first, behind) = said.split_at(said.len() - 2);
        let until = async move {
            body_begun(&folder).await;
            clock.advance(Duration::from_secs(120));
        };
        Some(Response::new(late(first, until, behind)))
    });
    let answer = world.town().with("x-road-id", "late").get(&format!("/r1/{PERSONS}/personas/1234567")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(world.records("gamlp", "late").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_the_other_server_is_passed_on_as_it_is() {
    let scene = Scene::set().await;
    for reason in [Reason::AccessDenied, Reason::Timeout, Reason::UnknownCredentials, Reason::InternalError] {
        scene.impostor.bend(move |_| vec![fault(Layer::ServerProxy, reason, "as it is <&>")]);
        let code = format!("server.serverproxy.{}", reason.as_str());
        scene.refused(1, &code, "as it is <&>").await;
        let detail = scene.call("detail").await.fault().detail;
        assert_eq!(detail, "8f0e4a3c-5d0c-4d5e-9a55-0f6c1b9d2e11", "the id is one that the other log has");
    }
    scene.impostor.behave(|_, _| Some(other_version()));
    scene.refused(1, "server.clientproxy.invalid_protocol_version", "7 8").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_the_certificate_of_another_is_not_spoken_to() {
    let mut world = World::start_two(SystemClock::shared(), |_, _| {}).await;
    let own = Peer::of(&world, "gamlp").await;
    world.stop_server("segip").await;
    let path = format!("/r1/{PERSONS}/personas/1234567");
    let impostor = Impostor::start(&world, "segip", own, GAMLP).await;
    let refused = world.town().with("x-road-id", "dead").get(&path).await;
    refused.is_fault(500, "server.clientproxy.network_error", "could be reached; tried: BO/GOV/1001/ss1");
    assert_eq!((impostor.posts(), world.records("gamlp", "dead").await), (0, 0), "nothing was said to it");
}
