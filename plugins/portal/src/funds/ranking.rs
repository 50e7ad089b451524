//! The rule by which points become grants: who comes first, and how far the money goes.
//!
//! More points come first; of those with as many, the one that was submitted earlier; of those of the same millisecond, the one
//! whose number comes first. Who has fewer points than the least gets nothing. Down this order each gets what it asks for, as
//! long as that is left; one that asks for more than is left gets nothing, and the next ones are still looked at.

use sdk::{Money, Timestamp};
use serde::{Deserialize, Serialize};

use super::Points;

/// What the rule needs of a call.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// All the money that there is.
    pub total: Money,
    /// The least points.
    pub least: u8,
}

/// What the rule needs of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entrant {
    /// Its number.
    pub number: String,
    /// When it was submitted.
    pub submitted: Timestamp,
    /// How much it asks for.
    pub asked: Money,
    /// Its points; none, where it was withdrawn.
    pub points: Option<Points>,
}

/// What came of a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Placed {
    /// Its number.
    pub number: String,
    /// Its place, from 1; none, where it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<u32>,
    /// Its points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
    /// What came of it.
    pub outcome: Outcome,
    /// How much it gets.
    pub granted: Money,
}

/// How a proposal ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It gets what it asks for.
    Granted,
    /// It has enough points, and there was not enough money left.
    NotGranted,
    /// It has too few points.
    Ineligible,
    /// It was taken back before the call closed.
    Withdrawn,
}

/// Places proposals: those with points in their order, then those that were withdrawn by their numbers.
#[must_use]
pub fn rank(rules: Rules, mut entrants: Vec<Entrant>) -> Vec<Placed> {
    entrants.sort_by(|one, other| {
        let points = other.points.cmp(&one.points);
        let when = |entrant: &Entrant| entrant.points.is_some().then_some(entrant.submitted);
        points.then(when(one).cmp(&when(other))).then_with(|| one.number.cmp(&other.number))
    });
    let mut left = rules.total;
    let place = |(place, entrant): (u32, Entrant)| {
        let Entrant { number, asked, points, .. } = entrant;
        let Some(points) = points else {
            return Placed { number, place: None, points: None, outcome: Outcome::Withdrawn, granted: Money::ZERO };
        };
        let remaining = left.checked_sub(asked).filter(|remaining| *remaining >= Money::ZERO);
        let (outcome, granted) = match remaining {
            _ if !points.reach(rules.least) => (Outcome::Ineligible, Money::ZERO),
            None => (Outcome::NotGranted, Money::ZERO),
            Some(remaining) => {
                left = remaining;
                (Outcome::Granted, asked)
            }
        };
        Placed { number, place: Some(place), points: Some(points), outcome, granted }
    };
    (1..).zip(entrants).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entrant(number: &str, submitted: u64, asked: i64, points: Option<u8>) -> Entrant {
        Entrant {
            number: number.to_owned(),
            submitted: Timestamp::from_millisecond(submitted),
            asked: Money::from_centavos(asked),
            points: points.and_then(|points| Points::mean(&[100], &[&[points]])),
        }
    }

    fn outcomes(total: i64, entrants: Vec<Entrant>) -> Vec<(String, Outcome, i64)> {
        let placed = rank(Rules { total: Money::from_centavos(total), least: 50 }, entrants);
        placed.into_iter().map(|one| (one.number, one.outcome, one.granted.centavos())).collect()
    }

    #[test]
    fn of_as_many_points_the_earlier_one_comes_first_and_then_the_number() {
        let entrants = vec![
            entrant("C", 2, 10, Some(70)),
            entrant("B", 2, 10, Some(70)),
            entrant("A", 1, 10, Some(70)),
            entrant("D", 0, 10, Some(69)),
        ];
        let numbers: Vec<String> = outcomes(100, entrants).into_iter().map(|(number, ..)| number).collect();
        assert_eq!(numbers, ["A", "B", "C", "D"]);
    }

    #[test]
    fn money_goes_down_the_order_past_what_does_not_fit_to_what_does() {
        let entrants = vec![
            entrant("A", 1, 60, Some(90)),
            entrant("B", 1, 50, Some(80)),
            entrant("C", 1, 40, Some(50)),
            entrant("D", 1, 1, Some(49)),
            entrant("E", 1, 1, None),
        ];
        let (granted, not, ineligible, withdrawn) =
            (Outcome::Granted, Outcome::NotGranted, Outcome::Ineligible, Outcome::Withdrawn);
        let expected =
            [("A", granted, 60), ("B", not, 0), ("C", granted, 40), ("D", ineligible, 0), ("E", withdrawn, 0)];
        assert_eq!(
            outcomes(100, entrants),
            expected.map(|(number, outcome, money)| (number.to_owned(), outcome, money))
        );
    }
}
