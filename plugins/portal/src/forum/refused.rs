//! Why something cannot be done in the forum.

use sdk::Failure;
use sdk::i18n::Argument;

use super::{MOST_PER_HOUR, REPORTS_PER_HOUR};
use crate::definition::Code;
use crate::pages::{say, say_with};

/// Why something cannot be done in the forum.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such topic.
    #[error("there is no topic {code}")]
    NoTopic {
        /// The topic.
        code: Code,
    },
    /// There is no such thread.
    #[error("there is no thread {id}")]
    NoThread {
        /// The thread.
        id: String,
    },
    /// There is no such post.
    #[error("the thread {thread} has no post {number}")]
    NoPost {
        /// The thread.
        thread: String,
        /// The post.
        number: u32,
    },
    /// Who acts has no role for it.
    #[error("who acts has no role for it")]
    Role,
    /// There is a topic of this code already.
    #[error("there is a topic {code} already, or the word is an address here")]
    Taken {
        /// The code.
        code: Code,
    },
    /// Nobody answers in the thread any more.
    #[error("the thread is locked")]
    Locked,
    /// It is hidden, or locked, already, or it is not.
    #[error("it is so already")]
    Already,
    /// Nothing was said, or too much.
    #[error("nothing was said, or too much")]
    Text,
    /// No reason was given, or a too long one.
    #[error("no reason was given, or a too long one")]
    NoReason,
    /// Somebody has written as much as she may within an hour.
    #[error("so much may be written within an hour")]
    TooFast,
    /// Somebody has reported as much as she may within an hour.
    #[error("so much may be reported within an hour")]
    TooManyReports,
    /// No more fits.
    #[error("no more fits")]
    Full,
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        let count = |id: &str, most: usize| {
            let most = Argument::number("most", i64::try_from(most).unwrap_or(i64::MAX));
            Self::other(429, "too_many", say_with(id, &[most]))
        };
        match refused {
            Refused::NoTopic { .. } | Refused::NoThread { .. } | Refused::NoPost { .. } => {
                Self::NotFound(refused.to_string())
            }
            Refused::Role => Self::Denied(say("forum-not-for-you")),
            Refused::Taken { .. } => Self::invalid("code", "taken", say("forum-code-taken")),
            Refused::Locked => Self::Conflict(say("forum-is-locked")),
            Refused::Already => Self::Conflict(say("forum-already")),
            Refused::Text => Self::invalid("text", "length", say("forum-text-wrong")),
            Refused::NoReason => Self::invalid("reason", "required", say("forum-reason-missing")),
            Refused::TooFast => count("forum-too-fast", MOST_PER_HOUR),
            Refused::TooManyReports => count("forum-too-many-reports", REPORTS_PER_HOUR),
            Refused::Full => Self::Conflict(say("forum-full")),
        }
    }
}
