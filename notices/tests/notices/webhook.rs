//! Webhooks, over HTTP on this machine.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use notices::{Contacts, Outcome, Reason, Ways, WebhookReach, WebhookRefusal, WebhookSettings, Webhooks};

use crate::common::*;
use crate::http_peer::{Got, HttpPeer, answer, no_trust};

fn webhooks() -> Webhooks {
    Webhooks::new(&WebhookSettings { reach: WebhookReach::Loopback }, no_trust())
}

/// A program that answers challenges, and notices with `status`.
async fn program(status: u16) -> HttpPeer {
    HttpPeer::start(move |got: &Got| {
        let said: serde_json::Value = serde_json::from_str(&got.body).unwrap();
        match said["type"].as_str() {
            Some("webhook.challenge") => answer(200, &serde_json::json!({"challenge": said["challenge"]}).to_string()),
            _ => answer(status, "{}"),
        }
    })
    .await
}

/// Registers the program for Ana, sends her a notice, and says what became of it.
async fn send(scene: &Scene, peer: &HttpPeer) -> Outcome {
    let webhook = webhooks().register(&format!("{}/hook?a=b", peer.url), at(0)).await.unwrap();
    scene.reach(&Contacts { webhook: Some(webhook), ..Contacts::default() }).await;
    scene.say(&notice("a", 0)).await;
    let ways = Ways { webhook: Some(Arc::new(webhooks())), ..Ways::default() };
    scene.courier(ways).step(at(60)).await.unwrap();
    scene.list()[0].deliveries[0].outcome
}

fn is_signed(got: &Got, secret: &str) -> bool {
    let header = |name: &str| got.headers[name].to_str().unwrap().to_owned();
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let tag = STANDARD.decode(header("webhook-signature").strip_prefix("v1,").unwrap()).unwrap();
    let signed = format!("{}.{}.{}", header("webhook-id"), header("webhook-timestamp"), got.body);
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes(), &tag).is_ok()
}

#[tokio::test]
async fn a_program_that_answers_its_challenge_is_told_with_a_signature() {
    let (scene, peer) = (Scene::new(), program(204).await);
    assert_eq!(send(&scene, &peer).await, Outcome::Sent { at: at(60) });
    let secret = scene.notices.contacts(&ana()).unwrap().webhook.unwrap().address.secret().clone();
    assert_eq!(format!("{secret:?}"), "Secret(…)");
    let got = peer.got();
    assert!(got.len() == 2 && got.iter().all(|got| is_signed(got, secret.expose())));
    assert_eq!(
        (got[1].target.as_str(), &got[1].headers["webhook-timestamp"]),
        ("/hook?a=b", &at(60).as_second().into())
    );
    let said: serde_json::Value = serde_json::from_str(&got[1].body).unwrap();
    assert_eq!(said["data"]["subject"], "Tiene una deuda de Bs\u{a0}1.234,50");
    assert_eq!(said["data"]["link"], "https://servicios.example.bo/pagos/7");
    assert_eq!((&said["type"], &said["timestamp"]), (&"notice".into(), &"2026-11-26T12:00:00Z".into()));
}

#[tokio::test]
async fn what_the_program_answers_says_whether_to_try_again() {
    for (status, given_up) in [(410, true), (301, true), (307, true), (404, false), (500, false), (429, false)] {
        let (scene, peer) = (Scene::new(), program(status).await);
        match send(&scene, &peer).await {
            Outcome::GivenUp { reason: Reason::Refused, .. } => assert!(given_up, "{status}"),
            Outcome::Waiting { attempts: 1, .. } => assert!(!given_up, "{status}"),
            other => panic!("{status}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_program_that_does_not_answer_its_challenge_is_not_registered() {
    let wrong = HttpPeer::start(|_| answer(200, r#"{"challenge": "other"}"#)).await;
    let refused = webhooks().register(&wrong.url, at(0)).await.unwrap_err();
    assert!(matches!(refused, WebhookRefusal::NotProven { status: 200 }));
    // One that follows would have been led elsewhere.
    let other = program(200).await;
    let url = other.url.clone();
    let leads = HttpPeer::start(move |_| {
        let mut answer = answer(307, "");
        answer.headers_mut().insert("location", url.parse().unwrap());
        answer
    })
    .await;
    let refused = webhooks().register(&leads.url, at(0)).await.unwrap_err();
    assert!(matches!(refused, WebhookRefusal::NotProven { status: 307 }) && other.got().is_empty());
    let large = HttpPeer::start(|_| answer(200, &"x".repeat(20_000))).await;
    assert!(matches!(webhooks().register(&large.url, at(0)).await.unwrap_err(), WebhookRefusal::Call { .. }));
}

#[tokio::test]
async fn nothing_on_this_machine_is_called_unless_the_settings_allow_it() {
    let peer = program(204).await;
    let strict = Webhooks::new(&WebhookSettings::default(), no_trust());
    for url in [
        peer.url.clone(),
        peer.url.replace("http:", "https:"),
        peer.url.replace("http://127.0.0.1", "https://localhost"),
    ] {
        assert!(strict.register(&url, at(0)).await.is_err(), "{url}");
    }
    let refused = strict.register("https://localhost/", at(0)).await.unwrap_err();
    let source = std::error::Error::source(&refused).unwrap().to_string();
    assert_eq!(source, "the address cannot be used: its host has an address that is not public");
    assert!(peer.got().is_empty());
    // Registered before the settings became stricter.
    let scene = Scene::new();
    let webhook = webhooks().register(&peer.url, at(0)).await.unwrap();
    scene.reach(&Contacts { webhook: Some(webhook), ..Contacts::default() }).await;
    scene.say(&notice("a", 0)).await;
    scene.courier(Ways { webhook: Some(Arc::new(strict)), ..Ways::default() }).step(at(0)).await.unwrap();
    let outcome = scene.list()[0].deliveries[0].outcome;
    assert_eq!((peer.got().len(), outcome), (1, Outcome::GivenUp { at: at(0), reason: Reason::Refused }));
}
