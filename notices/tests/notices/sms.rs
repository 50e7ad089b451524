//! SMS, over HTTP.

use std::sync::Arc;

use notices::{Contacts, Outcome, Reason, SmsGateway, SmsSettings, Ways};

use crate::common::*;
use crate::http_peer::{HttpPeer, no_trust};

fn settings(peer: &HttpPeer, scene: &Scene) -> SmsSettings {
    let token_file = scene.folder.path().join("token");
    std::fs::write(&token_file, "ficha-secreta\n").unwrap();
    let template = r#"{"messages": [{"destination": "{to}", "content": "{text}"}], "reference": "{id}"}"#;
    SmsSettings { url: format!("{}/send", peer.url), token_file, template: template.to_owned() }
}

async fn send(scene: &Scene, peer: &HttpPeer) -> Outcome {
    scene.reach(&Contacts { email: None, ..everywhere() }).await;
    scene.say(&notice("a", 0)).await;
    let sms = SmsGateway::new(&settings(peer, scene), no_trust()).unwrap();
    assert!(!format!("{sms:?}").contains("secreta"));
    scene.courier(Ways { sms: Some(Arc::new(sms)), ..Ways::default() }).step(at(60)).await.unwrap();
    scene.list()[0].deliveries[0].outcome
}

#[tokio::test]
async fn an_sms_is_posted_with_the_token_and_its_link() {
    let (scene, peer) = (Scene::new(), HttpPeer::saying(202).await);
    assert_eq!(send(&scene, &peer).await, Outcome::Sent { at: at(60) });
    let got = peer.got().remove(0);
    assert_eq!(
        (got.target.as_str(), &got.headers["authorization"]),
        ("/send", &"Bearer ficha-secreta".parse().unwrap())
    );
    let body: serde_json::Value = serde_json::from_str(&got.body).unwrap();
    assert_eq!(body["messages"][0]["destination"], "+59171234567");
    assert_eq!(body["messages"][0]["content"], "Tiene una deuda de Bs 1.234,50 https://servicios.example.bo/pagos/7");
    assert_eq!(body["reference"], got.headers["idempotency-key"].to_str().unwrap());
}

#[tokio::test]
async fn what_the_service_answers_says_whether_to_try_again() {
    for (status, given_up) in
        [(400, true), (410, true), (422, true), (401, false), (404, false), (429, false), (500, false), (302, false)]
    {
        let (scene, peer) = (Scene::new(), HttpPeer::saying(status).await);
        match send(&scene, &peer).await {
            Outcome::GivenUp { reason: Reason::Refused, .. } => assert!(given_up, "{status}"),
            Outcome::Waiting { attempts: 1, .. } => assert!(!given_up, "{status}"),
            other => panic!("{status}: {other:?}"),
        }
        assert_eq!(peer.got().len(), 1);
    }
}
