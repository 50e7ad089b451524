//! What the provider refuses: each thing once, and what is said of it.

mod common;

use common::browser::Browser;
use common::client::{self, VERIFIER, answer, call, call_with, get, redeem, request};
use common::{BACK, PASSWORD, World};
use http::{Request, StatusCode};
use identity::SecurityEvent;
use identity::accounts::{self, Assurance, Outcome};

const WRONG: &str = "El documento o la contraseña no son correctos";

async fn citizen(world: &World, assurance: Assurance) -> (accounts::Account, Vec<u8>, Vec<String>) {
    let (account, code) = world.account("1234567", assurance).await;
    let (secret, codes) = Browser::default().enrol(world, &code).await;
    world.events();
    (account, secret, codes)
}

#[tokio::test]
async fn a_request_that_cannot_be_answered_is_refused_at_the_client() {
    let world = World::new().await;
    for (changed, error) in [
        ([("response_type", "token")], "unsupported_response_type"),
        ([("response_type", "")], "invalid_request"),
        ([("response_mode", "fragment")], "invalid_request"),
        ([("request", "a.b.c")], "request_not_supported"),
        ([("request_uri", "https://portal.example/r")], "request_uri_not_supported"),
        ([("scope", "profile")], "invalid_scope"),
        ([("code_challenge", "")], "invalid_request"),
        ([("code_challenge", "short")], "invalid_request"),
        ([("code_challenge_method", "plain")], "invalid_request"),
        ([("max_age", "-1")], "invalid_request"),
        ([("prompt", "none login")], "invalid_request"),
        ([("prompt", "everything")], "invalid_request"),
        ([("prompt", "none")], "login_required"),
    ] {
        let refused = Browser::default().get(&world, &request(&changed)).await;
        let said = answer(refused.to(), BACK);
        assert_eq!((said["error"].as_str(), said["state"].as_str()), (error, "a state"), "{changed:?}");
        assert!(said.contains_key("error_description"), "{changed:?}");
    }
    let app = [("client_id", "app"), ("redirect_uri", "http://127.0.0.1/back"), ("scope", "openid profile")];
    let refused = Browser::default().get(&world, &request(&app)).await;
    assert_eq!(answer(refused.to(), "http://127.0.0.1/back")["error"], "invalid_scope");
}

#[tokio::test]
async fn a_request_of_nobody_or_to_elsewhere_sends_nobody_anywhere() {
    let world = World::new().await;
    for (changed, why) in [
        ([("client_id", "nobody")], "client_id"),
        ([("redirect_uri", "https://evil.example/")], "redirect_uri"),
        ([("redirect_uri", "https://portal.example/-/signed-in?x")], "redirect_uri"),
        ([("redirect_uri", "")], "redirect_uri"),
    ] {
        let refused = Browser::default().get(&world, &request(&changed)).await;
        assert_eq!((refused.status, &refused.location), (StatusCode::BAD_REQUEST, &None), "{changed:?}");
        refused.says(why);
    }
    let twice = format!("{}&client_id=bank", request(&[]));
    Browser::default().get(&world, &twice).await.says("a parameter comes twice");
}

#[tokio::test]
async fn a_wrong_password_is_answered_as_a_document_that_is_not_there() {
    let world = World::new().await;
    let (account, secret, _) = citizen(&world, Assurance::Substantial).await;
    let mut browser = Browser::default();
    let page = browser.get(&world, "/sign-in").await;
    let wrong = browser.password(&world, &page, "1234567", "otra cosa del todo").await;
    let unknown = browser.password(&world, &page, "7654321", "otra cosa del todo").await;
    wrong.says(WRONG);
    assert_eq!((wrong.status, unknown.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));
    unknown.says(WRONG);
    // Five are free for both; then both wait.
    for number in ["1234567", "7654321"] {
        for _ in 0..4 {
            browser.password(&world, &page, number, "otra cosa del todo").await.says(WRONG);
        }
        browser.password(&world, &page, number, PASSWORD).await.says("Espere 2 segundos");
    }
    world.pass(60);
    let step = browser.password(&world, &page, "1234567", PASSWORD).await;
    let signed_in = browser.post(&world, &step, "/sign-in/code", &[("code", &world.code(&secret))]).await;
    assert_eq!(signed_in.to(), "/account");
    let mut tx = world.store.begin().expect("a transaction");
    let noted = accounts::sign_ins(&mut tx, account.id, 100).expect("a list");
    assert_eq!(noted.iter().filter(|one| one.outcome == Outcome::WrongPassword).count(), 5);
    // What failed before is forgotten.
    let page = Browser::default().get(&world, "/sign-in").await;
    page.says("Ingresar");
}

#[tokio::test]
async fn a_code_is_taken_once_and_guesses_are_counted() {
    let world = World::new().await;
    let (_, secret, _) = citizen(&world, Assurance::Substantial).await;
    let mut browser = Browser::default();
    let page = browser.get(&world, "/sign-in").await;
    let step = browser.password(&world, &page, "1234567", PASSWORD).await;
    // The code that she enrolled with.
    let used = world.code(&secret);
    for guess in [used.as_str(), "000000", "111111", "", "AAAAA-AAAAA"] {
        browser.post(&world, &step, "/sign-in/code", &[("code", guess)]).await.says("El código no es correcto");
    }
    world.pass(1);
    browser.post(&world, &step, "/sign-in/code", &[("code", "222222")]).await.says("Espere 1 segundos");
    world.pass(400);
    let late = browser.post(&world, &step, "/sign-in/code", &[("code", &world.code(&secret))]).await;
    late.says("El ingreso venció");
}

#[tokio::test]
async fn a_recovery_code_stands_for_the_app_once_and_she_is_told() {
    let world = World::new().await;
    let (_, _, codes) = citizen(&world, Assurance::Substantial).await;
    for expected in [true, false] {
        let mut browser = Browser::default();
        let page = browser.get(&world, "/sign-in").await;
        let step = browser.password(&world, &page, "1234567", PASSWORD).await;
        let done = browser.post(&world, &step, "/sign-in/code", &[("code", &codes[3].to_lowercase())]).await;
        assert_eq!(done.location.is_some(), expected);
    }
    assert_eq!(world.events(), [SecurityEvent::RecoveryCodeUsed { left: 9 }]);
}

#[tokio::test]
async fn a_form_that_was_not_shown_to_whoever_posts_it_is_refused() {
    let world = World::new().await;
    citizen(&world, Assurance::Substantial).await;
    let mut browser = Browser::default();
    let page = browser.get(&world, "/sign-in").await;
    let bare = browser.post_raw(&world, "/sign-in", "kind=CI&number=1234567&password=x").await;
    assert_eq!(bare.status, StatusCode::FORBIDDEN);
    let mut other = Browser::default();
    other.get(&world, "/sign-in").await;
    assert_eq!(other.password(&world, &page, "1234567", PASSWORD).await.status, StatusCode::FORBIDDEN);
    world.pass(24 * 3600 + 1);
    browser.password(&world, &page, "1234567", PASSWORD).await.says("El formulario es muy antiguo");
    let mut late = Browser::default();
    let page = late.get(&world, &request(&[])).await;
    let path = page.to().to_owned();
    world.pass(3601);
    late.get(&world, &path).await.says("El ingreso venció");
    late.get(&world, "/sign-in?flow=AAAA").await.says("El ingreso venció");
}

#[tokio::test]
async fn who_is_not_known_well_enough_is_told_so_and_led_back() {
    let world = World::new().await;
    let (_, secret, _) = citizen(&world, Assurance::Low).await;
    let mut browser = Browser::default();
    let page = browser.get(&world, &request(&[("acr_values", "substantial high")])).await;
    let unmet = browser.sign_in(&world, page, "1234567", &secret).await;
    unmet.says("ventanilla").says("error=unmet_authentication_requirements");
    assert_eq!(unmet.status, StatusCode::FORBIDDEN);
    let none = browser.get(&world, &request(&[("acr_values", "high"), ("prompt", "none")])).await;
    assert_eq!(answer(none.to(), BACK)["error"], "unmet_authentication_requirements");
    let low = browser.get(&world, &request(&[("acr_values", "low")])).await;
    client::code(low.to());
}

#[tokio::test]
async fn an_account_that_is_known_well_is_asked_for_a_passkey_once() {
    let world = World::new().await;
    let (_, secret, _) = citizen(&world, Assurance::High).await;
    let mut browser = Browser::default();
    let account = browser.get(&world, "/account").await;
    browser.sign_in(&world, account, "1234567", &secret).await;
    let asked = browser.get(&world, &request(&[("acr_values", "high")])).await;
    let page = browser.follow(&world, asked).await;
    page.says("pide que ingrese con una llave de acceso");
    browser.sign_in(&world, page, "1234567", &secret).await.says("Ingrese con una llave de acceso");
}

#[tokio::test]
async fn an_old_sign_in_does_not_do_where_a_new_one_is_asked_for() {
    let world = World::new().await;
    let (_, secret, _) = citizen(&world, Assurance::Substantial).await;
    let mut browser = Browser::default();
    let account = browser.get(&world, "/account").await;
    browser.sign_in(&world, account, "1234567", &secret).await.says("Ana");
    world.pass(120);
    client::code(browser.get(&world, &request(&[("max_age", "300")])).await.to());
    for changed in [("max_age", "60"), ("prompt", "login")] {
        let asked = browser.get(&world, &request(&[changed])).await;
        assert!(asked.to().starts_with("/sign-in"), "{changed:?}");
        let back = browser.sign_in(&world, asked, "1234567", &secret).await;
        client::code(back.to());
        world.pass(120);
    }
    // A flow that she finished is none that somebody else finds in her browser.
    let asked = browser.get(&world, &request(&[("prompt", "login")])).await;
    let path = asked.to().replacen("/sign-in", "/auth/continue", 1);
    client::code(browser.sign_in(&world, asked, "1234567", &secret).await.to());
    client::code(browser.get(&world, &path).await.to());
    world.pass(300);
    assert!(browser.get(&world, &path).await.to().starts_with("/sign-in"));
    // Nobody came for half an hour.
    world.pass(1800);
    assert!(browser.get(&world, &request(&[])).await.to().starts_with("/sign-in"));
}

#[tokio::test]
async fn a_client_that_is_not_believed_gets_nothing() {
    let world = World::new().await;
    let (_, secret, _) = citizen(&world, Assurance::Substantial).await;
    let mut browser = Browser::default();
    let page = browser.get(&world, &request(&[])).await;
    browser.sign_in(&world, page, "1234567", &secret).await;
    let mut code = async || client::code(browser.get(&world, &request(&[])).await.to());
    let body = |code: &str, rest: &str| {
        format!("grant_type=authorization_code&code={code}&redirect_uri={BACK}&code_verifier={VERIFIER}{rest}")
    };
    for (rest, authorization, status, error) in [
        ("&client_id=portal", None, 401, "invalid_client"),
        ("&client_id=portal&client_secret=wrong", None, 401, "invalid_client"),
        ("&client_id=nobody", None, 401, "invalid_client"),
        ("&client_secret=x", Some("Basic cG9ydGFsOng="), 400, "invalid_request"),
        ("", Some("Basic cG9ydGFsOng="), 401, "invalid_client"),
        ("", Some("Basic ?"), 401, "invalid_client"),
        // Known, but not the one that the code is for.
        ("&client_id=app", None, 400, "invalid_grant"),
    ] {
        let (found, said) = call_with(&world, "/token", &body(&code().await, rest), authorization).await;
        assert_eq!((found.as_u16(), said["error"].as_str()), (status, Some(error)), "{rest} {authorization:?}");
    }
    for (field, value, error) in [
        ("code_verifier", "another-verifier-of-forty-three-letters-or-more", "invalid_grant"),
        ("redirect_uri", "https://portal.example/", "invalid_grant"),
        ("code", "x", "invalid_grant"),
        ("grant_type", "password", "unsupported_grant_type"),
        ("code", "", "invalid_request"),
    ] {
        let code = code().await;
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ];
        fields.iter_mut().filter(|(name, _)| *name == field).for_each(|pair| pair.1 = value);
        assert_eq!(call(&world, "/token", &fields).await.1["error"], error, "{field}");
    }
    let short = request(&[("code_challenge", &client::challenge("short"))]);
    let short = client::code(browser.get(&world, &short).await.to());
    let fields =
        [("grant_type", "authorization_code"), ("code", &short), ("redirect_uri", BACK), ("code_verifier", "short")];
    let (_, said) = call(&world, "/token", &fields).await;
    assert!(said["error_description"].as_str().expect("words").contains("43 to 128"), "{said}");
    let late = client::code(browser.get(&world, &request(&[])).await.to());
    world.pass(60);
    assert_eq!(redeem(&world, &late).await.1["error"], "invalid_grant");
}

#[tokio::test]
async fn a_token_is_nothing_after_its_time_its_revocation_and_to_strangers() {
    let world = World::new().await;
    let (_, secret, _) = citizen(&world, Assurance::Substantial).await;
    let mut browser = Browser::default();
    let page = browser.get(&world, &request(&[])).await;
    let code = client::code(browser.sign_in(&world, page, "1234567", &secret).await.to());
    let (_, tokens) = redeem(&world, &code).await;
    let access = tokens["access_token"].as_str().expect("a token").to_owned();
    let stranger = format!("token={access}&client_id=bank&client_secret={}", common::SECRET);
    assert_eq!(
        call_with(&world, "/token/introspection", &stranger, None).await.1,
        serde_json::json!({ "active": false })
    );
    assert_eq!(call_with(&world, "/token/revocation", &stranger, None).await.0, StatusCode::OK);
    assert_eq!(get(&world, "/me", Some(&access)).await.0, StatusCode::OK, "a stranger revokes nothing");
    let public = format!("token={access}&client_id=app");
    assert_eq!(call_with(&world, "/token/introspection", &public, None).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(call(&world, "/token/revocation", &[("token", &access)]).await.0, StatusCode::OK);
    assert_eq!(get(&world, "/me", Some(&access)).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(get(&world, "/me", None).await.0, StatusCode::UNAUTHORIZED);
    let (status, _) = call_with(&world, "/me", &format!("access_token={access}"), Some("Bearer x")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "in two ways");
    let code = client::code(browser.get(&world, &request(&[])).await.to());
    let (_, tokens) = redeem(&world, &code).await;
    world.pass(600);
    assert_eq!(get(&world, "/me", tokens["access_token"].as_str()).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_endpoint_is_called_as_it_should_be_or_not_at_all() {
    let world = World::new().await;
    for (method, path) in
        [("GET", "/token"), ("POST", "/jwks"), ("DELETE", "/me"), ("DELETE", "/account"), ("GET", "/consent")]
    {
        let request = Request::builder().method(method).uri(path).body(bytes::Bytes::new()).expect("a request");
        let status = world.provider.respond(request).await.status();
        assert!(matches!(status, StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_FOUND), "{method} {path} {status}");
    }
    for (path, to) in [("/language/en?to=%2F%2Fevil.example", "/account"), ("/language/en?to=/sign-in", "/sign-in")] {
        assert_eq!(Browser::default().get(&world, path).await.to(), to);
    }
    assert_eq!(Browser::default().get(&world, "/language/xx").await.status, StatusCode::NOT_FOUND);
    let mut english = Browser { language: Some("en"), ..Browser::default() };
    english.get(&world, "/enrol").await.says("Activation code");
}
