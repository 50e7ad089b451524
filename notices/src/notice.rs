//! A notice, and what became of it.

use clock::Timestamp;
use texts::{Argument, Language};

use crate::account::{Account, Link, NoticeId};
use crate::contacts::Channel;
use crate::templates::own;

/// Something that a citizen is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id; the same one again for the same citizen is the same notice.
    pub id: NoticeId,
    /// Who is told.
    pub account: Account,
    /// What is said: the name of a template.
    pub template: String,
    /// What the template's variables stand for.
    pub arguments: Vec<Argument>,
    /// The language it is said in, where the citizen has chosen none.
    pub language: Language,
    /// Who says it, in words: an entity of the state.
    pub said_by: String,
    /// When it is said.
    pub time: Timestamp,
    /// Where it leads.
    pub link: Option<Link>,
}

/// A notice as the citizen reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: NoticeId,
    /// The language that it is in.
    pub language: Language,
    /// One line.
    pub subject: String,
    /// The text, which is plain.
    pub body: String,
    /// Who says it.
    pub said_by: String,
    /// When it was said.
    pub time: Timestamp,
    /// Where it leads.
    pub link: Option<Link>,
    /// Whether she has read it.
    pub reading: Reading,
    /// What became of it on other ways.
    pub deliveries: Vec<Delivery>,
}

/// Whether a notice was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Not yet.
    Unread,
    /// It was.
    Read,
}

/// A notice on one of the ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The way.
    pub channel: Channel,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a notice on one of the ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is to be sent.
    Waiting {
        /// When, at the earliest.
        due: Timestamp,
        /// How often that was tried.
        attempts: u32,
    },
    /// It was handed over to who brings it.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// It is not tried any more.
    GivenUp {
        /// Since when.
        at: Timestamp,
        /// Why.
        reason: Reason,
    },
}

/// Why a notice was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The address is not there any more, or nothing shows that it is hers.
    NoAddress,
    /// Who brings it, or who it was for, does not take it and never will.
    Refused,
    /// It was tried as often as it may be.
    Unreachable,
    /// This server sends nothing on that way.
    NotOffered,
    /// There is no text for it any more.
    Unsayable,
}

impl Delivery {
    /// What the citizen is told of it: nothing, unless it was given up.
    #[must_use]
    pub fn words(&self, language: Language) -> Option<String> {
        let Outcome::GivenUp { reason, .. } = self.outcome else { return None };
        let id = match reason {
            Reason::NoAddress => "not-sent-no-address",
            Reason::Refused => "not-sent-refused",
            Reason::Unreachable => "not-sent-unreachable",
            Reason::NotOffered => "not-sent-not-offered",
            Reason::Unsayable => "not-sent-unsayable",
        };
        let channel = own(language, self.channel.name(), &[]);
        Some(own(language, id, &[Argument::text("channel", channel)]))
    }
}
