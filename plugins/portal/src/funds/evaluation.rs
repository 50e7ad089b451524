//! What evaluators say of proposals: points with a reason for each criterion, or that they cannot judge.
//!
//! An evaluator sees what she said herself. What others said she sees when all have finished, and then nobody changes
//! anything any more.

use sdk::collections::{Record, Table};
use sdk::kv::Order;
use sdk::{Context, Failure};
use serde::{Deserialize, Serialize};

use super::history::{self, Event};
use super::{Call, Opened, Proposal, Refused, Stage, calls, points, proposals};
use crate::definition::Code;

/// By the call, the proposal and the evaluator.
static PARTS: Table<(Code, String, String), Part> = Table::new("funds.parts", &[]);

/// What a result is computed from, by the same: a call has thousands of parts, and their reasons are too long to be read for it.
static VERDICTS: Table<(Code, String, String), Verdict> = Table::new("funds.verdicts", &[]);

/// Letters of a reason.
pub const MOST_OF_REASON: usize = 600;

/// What one evaluator says of one proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Points, in the order of the call's criteria.
    Marked(Vec<Mark>),
    /// She cannot judge it, for this reason: her part is left out.
    Abstained(String),
}

/// Points of a criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Mark {
    /// From 0 to 100.
    pub points: u8,
    /// Why so many.
    pub reason: String,
}

/// A part without its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The points, in the order of the call's criteria.
    Marked(Vec<u8>),
    /// She cannot judge it.
    Abstained,
}

/// Somebody who judges a call that has closed. There is none who was not named.
#[derive(Clone, Debug)]
pub struct Evaluator<'c> {
    opened: Opened<'c>,
    id: String,
}

/// For whom parts are read.
#[derive(Clone, Copy, Debug)]
pub enum Reader<'r> {
    /// An evaluator: she sees hers.
    Evaluator(&'r Evaluator<'r>),
    /// Somebody else.
    Another,
}

impl Record for Part {}
impl Record for Verdict {}

impl Part {
    /// It without its reasons.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Marked(marks) => Verdict::Marked(marks.iter().map(|mark| mark.points).collect()),
            Self::Abstained(_) => Verdict::Abstained,
        }
    }
}

impl<'c> Evaluator<'c> {
    /// Somebody by her id, if she was named.
    ///
    /// # Errors
    /// If she was not.
    pub fn of(opened: Opened<'c>, id: &str) -> Result<Self, Refused> {
        let named = opened.call().number_of(id).is_some();
        if named { Ok(Self { opened, id: id.to_owned() }) } else { Err(Refused::NotEvaluator) }
    }

    /// The call.
    #[must_use]
    pub fn call(&self) -> &'c Call {
        self.opened.call()
    }

    /// The call, as one that has closed.
    #[must_use]
    pub fn opened(&self) -> &Opened<'c> {
        &self.opened
    }

    /// What she said of a proposal.
    ///
    /// # Errors
    /// If it does not read back.
    pub fn part(&self, proposal: &Proposal) -> Result<Option<Part>, Failure> {
        Ok(PARTS.get(&self.key(proposal))?)
    }

    /// Whether she has judged all that she can.
    #[must_use]
    pub fn has_finished(&self) -> bool {
        self.call().finished.contains(&self.id)
    }

    /// The proposals that she is to judge, each with her verdict: without those that were taken back, and her own.
    ///
    /// # Errors
    /// If one does not read back.
    pub fn proposals(&self) -> Result<Vec<(Proposal, Option<Verdict>)>, Failure> {
        let all = proposals::all_opened(&self.opened)?.into_iter().filter(|one| self.may_judge(one));
        let verdict = |proposal: Proposal| Ok(VERDICTS.get(&self.key(&proposal)).map(|verdict| (proposal, verdict))?);
        all.map(verdict).collect()
    }

    /// A proposal that she may read: not her own, and none that she said she cannot judge.
    ///
    /// # Errors
    /// If there is none, or it is one of those.
    pub fn proposal(&self, number: &str) -> Result<Proposal, Failure> {
        let proposal = proposals::find_opened(&self.opened, number)?;
        sdk::ensure!(!proposal.is_withdrawn(), Refused::NoProposal { number: number.to_owned() });
        let abstained = VERDICTS.get(&self.key(&proposal))? == Some(Verdict::Abstained);
        sdk::ensure!(self.may_judge(&proposal) && !abstained, Refused::Abstains);
        Ok(proposal)
    }

    /// Gives points to a proposal, in place of those that she gave before.
    ///
    /// # Errors
    /// If she cannot judge it, has finished, or the points do not fit the criteria.
    pub fn mark(&self, context: &Context, number: &str, marks: Vec<Mark>) -> Result<(), Failure> {
        let fits = |mark: &Mark| {
            let letters = mark.reason.chars().count();
            mark.points <= points::MOST && !mark.reason.trim().is_empty() && letters <= MOST_OF_REASON
        };
        sdk::ensure!(marks.len() == self.call().criteria.len() && marks.iter().all(fits), Refused::Marks);
        self.say(context, number, Part::Marked(marks))
    }

    /// Declares that she cannot judge a proposal: that she has an interest in it. It stays so.
    ///
    /// # Errors
    /// If she has declared it before, has finished, or gives no reason.
    pub fn abstain(&self, context: &Context, number: &str, reason: &str) -> Result<(), Failure> {
        sdk::ensure!(!reason.trim().is_empty(), Refused::NoReason);
        self.say(context, number, Part::Abstained(reason.to_owned()))
    }

    /// Says that she has finished. When all have, and each proposal has points, everybody's are open.
    ///
    /// # Errors
    /// If she has finished before, or has not judged all that she can.
    pub fn finish(&self, context: &Context) -> Result<Call, Failure> {
        self.is_at_work()?;
        let left = self.proposals()?.iter().filter(|(_, verdict)| verdict.is_none()).count();
        sdk::ensure!(left == 0, Refused::Left { left });
        let mut call = self.call().clone();
        call.finished.push(self.id.clone());
        history::of_call(&mut call, context, Event::Finished { by: self.id.clone() }, "")?;
        if call.unfinished().next().is_none() && unscored(&self.opened)?.is_none() {
            call.stage = Stage::Scored;
            history::of_call(&mut call, context, Event::Scored, "")?;
        }
        calls::put(&call)?;
        Ok(call)
    }

    fn say(&self, context: &Context, number: &str, part: Part) -> Result<(), Failure> {
        self.is_at_work()?;
        let mut proposal = self.proposal(number)?;
        PARTS.put(&self.key(&proposal), &part)?;
        VERDICTS.put(&self.key(&proposal), &part.verdict())?;
        history::of_proposal(&mut proposal, context, Event::Judged { by: self.id.clone(), part }, "")?;
        proposals::put(&self.opened, &proposal)
    }

    /// That she still judges.
    ///
    /// # Errors
    /// If she has finished, or points are open.
    pub fn is_at_work(&self) -> Result<(), Refused> {
        sdk::ensure!(self.call().stage == Stage::Published, Refused::NotEvaluation);
        sdk::ensure!(!self.has_finished(), Refused::Finished);
        Ok(())
    }

    fn may_judge(&self, proposal: &Proposal) -> bool {
        !proposal.is_withdrawn() && !proposal.is_of(&self.id)
    }

    fn key(&self, proposal: &Proposal) -> (Code, String, String) {
        (proposal.call.clone(), proposal.number.clone(), self.id.clone())
    }
}

/// What somebody may read of what evaluators said of a proposal, each with the evaluator's number: all, once points are open;
/// before, an evaluator what she said herself.
///
/// # Errors
/// If a part does not read back.
pub fn parts(opened: &Opened<'_>, proposal: &Proposal, reader: Reader<'_>) -> Result<Vec<(u32, Part)>, Failure> {
    let call = opened.call();
    let may_read = |id: &str| match reader {
        _ if call.points_are_open() => true,
        Reader::Evaluator(evaluator) => evaluator.id == id,
        Reader::Another => false,
    };
    let mut parts = of_proposal(&PARTS, call, &proposal.number)?;
    parts.retain(|(id, _)| may_read(id));
    Ok(numbered(call, parts))
}

/// What all evaluators say of a proposal without their reasons, each with the evaluator's number.
///
/// # Errors
/// If a verdict does not read back.
pub(super) fn verdicts(call: &Call, number: &str) -> Result<Vec<(u32, Verdict)>, Failure> {
    Ok(numbered(call, of_proposal(&VERDICTS, call, number)?))
}

/// The first proposal that nobody gave points to.
pub(super) fn unscored(opened: &Opened<'_>) -> Result<Option<Proposal>, Failure> {
    for proposal in proposals::all_opened(opened)?.into_iter().filter(|one| !one.is_withdrawn()) {
        let verdicts = verdicts(opened.call(), &proposal.number)?;
        if verdicts.iter().all(|(_, verdict)| *verdict == Verdict::Abstained) {
            return Ok(Some(proposal));
        }
    }
    Ok(None)
}

/// What all evaluators said of a proposal, by their ids. Nobody is shown it: [`parts`] says who sees what.
fn of_proposal<T: Record>(
    table: &Table<(Code, String, String), T>,
    call: &Call,
    number: &str,
) -> Result<Vec<(String, T)>, Failure> {
    let all = table.scan(&(call.code.clone(), number.to_owned()), Order::Ascending);
    Ok(all.map(|one| one.map(|((_, _, id), said)| (id, said))).collect::<Result<_, _>>()?)
}

/// The same by the numbers of the evaluators, in their order.
fn numbered<T>(call: &Call, said: Vec<(String, T)>) -> Vec<(u32, T)> {
    let mut numbered: Vec<(u32, T)> =
        said.into_iter().filter_map(|(id, said)| Some((call.number_of(&id)?, said))).collect();
    numbered.sort_by_key(|(number, _)| *number);
    numbered
}
