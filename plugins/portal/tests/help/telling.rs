//! What applicants are told.

use std::time::Duration;

use super::common::{NOTICE, PAID, PAID_LATER, ana, decide, harness, of, press, rosa, say, send_back, submitted, told};
use portal::PLUGIN;
use sdk::harness::{Browser, Host, Person};
use sdk::{Represented, RepresentedKind};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[test]
fn what_has_to_be_done_and_what_came_of_it_is_told_and_nothing_else() {
    let mut harness = harness();
    let number = submitted(&mut harness, NOTICE);
    assert_eq!(told(&harness, "ana"), Vec::<String>::new(), "that a step began is told to nobody");
    send_back(&mut harness, &number);
    assert_eq!(told(&harness, "ana"), ["Tiene que corregir su trámite"]);
    let text = harness.told()[0].text.clone();
    assert!(text.contains("Trámite aviso") && text.contains(&number), "{text}");
    assert_eq!(harness.told()[0].link, Some(format!("/applications/{number}")));

    let mut ana = ana();
    ana.visit(&mut harness, &format!("/applications/{number}/correct"));
    ana.fill("Para qué", "Una feria de libros");
    press(&mut ana, &mut harness, "submit-again");
    assert_eq!(told(&harness, "ana").len(), 1, "what she did herself is not told");
    let mut rosa = rosa();
    rosa.visit(&mut harness, &format!("/office/{number}/permiso/decide"));
    let (verdict, label) = (say(&mut harness, "verdict-reject"), say(&mut harness, "reason"));
    rosa.choose(&verdict).fill(&label, "No hay lugar.");
    press(&mut rosa, &mut harness, "decide-now");
    assert_eq!(told(&harness, "ana"), ["Tiene que corregir su trámite", "Su trámite no fue aprobado"]);
}

#[test]
fn what_was_granted_is_told_and_what_is_taken_back_is_not() {
    let mut harness = harness();
    let number = submitted(&mut harness, NOTICE);
    decide(&mut rosa(), &mut harness, &number, "verdict-approve", "");
    assert_eq!(told(&harness, "ana"), ["Su trámite fue aprobado"]);
    let number = submitted(&mut harness, NOTICE);
    let mut ana = ana();
    ana.visit(&mut harness, &format!("/applications/{number}/withdraw"));
    let why = say(&mut harness, "withdraw-why");
    ana.choose("Permiso").fill(&why, "Ya no.");
    press(&mut ana, &mut harness, "withdraw");
    assert_eq!(told(&harness, "ana").len(), 1);
}

#[test]
fn who_has_to_pay_is_told_how_much_until_when_and_again_before_it_is_too_late() {
    let mut harness = harness();
    let number = submitted(&mut harness, PAID);
    assert_eq!(told(&harness, "ana"), ["Tiene que pagar por su trámite"]);
    let text = harness.told()[0].text.clone();
    assert!(text.contains("Bs\u{a0}50,00"), "{text}");
    // Thirty working days from Thursday, the 26th of November: until Thursday, the 7th of January.
    assert!(text.contains("7 de enero de 2027"), "{text}");
    harness.advance(DAY * 36);
    assert_eq!(told(&harness, "ana").len(), 1, "it is the 1st of January");
    harness.advance(DAY * 2);
    assert_eq!(told(&harness, "ana")[1..], ["Queda poco tiempo para pagar"]);
    harness.advance(DAY * 10);
    assert_eq!(told(&harness, "ana")[2..], ["Su trámite terminó"]);
    let application = of(&mut harness, "ana").pop().expect("an application");
    assert!(application.number == number && application.is_closed());
}

#[test]
fn nobody_is_asked_for_what_is_paid_at_the_end_before_it_is_granted() {
    let mut harness = harness();
    let number = submitted(&mut harness, PAID_LATER);
    let (to_pay, pay_next) = (say(&mut harness, "to-pay"), say(&mut harness, "pay-next"));
    let mut ana = ana();
    let path = format!("/applications/{number}");
    assert!(!ana.visit(&mut harness, &format!("{path}/submitted")).text().contains(&pay_next));
    assert!(!ana.visit(&mut harness, &path).text().contains(&to_pay));
    assert_eq!(told(&harness, "ana"), Vec::<String>::new());
    decide(&mut rosa(), &mut harness, &number, "verdict-approve", "");
    assert!(ana.visit(&mut harness, &path).text().contains(&to_pay));
    assert_eq!(told(&harness, "ana"), ["Tiene que pagar por su trámite"]);
}

#[test]
fn who_has_corrected_is_not_reminded() {
    let mut harness = harness();
    let number = submitted(&mut harness, NOTICE);
    send_back(&mut harness, &number);
    let other = submitted(&mut harness, NOTICE);
    send_back(&mut harness, &other);
    let mut ana = ana();
    ana.visit(&mut harness, &format!("/applications/{number}/correct"));
    ana.fill("Para qué", "Una feria de libros");
    press(&mut ana, &mut harness, "submit-again");
    harness.advance(DAY * 38);
    let reminded: Vec<_> = harness.told().iter().filter(|told| told.subject.starts_with("Queda poco")).collect();
    assert_eq!(reminded.len(), 1);
    assert!(reminded[0].text.contains(&other) && reminded[0].subject.ends_with("corregir"), "{reminded:?}");
}

#[test]
fn who_acts_for_another_is_told_herself() {
    let mut harness = harness();
    let represented = Represented {
        subject: "empresa".to_owned(),
        name: "Tejidos Illimani S.R.L.".to_owned(),
        kind: RepresentedKind::Organisation,
    };
    let person = Person::of("ana").named("Ana Quispe").representing(represented);
    let mut ana = Browser::of(&PLUGIN).signed_in(person);
    super::common::fill(&mut ana, &mut harness, &format!("/apply/{PAID}"));
    super::common::submit(&mut ana, &mut harness, "all-is-true");
    assert_eq!(told(&harness, "ana"), ["Tiene que pagar por su trámite"]);
    assert_eq!(told(&harness, "empresa"), Vec::<String>::new());
    assert_eq!(of(&mut harness, "empresa").len(), 1);
}

#[test]
fn who_cannot_be_told_is_no_failure() {
    let mut harness = harness();
    harness.nobody_is("ana");
    let number = submitted(&mut harness, NOTICE);
    send_back(&mut harness, &number);
    assert_eq!(harness.told(), []);
    assert!(of(&mut harness, "ana")[0].marks().next().is_some());
}
