//! Why something cannot be done with an application.

use sdk::calendar::CalendarError;
use sdk::html::Language;
use sdk::i18n::{say, words};
use sdk::schema::Wrong;
use sdk::{Failure, FieldError, Translated};

use super::office::NotSigned;
use super::track::Owner;
use crate::definition::Code;

/// A part of what an application says that is wrong, or missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongPart {
    /// The field's name, or the document's code.
    pub name: String,
    /// What it is called.
    pub title: Translated,
    /// What is wrong with it.
    pub wrong: Wrong,
}

impl WrongPart {
    /// What is wrong, in words.
    #[must_use]
    pub fn said(&self, language: Language) -> FieldError {
        let message = self.wrong.said(self.title.in_language(language), language);
        FieldError { field: self.name.clone(), code: self.wrong.code().to_owned(), message }
    }
}

/// Why something cannot be done with an application.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The registration was not applied for.
    #[error("{registration} was not applied for")]
    NotApplied {
        /// The registration.
        registration: Code,
    },
    /// It is not at a step that somebody could take.
    #[error("{registration} is {stage}: nobody can do that now")]
    Stage {
        /// The registration.
        registration: Code,
        /// Where it is.
        stage: &'static str,
    },
    /// Who acts does not have the role.
    #[error("{step} is for who has the role {role}")]
    Role {
        /// The step.
        step: Code,
        /// The role.
        role: Code,
    },
    /// Somebody else has taken it on.
    #[error("somebody else has taken on {registration}")]
    Held {
        /// The registration.
        registration: Code,
    },
    /// Who acts has taken it on already.
    #[error("you have taken on {registration} already")]
    Yours {
        /// The registration.
        registration: Code,
    },
    /// It is her own application.
    #[error("nobody decides her own application: another one has to")]
    Own,
    /// Nobody has taken it on.
    #[error("take on {registration} before you decide it")]
    NotClaimed {
        /// The registration.
        registration: Code,
    },
    /// The step does not have the power.
    #[error("at {step} an application is not {what}")]
    Power {
        /// The step.
        step: Code,
        /// What was wanted.
        what: &'static str,
    },
    /// It was granted without its result.
    #[error("{registration} cannot be granted without its result document: attach it")]
    NoResult {
        /// The registration.
        registration: Code,
    },
    /// No reason was given.
    #[error("say why, in words for the applicant")]
    NoReason,
    /// It was sent back without saying what is wrong.
    #[error("mark what has to be corrected")]
    NoMarks,
    /// Something was marked that the application does not have.
    #[error("the application has no {what}, so it cannot be marked")]
    NoSuchPart {
        /// What was marked.
        what: String,
    },
    /// Something was changed that was not sent back.
    #[error("{what} was not sent back, and cannot be changed")]
    NotMarked {
        /// What was changed.
        what: String,
    },
    /// Something is wrong with what it says.
    #[error("something is wrong with the application")]
    Content(Vec<WrongPart>),
    /// Nothing was chosen that could be applied for.
    #[error("choose what to apply for")]
    Nothing,
    /// There is no such fee, or it was paid before.
    #[error("there is no fee {number} to be paid")]
    NoFee {
        /// Its place among the application's fees.
        number: u32,
    },
    /// What is owed is not what was shown to whoever took the money.
    #[error("{fee} is not owed as it was shown: the application was corrected since")]
    FeeChanged {
        /// The fee that was shown.
        fee: Code,
    },
    /// The fees are together more than any amount.
    #[error("the fees are together more than an amount can be")]
    TooMuch,
    /// Only the applicant may do that.
    #[error("only the applicant may do that")]
    NotApplicant,
    /// It is in somebody's account, to which it cannot be added.
    #[error("this application is in an account already")]
    Joined,
    /// So much has happened to it that no more fits.
    #[error("so much has happened to this application that no more fits")]
    Full,
    /// The working days are not known.
    #[error("the working days are not known")]
    Calendar(#[from] CalendarError),
    /// The decision's document is not signed.
    #[error("the decision has no document")]
    Document(#[from] NotSigned),
}

impl Refused {
    pub(super) fn stage(registration: &Code, owner: Owner<'_>) -> Self {
        let stage = match owner {
            Owner::Applicant => "with the applicant",
            Owner::Role { .. } => "with the office",
            Owner::Another => "waiting for another registration",
            Owner::Nobody => "decided",
        };
        Self::Stage { registration: registration.clone(), stage }
    }
}

/// In the words of the catalogues: people read them.
impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            // A page says by itself that something is not there.
            Refused::NotApplied { .. } | Refused::NoFee { .. } => Self::NotFound(refused.to_string()),
            Refused::Role { .. } => Self::Denied(words("refused-role")),
            Refused::Own => Self::Denied(words("refused-own")),
            Refused::NotApplicant => Self::Denied(words("refused-not-applicant")),
            Refused::Content(wrong) => {
                let language = language();
                Self::Invalid(wrong.iter().map(|part| part.said(language)).collect())
            }
            Refused::NoReason => Self::invalid("reason", "required", words("reason-missing")),
            Refused::NoMarks => Self::invalid("marks", "required", words("marks-missing")),
            Refused::NoSuchPart { .. } => Self::invalid("marks", "required", words("refused-no-such-part")),
            Refused::NoResult { .. } => Self::invalid("result", "required", words("refused-no-result")),
            Refused::Nothing => Self::invalid("registrations", "required", words("refused-nothing")),
            Refused::Stage { .. } => Self::Conflict(words("refused-stage")),
            Refused::Held { .. } => Self::Conflict(words("refused-held")),
            Refused::Yours { .. } => Self::Conflict(words("refused-yours")),
            Refused::NotClaimed { .. } => Self::Conflict(words("refused-not-claimed")),
            Refused::Power { .. } => Self::Conflict(words("refused-power")),
            Refused::NotMarked { .. } => Self::Conflict(words("refused-not-marked")),
            Refused::FeeChanged { .. } => Self::Conflict(words("refused-fee-changed")),
            Refused::TooMuch => Self::Conflict(words("refused-too-much")),
            Refused::Joined => Self::Conflict(words("refused-joined")),
            Refused::Full => Self::Conflict(words("refused-full")),
            Refused::Calendar(error) => error.into(),
            Refused::Document(error) => Self::Internal(error.to_string()),
        }
    }
}

/// The language of the call, where the catalogues say refusals in it, and Spanish elsewhere.
fn language() -> Language {
    Language::of(&say("refused-nothing", &[]).language)
}
