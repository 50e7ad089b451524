//! What a provider's server says to a peer that does not speak, sign or ask as it must.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use clock::{Clock, ManualClock, SystemClock};
use demo::state::{COMPANIES, PERSONS};
use jiff::SignedDuration;
use protocol::context::MessageKind;
use protocol::credentials::Credentials;
use protocol::frame::FrameType;
use security_server::transport::link::{Link, SendError};
use std::sync::Arc;
use std::time::Duration;
use tests::peer::{Draft, Frame, Keys, Message, body_begun, breaks_off, drips, late, number, say, stalls, whole};
use tests::{Peer, Provider, World};

const SEGIP: &str = "BO/GOV/1001/ss1";

/// The identity register's server, and the municipality's in evil hands.
struct Scene {
    world: World,
    peer: Peer,
    link: Link,
}

impl Scene {
    async fn set() -> Self {
        let clock = Arc::new(ManualClock::new(SystemClock.now()));
        let world = World::start_two(clock, |_, settings| {
            settings.limits.body_bytes = 100_000;
            settings.limits.body_pause_seconds = 1;
        })
        .await;
        let peer = Peer::of(&world, "gamlp").await;
        let link = peer.connect(&world, "segip").await;
        Self { world, peer, link }
    }

    fn draft(&self) -> Draft {
        self.peer.draft(SEGIP, &format!("/r1/{PERSONS}/personas/1234567"))
    }

    fn message(&self) -> Message {
        self.peer.seal(&self.draft())
    }

    /// Says the frames and demands this refusal.
    async fn refused(&self, frames: &[Frame], code: &str, says: &str) {
        say(&self.link, whole(frames)).await.is_fault(&format!("server.serverproxy.{code}"), says);
    }

    /// Says a message that was changed after it was signed.
    async fn refused_when(&self, change: impl FnOnce(&mut Message), code: &str, says: &str) {
        let mut message = self.message();
        change(&mut message);
        self.refused(&message.frames(), code, says).await;
    }

    /// Says a message that was signed as it is.
    async fn refused_draft(&self, change: impl FnOnce(&mut Draft), code: &str, says: &str) {
        let mut draft = self.draft();
        change(&mut draft);
        self.refused(&self.peer.seal(&draft).frames(), code, says).await;
        assert_eq!(self.world.records("segip", &draft.request_id).await, 0, "what is refused is not logged: {says}");
    }

    /// Says a message with other credentials.
    async fn refused_with(&self, credentials: &Credentials, code: &str, says: &str) {
        let unit = (number(FrameType::Credentials), credentials.encode());
        self.refused_when(|message| message.credentials = unit, code, says).await;
    }

    async fn honest(&self) {
        let (head, body) = say(&self.link, whole(&self.message().frames())).await.answered();
        assert_eq!(head.status(), 200);
        assert!(String::from_utf8_lossy(&body).contains("Juana"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_none_is_refused_by_its_first_mistake() {
    let scene = Scene::set().await;
    scene.honest().await;
    let frames = scene.message().frames();
    let number_of_head = number(FrameType::Head);

    scene.refused(&[(99, b"hello".to_vec())], "invalid_message", "unknown frame type 99").await;
    let large = [(number_of_head, vec![b'x'; 70_000])];
    scene.refused(&large, "invalid_message", "exceeds the limit of").await;
    let swapped = [frames[1].clone(), frames[0].clone()];
    scene.refused(&swapped, "invalid_message", "not in their order").await;
    scene.refused(&frames[..4], "invalid_message", "broke off before its end").await;
    scene.refused(&[], "invalid_message", "broke off before its end").await;
    let mut answered = frames.clone();
    answered[4] = (number(FrameType::Durable), Vec::new());
    scene.refused(&answered, "invalid_message", "not in their order").await;
    for behind in [FrameType::Body, FrameType::Durable, FrameType::Head] {
        let value = if behind == FrameType::Durable { Vec::new() } else { b"more".to_vec() };
        let more = [frames.clone(), vec![(number(behind), value)]].concat();
        scene.refused(&more, "invalid_message", "not in their order").await;
    }

    for slow in [stalls(&frames[..3]), drips(&frames[..1])] {
        let heard = say(&scene.link, slow).await;
        heard.is_fault("server.serverproxy.invalid_message", "did not come on within 1s");
    }
    let broken = scene.link.post("/chakana/1/message", breaks_off(&frames[..3])).await;
    assert!(matches!(broken, Err(SendError::Broke)), "who resets its stream hears nothing");
    let other = scene.link.post("/chakana/9/message", whole(&frames)).await;
    assert!(matches!(other, Err(SendError::Version(spoken)) if spoken == "1"));
    scene.honest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_contexts_and_credentials_that_cannot_be_read_are_refused() {
    let scene = Scene::set().await;
    let head = String::from_utf8(scene.message().head).unwrap();
    let many = format!("{head}{}", (0..200).map(|at| format!("x-{at}:1\r\n")).collect::<String>());
    for (head, says) in [
        ("nonsense\r\n".to_owned(), "the message head is refused"),
        (many, "the message head is refused"),
        (format!("{head}transfer-encoding:chunked\r\n"), "transfer-encoding"),
        (head.replace("x-road-client:", "x-other:"), "x-road-client"),
        (head.replace("x-road-request-id:", "x-road-request-id:x"), "x-road-request-id"),
        (format!("{head}x-road-id:second\r\n"), "x-road-id"),
        (head.replace("/personas/1234567", "/personas/%2e%2e/%2e%2e"), "the request target of the message head"),
    ] {
        let message = scene.peer.seal_head(head.as_bytes(), &scene.draft().context, None);
        scene.refused(&message.frames(), "invalid_message", says).await;
    }
    scene.refused_when(|m| m.context = b"chakana-context/9\r\n".to_vec(), "invalid_message", "the context is").await;
    let garbage = (number(FrameType::Credentials), b"\x01\x00".to_vec());
    scene.refused_when(|m| m.credentials = garbage, "invalid_message", "the credentials are refused").await;
    let named = (number(FrameType::CredentialsName), vec![7; 32]);
    scene.refused_when(|m| m.credentials = named, "unknown_credentials", "send them whole").await;
    scene.refused_when(|m| m.salt = vec![7; 31], "invalid_message", "not in their order").await;
    scene.honest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_not_as_announced_is_refused() {
    let scene = Scene::set().await;
    let length = |bytes: u64| bytes.to_be_bytes().to_vec();
    let mut draft = scene.draft();
    draft.target = "/r1/BO/GOV/1001/identidad/getOpenAPI".to_owned();
    draft.body = Some("ten bytes.".into());
    for (announced, code, says) in [
        (length(100), "invalid_body", "not of the announced length"),
        (length(9), "invalid_body", "not of the announced length"),
        (length(100_001), "body_too_large", "limit of 100000 bytes"),
        (b"\x01".to_vec(), "invalid_message", "not in their order"),
    ] {
        let mut message = scene.peer.seal(&draft);
        message.body_length = announced;
        scene.refused(&message.frames(), code, says).await;
    }
    let mut longer = scene.peer.seal(&draft).frames();
    longer.push((number(FrameType::Body), b"more".to_vec()));
    scene.refused(&longer, "invalid_message", "not in their order").await;
    let mut stands_still = scene.peer.seal(&draft);
    stands_still.body_length = length(100);
    let heard = say(&scene.link, stalls(&stands_still.frames())).await;
    heard.is_fault("server.serverproxy.invalid_message", "did not come on within 1s");
    assert_eq!(scene.world.records("segip", &draft.request_id).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_another_conversation_or_time_is_refused() {
    let scene = Scene::set().await;
    let now = scene.world.now();
    let sin = "BO/GOV/1002/ss1".parse().unwrap();
    scene.refused_draft(|draft| draft.context.to = sin, "invalid_message", "which is not this conversation").await;
    let segip = SEGIP.parse().unwrap();
    scene.refused_draft(|draft| draft.context.from = segip, "invalid_message", "which is not this conversation").await;
    scene.refused_draft(|draft| draft.context.kind = MessageKind::Response, "invalid_message", "wrong kind").await;
    for seconds in [-62, 62] {
        let then = now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
        let code = "message_outside_time_window";
        scene.refused_draft(|draft| draft.context.created = then, code, "more than 60 s from").await;
    }
    let then = now.checked_add(SignedDuration::from_secs(-59)).unwrap();
    let mut late = scene.draft();
    late.context.created = then;
    assert_eq!(say(&scene.link, whole(&scene.peer.seal(&late).frames())).await.answered().0.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_ends_after_the_window_belongs_to_the_moment_of_its_head() {
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let world = World::start_two(clock.clone(), |_, _| {}).await;
    let provider = Provider::start().await;
    world.add("segip", &provider.service("doble", 5)).await;
    let peer = Peer::of(&world, "gamlp").await;
    let link = peer.connect(&world, "segip").await;
    let mut draft = peer.draft(SEGIP, "/r1/BO/GOV/1001/identidad/doble/ok");
    draft.body = Some(vec![b'x'; 900_000].into());
    let mut message = peer.seal(&draft);
    let body = std::mem::take(&mut message.body);
    let (begun, rest) = body.split_at(800_000);
    let frame = |part: &[u8]| (number(FrameType::Body), part.to_vec());
    let first = [message.frames(), vec![frame(begun)]].concat();
    let folder = world.installation.folder_of("segip");
    let passes = async move {
        body_begun(&folder).await;
        clock.advance(Duration::from_secs(62));
    };
    let (head, _) = say(&link, late(&first, passes, &[frame(rest)])).await.answered();
    assert_eq!((head.status(), provider.calls("/ok")), (200, 1));
    assert_eq!(world.records("segip", &draft.request_id).await, 2);

    draft.request_id = uuid::Uuid::new_v4().to_string();
    let heard = say(&link, whole(&peer.seal(&draft).frames())).await;
    heard.is_fault("server.serverproxy.message_outside_time_window", "more than 60 s from");
    assert_eq!(provider.calls("/ok"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_over_something_else_is_refused() {
    let scene = Scene::set().await;
    let code = "invalid_signature_value";
    let other = |text: &mut Vec<u8>, from: &str, to: &str| {
        *text = String::from_utf8(text.clone()).unwrap().replace(from, to).into_bytes();
    };
    scene.refused_when(|m| other(&mut m.head, "1234567", "2345678"), code, "over another manifest").await;
    scene.refused_when(|m| other(&mut m.context, "sequence:5", "sequence:6"), code, "over another manifest").await;
    scene.refused_when(|m| m.salt[0] ^= 1, code, "over another manifest").await;
    scene.refused_when(|m| *m.signature.last_mut().unwrap() ^= 1, code, "signature value of").await;
    scene.refused_when(|m| m.signature.truncate(100), "malformed_signature", "not a CMS signature").await;
    scene.refused_when(|m| m.signature.clear(), "malformed_signature", "not a CMS signature").await;
    let mut draft = scene.draft();
    draft.target = "/r1/BO/GOV/1001/identidad/getOpenAPI".to_owned();
    draft.body = Some("ten bytes.".into());
    let mut message = scene.peer.seal(&draft);
    message.body = b"TEN BYTES.".to_vec();
    scene.refused(&message.frames(), code, "over another manifest").await;
    assert_eq!(scene.world.records("segip", &draft.request_id).await, 0);
    scene.honest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_prove_nothing_are_refused() {
    let scene = Scene::set().await;
    let Scene { world, peer, .. } = &scene;
    let services = &world.trust_services;
    let (signing, authentication) = (&peer.signing, &peer.authentication);

    let reversed = peer.credentials_of(authentication, signing);
    scene.refused_with(&reversed, "cert_validation", "the signing certificate is refused").await;
    let new = Keys::issued(services, certs::Profile::Signing);
    let unregistered = peer.credentials_of(&new, authentication);
    let says = "the signing certificate is not registered for BO/MUN/2001";
    scene.refused_with(&unregistered, "cert_validation", says).await;
    let new = Keys::issued(services, certs::Profile::Authentication);
    let unregistered = peer.credentials_of(signing, &new);
    let says = "the authentication certificate is not registered for BO/MUN/2001/ss1";
    scene.refused_with(&unregistered, "cert_validation", says).await;
    let honest = peer.credentials_of(signing, authentication);
    let swapped = Credentials { signing_status: honest.authentication_status.clone(), ..honest.clone() };
    scene.refused_with(&swapped, "incorrect_validation_info", "the status of the signing certificate").await;
    let garbage = Credentials { authentication_chain: vec![b"none".to_vec()], ..honest };
    scene.refused_with(&garbage, "cert_validation", "the authentication certificate is refused").await;

    services.misbehave(certs::Service::Ocsp, certs::Misbehaviour::Stale(Duration::from_secs(7200)));
    let stale = peer.credentials_of(signing, authentication);
    scene.refused_with(&stale, "incorrect_validation_info", "the status of the signing certificate").await;
    services.misbehave(certs::Service::Ocsp, certs::Misbehaviour::None);
    let reason = certs::RevocationReason::KeyCompromise;
    for (keys, which) in [(authentication, "authentication"), (signing, "signing")] {
        services.revoke(&keys.chain[0].serial_hex(), reason).unwrap();
        let revoked = peer.credentials_of(signing, authentication);
        let says = format!("the status of the {which} certificate is refused");
        scene.refused_with(&revoked, "incorrect_validation_info", &says).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_what_is_not_its_own_is_refused_before_its_body_is_read() {
    let scene = Scene::set().await;
    for (client, target, code, says) in [
        ("BO/GOV/1001/identidad", PERSONS, "invalid_client_identifier", "not registered at security server BO/MUN"),
        ("BO/MUN/2001/tramites", COMPANIES, "invalid_security_server", "does not serve BO/GOV/1003/comercio"),
        ("BO/MUN/2001/tramites", "BO/GOV/1001/identidad/nada", "unknown_service", "identidad/nada"),
        ("BO/MUN/2001/tramites", PERSONS, "access_denied", "Request is not allowed"),
    ] {
        let mut draft = scene.draft();
        draft.client = client.to_owned();
        draft.target = format!("/r1/{target}/otra");
        draft.body = Some("never sent".into());
        let frames = scene.peer.seal(&draft).frames();
        let heard = say(&scene.link, stalls(&frames[..6])).await;
        heard.is_fault(&format!("server.serverproxy.{code}"), says);
        assert_eq!(scene.world.records("segip", &draft.request_id).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_wants_more_at_once_than_it_may_is_told_so() {
    let world = World::start_two(SystemClock::shared(), |_, settings| settings.limits.exchanges_per_peer = 1).await;
    let provider = Provider::start().await;
    world.add("segip", &provider.service("lento", 30)).await;
    let peer = Peer::of(&world, "gamlp").await;
    // One connection has room for one request only: a second one gets past that.
    let (first, second) = (peer.connect(&world, "segip").await, peer.connect(&world, "segip").await);
    let message = |path: &str| peer.seal(&peer.draft(SEGIP, &format!("/r1/BO/GOV/1001/identidad/lento{path}")));
    let held = tokio::spawn({
        let frames = message("/held").frames();
        async move { say(&first, whole(&frames)).await }
    });
    provider.arrived().await;
    let heard = say(&second, whole(&message("/ok").frames())).await;
    heard.is_fault("server.serverproxy.server_overloaded", "try again");
    provider.release();
    assert_eq!(held.await.unwrap().answered().0.status(), 200);
    assert_eq!(provider.calls("/ok"), 0);
}
