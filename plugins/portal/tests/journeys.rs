//! Random procedures, and random journeys through them: no dead end, no step without somebody who can take it, and a history
//! that is complete.

#[path = "journeys/office.rs"]
mod office;
#[path = "journeys/random.rs"]
mod random;
#[path = "journeys/walk.rs"]
mod walk;

use portal::application::{Applicant, Application, Content, Outcome, Owed, Owner, Refused, Stage, Track};
use proptest::prelude::*;

use random::{Move, a_procedure, some_moves};
use walk::Walk;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever people do in whatever order, what is kept is what the history says, and everybody who is waited for can act.
    #[test]
    fn a_journey_leaves_no_step_without_owner_and_a_complete_history(procedure in a_procedure(), moves in some_moves()) {
        let mut walk = Walk::begin(&procedure);
        for one in moves {
            walk.take(one);
            prop_assert_eq!(Application::of(&walk.history).expect("the history reads"), walk.application.clone());
            prop_assert_eq!(walk.history.len(), walk.application.entries as usize);
            owned(&walk)?;
        }
    }

    /// From wherever a journey has come to, people who do what they are asked to bring it to its end.
    #[test]
    fn a_journey_comes_to_an_end_when_everybody_does_what_is_asked(procedure in a_procedure(), moves in some_moves()) {
        let mut walk = Walk::begin(&procedure);
        moves.into_iter().for_each(|one| walk.take(one));
        let rounds = walk.cooperate();
        prop_assert!(walk.application.is_closed(), "after {} rounds: {:?}", rounds, walk.application.tracks);
    }

    /// When nobody does anything any more, time alone ends what nobody has to look at: silence speaks, or it lapses; only what
    /// was left to who supervises stays.
    #[test]
    fn a_journey_that_everybody_forgets_ends_or_is_escalated(procedure in a_procedure(), moves in some_moves()) {
        let mut walk = Walk::begin(&procedure);
        moves.into_iter().for_each(|one| walk.take(one));
        walk.wait_out();
        for track in &walk.application.tracks {
            let escalated = track.reach == portal::application::Reach::Supervisor;
            let waits = matches!(track.stage, Stage::Waiting) && walk.is_escalated();
            prop_assert!(track.is_decided() || escalated || waits, "{:?}", track);
        }
    }

    /// What is decided stays so, and has its document unless the applicant took it back.
    #[test]
    fn a_decision_stays_and_has_its_document(procedure in a_procedure(), moves in some_moves()) {
        let mut walk = Walk::begin(&procedure);
        let mut decided: Vec<(usize, Stage)> = Vec::new();
        for one in moves {
            walk.take(one);
            for (number, stage) in &decided {
                prop_assert_eq!(&walk.application.tracks[*number].stage, stage);
            }
            let tracks = walk.application.tracks.iter().enumerate();
            decided = tracks.filter(|(_, track)| track.is_decided()).map(|(number, track)| (number, track.stage.clone())).collect();
            for (_, stage) in &decided {
                if let Stage::Decided { outcome, document, .. } = stage {
                    prop_assert_eq!(document.is_none(), *outcome == Outcome::Withdrawn);
                }
            }
        }
    }
}

/// Everything that is not decided waits for somebody who can act, and what can run out says when. Who is asked for money is who
/// waits for it.
fn owned(walk: &Walk<'_>) -> Result<(), TestCaseError> {
    for track in &walk.application.tracks {
        match track.owner() {
            Owner::Role { .. } => {
                prop_assert!(track.until().is_some() && track.due.is_some());
            }
            Owner::Applicant => {
                let pays = walk.procedure.owed_now(&walk.application).next().is_some();
                prop_assert!(pays || !track.marks().is_empty(), "{:?}", track);
                prop_assert!(track.runs_until().is_some());
            }
            Owner::Another => {
                prop_assert!(matches!(track.stage, Stage::Waiting), "{:?}", track);
                prop_assert!(
                    walk.application
                        .tracks
                        .iter()
                        .any(|other| !other.is_decided() && !matches!(other.stage, Stage::Waiting))
                );
            }
            Owner::Nobody => prop_assert!(track.is_decided()),
        }
    }
    for said in walk.procedure.fees_of(&walk.application.content) {
        let of = walk.application.fees.iter().filter(|one| one.fee == said.fee);
        let (paid, owed): (Vec<&Owed>, Vec<&Owed>) = of.partition(|one| one.receipt.is_some());
        let sum = |fees: Vec<&Owed>| fees.iter().map(|one| one.amount.centavos()).sum::<i64>();
        prop_assert_eq!(sum(owed), (said.amount.centavos() - sum(paid)).max(0));
    }
    let waits = |track: &Track| matches!(track.stage, Stage::Owing { .. } | Stage::OwingForResult { .. });
    let asked = walk.procedure.owed_now(&walk.application).next().is_some();
    prop_assert_eq!(asked, walk.application.tracks.iter().any(waits));
    Ok(())
}

/// An answer that was not marked is neither changed, nor added, nor taken away.
#[test]
fn a_correction_touches_what_was_marked_alone() {
    let procedure = random::plain();
    let mut walk = Walk::begin(&procedure);
    walk.take(Move::Claim { track: 0, who: 0 });
    walk.take(Move::Decide { track: 0, verdict: 1, attach: 0 });
    let not_marked = |refused: Result<(), Refused>, name: &str| {
        assert!(matches!(&refused, Err(Refused::NotMarked { what }) if what == name), "{refused:?}");
    };
    let answer = |name: &'static str, value: &'static str| {
        move |content: &mut Content| drop(content.answers.insert(name.to_owned(), sdk::json::json!(value)))
    };
    not_marked(walk.correct_with(answer("who", "Eva")), "who");
    not_marked(walk.correct_with(answer("more", "Y otra cosa")), "more");
    let fact = |content: &mut Content| drop(content.facts.insert("born".to_owned(), sdk::json::json!("1990-01-01")));
    not_marked(walk.correct_with(fact), "born");
    walk.correct_with(|_| {}).expect("the size was marked");
}

/// What is owed is what the answers say now; money that was taken for what they said before is not noted.
#[test]
fn a_correction_lowers_what_was_not_paid() {
    let procedure = random::priced();
    let mut walk = Walk::begin(&procedure);
    let owed = |walk: &Walk<'_>| walk.application.unpaid().map(|one| one.amount.centavos()).collect::<Vec<_>>();
    let correct = |walk: &mut Walk<'_>, size: i64| {
        walk.take(Move::Claim { track: 0, who: 0 });
        walk.take(Move::Decide { track: 0, verdict: 1, attach: 0 });
        walk.correct_with(|content| drop(content.answers.insert("size".to_owned(), sdk::json::json!(size))))
            .expect("the size was marked");
    };
    correct(&mut walk, 6);
    assert_eq!(owed(&walk), [5_000, 2_000]);
    let shown = walk.application.charge(0).expect("it is owed");
    correct(&mut walk, 4);
    assert_eq!(owed(&walk), [2_000], "a fee that the answers do not ask for any more is owed no more");
    assert!(matches!(walk.pay(shown.clone()), Err(Refused::FeeChanged { fee }) if fee == shown.fee));
    correct(&mut walk, 6);
    walk.pay(shown).expect("it is owed as it was shown");
    correct(&mut walk, 4);
    assert_eq!(owed(&walk), [2_000], "what was paid stays paid");
    assert_eq!(walk.application.fees.len(), 2);
    correct(&mut walk, 6);
    assert_eq!(owed(&walk), [2_000], "nobody pays twice");
}

/// What only moves an application about stops before its history is full: it can still be decided.
#[test]
fn a_history_that_is_nearly_full_still_leads_to_a_decision() {
    let procedure = random::plain();
    let mut walk = Walk::begin(&procedure);
    for _ in 0..1_000 {
        walk.take(Move::Claim { track: 0, who: 0 });
        walk.take(Move::Release { track: 0 });
    }
    assert_eq!(walk.application.entries, 900, "the last thing is that somebody took it on");
    assert!(matches!(walk.decide(1), Err(Refused::Full)), "it would come back once more");
    walk.take(Move::Assign { track: 0, who: 2 });
    walk.take(Move::Assign { track: 0, who: 0 });
    walk.take(Move::Assign { track: 0, who: 0 });
    assert_eq!(walk.application.entries, 902, "who supervises can still hand it on, to another one");
    for who in [2, 0].into_iter().cycle().take(100) {
        walk.take(Move::Assign { track: 0, who });
    }
    assert_eq!(walk.application.entries, 920, "but not until nothing is left");
    walk.decide(2).expect("it can be approved");
    assert!(walk.application.is_closed());
}

#[test]
fn who_has_it_does_not_take_it_on_again() {
    let procedure = random::plain();
    let mut walk = Walk::begin(&procedure);
    walk.claim(0).expect("she has the role");
    assert!(matches!(walk.claim(0), Err(Refused::Yours { .. })));
}

/// Neither what somebody asks for herself, nor what she asks for whom she represents.
#[test]
fn nobody_takes_on_or_decides_her_own_application() {
    let procedure = random::plain();
    for applicant in [asks("rosa", None), asks("company", Some("rosa"))] {
        let mut walk = Walk::of(&procedure, applicant);
        assert!(matches!(walk.claim(0), Err(Refused::Own)));
        walk.take(Move::Assign { track: 0, who: 0 });
        assert!(
            matches!(walk.application.tracks[0].owner(), Owner::Role { holder: None, .. }),
            "nobody hands it to her"
        );
    }
    let mut walk = Walk::of(&procedure, asks("ana", None));
    walk.claim(0).expect("it is not hers");
    // She joins what was filed at the counter after she took it on.
    walk.application.applicant = asks("rosa", None);
    assert!(matches!(walk.decide(2), Err(Refused::Own)));
}

#[test]
fn nobody_takes_the_money_of_her_own_application() {
    let procedure = random::priced();
    for applicant in [asks("rosa", None), asks("company", Some("rosa"))] {
        let mut walk = Walk::of(&procedure, applicant);
        let charge = walk.application.charge(0).expect("it is owed");
        assert!(matches!(walk.pay_to("rosa", charge.clone()), Err(Refused::Own)));
        walk.pay_to("luis", charge).expect("it is not his");
    }
}

fn asks(subject: &str, person: Option<&str>) -> Applicant {
    Applicant {
        subject: subject.to_owned(),
        name: None,
        represents: person.map(|_| "Una empresa".to_owned()),
        person: person.map(str::to_owned),
        assistance: None,
    }
}
