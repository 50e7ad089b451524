//! What somebody sees and changes of her account.

use super::browser::{Browser, request};
use super::world::{PASSWORD, World};
use http::StatusCode;
use identity::accounts::{self, Account, AccountError, Changes, Document, NewAccount, Representation};
use identity::{Assurance, SecurityEvent};
use std::time::Duration;

impl World {
    /// Ana's account, which is there.
    pub fn account(&self) -> Account {
        let document = Document::new("ci", "1.234.567").unwrap();
        accounts::by_document(&mut self.store.begin().unwrap(), &document).unwrap().unwrap()
    }
}

#[tokio::test]
async fn security_is_changed_only_by_who_signed_in_just_now() {
    let world = World::new().await;
    let (_, code) = world.ana().await;
    let mut browser = Browser::new(&world);
    browser.enrol(&code).await;
    let page = browser.get("/sign-in").await;
    browser.sign_in(&page).await;
    let mut elsewhere = Browser::new(&world);
    elsewhere.key.clone_from(&browser.key);
    let page = elsewhere.get("/sign-in").await;
    elsewhere.sign_in(&page).await;
    let new = [("password", "dos llamas en la puna"), ("again", "dos llamas en la puna")];
    let page = browser.get("/account").await;
    assert_eq!(browser.post(&page, "/account/password", &new).await.location.as_deref(), Some("/account"));
    assert_eq!(elsewhere.get("/account").await.status, StatusCode::FORBIDDEN, "other sessions ended");
    assert!(browser.post(&page, "/account/recovery-codes", &[]).await.codes().len() == 10);
    world.clock.advance(Duration::from_secs(301));
    for path in ["/account/password", "/account/recovery-codes"] {
        assert_eq!(browser.post(&page, path, &new).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let events = world.told.events.lock().unwrap().clone();
    assert_eq!(events[1..], [SecurityEvent::PasswordChanged, SecurityEvent::RecoveryCodesRenewed]);
    let page = browser.get("/sign-in?again=yes").await;
    assert!(browser.password(&page, PASSWORD).await.body.contains("no son correctos"));
}

#[tokio::test]
async fn she_sees_her_sessions_and_ends_them() {
    let world = World::new().await;
    let (account, code) = world.ana().await;
    let mut browser = Browser::new(&world);
    browser.enrol(&code).await;
    browser.authorize(&request(&[])).await;
    let mut elsewhere = Browser::new(&world);
    elsewhere.key.clone_from(&browser.key);
    let page = elsewhere.get("/sign-in").await;
    elsewhere.sign_in(&page).await;
    assert_eq!(world.provider.sessions(&account.id).unwrap().len(), 2);
    let page = browser.get("/account").await;
    browser.post(&page, "/account/sessions/end", &[]).await;
    assert_eq!(elsewhere.get("/account").await.status, StatusCode::FORBIDDEN);
    let page = elsewhere.get("/sign-in").await;
    elsewhere.sign_in(&page).await;
    let page = elsewhere.get("/account").await;
    elsewhere.post(&page, "/account/sessions/end-all", &[]).await;
    assert_eq!(browser.get("/account").await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.provider.tell_clients().await.unwrap(), 1, "the portal hears of it");
    assert_eq!(world.provider.end_all_sessions(&account.id).await.unwrap(), 1);
    assert_eq!(elsewhere.get("/account").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_session_ends_by_itself_and_leaves_nothing() {
    let world = World::new().await;
    let (account, code) = world.ana().await;
    let mut browser = Browser::new(&world);
    browser.enrol(&code).await;
    browser.authorize(&request(&[])).await;
    world.clock.advance(identity::SESSION_LASTS);
    assert_eq!(browser.get("/account").await.status, StatusCode::FORBIDDEN);
    assert!(world.provider.sessions(&account.id).unwrap().is_empty());
    assert!(world.provider.sweep().await.unwrap() > 0);
    assert_eq!(world.provider.sweep().await.unwrap(), 0);
    assert_eq!(world.provider.end_all_sessions(&account.id).await.unwrap(), 0);
}

#[tokio::test]
async fn accounts_are_made_once_a_document_and_changed_by_rules() {
    let world = World::new().await;
    let (account, _) = world.ana().await;
    let mut tx = world.store.begin().unwrap();
    let new = |person| NewAccount { document: account.document.clone(), person, assurance: Assurance::Low };
    let named = Changes { given_names: Some("Eva".into()), first_surname: Some("Rojas".into()), ..Changes::default() };
    let again = accounts::create(&mut tx, new(named), world.now());
    assert!(matches!(again, Err(AccountError::DocumentTaken { .. })));
    assert!(matches!(
        accounts::create(&mut tx, new(Changes::default()), world.now()),
        Err(AccountError::Invalid { .. })
    ));
    let bad = |set: fn(&mut Changes)| {
        let mut changes = Changes::default();
        set(&mut changes);
        changes
    };
    for changes in [
        bad(|changes| changes.email = Some("ana".into())),
        bad(|changes| changes.mobile = Some("70000000".into())),
        bad(|changes| changes.birth_date = Some("1990-02-30".into())),
        bad(|changes| changes.given_names = Some("A\u{7}na".into())),
    ] {
        assert!(matches!(accounts::change(&mut tx, &account.id, changes), Err(AccountError::Invalid { .. })));
    }
    assert!(matches!(accounts::change(&mut tx, "x", Changes::default()), Err(AccountError::NoSuchAccount { .. })));
    assert_eq!(accounts::raise_assurance(&mut tx, &account.id, Assurance::High).unwrap().assurance, Assurance::High);
    assert_eq!(accounts::raise_assurance(&mut tx, &account.id, Assurance::Low).unwrap().assurance, Assurance::High);
    assert!(Document::new("CI", "").is_none() && Document::new("C/I", "1").is_none());
    assert!(!format!("{account:?}").contains("Mamani"));
}

#[tokio::test]
async fn somebody_acts_for_others_until_it_ends() {
    let world = World::new().await;
    let (account, _) = world.ana().await;
    let mut tx = world.store.begin().unwrap();
    let until = Some(world.now().as_second() + 10);
    let role = "representante-legal".to_owned();
    let company = Representation { represented: "NIT-1".to_owned(), name: "Minera".to_owned(), role, until };
    accounts::grant(&mut tx, &account.id, &company).unwrap();
    assert_eq!(accounts::representations(&mut tx, &account.id, world.now()).unwrap(), [company.clone()]);
    world.clock.advance(Duration::from_secs(10));
    assert!(accounts::representations(&mut tx, &account.id, world.now()).unwrap().is_empty());
    accounts::grant(&mut tx, &account.id, &Representation { until: None, ..company.clone() }).unwrap();
    accounts::revoke(&mut tx, &account.id, "NIT-1");
    assert!(accounts::representations(&mut tx, &account.id, world.now()).unwrap().is_empty());
    let nameless = Representation { name: String::new(), ..company.clone() };
    assert!(matches!(accounts::grant(&mut tx, &account.id, &nameless), Err(AccountError::Invalid { .. })));
    for number in 0..accounts::MOST_REPRESENTED {
        accounts::grant(&mut tx, &account.id, &Representation { represented: number.to_string(), ..company.clone() })
            .unwrap();
    }
    assert!(matches!(accounts::grant(&mut tx, &account.id, &company), Err(AccountError::TooManyRepresented { .. })));
}
