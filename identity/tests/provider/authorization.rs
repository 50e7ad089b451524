//! What a client may ask for, and how it is refused.

use super::browser::{Browser, app_request, parameter, request};
use super::world::{ISSUER, World};
use http::StatusCode;
use std::time::Duration;

#[tokio::test]
async fn refuses_in_a_page_where_nobody_knows_where_to_send_her() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    for changes in [
        [("client_id", "nobody")],
        [("client_id", "")],
        [("redirect_uri", "https://portal.example/back/")],
        [("redirect_uri", "")],
    ] {
        let shown = browser.get(&request(&changes)).await;
        assert_eq!((shown.status, shown.location), (StatusCode::BAD_REQUEST, None), "{changes:?}");
    }
    let twice = browser.get(&format!("{}&state=2", request(&[]))).await;
    assert_eq!(twice.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn tells_a_client_what_is_wrong_with_what_it_asks() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    for (changes, error) in [
        ([("response_type", "token")], "unsupported_response_type"),
        ([("response_mode", "fragment")], "invalid_request"),
        ([("code_challenge", "")], "invalid_request"),
        ([("code_challenge_method", "plain")], "invalid_request"),
        ([("scope", "profile")], "invalid_scope"),
        ([("prompt", "none login")], "invalid_request"),
        ([("prompt", "dance")], "invalid_request"),
        ([("max_age", "-1")], "invalid_request"),
        ([("request", "x")], "request_not_supported"),
        ([("request_uri", "x")], "request_uri_not_supported"),
        ([("prompt", "none")], "login_required"),
    ] {
        let location = browser.get(&request(&changes)).await.location.expect("it is told");
        assert_eq!(parameter(&location, "error").as_deref(), Some(error), "{changes:?}");
        assert_eq!(parameter(&location, "state").as_deref(), Some("st"));
        assert_eq!(parameter(&location, "iss").as_deref(), Some(ISSUER));
    }
    let location = browser.get(&app_request(&[("scope", "openid email")])).await.location.expect("it is told");
    assert_eq!(parameter(&location, "error").as_deref(), Some("invalid_scope"), "it may not ask for mail");
}

#[tokio::test]
async fn who_is_signed_in_is_asked_again_only_where_the_client_says_so() {
    let world = World::new().await;
    let (_, code) = world.ana().await;
    let mut browser = Browser::new(&world);
    browser.enrol(&code).await;
    browser.authorize(&request(&[])).await;
    assert!(browser.get(&request(&[("prompt", "none")])).await.location.is_some_and(|to| to.contains("code=")));
    world.clock.advance(Duration::from_secs(600));
    assert!(browser.get(&request(&[("max_age", "3600"), ("login_hint", "eva")])).await.location.is_some());
    for changes in [[("prompt", "login")], [("max_age", "300")]] {
        let page = browser.get(&request(&changes)).await;
        assert!(page.location.is_none() && page.body.contains("action=\"/sign-in\""), "{changes:?}");
        let to = browser.sign_in(&page).await;
        let shown = browser.get(&to).await;
        assert!(shown.location.is_some_and(|to| to.contains("code=")), "{changes:?}");
        world.clock.advance(Duration::from_secs(600));
    }
    assert_eq!(world.provider.sessions(&world.account().id).unwrap().len(), 1, "it is one session that goes on");
}

#[tokio::test]
async fn refuses_a_level_that_the_account_does_not_have() {
    let world = World::new().await;
    let (_, code) = world.ana().await;
    let mut browser = Browser::new(&world);
    browser.enrol(&code).await;
    let back = browser.authorize(&request(&[("acr_values", "high")])).await;
    assert_eq!(parameter(&back, "error").as_deref(), Some("unmet_authentication_requirements"));
    assert!(parameter(&back, "error_description").is_some_and(|said| said.contains("counter")));
    let back = browser.authorize(&request(&[("acr_values", "high substantial")])).await;
    assert!(parameter(&back, "code").is_some(), "{back}");
}

#[tokio::test]
async fn others_get_nothing_before_she_agrees_and_nothing_after_she_takes_it_back() {
    let world = World::new().await;
    let (_, code) = world.ana().await;
    let mut browser = Browser::new(&world);
    browser.enrol(&code).await;
    browser.authorize(&request(&[])).await;
    let silent = browser.get(&app_request(&[("prompt", "none")])).await.location.unwrap();
    assert_eq!(parameter(&silent, "error").as_deref(), Some("consent_required"));
    let page = browser.get(&app_request(&[])).await;
    assert!(page.body.contains("Aplicación") && page.policy.contains("http://127.0.0.1:7777"), "{}", page.policy);
    let denied = browser.post(&page, "/consent", &[("answer", "deny")]).await.location.unwrap();
    assert_eq!(parameter(&denied, "error").as_deref(), Some("access_denied"));
    let page = browser.get(&app_request(&[])).await;
    let allowed = browser.post(&page, "/consent", &[("answer", "allow")]).await.location.unwrap();
    assert!(parameter(&allowed, "code").is_some());
    assert!(browser.get(&app_request(&[])).await.location.is_some(), "she is not asked twice");
    assert!(browser.get(&app_request(&[("prompt", "consent")])).await.location.is_none(), "unless it is asked for");
    assert!(
        browser.get(&app_request(&[("scope", "openid profile offline_access")])).await.location.is_none(),
        "or more is"
    );
    let page = browser.get("/account").await;
    browser.post(&page, "/account/consents/withdraw", &[]).await;
    assert!(world.provider.consents(&world.account().id).unwrap().is_empty());
    assert!(browser.get(&app_request(&[])).await.location.is_none());
}

#[tokio::test]
async fn pages_speak_the_language_that_is_asked_for() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    assert!(browser.get(&request(&[])).await.body.contains("<html lang=\"es\">"));
    assert!(browser.get(&request(&[("ui_locales", "fr en-GB")])).await.body.contains("<html lang=\"en\">"));
    let shown = browser.get("/language/en?to=%2Fsign-in").await;
    assert_eq!(shown.location.as_deref(), Some("/sign-in"));
    assert!(browser.get("/sign-in").await.body.contains("Sign in"));
    for away in ["%2F%2Fevil.example", "https%3A%2F%2Fevil.example", "%2F%5Cevil.example"] {
        assert_eq!(browser.get(&format!("/language/en?to={away}")).await.location.as_deref(), Some("/account"));
    }
}

proptest::proptest! {
    #[test]
    fn parameters_are_read_as_they_were_written_and_nothing_makes_it_panic(
        said in proptest::collection::btree_map("[a-z_]{1,12}", "[^\u{fffd}]{1,30}", 0..20),
        noise in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300),
    ) {
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(&said).finish();
        proptest::prop_assert_eq!(identity::parameters(text.as_bytes()), Some(said));
        let _ = identity::parameters(&noise);
    }
}
