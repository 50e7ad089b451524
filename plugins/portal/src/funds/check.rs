//! Whether a call can be published: everybody must be able to compete by it as it stands, since nothing of it but its closing
//! time changes afterwards.

use std::collections::BTreeSet;

use sdk::schema::{Field, Origin, Schema};
use sdk::{Money, Timestamp};

use super::Call;

/// Criteria, documents and evaluators of a call are at most so many each.
pub(crate) const MOST_PARTS: usize = 10;
/// What the weights of the criteria sum up to.
const WHOLE: u32 = 100;

/// Why a call cannot be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is for nobody.
    NoAudience,
    /// It closes before it opens.
    Order,
    /// It would be closed already.
    Over,
    /// There is no money.
    NoMoney,
    /// One project may ask for nothing, or for more than there is.
    Most,
    /// It has no criteria, or too many.
    Criteria,
    /// The weights of its criteria do not sum up to a hundred.
    Weights {
        /// What they sum up to.
        sum: u32,
    },
    /// It wants too many documents.
    Documents,
    /// Two criteria or two documents have the same code.
    Twice {
        /// The code.
        code: String,
    },
    /// Nobody judges, or too many do.
    Evaluators,
    /// What is asked is not described rightly.
    Questions {
        /// Why.
        problem: sdk::schema::Problem,
    },
    /// A question is calculated by a division by zero.
    Divides {
        /// The question, by its name.
        field: String,
    },
    /// A question is bound to a register: calls ask none.
    Bound {
        /// The question, by its name.
        field: String,
    },
}

/// All that keeps a call from being published now.
#[must_use]
pub fn check(call: &Call, now: Timestamp) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut unless = |holds: bool, problem: Problem| {
        if !holds {
            problems.push(problem);
        }
    };
    unless(!call.audience.is_empty(), Problem::NoAudience);
    unless(call.opens < call.closes, Problem::Order);
    unless(now < call.closes, Problem::Over);
    unless(call.total > Money::ZERO, Problem::NoMoney);
    unless(call.most > Money::ZERO && call.most <= call.total, Problem::Most);
    unless((1..=MOST_PARTS).contains(&call.criteria.len()), Problem::Criteria);
    unless(call.documents.len() <= MOST_PARTS, Problem::Documents);
    let sum = call.criteria.iter().map(|criterion| u32::from(criterion.weight)).sum();
    unless(sum == WHOLE, Problem::Weights { sum });
    unless((1..=MOST_PARTS).contains(&call.evaluators.len()), Problem::Evaluators);
    problems.extend(twice(call.criteria.iter().map(|criterion| criterion.code.as_str())));
    problems.extend(twice(call.documents.iter().map(|document| document.code.as_str())));
    problems.extend(questions(call));
    problems
}

fn twice<'c>(codes: impl Iterator<Item = &'c str>) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    codes.filter(|code| !seen.insert(*code)).map(|code| Problem::Twice { code: code.to_owned() }).collect()
}

fn questions(call: &Call) -> Vec<Problem> {
    let Some(schema) = &call.schema else { return Vec::new() };
    match Schema::read(schema) {
        Err(problems) => problems.into_iter().map(|problem| Problem::Questions { problem }).collect(),
        Ok(schema) => {
            let problem = |field: &Field| match field.origin() {
                Origin::Brought(_) => Some(Problem::Bound { field: field.name().to_owned() }),
                Origin::Calculated(formula) if formula.divides_by_zero() => {
                    Some(Problem::Divides { field: field.name().to_owned() })
                }
                Origin::Asked | Origin::Calculated(_) => None,
            };
            schema.fields().iter().filter_map(problem).collect()
        }
    }
}
