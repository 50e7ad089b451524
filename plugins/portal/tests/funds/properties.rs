//! Random calls, proposals and points: what holds for all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use portal::definition::Audience;
use portal::funds::ranking::{Entrant, Outcome, Rules, rank};
use portal::funds::{Call, Points, Published, Reader, Stage, State, calls, evaluation, proposals};
use proptest::prelude::*;
use sdk::harness::{Harness, Host, NoAnswer};
use sdk::json::Value;
use sdk::{Failure, Money, Timestamp};

use super::computing::{computed, said};
use super::setting::{
    CODE, blob, call, code, criterion, finish, judge, mark, named, propose, run, settle, with, withdraw,
};

/// A competition: what each does, and in which order the evaluators work.
#[derive(Clone, Debug)]
struct Competition {
    weights: Vec<u8>,
    total: i64,
    least: u8,
    evaluators: usize,
    entries: Vec<Submission>,
    /// The points that each evaluator gives each proposal in each criterion; nothing, where she cannot judge it.
    points: Vec<Vec<Option<Vec<u8>>>>,
    /// Whether the office closes the evaluation before all have finished.
    closes_early: bool,
}

#[derive(Clone, Debug)]
struct Submission {
    /// Seconds after the one before.
    after: u64,
    asked: i64,
    withdrawn: bool,
}

fn weights() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(vec![100]),
        (1_u8..=99).prop_map(|one| vec![one, 100 - one]),
        (1_u8..=49, 1_u8..=49).prop_map(|(one, two)| vec![one, two, 100 - one - two]),
    ]
}

fn competition() -> impl Strategy<Value = Competition> {
    (weights(), 1_usize..=3, 0_usize..=6).prop_flat_map(|(weights, evaluators, proposals)| {
        let submission = (0_u64..3, 1_i64..=60, any::<u8>());
        let submission = submission.prop_map(|(after, asked, chance)| Submission {
            after,
            asked: asked * 100,
            withdrawn: chance < 50,
        });
        // Few different points: ties are what goes wrong.
        let points = prop::collection::vec(prop_oneof![Just(49_u8), Just(50), Just(51), 0_u8..=100], weights.len());
        let points = prop_oneof![5 => points.prop_map(Some), 1 => Just(None)];
        let of_all = prop::collection::vec(prop::collection::vec(points, proposals), evaluators);
        (
            Just(weights),
            6_000_i64..=20_000,
            prop_oneof![Just(50_u8), 0_u8..=100],
            prop::collection::vec(submission, proposals),
            of_all,
            any::<bool>(),
        )
            .prop_map(move |(weights, total, least, entries, points, closes_early)| Competition {
                weights,
                total,
                least,
                evaluators,
                entries,
                points,
                closes_early,
            })
    })
}

impl Competition {
    fn call(&self) -> Call {
        let criteria = (1..).zip(&self.weights);
        Call {
            audience: vec![Audience::Person],
            total: Money::from_centavos(self.total),
            most: Money::from_centavos(6_000),
            schema: None,
            documents: Vec::new(),
            criteria: criteria.map(|(number, weight)| criterion(&format!("c{number}"), "Criterio", *weight)).collect(),
            least: self.least,
            evaluators: (0..self.evaluators).map(|number| named(&evaluator(number))).collect(),
            ..call()
        }
    }
}

fn evaluator(number: usize) -> String {
    format!("evaluator-{number}")
}

/// What every evaluator sees now of what others said of all proposals.
fn seen(harness: &mut Harness, evaluators: usize) -> Vec<(String, u32)> {
    let mut seen = Vec::new();
    for id in (0..evaluators).map(evaluator) {
        let parts = judge(harness, &id, |evaluator, _| {
            let mut numbers = Vec::new();
            for proposal in proposals::all_opened(evaluator.opened())? {
                numbers.extend(evaluation::parts(evaluator.opened(), &proposal, Reader::Evaluator(evaluator))?);
                numbers.extend(evaluation::parts(evaluator.opened(), &proposal, Reader::Another)?);
            }
            Ok(numbers.into_iter().map(|(number, _)| number).collect::<Vec<u32>>())
        });
        seen.extend(parts.expect("a look").into_iter().map(|number| (id.clone(), number)));
    }
    seen
}

/// Nobody sees what somebody else said, as long as not all have finished.
fn sees_only_hers(harness: &mut Harness, competition: &Competition) -> Result<(), TestCaseError> {
    let call = run(harness, |_| calls::find(&code(CODE))).expect("the call");
    if call.stage == Stage::Published {
        for (id, number) in seen(harness, competition.evaluators) {
            prop_assert_eq!(Some(number), call.number_of(&id));
        }
    }
    Ok(())
}

/// Everybody submits, some withdraw; gives the numbers, with whether each competes.
fn submit(harness: &mut Harness, competition: &Competition) -> Result<Vec<(String, bool)>, TestCaseError> {
    let mut numbers = Vec::new();
    for (number, entry) in competition.entries.iter().enumerate() {
        harness.advance(Duration::from_secs(entry.after));
        let subject = format!("citizen-{number}");
        let proposal = propose(harness, &subject, entry.asked).expect("the call takes it");
        if entry.withdrawn {
            withdraw(harness, &subject, &proposal.number).expect("it can be taken back");
        }
        numbers.push((proposal.number, !entry.withdrawn));
    }
    // Nobody reads anything while the call takes proposals.
    let early = run(harness, |context| Ok(calls::find(&code(CODE))?.opened(context.time()).is_err()));
    prop_assert_eq!(early, Ok(true));
    Ok(numbers)
}

/// Evaluators judge, one after the other; the last one does not finish, where the office closes early.
fn evaluate(harness: &mut Harness, competition: &Competition, numbers: &[(String, bool)]) -> Result<(), TestCaseError> {
    for (who, points) in competition.points.iter().enumerate() {
        let id = evaluator(who);
        for ((number, competes), points) in numbers.iter().zip(points) {
            let done = match points {
                Some(points) => mark(harness, &id, number, points),
                None => judge(harness, &id, |one, context| one.abstain(context, number, "un pariente")),
            };
            prop_assert_eq!(done.is_ok(), *competes);
            sees_only_hers(harness, competition)?;
        }
        let is_last = who + 1 == competition.evaluators;
        if !(is_last && competition.closes_early) {
            finish(harness, &id).expect("she has judged all");
        }
    }
    sees_only_hers(harness, competition)
}

/// Whether each proposal that competes got points from somebody.
fn all_have_points(competition: &Competition, numbers: &[(String, bool)]) -> bool {
    let got = |number: usize| competition.points.iter().any(|of_one| of_one[number].is_some());
    numbers.iter().enumerate().all(|(number, (_, competes))| !competes || got(number))
}

fn holds(
    harness: &mut Harness,
    competition: &Competition,
    numbers: &[(String, bool)],
    call: &Call,
) -> Result<(), TestCaseError> {
    let Stage::Resolved(resolution) = &call.stage else { panic!("it has a result") };
    let text = blob(harness, &resolution.data);
    let result: Value = sdk::json::read(&text).expect("JSON");
    let published: Published = sdk::json::read(&text).expect("a result");
    // Anybody computes the same: by our rule, and by somebody else's reading of it.
    let results: Vec<_> = published.results().cloned().collect();
    prop_assert_eq!(published.recompute(), Ok(results.clone()));
    prop_assert_eq!(computed(&result), said(&result));
    // No more is granted than there is, and each gets all that it asks for or nothing.
    let granted: i64 = results.iter().map(|placed| placed.granted.centavos()).sum();
    prop_assert!(granted <= competition.total);
    prop_assert_eq!(granted, resolution.granted.centavos());
    // Each proposal ends once, in one way, and its own record says the same.
    let ends: BTreeMap<&str, Outcome> = results.iter().map(|placed| (placed.number.as_str(), placed.outcome)).collect();
    prop_assert_eq!(ends.len(), results.len());
    prop_assert_eq!(
        ends.keys().copied().collect::<BTreeSet<_>>(),
        numbers.iter().map(|(number, _)| number.as_str()).collect()
    );
    for ((number, competes), entry) in numbers.iter().zip(&competition.entries) {
        let proposal = run(harness, |context| {
            let call = calls::find(&code(CODE))?;
            proposals::find_opened(&call.opened(context.time())?, number)
        });
        let proposal = proposal.expect("it is there");
        prop_assert_eq!(ends[number.as_str()] == Outcome::Withdrawn, !competes);
        match &proposal.state {
            State::Placed(placed) => {
                prop_assert!(*competes);
                prop_assert_eq!(ends[number.as_str()], placed.outcome);
                let gets = if placed.outcome == Outcome::Granted { entry.asked } else { 0 };
                prop_assert_eq!(placed.granted.centavos(), gets);
            }
            State::Withdrawn { .. } => prop_assert!(!competes),
            State::Submitted => prop_assert!(false, "{} has no end", number),
        }
    }
    Ok(())
}

fn compete(competition: &Competition) -> Result<(), TestCaseError> {
    let mut harness = with(&competition.call());
    let numbers = submit(&mut harness, competition)?;
    let now = harness.now();
    harness.advance(competition.call().closes.since(now));
    // At the closing time itself nothing comes in any more, and nothing goes.
    prop_assert!(propose(&mut harness, "late", 100).is_err());
    for (number, (proposal, _)) in numbers.iter().enumerate() {
        let subject = format!("citizen-{number}");
        prop_assert!(withdraw(&mut harness, &subject, proposal).is_err());
    }
    evaluate(&mut harness, competition, &numbers)?;
    let resolved = settle(&mut harness, "El último evaluador está enfermo.");
    if !all_have_points(competition, &numbers) {
        prop_assert!(matches!(resolved, Err(NoAnswer::Failed(Failure::Conflict(_)))));
        return Ok(());
    }
    holds(&mut harness, competition, &numbers, &resolved.expect("it has a result"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_competition_is_sealed_and_fair_and_can_be_computed_again(competition in competition()) {
        compete(&competition)?;
    }
}

fn entrant() -> impl Strategy<Value = Entrant> {
    let points = prop::option::weighted(0.9, prop::collection::vec(prop::collection::vec(0_u8..=100, 2), 1..4));
    ("[A-Z]{3}", 0_u64..4, 1_i64..=1_000, points).prop_map(|(number, submitted, asked, points)| Entrant {
        number,
        submitted: Timestamp::from_millisecond(submitted),
        asked: Money::from_centavos(asked),
        points: points.and_then(|parts| {
            let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            Points::mean(&[37, 63], &parts)
        }),
    })
}

proptest! {
    #[test]
    fn the_ranking_is_the_same_in_whatever_order_proposals_are_looked_at(
        entrants in prop::collection::btree_map("[A-Z]{3}", entrant(), 0..20),
        total in 0_i64..=5_000,
        least in 0_u8..=100,
    ) {
        let entrants: Vec<Entrant> =
            entrants.into_iter().map(|(number, entrant)| Entrant { number, ..entrant }).collect();
        let rules = Rules { total: Money::from_centavos(total), least };
        let placed = rank(rules, entrants.clone());
        let reversed: Vec<Entrant> = entrants.iter().rev().cloned().collect();
        prop_assert_eq!(&placed, &rank(rules, reversed));
        let granted: i64 = placed.iter().map(|one| one.granted.centavos()).sum();
        prop_assert!(granted <= total);
        // Nobody who got nothing for want of money would have fitted when it was her turn.
        let mut left = total;
        for one in &placed {
            let asked = entrants.iter().find(|entrant| entrant.number == one.number).expect("it competes").asked;
            let eligible = one.points.is_some_and(|points| points.reach(least));
            prop_assert_eq!(one.outcome == Outcome::Granted, eligible && asked.centavos() <= left);
            left -= one.granted.centavos();
        }
    }

    #[test]
    fn an_evaluator_who_gives_no_points_changes_no_mean(points in prop::collection::vec(0_u8..=100, 2)) {
        let alone = Points::mean(&[60, 40], &[&points]);
        prop_assert_eq!(alone, Points::mean(&[60, 40], &[&points, &points]));
    }
}
