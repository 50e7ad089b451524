//! What the courier does with what is due.

use std::sync::Arc;

use async_trait::async_trait;
use clock::ManualClock;
use notices::{Carrier, CarryError, Channel, Choice, Contact, Contacts, Outcome, Parcel, Proof, Reason, Ways};
use texts::Language;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::common::*;

fn email(carrier: &Arc<Scripted>) -> Ways {
    Ways { email: Some(carrier.clone()), ..Ways::default() }
}

fn outcome(scene: &Scene, named: &str) -> Outcome {
    let listed = scene.list();
    listed.iter().find(|listed| listed.id == id(named)).unwrap().deliveries[0].outcome
}

#[tokio::test]
async fn what_is_due_is_sent_in_order_and_once() {
    let scene = Scene::new();
    scene.reach(&by_email()).await;
    for (named, seconds) in [("later", 50), ("b", 2), ("a", 1), ("c", 3)] {
        scene.say(&notice(named, seconds)).await;
    }
    let carrier = Scripted::failing([]);
    let mut courier = scene.courier(email(&carrier));
    assert_eq!(courier.step(at(10)).await.unwrap(), 3);
    assert_eq!(courier.step(at(10)).await.unwrap(), 0);
    let named: Vec<String> = carrier.carried().into_iter().map(|(_, notice)| notice).collect();
    assert_eq!(named, ["a", "b", "c"]);
    assert_eq!(outcome(&scene, "a"), Outcome::Sent { at: at(10) });
    assert_eq!(outcome(&scene, "later"), Outcome::Waiting { due: at(50), attempts: 0 });
}

#[tokio::test]
async fn a_failure_is_tried_again_later_with_the_same_id_also_after_a_restart() {
    let scene = Scene::new();
    scene.reach(&by_email()).await;
    scene.say(&notice("a", 0)).await;
    let carrier = Scripted::failing([unreachable(), CarryError::NotNow { status: 451 }]);
    assert_eq!(scene.courier(email(&carrier)).step(at(0)).await.unwrap(), 1);
    let Outcome::Waiting { due, attempts: 1 } = outcome(&scene, "a") else { panic!("waits") };
    assert!(due >= at(30) && due <= at(38), "{due}");
    let scene = scene.restarted().await;
    let mut courier = scene.courier(email(&carrier));
    assert_eq!(courier.step(at(29)).await.unwrap(), 0);
    assert_eq!(courier.step(at(38)).await.unwrap(), 1);
    let Outcome::Waiting { due, attempts: 2 } = outcome(&scene, "a") else { panic!("waits") };
    assert!(due >= at(38 + 60) && due <= at(38 + 75), "{due}");
    assert_eq!(courier.step(due).await.unwrap(), 1);
    assert_eq!(outcome(&scene, "a"), Outcome::Sent { at: due });
    let carried = carrier.carried();
    assert!(carried.len() == 3 && carried.iter().all(|parcel| *parcel == carried[0]));
    assert!(!carried[0].0.contains("ana"));
}

#[tokio::test]
async fn what_was_handed_over_and_not_yet_kept_is_handed_over_again() {
    let scene = Scene::new();
    scene.reach(&by_email()).await;
    scene.say(&notice("a", 0)).await;
    let carrier = Arc::new(HangsAfter::default());
    let mut courier = scene.courier(Ways { email: Some(carrier.clone()), ..Ways::default() });
    // Killed after the carrier had it, before that was kept.
    tokio::select! {
        _ = courier.step(at(0)) => panic!("it hangs"),
        () = carrier.had.notified() => {}
    }
    drop(courier);
    let scene = scene.restarted().await;
    let again = Scripted::failing([]);
    assert_eq!(scene.courier(email(&again)).step(at(0)).await.unwrap(), 1);
    assert_eq!(outcome(&scene, "a"), Outcome::Sent { at: at(0) });
}

#[tokio::test]
async fn after_the_last_attempt_it_is_given_up_and_the_citizen_is_told() {
    let scene = Scene::new();
    scene.reach(&by_email()).await;
    scene.say(&notice("a", 0)).await;
    let carrier = Scripted::failing((0..100).map(|_| unreachable()));
    let mut courier = scene.courier(email(&carrier));
    let mut now = at(0);
    while let Outcome::Waiting { due, .. } = outcome(&scene, "a") {
        now = due;
        courier.step(now).await.unwrap();
    }
    assert_eq!(carrier.count(), 14);
    assert_eq!(outcome(&scene, "a"), Outcome::GivenUp { at: now, reason: Reason::Unreachable });
    let days = now.duration_since(at(0)).as_hours();
    assert!((12..48).contains(&days), "{days} hours");
    let delivery = scene.list()[0].deliveries[0];
    assert_eq!(
        delivery.words(Language::Spanish).unwrap(),
        "No pudimos enviar este aviso a su correo electrónico: lo intentamos varias veces sin respuesta."
    );
    assert!(delivery.words(Language::English).unwrap().starts_with("We could not send this notice to your e-mail"));
    assert_eq!(courier.step(at(10_000_000)).await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_refused_for_good_is_not_tried_again() {
    for refusal in [CarryError::Refused { status: 550 }, CarryError::Forbidden { reason: "x" }] {
        let scene = Scene::new();
        scene.reach(&by_email()).await;
        scene.say(&notice("a", 0)).await;
        let carrier = Scripted::failing([refusal]);
        scene.courier(email(&carrier)).step(at(0)).await.unwrap();
        assert_eq!(outcome(&scene, "a"), Outcome::GivenUp { at: at(0), reason: Reason::Refused });
    }
}

#[tokio::test]
async fn a_channel_that_this_server_does_not_have_is_not_waited_for() {
    let scene = Scene::new();
    scene.reach(&by_email()).await;
    scene.say(&notice("a", 0)).await;
    scene.courier(Ways::default()).step(at(0)).await.unwrap();
    assert_eq!(outcome(&scene, "a"), Outcome::GivenUp { at: at(0), reason: Reason::NotOffered });
}

#[tokio::test]
async fn nothing_is_sent_where_it_is_not_proven_not_chosen_or_taken_back() {
    let scene = Scene::new();
    let unproven =
        Contacts { email: Some(Contact::unproven("ana@correo.example".parse().unwrap())), ..Contacts::default() };
    let mut off = by_email();
    off.email.as_mut().unwrap().choice = Choice::Off;
    for contacts in [&unproven, &off, &Contacts::default()] {
        assert!(contacts.channels().is_empty());
    }
    scene.reach(&unproven).await;
    scene.say(&notice("a", 0)).await;
    assert!(scene.list()[0].deliveries.is_empty());
    scene.reach(&by_email()).await;
    scene.say(&notice("b", 0)).await;
    scene.reach(&off).await;
    let carrier = Scripted::failing([]);
    scene.courier(email(&carrier)).step(at(0)).await.unwrap();
    assert_eq!((carrier.count(), outcome(&scene, "b")), (0, Outcome::GivenUp { at: at(0), reason: Reason::NoAddress }));
}

#[tokio::test]
async fn what_proves_an_address_goes_to_it_unproven() {
    let scene = Scene::new();
    let mut contacts = everywhere();
    contacts.email.as_mut().unwrap().proof = Proof::Missing;
    scene.reach(&contacts).await;
    let mut transaction = scene.store.begin().unwrap();
    scene.notices.tell_for_proof(&mut transaction, &notice("a", 0), Channel::Email).unwrap();
    transaction.commit().await.unwrap();
    let (mail, sms) = (Scripted::failing([]), Scripted::failing([]));
    let ways = Ways { email: Some(mail.clone()), sms: Some(sms.clone()), webhook: None };
    scene.courier(ways).step(at(0)).await.unwrap();
    assert_eq!((mail.count(), sms.count()), (1, 0));
}

#[tokio::test]
async fn who_left_while_a_notice_was_under_way_leaves_no_trace() {
    let scene = Scene::new();
    let before = scene.rows();
    scene.reach(&by_email()).await;
    scene.say(&notice("a", 0)).await;
    let carrier = Arc::new(Forgets(scene.notices.clone()));
    scene.courier(Ways { email: Some(carrier), ..Ways::default() }).step(at(0)).await.unwrap();
    assert_eq!(scene.rows(), before);
}

#[tokio::test]
async fn a_channel_that_hangs_keeps_no_other_waiting() {
    let scene = Scene::new();
    scene.reach(&everywhere()).await;
    let (hangs, sms) = (Arc::new(HangsAfter::default()), Arc::new(Tells::default()));
    let ways = Ways { email: Some(hangs.clone()), sms: Some(sms.clone()), webhook: None };
    let (clock, shutdown) = (Arc::new(ManualClock::new(at(100))), CancellationToken::new());
    scene.say(&notice("a", 0)).await;
    let running = tokio::spawn(scene.courier(ways).run(clock, shutdown.clone()));
    hangs.had.notified().await;
    sms.had.notified().await;
    // Said while e-mail hangs, and sent without waiting for the next look.
    scene.say(&notice("b", 1)).await;
    scene.notices.hurry();
    sms.had.notified().await;
    running.abort();
}

#[tokio::test]
async fn the_courier_ends_when_the_server_does() {
    let scene = Scene::new();
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(scene.courier(Ways::default()).run(Arc::new(ManualClock::new(at(0))), shutdown.clone()));
    shutdown.cancel();
    running.await.unwrap();
}

/// Says that it has something, and never comes to an end with it.
#[derive(Default)]
struct HangsAfter {
    had: Notify,
}

/// Takes everything, and says so.
#[derive(Default)]
struct Tells {
    had: Notify,
}

/// Forgets the citizen in the middle.
struct Forgets(notices::Notices);

#[async_trait]
impl Carrier for HangsAfter {
    async fn carry(&self, _: &Parcel<'_>) -> Result<(), CarryError> {
        self.had.notify_one();
        std::future::pending().await
    }
}

#[async_trait]
impl Carrier for Tells {
    async fn carry(&self, _: &Parcel<'_>) -> Result<(), CarryError> {
        self.had.notify_one();
        Ok(())
    }
}

#[async_trait]
impl Carrier for Forgets {
    async fn carry(&self, parcel: &Parcel<'_>) -> Result<(), CarryError> {
        self.0.erase(&parcel.notice.account).await.unwrap();
        Ok(())
    }
}
