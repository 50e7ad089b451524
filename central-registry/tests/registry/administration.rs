//! The administrator's socket: plan, apply, history, decisions, rotation, status and doctor.

use crate::common::{Entity, World};
use admin::doctor::Severity;
use admin::{ClientError, Plan};
use central_registry::EventEntry;
use clock::Clock as _;
use protocol::management::RequestState;
use serde_json::{Value, json};
use std::time::Duration;

fn kind(error: ClientError) -> (String, String) {
    match error {
        ClientError::Answered { kind, message, .. } => (kind, message),
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_planned_applied_and_remembered() {
    let mut world = World::unconfigured().await;
    let admin = world.admin();
    let text = world.document("", 2);
    let plan = admin.plan(text.clone()).await.unwrap();
    assert!(plan.to_string().contains("+ member BO/GOV/1002: Entity 1002"), "{plan}");
    assert_eq!(admin.configuration().await.unwrap().version, 0);
    assert_eq!(admin.apply(text.clone(), 0).await.unwrap().version, 1);
    let renamed = text.replace("Entity 1002", "Otra");
    let applied = admin.apply(renamed.clone(), 1).await.unwrap();
    assert_eq!(applied.plan.to_string(), "~ member BO/GOV/1002: Entity 1002 → Otra");
    let again = admin.apply(renamed.clone(), 2).await.unwrap();
    assert_eq!((again.version, again.plan.is_empty()), (2, true));
    assert_eq!(kind(admin.apply(text.clone(), 1).await.unwrap_err()).0, "version-conflict");

    world.restart().await;
    let history = admin.history().await.unwrap();
    let authors: Vec<_> = history.iter().map(|entry| (entry.version, entry.author.as_str())).collect();
    assert_eq!(authors, [(2, "maría"), (1, "maría")]);
    assert_eq!(admin.configuration().await.unwrap().text, renamed);
    assert_eq!(admin.configuration_of(1).await.unwrap().text, text);
    assert_eq!(admin.diff(2, 1).await.unwrap().to_string(), "~ member BO/GOV/1002: Otra → Entity 1002");
    assert_eq!(admin.diff(0, 1).await.unwrap(), plan);
    assert_eq!(kind(admin.diff(1, 9).await.unwrap_err()).0, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_documents_that_contradict_what_is_registered() {
    let world = World::configured("default = \"automatic\"").await;
    let entity = Entity::registered(&world, 1002).await;
    world.submit(&entity.ask(&world, entity.register_client("portal"))).await;
    let admin = world.admin();
    let without = world.document("", 1);
    let (refused, message) = kind(admin.apply(without, 1).await.unwrap_err());
    assert_eq!(refused, "refused");
    let expected = "member BO/GOV/1002 cannot be removed: it still has security server BO/GOV/1002/ss1, subsystem BO/GOV/1002/portal";
    assert_eq!(message, expected);
    // Who has nothing registered can go.
    assert_eq!(admin.apply(world.document("", 2), 1).await.unwrap().version, 2);
    let other = world.document("", 2).replace("\"BO\"", "\"PE\"").replace("BO/", "PE/");
    assert_eq!(kind(admin.plan(other).await.unwrap_err()).1, "the instance is BO, and cannot become PE");
    let (refused, message) = kind(admin.plan("instance = 7").await.unwrap_err());
    assert!(refused == "refused" && message.contains("line 1"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_listed_and_decided() {
    let world = World::configured("").await;
    let (entity, other) = (Entity::new(&world, 1001), Entity::new(&world, 1002));
    let admin = world.admin();
    let (yes, no) = (entity.ask(&world, entity.register_signing()), other.ask(&world, other.register_signing()));
    world.submit(&yes).await;
    world.clock.advance(Duration::from_secs(1));
    world.submit(&no).await;
    let waiting: Vec<Value> = admin.get("/v1/requests").await.unwrap();
    assert_eq!(waiting.len(), 2);
    assert_eq!(waiting[0]["request"], json!(yes.document().hash().to_string()));
    assert_eq!(waiting[0]["kind"], "register-signing-certificate");
    assert_eq!(waiting[0]["member"], "BO/GOV/1001");
    assert_eq!(waiting[0]["from"], "member BO/GOV/1001");
    assert!(waiting[0]["about"].as_str().unwrap().starts_with("BO/GOV/1001, certificate "), "{}", waiting[0]);
    assert!(waiting[0]["document"]["request"]["register-signing-certificate"]["certificate"].is_string());

    let path = |hash| format!("/v1/requests/{hash}");
    let (yes, no) = (path(yes.document().hash()), path(no.document().hash()));
    let approved: Value = admin.post(&format!("{yes}/approve"), &json!({})).await.unwrap();
    assert_eq!(approved["state"], "applied");
    let reason = json!({ "reason": "not a member any more" });
    let declined: Value = admin.post(&format!("{no}/decline"), &reason).await.unwrap();
    assert_eq!((&declined["state"], &declined["reason"]), (&json!("declined"), &json!("not a member any more")));
    let shown: Value = admin.get(&no).await.unwrap();
    assert_eq!((&shown["state"], &shown["reason"]), (&declined["state"], &declined["reason"]));
    assert_eq!((&shown["kind"], &shown["member"]), (&json!("register-signing-certificate"), &json!("BO/GOV/1002")));
    let authors: Vec<_> = shown["events"].as_array().unwrap().iter().map(|event| event["author"].clone()).collect();
    assert_eq!(authors, ["member BO/GOV/1002", "maría"], "who asked, and who decided");
    assert_eq!(admin.get::<Vec<Value>>("/v1/requests").await.unwrap().len(), 0);

    for (path, body, expected) in [
        (format!("{yes}/approve"), json!({}), "conflict"),
        (format!("{no}/decline"), json!({ "reason": "" }), "invalid"),
        (format!("{no}/decline"), json!({ "why": "" }), "invalid"),
        ("/v1/requests/abc/approve".to_owned(), json!({}), "invalid"),
        (format!("/v1/requests/{}/approve", "0".repeat(64)), json!({}), "not-found"),
        ("/v1/publication/mirror/rotate".to_owned(), json!({}), "not-found"),
    ] {
        assert_eq!(kind(admin.post::<Value>(&path, &body).await.unwrap_err()).0, expected, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_has_an_author_and_a_time() {
    let world = World::configured("").await;
    let entity = Entity::registered(&world, 1001).await;
    let admin = world.admin();
    let rotated: Value = admin.post("/v1/publication/targets/rotate", &json!({})).await.unwrap();
    assert_eq!(rotated, json!({ "role": "targets", "root_version": 2 }));
    let events: Vec<EventEntry> = admin.get("/v1/events").await.unwrap();
    let authors: Vec<_> = events.iter().map(|event| event.author.as_str()).collect();
    let (member, server) = ("member BO/GOV/1001", "security server BO/GOV/1001/ss1");
    assert_eq!(authors, ["operator", member, "operator", server, "operator", "maría"]);
    assert!(events.iter().all(|event| event.time == world.clock.now()));
    assert!(events[5].what.contains("keys of the role targets"), "{}", events[5].what);
    assert_eq!(admin.get::<Vec<EventEntry>>("/v1/events?after=5").await.unwrap(), events[5..]);

    let plan: Plan = admin.get("/v1/events/diff?from=3&to=5").await.unwrap();
    let certificate = entity.authentication.hash();
    let expected = format!(
        "+ security server BO/GOV/1001/ss1: 127.0.0.1:5500\n\
         + security server BO/GOV/1001/ss1, authentication certificate {certificate}"
    );
    assert_eq!(plan.to_string(), expected);
    assert_eq!(kind(admin.get::<Plan>("/v1/events/diff?from=3&to=99").await.unwrap_err()).0, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_what_is_wrong() {
    let world = World::unconfigured().await;
    let admin = world.admin();
    let worst = |findings: Vec<admin::doctor::Finding>| {
        findings.into_iter().filter(|it| it.severity > Severity::Ok).map(|it| it.what).collect::<Vec<_>>()
    };
    assert_eq!(worst(admin.doctor().await.unwrap()), ["no configuration is in force"]);
    admin.apply(world.document("", 2), 0).await.unwrap();
    assert_eq!(worst(admin.doctor().await.unwrap()), [""; 0]);
    let status = admin.status().await.unwrap();
    assert_eq!((&status["instance"], &status["members"]), (&json!("BO"), &json!(2)));
    assert_eq!(status["publication"]["version"], 1);

    let entity = Entity::new(&world, 1001);
    assert_eq!(world.submit(&entity.ask(&world, entity.register_signing())).await, RequestState::Waiting);
    world.clock.advance(Duration::from_secs(3600 * 62));
    let found = worst(admin.doctor().await.unwrap());
    assert!(found[0].contains("the role timestamp expires"), "{found:?}");
    assert!(found[1].contains("1 management requests wait for a decision, the oldest for 62 hours"), "{found:?}");
    world.clock.advance(Duration::from_secs(3600 * 24 * 345));
    let found = worst(admin.doctor().await.unwrap());
    assert!(found.iter().any(|it| it.contains("the role timestamp expired")), "{found:?}");
    assert!(found.iter().any(|it| it.contains("time-stamping service test")), "{found:?}");
    world.clock.advance(Duration::from_secs(3600 * 24 * 3290));
    let found = worst(admin.doctor().await.unwrap());
    assert!(found.iter().any(|it| it.contains("port for management requests")), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trust_anchor_is_there_before_anything_is_configured() {
    let world = World::unconfigured().await;
    let mut anchor = Vec::new();
    world.admin().download("/v1/trust-anchor", &mut anchor).await.unwrap();
    assert_eq!(anchor, world.registry().trust_anchor());
    assert_eq!(world.get("/metadata/root.json", &[]).await.body(), &anchor);
    assert_eq!(world.get("/metadata/1.root.json", &[]).await.body(), &anchor);
}
