//! Enrolment, sign-in, and what is said to who is not her.

use super::browser::{Browser, request, totp};
use super::world::{PASSWORD, World};
use http::StatusCode;
use identity::SecurityEvent;
use identity::accounts::{self, Outcome};
use std::time::Duration;

#[tokio::test]
async fn an_enrolment_code_works_once_and_a_new_one_takes_its_place() {
    let world = World::new().await;
    let (account, first) = world.ana().await;
    let mut browser = Browser::new(&world);
    let mut tx = world.store.begin().unwrap();
    let second = accounts::renew_enrolment(&mut tx, &account.id, world.now()).unwrap().reveal().to_owned();
    tx.commit().await.unwrap();
    let page = browser.get("/enrol").await;
    for code in [first.as_str(), "", "0000"] {
        assert_eq!(browser.post(&page, "/enrol", &[("code", code)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(browser.enrol(&second).await.len(), 10);
    let page = browser.get("/enrol").await;
    assert_eq!(browser.post(&page, "/enrol", &[("code", &second)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(*world.told.events.lock().unwrap(), [SecurityEvent::Enrolled]);
}

#[tokio::test]
async fn an_enrolment_code_ends_after_a_week() {
    let world = World::new().await;
    let (_, code) = world.ana().await;
    world.clock.advance(accounts::ENROLMENT_LASTS);
    let mut browser = Browser::new(&world);
    let page = browser.get("/enrol").await;
    assert_eq!(browser.post(&page, "/enrol", &[("code", &code)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(world.provider.sweep().await.unwrap() > 0);
}

#[tokio::test]
async fn refuses_what_she_chose_with_the_reason() {
    let world = World::new().await;
    let (_, code) = world.ana().await;
    let mut browser = Browser::new(&world);
    let page = browser.get("/enrol").await;
    let page = browser.post(&page, "/enrol", &[("code", &code)]).await;
    assert!(page.body.contains("<svg") && page.body.contains("Ana Mamani Quispe"));
    let right = totp(&page.codes()[0], world.now());
    for (password, again, code, said) in [
        ("corta", "corta", right.as_str(), "al menos 10"),
        ("contraseña1", "contraseña1", &right, "primeras"),
        (PASSWORD, "otra", &right, "No es igual"),
        (PASSWORD, PASSWORD, "000000", "otro código"),
    ] {
        let shown =
            browser.post(&page, "/enrol/finish", &[("password", password), ("again", again), ("code", code)]).await;
        assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(shown.body.contains(said), "{said}: {}", shown.body);
    }
}

#[tokio::test]
async fn says_the_same_whether_document_or_password_is_wrong() {
    let world = World::new().await;
    let (account, code) = world.ana().await;
    let mut browser = Browser::new(&world);
    browser.enrol(&code).await;
    let page = browser.get("/sign-in").await;
    let wrong = browser.password(&page, "una llama").await;
    let nobody = [("kind", "CI"), ("number", "999"), ("password", PASSWORD)];
    let nobody = browser.post(&page, "/sign-in", &nobody).await;
    let plain = |body: &str| {
        let (start, rest) = body.split_once("name=\"-form\" value=\"").unwrap();
        format!("{start}{}", rest.split_once('"').unwrap().1)
    };
    assert_eq!((wrong.status, plain(&wrong.body)), (nobody.status, plain(&nobody.body)));
    let history = accounts::sign_ins(&mut world.store.begin().unwrap(), &account.id, 10).unwrap();
    assert_eq!(history.iter().map(|entry| entry.outcome).collect::<Vec<_>>(), [Outcome::WrongPassword]);
}

#[tokio::test]
async fn who_fails_often_waits_whether_there_is_an_account_or_not_and_is_let_in_afterwards() {
    let world = World::new().await;
    let (_, code) = world.ana().await;
    let mut browser = Browser::new(&world);
    browser.enrol(&code).await;
    let page = browser.get("/sign-in").await;
    for number in ["1234567", "999"] {
        let typed = [("kind", "CI"), ("number", number), ("password", "no es esta")];
        for _ in 0..6 {
            assert!(browser.post(&page, "/sign-in", &typed).await.body.contains("no son correctos"));
        }
        assert!(browser.post(&page, "/sign-in", &typed).await.body.contains("Espere 1 s"), "{number}");
    }
    let right = browser.password(&page, PASSWORD).await;
    assert!(right.body.contains("Espere 1 s"), "even who knows it waits");
    world.clock.advance(Duration::from_secs(3));
    let page = browser.password(&page, PASSWORD).await;
    world.clock.advance(Duration::from_secs(3));
    let code = totp(&browser.key, world.now());
    assert!(browser.post(&page, "/sign-in/code", &[("code", &code)]).await.location.is_some());
}

#[tokio::test]
async fn a_code_of_the_app_works_once() {
    let world = World::new().await;
    let (_, code) = world.ana().await;
    let mut browser = Browser::new(&world);
    browser.enrol(&code).await;
    let page = browser.get("/sign-in").await;
    let page = browser.password(&page, PASSWORD).await;
    let code = totp(&browser.key, world.now());
    assert!(browser.post(&page, "/sign-in/code", &[("code", "000000")]).await.body.contains("ya se usó"));
    let mut thief = Browser::new(&world);
    let thiefs = thief.get("/sign-in").await;
    let thiefs = thief.password(&thiefs, PASSWORD).await;
    assert_eq!(browser.post(&page, "/sign-in/code", &[("code", &code)]).await.location.as_deref(), Some("/account"));
    let seen = thief.post(&thiefs, "/sign-in/code", &[("code", &code)]).await;
    assert_eq!((seen.status, seen.location), (StatusCode::UNPROCESSABLE_ENTITY, None));
}

#[tokio::test]
async fn a_recovery_code_lets_her_in_once_with_little_assurance_and_she_is_told() {
    let world = World::new().await;
    let (_, code) = world.ana().await;
    let mut browser = Browser::new(&world);
    let codes = browser.enrol(&code).await;
    let page = browser.get(&request(&[("acr_values", "substantial")])).await;
    let page = browser.password(&page, PASSWORD).await;
    let shown = browser.post(&page, "/sign-in/code", &[("code", &codes[0].to_lowercase())]).await;
    let back = browser.get(&shown.location.unwrap()).await;
    assert!(back.location.unwrap().contains("unmet_authentication_requirements"));
    assert!(world.told.events.lock().unwrap().contains(&SecurityEvent::RecoveryCodeUsed { left: 9 }));
    let page = browser.get("/sign-in?again=yes").await;
    let page = browser.password(&page, PASSWORD).await;
    let again = browser.post(&page, "/sign-in/code", &[("code", &codes[0])]).await;
    assert_eq!(again.location, None);
}

#[tokio::test]
async fn refuses_forms_that_were_not_shown_here_and_sign_ins_that_take_too_long() {
    let world = World::new().await;
    let (_, code) = world.ana().await;
    let mut browser = Browser::new(&world);
    browser.enrol(&code).await;
    let fields = [("kind", "CI"), ("number", "1234567"), ("password", PASSWORD)];
    assert_eq!(browser.post_raw("/sign-in", &fields).await.status, StatusCode::FORBIDDEN);
    let page = browser.get("/sign-in").await;
    let mut other = Browser::new(&world);
    other.get("/sign-in").await;
    assert_eq!(other.post(&page, "/sign-in", &fields).await.status, StatusCode::FORBIDDEN, "another browser's");
    let page = browser.password(&page, PASSWORD).await;
    world.clock.advance(Duration::from_secs(300));
    let code = totp(&browser.key, world.now());
    assert_eq!(browser.post(&page, "/sign-in/code", &[("code", &code)]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.get("/continue?request=AAAA").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.get("/nothing").await.status, StatusCode::NOT_FOUND);
}
