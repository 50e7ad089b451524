//! Why something cannot be done with a call or a proposal.

use sdk::i18n::Argument;
use sdk::{Failure, Timestamp};

use super::check::Problem;
use crate::definition::{Audience, Code};
use crate::pages::{say, say_with};

/// Why something cannot be done with a call or a proposal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such call, or it is not public.
    #[error("there is no call {code}")]
    NoCall {
        /// The call.
        code: Code,
    },
    /// There is no such proposal, or it is not hers.
    #[error("there is no proposal {number}")]
    NoProposal {
        /// Its number.
        number: String,
    },
    /// Who acts has no role for it.
    #[error("who acts has no role for it")]
    Role,
    /// There is a call of this code already.
    #[error("there is a call {code} already, or the word is an address here")]
    Taken {
        /// The code.
        code: Code,
    },
    /// The call is public, and cannot be changed.
    #[error("the call is public: nothing of it changes")]
    Public,
    /// The call does not hold together.
    #[error("the call does not hold together: {0:?}")]
    NotSound(Vec<Problem>),
    /// The description of the questions does not read.
    #[error("the questions of {code} do not read: {problem}")]
    Questions {
        /// The call.
        code: Code,
        /// Why.
        problem: String,
    },
    /// The call takes no proposals yet.
    #[error("the call takes proposals from {opens} on")]
    NotYet {
        /// From then on it does.
        opens: Timestamp,
    },
    /// The call has closed.
    #[error("the call closed at {closes}")]
    Closed {
        /// When.
        closes: Timestamp,
    },
    /// The call has not closed, so nobody of the office reads proposals.
    #[error("proposals are read from {closes} on")]
    Sealed {
        /// From then on they are.
        closes: Timestamp,
    },
    /// The call is for others.
    #[error("the call is for others")]
    Audience,
    /// A proposal of the same applicant competes already.
    #[error("a proposal of the same applicant competes already")]
    Twice {
        /// Of which kind the applicant is.
        kind: Audience,
    },
    /// The call has as many proposals as can be judged.
    #[error("the call has as many proposals as it takes")]
    NoRoom,
    /// She has submitted and taken back too often.
    #[error("the applicant submitted too often")]
    TooOften,
    /// Something is missing in the draft, or wrong.
    #[error("the draft is not complete")]
    Incomplete,
    /// It was taken back before.
    #[error("the proposal was withdrawn")]
    Withdrawn,
    /// She does not judge this call.
    #[error("who acts is no evaluator of this call")]
    NotEvaluator,
    /// It is her own proposal, or she declared that she cannot judge it.
    #[error("who acts does not judge this proposal")]
    Abstains,
    /// She has finished.
    #[error("who acts has finished her evaluation")]
    Finished,
    /// She has not judged all proposals.
    #[error("{left} proposals are not judged")]
    Left {
        /// So many are left.
        left: usize,
    },
    /// The call is not being judged.
    #[error("the call is not being judged")]
    NotEvaluation,
    /// The points do not fit the criteria, or a reason is missing.
    #[error("the points do not fit the criteria")]
    Marks,
    /// Nobody has judged a proposal.
    #[error("nobody judged {number}")]
    Unscored {
        /// Its number.
        number: String,
    },
    /// No reason was given.
    #[error("no reason was given")]
    NoReason,
    /// The closing time only moves to a later one.
    #[error("the closing time only moves to a later one")]
    Earlier,
    /// Nobody new was named, or too many.
    #[error("no evaluator was named, or too many")]
    Evaluators,
    /// So much has happened that no more fits.
    #[error("so much has happened that no more fits")]
    Full,
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        let time = |id: &str, at: Timestamp| say_with(id, &[Argument::time("time", at)]);
        match refused {
            Refused::NoCall { .. } | Refused::NoProposal { .. } => Self::NotFound(refused.to_string()),
            Refused::Role => Self::Denied(say("funds-not-for-you")),
            Refused::Taken { .. } => Self::invalid("code", "taken", say("funds-code-taken")),
            Refused::Public => Self::Conflict(say("funds-public-already")),
            Refused::NotSound(_) => Self::Conflict(say("funds-not-sound")),
            Refused::Questions { .. } => Self::Internal(refused.to_string()),
            Refused::NotYet { opens } => Self::Conflict(time("funds-not-yet", opens)),
            Refused::Closed { closes } => Self::Conflict(time("funds-closed-since", closes)),
            Refused::Sealed { closes } => Self::Denied(time("funds-sealed", closes)),
            Refused::Audience => Self::Denied(say("funds-for-others")),
            Refused::Twice { kind: Audience::Entity } => Self::Conflict(say("funds-entity-competes-already")),
            Refused::Twice { .. } => Self::Conflict(say("funds-competes-already")),
            Refused::NoRoom => Self::Conflict(say("funds-no-room")),
            Refused::TooOften => Self::Conflict(say("funds-too-often")),
            Refused::Incomplete => Self::Conflict(say("funds-incomplete")),
            Refused::Withdrawn => Self::Conflict(say("funds-taken-back")),
            Refused::NotEvaluator => Self::Denied(say("funds-not-evaluator")),
            Refused::Abstains => Self::Denied(say("funds-you-abstain")),
            Refused::Finished => Self::Conflict(say("funds-you-finished")),
            Refused::Left { left } => {
                let left = Argument::number("left", i64::try_from(left).unwrap_or(i64::MAX));
                Self::Conflict(say_with("funds-left-to-judge", &[left]))
            }
            Refused::NotEvaluation => Self::Conflict(say("funds-not-evaluation")),
            Refused::Marks => Self::invalid("marks", "criteria", say("funds-marks-wrong")),
            Refused::Unscored { number } => {
                Self::Conflict(say_with("funds-unscored", &[Argument::text("number", number)]))
            }
            Refused::NoReason => Self::invalid("reason", "required", say("funds-reason-missing")),
            Refused::Earlier => Self::invalid("closes", "order", say("funds-only-later")),
            Refused::Evaluators => Self::invalid("evaluators", "count", say("funds-evaluators-wrong")),
            Refused::Full => Self::Conflict(say("funds-full")),
        }
    }
}
