//! The data of a result: all that the rule needs, and what came of it, so that anybody computes it again.

use sdk::{Money, Timestamp, Translated};
use serde::{Deserialize, Serialize};

use super::ranking::{Entrant, Placed, Rules, rank};
use super::{Call, Criterion, Points, Proposal, Verdict};
use crate::definition::Code;

/// A result as data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Published {
    /// Of which edition of this format it is.
    pub format: Format,
    /// The call.
    pub call: Code,
    /// What it is called.
    pub title: Translated,
    /// When it closed.
    pub closed: Timestamp,
    /// When the result became public.
    pub resolved: Timestamp,
    /// All the money that there was, in centavos.
    pub total: Money,
    /// Who has fewer points gets nothing.
    pub least: u8,
    /// The rule, in words.
    pub rule: Translated,
    /// By what proposals were judged.
    pub criteria: Vec<Criterion>,
    /// How many judged.
    pub evaluators: u32,
    /// The proposals, as they were placed.
    pub proposals: Vec<Row>,
}

/// Editions of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// The first.
    #[serde(rename = "chakana-funds-result/1")]
    First,
}

/// A proposal in a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Row {
    /// Its title; none, where it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether it competes.
    pub standing: Standing,
    /// When it was submitted.
    pub submitted: Timestamp,
    /// How much it asks for, in centavos.
    pub asked: Money,
    /// The points that evaluators gave it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Given>,
    /// The numbers of the evaluators who could not judge it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub abstained: Vec<u32>,
    /// What came of it.
    pub result: Placed,
}

/// Whether a proposal competes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It does.
    Competes,
    /// It was taken back before the call closed.
    Withdrawn,
}

/// The points that one evaluator gave to one proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Given {
    /// Her number.
    pub evaluator: u32,
    /// Her points, in the order of the criteria.
    pub points: Vec<u8>,
}

/// A proposal with the verdicts of evaluators, each with her number.
pub type Judged = (Proposal, Vec<(u32, Verdict)>);

/// Data by which no result can be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the points of {number} do not fit the criteria")]
pub struct NotComputed {
    /// The proposal.
    pub number: String,
}

impl Published {
    /// The result of a call by what evaluators said, each with her number.
    ///
    /// # Errors
    /// If a proposal that was not taken back has no points.
    pub fn of(call: &Call, judged: &[Judged], rule: Translated, resolved: Timestamp) -> Result<Self, NotComputed> {
        let weights = call.weights();
        let entrants = judged.iter().map(|(proposal, verdicts)| {
            entrant(
                &weights,
                &proposal.number,
                standing(proposal),
                &given(verdicts),
                (proposal.submitted, proposal.asked),
            )
        });
        let placed = rank(call.ranked_by(), entrants.collect::<Result<_, _>>()?).into_iter();
        let row = |result: Placed| {
            let (proposal, verdicts) = judged.iter().find(|(proposal, _)| proposal.number == result.number)?;
            Some(row(proposal, verdicts, result))
        };
        Ok(Self {
            format: Format::First,
            call: call.code.clone(),
            title: call.title.clone(),
            closed: call.closes,
            resolved,
            total: call.total,
            least: call.least,
            rule,
            criteria: call.criteria.clone(),
            evaluators: u32::try_from(call.evaluators.len()).unwrap_or(u32::MAX),
            proposals: placed.filter_map(row).collect(),
        })
    }

    /// The result, computed again from what was given: it is the one that stands there, or the data are not to be believed.
    ///
    /// # Errors
    /// If points do not fit the criteria.
    pub fn recompute(&self) -> Result<Vec<Placed>, NotComputed> {
        let weights: Vec<u8> = self.criteria.iter().map(|criterion| criterion.weight).collect();
        let rules = Rules { total: self.total, least: self.least };
        let entrants = self
            .proposals
            .iter()
            .map(|row| entrant(&weights, &row.result.number, row.standing, &row.given, (row.submitted, row.asked)));
        Ok(rank(rules, entrants.collect::<Result<_, _>>()?))
    }

    /// The result that stands there.
    pub fn results(&self) -> impl Iterator<Item = &Placed> {
        self.proposals.iter().map(|row| &row.result)
    }
}

fn row(proposal: &Proposal, verdicts: &[(u32, Verdict)], result: Placed) -> Row {
    let abstained = verdicts.iter().filter(|(_, verdict)| *verdict == Verdict::Abstained);
    Row {
        title: (!proposal.is_withdrawn()).then(|| proposal.title.clone()),
        standing: standing(proposal),
        submitted: proposal.submitted,
        asked: proposal.asked,
        given: given(verdicts),
        abstained: abstained.map(|(evaluator, _)| *evaluator).collect(),
        result,
    }
}

fn standing(proposal: &Proposal) -> Standing {
    if proposal.is_withdrawn() { Standing::Withdrawn } else { Standing::Competes }
}

fn given(verdicts: &[(u32, Verdict)]) -> Vec<Given> {
    let given = |(evaluator, verdict): &(u32, Verdict)| match verdict {
        Verdict::Marked(points) => Some(Given { evaluator: *evaluator, points: points.clone() }),
        Verdict::Abstained => None,
    };
    verdicts.iter().filter_map(given).collect()
}

/// What the rule needs of a proposal. One that competes has to have points.
fn entrant(
    weights: &[u8],
    number: &str,
    standing: Standing,
    given: &[Given],
    (submitted, asked): (Timestamp, Money),
) -> Result<Entrant, NotComputed> {
    let given: Vec<&[u8]> = given.iter().map(|given| given.points.as_slice()).collect();
    let points = match standing {
        Standing::Withdrawn => None,
        Standing::Competes => {
            let mean = Points::mean(weights, &given);
            Some(mean.ok_or_else(|| NotComputed { number: number.to_owned() })?)
        }
    };
    Ok(Entrant { number: number.to_owned(), submitted, asked, points })
}
