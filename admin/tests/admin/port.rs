//! The administrators' port: who is let in, what she may do, and what is noted of it.

use crate::visitor::Port;
use admin::{Reply, Role, Route};
use http::{Method, Request, header};
use serde_json::{Value, json};
use std::time::Duration;

const PASSWORD: &str = "un zorro en el salar";

fn evidence() -> Vec<Route> {
    vec![
        Route::get("/v1/evidence", |_| async { Ok(Reply::Json(json!("secret"))) }).only(Role::Security),
        Route::post("/v1/restart", |_| async { Ok(Reply::Json(json!("restarted"))) }),
    ]
}

async fn invite(port: &Port, name: &str, roles: &[&str]) -> String {
    let asked = json!({ "name": name, "roles": roles });
    let invitation: Value = port.owner.post("/v1/administrators", &asked).await.unwrap();
    invitation["enrolmentCode"].as_str().unwrap().to_owned()
}

/// Author, action, stage and outcome of what was noted, oldest first.
async fn noted(port: &Port) -> Vec<String> {
    let entries: Vec<Value> = port.owner.get("/v1/audit").await.unwrap();
    let line = |entry: &Value| {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        [text("author"), text("action"), text("stage"), text("outcome")].join(" | ")
    };
    entries.iter().rev().map(line).collect()
}

#[tokio::test]
async fn a_program_comes_with_a_key_and_may_do_what_its_roles_say() {
    let port = Port::open(evidence()).await;
    let key = port.key(&["observer"]).await;
    assert_eq!(port.api(Method::GET, "/v1/me", &key, "").await.1["name"], "inventory");
    assert_eq!(port.api(Method::GET, "/v1/status", &key, "").await.0, 200);
    let (status, refusal) = port.api(Method::GET, "/v1/evidence", &key, "").await;
    assert_eq!((status, refusal["type"].as_str()), (403, Some("forbidden")));
    assert_eq!(refusal["message"], "inventory may not GET /v1/evidence: it takes the role security");
    let (status, refusal) = port.api(Method::POST, "/v1/restart", &key, "").await;
    assert_eq!(status, 403, "{refusal}");
    let security = port.key(&["security"]).await;
    assert_eq!(port.api(Method::GET, "/v1/evidence", &security, "").await, (200, json!("secret")));
    let everything = port.key(&["registration", "services", "security", "system", "observer"]).await;
    assert_eq!(port.api(Method::POST, "/v1/restart", &everything, "").await.0, 403, "only at the socket");
}

#[tokio::test]
async fn a_key_that_is_none_was_revoked_or_has_ended_opens_nothing() {
    let port = Port::open(Vec::new()).await;
    let key = port.key(&["observer"]).await;
    let other = format!("{}x", key);
    for bad in [other.as_str(), "", "chk_", "chk_00_11", "Basic abc"] {
        let (status, refusal) = port.api(Method::GET, "/v1/status", bad, "").await;
        assert_eq!((status, refusal["type"].as_str()), (401, Some("unauthenticated")), "{bad}");
    }
    let bare = port.send(Request::get(port.url("/v1/status")), "").await;
    assert_eq!((bare.status().as_u16(), &bare.headers()[header::WWW_AUTHENTICATE]), (401, &"Bearer".parse().unwrap()));
    let id = key.split('_').nth(1).unwrap();
    let _: Value = port.owner.post(&format!("/v1/api-keys/{id}/revoke"), &json!({})).await.unwrap();
    assert_eq!(port.api(Method::GET, "/v1/status", &key, "").await.0, 401);
    let another = port.key(&["observer"]).await;
    port.clock.advance(Duration::from_secs(86400));
    assert_eq!(port.api(Method::GET, "/v1/status", &another, "").await.0, 401, "its day is over");
    let listed: Vec<Value> = port.owner.get("/v1/api-keys").await.unwrap();
    assert!(listed.iter().all(|key| key.get("key").is_none()), "nobody sees a key again");
}

#[tokio::test]
async fn whoever_shows_wrong_keys_on_and_on_is_told_to_wait() {
    let port = Port::open(Vec::new()).await;
    let mut statuses = Vec::new();
    for _ in 0..70 {
        statuses.push(port.api(Method::GET, "/v1/status", "chk_1_2", "").await.0);
    }
    assert_eq!((statuses[0], statuses[69]), (401, 429));
    let key = port.key(&["observer"]).await;
    assert_eq!(port.api(Method::GET, "/v1/status", &key, "").await.0, 200, "a good key is not kept waiting");
}

#[tokio::test]
async fn a_configuration_is_applied_as_far_as_the_roles_go() {
    let port = Port::open(Vec::new()).await;
    let services = port.key(&["services"]).await;
    let document = "service persons = enabled\nplugin cases = 1";
    let (status, refusal) = port.api(Method::POST, "/v1/apply", &services, document).await;
    assert_eq!(status, 403, "{refusal}");
    let expected = "inventory may not make this change, which takes the role system: + plugin cases: 1";
    assert_eq!(refusal["message"], expected);
    let (status, applied) = port.api(Method::POST, "/v1/apply", &services, "service persons = enabled").await;
    assert_eq!((status, &applied["version"]), (200, &json!(1)));
    let outcome = "inventory | POST /v1/apply | done | version 1: + service persons: enabled";
    assert_eq!(noted(&port).await.last().map(String::as_str), Some(outcome));
}

#[tokio::test]
async fn what_is_done_is_noted_before_and_after_and_what_is_only_looked_at_is_not() {
    let port = Port::open(evidence()).await;
    let security = port.key(&["security"]).await;
    port.api(Method::GET, "/v1/status", &security, "").await;
    port.api(Method::POST, "/v1/plan", &security, "a = 1").await;
    port.api(Method::GET, "/v1/evidence", &security, "").await;
    let _refused: Result<Value, _> = port.owner.post("/v1/administrators/eva/remove", &json!({})).await;
    let lines = noted(&port).await;
    let expected = [
        "inventory | GET /v1/evidence | asked | ",
        "inventory | GET /v1/evidence | done | ",
        "root | POST /v1/administrators/eva/remove | asked | ",
        "root | POST /v1/administrators/eva/remove | refused | there is no administrator eva",
    ];
    assert_eq!(lines[lines.len() - 4..], expected);
    assert_eq!(lines.len(), 6, "{lines:?}");
}

#[tokio::test]
async fn somebody_enrols_signs_in_and_applies_a_configuration_on_the_pages() {
    let port = Port::open(Vec::new()).await;
    let code = invite(&port, "ana", &["services", "system"]).await;
    let mut browser = port.browser();
    browser.open("/").await;
    assert!(browser.path.starts_with("/sign-in") && browser.page.contains("Administrator name"));
    let secret = browser.enrol(&code, PASSWORD).await;
    assert!(browser.page.contains("Keep your recovery codes"), "{}", browser.page);
    let recovery = browser.between("<li><code>", "</code>");
    port.clock.advance(Duration::from_secs(60));
    let app = browser.app_code(&secret);
    browser.sign_in("ana", PASSWORD, &app).await;
    assert_eq!((browser.path.as_str(), browser.status), ("/", 200));
    assert!(browser.page.contains("the signing certificate ends in 12 days"), "{}", browser.page);

    browser.open("/configuration/edit").await;
    browser.submit("/configuration/plan", &[("text", "service persons = enabled")]).await;
    assert!(browser.page.contains("service persons"), "{}", browser.page);
    browser.submit("/configuration/apply", &[("text", "service persons = enabled")]).await;
    assert_eq!(browser.path, "/configuration?applied=1");
    browser.open("/configuration/history").await;
    assert!(browser.page.contains("<td>ana</td>"), "{}", browser.page);
    browser.open("/configuration/versions/1").await;
    assert!(browser.page.contains("comes"), "{}", browser.page);
    browser.open("/audit").await;
    assert!(browser.page.contains("version 1: + service persons: enabled"), "{}", browser.page);

    browser.submit("/sign-out", &[]).await;
    browser.open("/configuration").await;
    assert!(browser.path.starts_with("/sign-in"), "signed out");
    browser.sign_in("ana", PASSWORD, &app).await;
    assert_eq!(browser.status, 422, "a code is good once");
    browser.sign_in("ana", PASSWORD, &recovery).await;
    assert_eq!((browser.path.as_str(), browser.status), ("/", 200));
}

#[tokio::test]
async fn what_cannot_be_accepted_stays_in_the_editor_with_the_reason() {
    let port = Port::open(Vec::new()).await;
    let code = invite(&port, "ana", &["services"]).await;
    let mut browser = port.browser();
    let secret = browser.enrol(&code, PASSWORD).await;
    port.clock.advance(Duration::from_secs(60));
    let app = browser.app_code(&secret);
    browser.sign_in("ana", PASSWORD, &app).await;
    browser.open("/configuration/edit").await;
    browser.submit("/configuration/plan", &[("text", "no value here")]).await;
    assert_eq!(browser.status, 422);
    assert!(browser.page.contains("line 1 has no value") && browser.page.contains("no value here</textarea>"));
    // Somebody else was faster.
    browser.submit("/configuration/plan", &[("text", "service a = 1")]).await;
    port.owner.apply("service b = 2", 0).await.unwrap();
    browser.submit("/configuration/apply", &[("text", "service a = 1")]).await;
    assert_eq!(browser.status, 422);
    assert!(browser.page.contains("version 1 is in force, not 0"), "{}", browser.page);
    // What she has no role for.
    browser.open("/configuration/edit").await;
    browser.submit("/configuration/plan", &[("text", "plugin c = 1")]).await;
    browser.submit("/configuration/apply", &[("text", "plugin c = 1")]).await;
    assert_eq!(browser.status, 403);
    assert!(browser.page.contains("which takes the role system"), "{}", browser.page);
}

#[tokio::test]
async fn whoever_guesses_waits_ever_longer_and_it_is_noted() {
    let port = Port::open(Vec::new()).await;
    let code = invite(&port, "ana", &["observer"]).await;
    let mut browser = port.browser();
    let secret = browser.enrol(&code, PASSWORD).await;
    for _ in 0..5 {
        browser.sign_in("ana", "something else", "123456").await;
        assert!(browser.page.contains("Name, password or code are not right."), "{}", browser.page);
    }
    port.clock.advance(Duration::from_secs(1));
    let app = browser.app_code(&secret);
    browser.sign_in("ana", PASSWORD, &app).await;
    assert!(browser.page.contains("There were too many tries."), "{}", browser.page);
    let last = noted(&port).await.pop().unwrap();
    assert_eq!(last, "ana | sign in | refused | wrong password or code from 127.0.0.1; locked for a while from now on");
    port.clock.advance(Duration::from_secs(60));
    let app = browser.app_code(&secret);
    browser.sign_in("ana", PASSWORD, &app).await;
    assert_eq!(browser.status, 200);
    // A name that nobody has is answered in the same words.
    let mut stranger = port.browser();
    stranger.sign_in("eva", PASSWORD, "123456").await;
    assert!(stranger.page.contains("Name, password or code are not right."));
}

#[tokio::test]
async fn a_session_ends_by_time_by_renewal_and_by_removal() {
    let port = Port::open(Vec::new()).await;
    let mut browser = port.browser();
    let code = invite(&port, "ana", &["observer"]).await;
    let secret = browser.enrol(&code, PASSWORD).await;
    let come = async |browser: &mut crate::visitor::Browser<'_>, secret: &[u8]| {
        port.clock.advance(Duration::from_secs(60));
        let app = browser.app_code(secret);
        browser.sign_in("ana", PASSWORD, &app).await;
        assert_eq!(browser.path, "/");
    };
    come(&mut browser, &secret).await;
    port.clock.advance(Duration::from_secs(29 * 60));
    browser.open("/").await;
    assert_eq!(browser.path, "/", "who comes again stays");
    port.clock.advance(Duration::from_secs(31 * 60));
    browser.open("/").await;
    assert!(browser.path.starts_with("/sign-in"), "nobody was there for half an hour");
    come(&mut browser, &secret).await;
    let renewed: Value = port.owner.post("/v1/administrators/ana/renew", &json!({})).await.unwrap();
    browser.open("/").await;
    assert!(browser.path.starts_with("/sign-in"), "what she signs in with is gone");
    let secret = browser.enrol(renewed["enrolmentCode"].as_str().unwrap(), PASSWORD).await;
    come(&mut browser, &secret).await;
    let _: Value = port.owner.post("/v1/administrators/ana/remove", &json!({})).await.unwrap();
    browser.open("/").await;
    assert!(browser.path.starts_with("/sign-in"), "her account is gone");
}

#[tokio::test]
async fn an_enrolment_code_is_good_once_for_three_days() {
    let port = Port::open(Vec::new()).await;
    let code = invite(&port, "ana", &["observer"]).await;
    let mut browser = port.browser();
    browser.enrol(&code, PASSWORD).await;
    browser.open("/enrol").await;
    browser.submit("/enrol", &[("code", &code)]).await;
    assert_eq!(browser.status, 422, "used");
    let late = invite(&port, "eva", &["observer"]).await;
    port.clock.advance(Duration::from_secs(259200));
    browser.open("/enrol").await;
    browser.submit("/enrol", &[("code", &late)]).await;
    assert_eq!(browser.status, 422, "ended");
    let again = json!({ "name": "eva", "roles": ["observer"] });
    let refused = port.owner.post::<Value>("/v1/administrators", &again).await.unwrap_err();
    assert!(refused.to_string().starts_with("there is an administrator eva already"), "{refused}");
}

#[tokio::test]
async fn a_form_that_was_not_shown_here_is_not_taken() {
    let port = Port::open(Vec::new()).await;
    let (one, mut other) = (port.browser(), port.browser());
    let mut one = one;
    one.open("/sign-in").await;
    other.open("/sign-in").await;
    other.page = one.page.clone();
    other.submit("/sign-in", &[("name", "ana"), ("password", PASSWORD), ("code", "1")]).await;
    assert_eq!(other.status, 403);
    assert!(other.page.contains("was not shown to whoever posted it"), "{}", other.page);
}

#[tokio::test]
async fn pages_say_what_a_browser_may_do_with_them() {
    let port = Port::open(Vec::new()).await;
    let page = port.send(Request::get(port.url("/sign-in")), "").await;
    let header = |name: &str| page.headers()[name].to_str().unwrap().to_owned();
    assert!(header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
    assert_eq!((header("cache-control").as_str(), header("x-frame-options").as_str()), ("no-store", "DENY"));
    let missing = port.send(Request::get(port.url("/v1/nothing")), "").await;
    assert_eq!(missing.status().as_u16(), 401, "without a key nobody learns what there is");
    assert!(missing.headers().contains_key("content-security-policy"));
}

#[tokio::test]
async fn who_is_not_signed_in_sends_little() {
    let port = Port::open(Vec::new()).await;
    let mut browser = port.browser();
    browser.open("/sign-in").await;
    let long = "x".repeat(20_000);
    browser.submit("/sign-in", &[("name", "ana"), ("password", &long), ("code", "1")]).await;
    assert_eq!(browser.status, 413);
}
