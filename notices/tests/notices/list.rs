//! What a citizen finds in her list.

use std::time::Duration;

use notices::{Account, Contacts, NoticesError, Page, Reading, Told, Ways};
use texts::{Argument, Language};

use crate::common::*;

#[tokio::test]
async fn a_notice_is_in_the_list_once_its_transaction_is_committed_and_never_otherwise() {
    let scene = Scene::new();
    let mut dropped = scene.store.begin().unwrap();
    assert_eq!(scene.notices.tell(&mut dropped, &notice("a", 0)).unwrap(), Told::Now);
    drop(dropped);
    assert_eq!((scene.list().len(), scene.notices.unread(&ana()).unwrap()), (0, 0));
    assert_eq!(scene.say(&notice("a", 0)).await, Told::Now);
    let listed = scene.list();
    assert_eq!(listed[0].subject, "Tiene una deuda de Bs\u{a0}1.234,50");
    assert_eq!(listed[0].body, "Señora Ana, debe Bs\u{a0}1.234,50.\n\nPágina de pago abajo.");
    assert_eq!(listed[0].link.as_ref().unwrap().as_str(), "/pagos/7");
    assert_eq!((listed[0].time, listed[0].reading), (at(0), Reading::Unread));
    assert!(listed[0].deliveries.is_empty());
}

#[tokio::test]
async fn a_notice_with_the_same_id_is_said_once() {
    let scene = Scene::new();
    scene.reach(&everywhere()).await;
    scene.say(&notice("a", 0)).await;
    assert_eq!(scene.say(&notice("a", 5)).await, Told::Before);
    assert_eq!((scene.list().len(), scene.notices.unread(&ana()).unwrap()), (1, 1));
    let mut other = notice("a", 0);
    other.account = Account::new("juan").unwrap();
    assert_eq!(scene.say(&other).await, Told::Now);
}

#[tokio::test]
async fn the_list_has_pages_newest_first() {
    let scene = Scene::new();
    for n in 0..5 {
        scene.say(&notice(&format!("n{n}"), n)).await;
    }
    let page = |after: Option<&str>, size| {
        let page = Page { after: after.map(id), size };
        let listed = scene.notices.list(&ana(), &page).unwrap();
        listed.iter().map(|notice| notice.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(page(None, 2), ["n4", "n3"]);
    assert_eq!(page(Some("n3"), 2), ["n2", "n1"]);
    assert_eq!(page(Some("n1"), 2), ["n0"]);
    assert!(page(Some("n0"), 2).is_empty() && page(None, 0).is_empty());
    let error = scene.notices.list(&ana(), &Page { after: Some(id("x")), size: 2 }).unwrap_err();
    assert_eq!(error.to_string(), "ana has no notice x");
}

#[tokio::test]
async fn what_was_read_is_not_unread_and_stays_so() {
    let scene = Scene::new();
    scene.say(&notice("a", 0)).await;
    scene.say(&notice("b", 1)).await;
    for _ in 0..2 {
        scene.notices.mark_read(&ana(), &id("a")).await.unwrap();
        assert_eq!(scene.notices.unread(&ana()).unwrap(), 1);
    }
    assert_eq!(scene.list()[1].reading, Reading::Read);
    let error = scene.notices.mark_read(&ana(), &id("c")).await.unwrap_err();
    assert!(matches!(error, NoticesError::NoSuchNotice { .. }));
}

#[tokio::test]
async fn the_language_that_she_chose_counts_more_than_that_of_the_notice() {
    let scene = Scene::new();
    scene.reach(&Contacts { language: Some(Language::English), ..Contacts::default() }).await;
    scene.say(&notice("a", 0)).await;
    assert_eq!(scene.list()[0].subject, "You owe Bs\u{a0}1.234,50");
    scene.reach(&Contacts { language: Some(Language::Guarani), ..Contacts::default() }).await;
    scene.say(&notice("b", 1)).await;
    assert_eq!((scene.list()[0].language, scene.list()[0].subject.starts_with("Tiene")), (Language::Spanish, true));
}

#[tokio::test]
async fn contacts_come_back_as_they_were_set() {
    let scene = Scene::new();
    assert_eq!(scene.notices.contacts(&ana()).unwrap(), Contacts::default());
    scene.reach(&everywhere()).await;
    let scene = scene.restarted().await;
    assert_eq!(scene.notices.contacts(&ana()).unwrap(), everywhere());
}

#[test]
fn refuses_what_cannot_be_said_or_is_too_large() {
    let scene = Scene::new();
    let refused = |change: &dyn Fn(&mut notices::Notice)| {
        let mut notice = notice("a", 0);
        change(&mut notice);
        scene.notices.tell(&mut scene.store.begin().unwrap(), &notice).unwrap_err()
    };
    let error = refused(&|notice| notice.template = "none".to_owned());
    assert_eq!(error.to_string(), "the notice a cannot be said");
    assert!(matches!(refused(&|notice| notice.arguments.clear()), NoticesError::Unsayable { .. }));
    let error = refused(&|notice| notice.arguments[0] = Argument::text("name", "x".repeat(20_000)));
    assert_eq!(error.to_string(), "the notice a has 20018 bytes of arguments, of which it may have 16384: shorten it");
    assert!(matches!(refused(&|notice| notice.said_by = "x".repeat(257)), NoticesError::TooLarge { .. }));
    assert!(matches!(refused(&|notice| notice.template = "x".repeat(257)), NoticesError::TooLarge { .. }));
}

#[tokio::test]
async fn who_leaves_is_forgotten_with_all_that_was_to_be_sent() {
    let scene = Scene::new();
    let before = scene.rows();
    scene.reach(&everywhere()).await;
    for n in 0..250 {
        scene.say(&notice(&format!("n{n}"), n)).await;
    }
    scene.notices.mark_read(&ana(), &id("n7")).await.unwrap();
    scene.notices.erase(&ana()).await.unwrap();
    assert_eq!((scene.rows(), scene.notices.unread(&ana()).unwrap()), (before, 0));
    let carrier = Scripted::failing([]);
    let ways = Ways { email: Some(carrier.clone()), sms: Some(carrier.clone()), webhook: None };
    assert_eq!(scene.courier(ways).step(at(1000)).await.unwrap(), 0);
}

#[tokio::test]
async fn old_notices_are_forgotten_a_part_at_a_time_and_others_stay() {
    let scene = Scene::new();
    scene.reach(&everywhere()).await;
    for n in 0..130 {
        scene.say(&notice(&format!("n{n}"), n)).await;
    }
    let kept = Duration::from_secs(100);
    assert_eq!(scene.notices.tidy(at(225), kept).await.unwrap(), 100);
    assert_eq!(scene.notices.tidy(at(225), kept).await.unwrap(), 25);
    assert_eq!(scene.notices.tidy(at(225), kept).await.unwrap(), 0);
    assert_eq!((scene.list().len(), scene.notices.unread(&ana()).unwrap()), (5, 5));
    let carrier = Scripted::failing([]);
    let ways = Ways { email: Some(carrier.clone()), ..Ways::default() };
    scene.courier(ways).step(at(225)).await.unwrap();
    assert_eq!(carrier.count(), 5);
}
