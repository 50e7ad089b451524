//! The rows of notices as they are stored.

use serde::{Deserialize, Serialize};
use texts::{Argument, Language, Value};

use crate::account::{Account, Link, NoticeId};
use crate::address::{EmailAddress, Telephone};
use crate::contacts::{Channel, Choice, Contact, Contacts, Proof, WebhookAddress};
use crate::notice::{Delivery, Notice, Outcome, Reading, Reason};
use crate::rows::{code, milliseconds, time_at};
use crate::secret::Secret;

/// A notice. Its account, time and id are its key.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NoticeRow {
    pub template: String,
    pub arguments: Vec<(String, ValueRow)>,
    pub language: String,
    pub said_by: String,
    pub link: Option<String>,
    pub is_read: bool,
    pub deliveries: Vec<DeliveryRow>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ValueRow {
    Text(String),
    Number(i64),
    Money(i64),
    Date(String),
    Time(String),
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DeliveryRow {
    channel: u8,
    /// Whether it goes to an address that is not proven, since it is what proves it.
    pub is_proof: bool,
    pub state: StateRow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum StateRow {
    Waiting { due: u64, attempts: u32 },
    Sent { at: u64 },
    GivenUp { at: u64, reason: ReasonRow },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ReasonRow {
    NoAddress,
    Refused,
    Unreachable,
    NotOffered,
    Unsayable,
}

/// Where a citizen is told.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ContactsRow {
    language: Option<String>,
    email: Option<ContactRow>,
    telephone: Option<ContactRow>,
    webhook: Option<ContactRow>,
}

#[derive(Serialize, Deserialize)]
struct ContactRow {
    address: String,
    /// Of a webhook: what signs its calls.
    secret: String,
    is_proven: bool,
    is_chosen: bool,
}

impl std::fmt::Debug for ContactRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ContactRow").field("is_proven", &self.is_proven).finish_non_exhaustive()
    }
}

impl NoticeRow {
    pub(crate) fn new(notice: &Notice, language: Language, deliveries: Vec<DeliveryRow>) -> Self {
        let value = |value: &Value| match value {
            Value::Text(text) => ValueRow::Text(text.clone()),
            Value::Number(number) => ValueRow::Number(*number),
            Value::Money(centavos) => ValueRow::Money(*centavos),
            Value::Date(day) => ValueRow::Date(day.to_string()),
            Value::Time(moment) => ValueRow::Time(moment.to_string()),
        };
        let arguments = notice.arguments.iter();
        Self {
            template: notice.template.clone(),
            arguments: arguments.map(|given| (given.name().to_owned(), value(given.value()))).collect(),
            language: language.code().to_owned(),
            said_by: notice.said_by.clone(),
            link: notice.link.as_ref().map(|link| link.as_str().to_owned()),
            is_read: false,
            deliveries,
        }
    }

    /// The notice, if what is stored is one.
    pub(crate) fn notice(&self, account: &Account, time: u64, id: &NoticeId) -> Option<Notice> {
        let value = |value: &ValueRow| {
            Some(match value {
                ValueRow::Text(text) => Value::Text(text.clone()),
                ValueRow::Number(number) => Value::Number(*number),
                ValueRow::Money(centavos) => Value::Money(*centavos),
                ValueRow::Date(day) => Value::Date(day.parse().ok()?),
                ValueRow::Time(moment) => Value::Time(moment.parse().ok()?),
            })
        };
        let arguments = self.arguments.iter().map(|(name, given)| Some(Argument::new(name.clone(), value(given)?)));
        Some(Notice {
            id: id.clone(),
            account: account.clone(),
            template: self.template.clone(),
            arguments: arguments.collect::<Option<_>>()?,
            language: Language::of(&self.language),
            said_by: self.said_by.clone(),
            time: time_at(time),
            link: self.link.as_ref().and_then(|link| Link::read(link.clone())),
        })
    }

    pub(crate) fn reading(&self) -> Reading {
        if self.is_read { Reading::Read } else { Reading::Unread }
    }

    pub(crate) fn delivery_mut(&mut self, channel: Channel) -> Option<&mut DeliveryRow> {
        self.deliveries.iter_mut().find(|delivery| delivery.channel == code(channel))
    }
}

impl DeliveryRow {
    pub(crate) fn waiting(channel: Channel, due: u64, is_proof: bool) -> Self {
        Self { channel: code(channel), is_proof, state: StateRow::Waiting { due, attempts: 0 } }
    }

    pub(crate) fn channel(&self) -> Option<Channel> {
        Channel::ALL.into_iter().find(|channel| code(*channel) == self.channel)
    }

    pub(crate) fn delivery(&self) -> Option<Delivery> {
        let outcome = match self.state {
            StateRow::Waiting { due, attempts } => Outcome::Waiting { due: time_at(due), attempts },
            StateRow::Sent { at } => Outcome::Sent { at: time_at(at) },
            StateRow::GivenUp { at, reason } => Outcome::GivenUp { at: time_at(at), reason: reason.into() },
        };
        Some(Delivery { channel: self.channel()?, outcome })
    }
}

impl From<&Outcome> for StateRow {
    fn from(outcome: &Outcome) -> Self {
        match *outcome {
            Outcome::Waiting { due, attempts } => Self::Waiting { due: milliseconds(due), attempts },
            Outcome::Sent { at } => Self::Sent { at: milliseconds(at) },
            Outcome::GivenUp { at, reason } => Self::GivenUp { at: milliseconds(at), reason: reason.into() },
        }
    }
}

impl From<ReasonRow> for Reason {
    fn from(reason: ReasonRow) -> Self {
        match reason {
            ReasonRow::NoAddress => Self::NoAddress,
            ReasonRow::Refused => Self::Refused,
            ReasonRow::Unreachable => Self::Unreachable,
            ReasonRow::NotOffered => Self::NotOffered,
            ReasonRow::Unsayable => Self::Unsayable,
        }
    }
}

impl From<Reason> for ReasonRow {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::NoAddress => Self::NoAddress,
            Reason::Refused => Self::Refused,
            Reason::Unreachable => Self::Unreachable,
            Reason::NotOffered => Self::NotOffered,
            Reason::Unsayable => Self::Unsayable,
        }
    }
}

impl From<&Contacts> for ContactsRow {
    fn from(contacts: &Contacts) -> Self {
        let webhook = contacts.webhook.as_ref().map(|contact| ContactRow {
            secret: contact.address.secret().expose().to_owned(),
            ..row(contact, contact.address.url().to_owned())
        });
        Self {
            language: contacts.language.map(|language| language.code().to_owned()),
            email: contacts.email.as_ref().map(|contact| row(contact, contact.address.to_string())),
            telephone: contacts.telephone.as_ref().map(|contact| row(contact, contact.address.to_string())),
            webhook,
        }
    }
}

impl From<ContactsRow> for Contacts {
    fn from(stored: ContactsRow) -> Self {
        let webhook = |stored: ContactRow| {
            let address = WebhookAddress::proven(stored.address.clone(), Secret::new(stored.secret.clone()));
            contact(&stored, address)
        };
        Self {
            language: stored.language.as_deref().map(Language::of),
            email: stored.email.and_then(|row| Some(contact(&row, row.address.parse::<EmailAddress>().ok()?))),
            telephone: stored.telephone.and_then(|row| Some(contact(&row, row.address.parse::<Telephone>().ok()?))),
            webhook: stored.webhook.map(webhook),
        }
    }
}

fn row<A>(contact: &Contact<A>, address: String) -> ContactRow {
    ContactRow {
        address,
        secret: String::new(),
        is_proven: contact.proof == Proof::Given,
        is_chosen: contact.choice == Choice::On,
    }
}

fn contact<A>(row: &ContactRow, address: A) -> Contact<A> {
    Contact {
        address,
        proof: if row.is_proven { Proof::Given } else { Proof::Missing },
        choice: if row.is_chosen { Choice::On } else { Choice::Off },
    }
}
