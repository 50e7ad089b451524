//! Points of a proposal, exactly: a fraction of whole numbers, because who comes first must not depend on how a machine
//! rounds.

use std::cmp::Ordering;
use std::fmt::{self, Display};
use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};

/// The most points of a criterion, and of a proposal.
pub const MOST: u8 = 100;

/// Points from 0 to 100, as a sum and what it is divided by.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Points {
    sum: u64,
    over: NonZeroU64,
}

impl Points {
    /// The weighted mean: of each criterion the mean over the evaluators, then by the weights, which sum up to a hundred.
    /// Each part has one number of points for each weight. There is none where there are no parts, or one has another length.
    #[must_use]
    pub fn mean(weights: &[u8], parts: &[&[u8]]) -> Option<Self> {
        let evaluators = u64::try_from(parts.len()).ok()?;
        let whole: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
        let over = NonZeroU64::new(whole.checked_mul(evaluators)?)?;
        let weighted = |marks: &[u8]| -> Option<u64> {
            let pairs = weights.iter().zip(marks);
            (marks.len() == weights.len())
                .then(|| pairs.map(|(weight, points)| u64::from(*weight) * u64::from(*points)).sum())
        };
        let sum = parts.iter().map(|marks| weighted(marks)).sum::<Option<u64>>()?;
        Some(Self { sum, over })
    }

    /// Whether they are as many as that, or more.
    #[must_use]
    pub fn reach(self, least: u8) -> bool {
        u128::from(self.sum) >= u128::from(least) * u128::from(self.over.get())
    }
}

impl Ord for Points {
    fn cmp(&self, other: &Self) -> Ordering {
        let crossed = |one: &Self, other: &Self| u128::from(one.sum) * u128::from(other.over.get());
        crossed(self, other).cmp(&crossed(other, self))
    }
}

impl PartialOrd for Points {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The same number, however it is written.
impl PartialEq for Points {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Points {}

/// For people: with two decimals, rounded half up. Nothing is decided by these.
impl Display for Points {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let over = u128::from(self.over.get());
        let hundredths = (u128::from(self.sum) * 200 + over) / (2 * over);
        write!(formatter, "{},{:02}", hundredths / 100, hundredths % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(weights: &[u8], parts: &[&[u8]]) -> Points {
        Points::mean(weights, parts).expect("points")
    }

    #[test]
    fn the_mean_of_each_criterion_counts_by_its_weight() {
        let points = mean(&[60, 40], &[&[80, 50], &[70, 51]]);
        assert_eq!(points.to_string(), "65,20");
        assert_eq!(points, mean(&[60, 40], &[&[75, 50], &[75, 51]]));
        assert!(points.reach(65) && !points.reach(66));
    }

    #[test]
    fn what_differs_by_less_than_is_shown_is_still_in_order() {
        let third = mean(&[100], &[&[33], &[33], &[34]]);
        let less = mean(&[50, 50], &[&[33, 33], &[33, 34], &[33, 34]]);
        assert_eq!((third.to_string(), less.to_string()), ("33,33".to_owned(), "33,33".to_owned()));
        assert_eq!(third, less);
        assert!(mean(&[99, 1], &[&[33, 34]]) < third);
        assert_eq!(mean(&[100], &[&[100]]).to_string(), "100,00");
        assert_eq!(mean(&[1, 99], &[&[1, 0], &[0, 0]]).to_string(), "0,01");
    }

    #[test]
    fn without_parts_or_with_a_part_of_another_length_there_are_no_points() {
        assert_eq!(Points::mean(&[100], &[]), None);
        assert_eq!(Points::mean(&[60, 40], &[&[80]]), None);
        assert_eq!(Points::mean(&[], &[&[]]), None);
    }
}
