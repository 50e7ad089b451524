//! A citizen from her enrolment code to a client that knows her, and out again.

mod common;

use common::World;
use common::browser::Browser;
use common::client::{self, answer, call, get, redeem, refresh, request, verified};

use http::StatusCode;
use identity::SecurityEvent;
use identity::accounts::{self, Assurance, Outcome};
use jsonwebtoken::Algorithm;

/// A citizen who has set a password and an app, and her app's secret.
async fn citizen(world: &World) -> (accounts::Account, Vec<u8>) {
    let (account, code) = world.account("1234567", Assurance::Substantial).await;
    let (secret, codes) = Browser::default().enrol(world, &code).await;
    assert_eq!(codes.len(), 10);
    assert_eq!(world.events(), [SecurityEvent::Enrolled]);
    (account, secret)
}

#[tokio::test]
async fn a_citizen_enrols_signs_in_and_a_client_learns_who_she_is() {
    let world = World::new().await;
    let (account, secret) = citizen(&world).await;
    let mut browser = Browser::default();
    let asked = browser.get(&world, &request(&[])).await;
    assert!(asked.to().starts_with("/sign-in?flow="));
    let page = browser.get(&world, asked.to()).await;
    page.says("Portal");
    assert!(page.policy.contains("form-action 'self' https://portal.example;"), "{}", page.policy);
    assert!(!page.policy.contains("unsafe"), "{}", page.policy);
    let back = browser.sign_in(&world, page, "1234567", &secret).await;
    let code = client::code(back.to());

    let (status, tokens) = redeem(&world, &code).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    let said = verified(&world, tokens["id_token"].as_str().expect("a token"), Algorithm::ES256).await;
    let subject = world.provider.subject("BO/GOV/1", account.id);
    assert_eq!((said["sub"].as_str(), said["aud"].as_str()), (Some(subject.as_str()), Some("portal")));
    assert_eq!((said["nonce"].as_str(), said["acr"].as_str()), (Some("a nonce"), Some("substantial")));
    assert_eq!(said["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
    assert!(said["sid"].is_string() && said["auth_time"].is_i64());

    let (status, told) = get(&world, "/me", tokens["access_token"].as_str()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        told,
        serde_json::json!({
            "sub": subject,
            "profile": {
                "documento_identidad": { "numero_documento": "1234567", "tipo_documento": "CI" },
                "nombre": { "nombres": "Ana", "primer_apellido": "Mamani", "segundo_apellido": "Quispe" },
            },
            "name": "Ana Mamani Quispe", "given_name": "Ana", "family_name": "Mamani Quispe",
            "fecha_nacimiento": "1990-02-28", "birthdate": "1990-02-28", "email": "ana@correo.bo",
            "celular": "+59171234567", "phone_number": "+59171234567",
        })
    );
    let mut tx = world.store.begin().expect("a transaction");
    assert_eq!(accounts::resolve_subject(&mut tx, "BO/GOV/1", &subject).expect("a look"), Some(account.id));
    assert_ne!(world.provider.subject("BO/COM/2", account.id), subject);
    let outcomes: Vec<_> =
        accounts::sign_ins(&mut tx, account.id, 10).expect("a list").into_iter().map(|one| one.outcome).collect();
    assert_eq!(outcomes, [Outcome::SignedIn, Outcome::SignedIn]);

    // Another client gets its code without a question: she is signed in.
    let again = browser.get(&world, &request(&[("prompt", "none")])).await;
    client::code(again.to());
}

#[tokio::test]
async fn a_code_that_is_used_twice_takes_back_what_it_gave() {
    let world = World::new().await;
    let (_, secret) = citizen(&world).await;
    let mut browser = Browser::default();
    let page = browser.get(&world, &request(&[])).await;
    let code = client::code(browser.sign_in(&world, page, "1234567", &secret).await.to());
    let (_, tokens) = redeem(&world, &code).await;
    let access = tokens["access_token"].as_str().expect("a token").to_owned();
    assert_eq!(get(&world, "/me", Some(&access)).await.0, StatusCode::OK);
    let (status, refused) = redeem(&world, &code).await;
    assert_eq!((status, refused["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_grant")));
    assert!(refused["error_description"].as_str().expect("words").contains("used before"));
    assert_eq!(get(&world, "/me", Some(&access)).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_its_second_use_ends_all() {
    let world = World::new().await;
    let (_, secret) = citizen(&world).await;
    let mut browser = Browser::default();
    let page = browser.get(&world, &request(&[("scope", "openid email offline_access")])).await;
    let code = client::code(browser.sign_in(&world, page, "1234567", &secret).await.to());
    let (_, tokens) = redeem(&world, &code).await;
    let first = tokens["refresh_token"].as_str().expect("a token").to_owned();
    let (_, introspected) = call(&world, "/token/introspection", &[("token", &first)]).await;
    assert_eq!((introspected["active"].as_bool(), introspected["client_id"].as_str()), (Some(true), Some("portal")));
    // It goes on after she signed out, and after the access token is over.
    let page = browser.get(&world, "/account").await;
    browser.post(&world, &page, "/account/sign-out", &[]).await.says("Salió");
    world.pass(3600);
    let (status, second) = refresh(&world, &first).await;
    assert_eq!(status, StatusCode::OK, "{second}");
    let access = second["access_token"].as_str().expect("a token").to_owned();
    assert_eq!(get(&world, "/me", Some(&access)).await.0, StatusCode::OK);
    assert_eq!(refresh(&world, &first).await.1["error"], "invalid_grant");
    assert_eq!(get(&world, "/me", Some(&access)).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(refresh(&world, second["refresh_token"].as_str().expect("a token")).await.1["error"], "invalid_grant");
}

#[tokio::test]
async fn a_client_is_asked_for_consent_and_may_lose_it() {
    let world = World::new().await;
    let (account, secret) = citizen(&world).await;
    let mut browser = Browser::default();
    let bank = [("client_id", "bank"), ("redirect_uri", "https://banco.example/back"), ("scope", "openid email")];
    let page = browser.get(&world, &request(&bank)).await;
    let asked = browser.sign_in(&world, page, "1234567", &secret).await;
    asked.says("Banco").says("su correo electrónico");
    let refused = browser.post(&world, &asked, "/consent", &[("answer", "no")]).await;
    assert_eq!(answer(refused.to(), "https://banco.example/back")["error"], "access_denied");
    let none = browser.get(&world, &request(&[&bank[..], &[("prompt", "none")]].concat())).await;
    assert_eq!(answer(none.to(), "https://banco.example/back")["error"], "consent_required");
    let given = browser.post(&world, &asked, "/consent", &[("answer", "yes")]).await;
    let code = answer(given.to(), "https://banco.example/back")["code"].clone();
    let fields = format!(
        "grant_type=authorization_code&code={code}&redirect_uri=https://banco.example/back&code_verifier={}&client_id=bank&client_secret={}",
        client::VERIFIER,
        common::SECRET
    );
    let (status, tokens) = client::call_with(&world, "/token", &fields, None).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    verified(&world, tokens["id_token"].as_str().expect("a token"), Algorithm::RS256).await;
    // Not asked again, but for more.
    assert!(browser.get(&world, &request(&bank)).await.to().contains("code="));
    let more = browser.get(&world, &request(&[&bank[..], &[("scope", "openid email celular")]].concat())).await;
    more.says("su número de celular");
    browser.get(&world, &request(&[&bank[..], &[("prompt", "consent")]].concat())).await.says("Banco");
    // In the language that the client asks for, until she chooses another.
    let english = [&bank[..], &[("prompt", "consent"), ("ui_locales", "en-GB es")]].concat();
    let leads_on = browser.get(&world, &request(&english)).await;
    browser.get(&world, leads_on.to()).await.says("wants to know");
    let chosen = browser.get(&world, &format!("/language/es?to={}", leads_on.to())).await;
    browser.get(&world, chosen.to()).await.says("Banco").says("correo electrónico");

    let list = browser.get(&world, "/account/consents").await;
    list.says("Banco");
    browser.post(&world, &list, "/account/consents/withdraw", &[]).await;
    assert_eq!(get(&world, "/me", tokens["access_token"].as_str()).await.0, StatusCode::UNAUTHORIZED);
    assert!(world.provider.consents(account.id).expect("a list").is_empty());
}

#[tokio::test]
async fn who_signs_out_at_a_client_signs_out_everywhere_and_clients_are_told() {
    let world = World::new().await;
    let (account, secret) = citizen(&world).await;
    let mut browser = Browser::default();
    let page = browser.get(&world, &request(&[])).await;
    let code = client::code(browser.sign_in(&world, page, "1234567", &secret).await.to());
    let (_, tokens) = redeem(&world, &code).await;
    let hint = tokens["id_token"].as_str().expect("a token");
    let sid = verified(&world, hint, Algorithm::ES256).await["sid"].clone();
    let end = format!("/session/end?id_token_hint={hint}&post_logout_redirect_uri=https://portal.example/&state=x");
    let gone = browser.get(&world, &end).await;
    assert_eq!(gone.to(), "https://portal.example/?state=x");
    assert!(!browser.cookies.contains_key("__Host-identity"));
    assert_eq!(get(&world, "/me", tokens["access_token"].as_str()).await.0, StatusCode::UNAUTHORIZED);

    // Told once, as soon as the client can be reached.
    *world.clients.refuses.lock().expect("a word") = true;
    assert_eq!(world.provider.tell_clients().await.expect("a look"), 0);
    *world.clients.refuses.lock().expect("a word") = false;
    assert_eq!(world.provider.tell_clients().await.expect("a look"), 0, "not yet due");
    world.pass(10);
    assert_eq!(world.provider.tell_clients().await.expect("a look"), 1);
    assert_eq!(world.provider.tell_clients().await.expect("a look"), 0);
    let posted = world.clients.requests.lock().expect("a list").clone();
    assert_eq!(posted[0].0, "https://portal.example/-/back-channel-logout");
    let token =
        std::str::from_utf8(&posted[0].1).expect("text").strip_prefix("logout_token=").expect("a token").to_owned();
    assert_eq!(jsonwebtoken::decode_header(&token).expect("a header").typ.as_deref(), Some("logout+jwt"));
    let said = verified(&world, &token, Algorithm::ES256).await;
    assert_eq!((said["aud"].as_str(), &said["sid"]), (Some("portal"), &sid));
    assert_eq!(said["sub"], world.provider.subject("BO/GOV/1", account.id));
    assert!(
        said["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object() && said.get("nonce").is_none()
    );
}

#[tokio::test]
async fn a_link_alone_signs_nobody_out() {
    let world = World::new().await;
    let (account, secret) = citizen(&world).await;
    let mut browser = Browser::default();
    let page = browser.get(&world, "/account").await;
    browser.sign_in(&world, page, "1234567", &secret).await.says("Ana Mamani Quispe");
    let asked =
        browser.get(&world, "/session/end?client_id=portal&post_logout_redirect_uri=https://portal.example/").await;
    asked.says("/session/end/confirm");
    assert_eq!(world.provider.sessions(account.id).expect("a list").len(), 2);
    let gone = browser.post(&world, &asked, "/session/end/confirm", &[]).await;
    assert_eq!(gone.to(), "https://portal.example/");
    assert_eq!(world.provider.sessions(account.id).expect("a list").len(), 1);
    let elsewhere =
        browser.get(&world, "/session/end?client_id=portal&post_logout_redirect_uri=https://evil.example/").await;
    assert_eq!(elsewhere.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_another_site_posts_is_answered_with_the_session_that_the_browser_shows_then() {
    let world = World::new().await;
    let (account, secret) = citizen(&world).await;
    let mut browser = Browser::default();
    let page = browser.get(&world, "/account").await;
    browser.sign_in(&world, page, "1234567", &secret).await.says("Ana");
    // Such a post comes without cookies; where it leads, they are sent.
    let asked = request(&[]);
    let (_, query) = asked.split_once('?').expect("a query");
    let posted = Browser::default().post_raw(&world, "/auth", query).await;
    assert!(posted.to().starts_with("/auth/continue?flow="), "{posted:?}");
    client::code(browser.get(&world, posted.to()).await.to());
    let to = "client_id=portal&post_logout_redirect_uri=https://portal.example/";
    let mut bare = Browser::default();
    let posted = bare.post_raw(&world, "/session/end", to).await;
    assert!(posted.to().starts_with("/session/end?client_id=portal&"), "{posted:?}");
    browser.get(&world, posted.to()).await.says("/session/end/confirm");
    assert_eq!(world.provider.sessions(account.id).expect("a list").len(), 2);
    // Who has no session at all is not led in a circle.
    assert_eq!(bare.get(&world, posted.to()).await.to(), "https://portal.example/");
    let late = format!("{query}&client_id=portal");
    bare.post_raw(&world, "/auth", &late).await.says("a parameter comes twice");
}
