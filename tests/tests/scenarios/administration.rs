//! What administrators do stands in the message log: found again after a restart, in a log that verifies.

use serde_json::{Value, json};
use tests::World;

#[tokio::test]
async fn what_an_administrator_does_is_in_the_log_and_survives_a_restart() {
    let mut world = World::start().await;
    let administrator = world.administrator("segip").with_author("ana");
    let asked = json!({ "name": "eva", "roles": ["services", "observer"] });
    let invited: Value = administrator.post("/v1/administrators", &asked).await.expect("an invitation");
    let code = invited["enrolmentCode"].as_str().expect("a code").to_owned();
    world.stop_server("segip").await;
    world.start_server("segip").await;
    world.ready("segip").await;
    let administrator = world.administrator("segip");
    let entries: Vec<Value> = administrator.get("/v1/audit?limit=1000").await.expect("the trail");
    let done = |entry: &&Value| entry["stage"] == "done" && entry["action"] == "POST /v1/administrators";
    let done = entries.iter().find(done).expect("it was done");
    assert_eq!(done["author"], "ana");
    assert_eq!(done["outcome"], "administrator eva with the roles services, observer");
    let asked = entries.iter().find(|entry| entry["number"] == done["asked"]).expect("it was asked for before");
    assert_eq!(asked["stage"], "asked");
    assert!(!Value::from(entries.clone()).to_string().contains(&code), "the code is nobody else's");
    let people: Vec<Value> = administrator.get("/v1/administrators").await.expect("the administrators");
    assert_eq!((people[0]["name"].as_str(), people[0]["state"].as_str()), (Some("eva"), Some("invited")));
    let verified: Value = administrator.post("/v1/log/verify", &json!({})).await.expect("a report");
    assert_eq!(verified["sound"], true, "{verified}");
}

#[tokio::test]
async fn the_registrys_operator_leaves_a_trail_too() {
    let world = World::start().await;
    let operator = world.administrator("registry").with_author("ana");
    let refused = operator.post::<Value>("/v1/requests/00/approve", &json!({})).await;
    assert!(refused.is_err());
    let entries: Vec<Value> = operator.get("/v1/audit").await.expect("the trail");
    assert_eq!((entries[0]["author"].as_str(), entries[0]["stage"].as_str()), (Some("ana"), Some("refused")));
    assert_eq!(entries[0]["action"], "POST /v1/requests/00/approve");
}
