//! Who helps whom on the telephone: an operator to whom a citizen's code was read out, for half an hour.

use std::time::Duration;

use sdk::collections::{Index, PageRequest, Record, Table};
use sdk::kv::Order;
use sdk::{Failure, Operator, Timestamp, log, rng};
use serde::{Deserialize, Serialize};

use super::secret::Secret;
use super::{consent, tries};
use crate::application::{Applicant, Assistance};
use crate::{desk, drafts, number, telling};

/// By when it ends: the one that is open, if there is one, is the last.
static BY_OPERATOR: Index<String, Call, (String, Timestamp)> =
    Index::many("help.calls-by-operator", |_, call| vec![(call.operator.clone(), call.ends)]);
static BY_PERSON: Index<String, Call, (String, Timestamp)> =
    Index::many("help.calls-by-person", |_, call| vec![(call.person.clone(), call.began)]);
/// By id. They stay: a citizen sees who has helped her.
static CALLS: Table<String, Call> = Table::new("help.calls", &[&BY_OPERATOR, &BY_PERSON]);

/// So long an operator helps by one code.
const LASTS: Duration = Duration::from_secs(30 * 60);
/// Of those who have helped her, a citizen sees so many.
const SHOWN: u32 = 20;

/// That an operator helps a citizen, or did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Call {
    /// By which the citizen ends it.
    pub(crate) id: String,
    /// Who helps, by her id.
    pub(crate) operator: String,
    /// Her name, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Whom, by the citizen's own subject.
    pub(crate) person: String,
    /// For whom she acts.
    pub(crate) applicant: Applicant,
    /// Since when.
    pub(crate) began: Timestamp,
    /// The first moment at which she does not any more.
    pub(crate) ends: Timestamp,
}

impl Record for Call {}

/// What comes of a code that was typed.
pub(crate) enum Begun {
    /// It opens: she helps, with what the citizen calls about, where a number was typed.
    Helps(Option<Matter>),
    /// It opens nothing, whatever the reason.
    Refused,
    /// Too many opened nothing within an hour.
    TooMany,
}

/// What a citizen calls about.
pub(crate) enum Matter {
    /// An application, by its number.
    Application(String),
    /// A draft, by its id.
    Draft(String),
}

impl Call {
    /// Whether she helps now.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        now < self.ends
    }

    /// As what it stands in the history of what she does.
    pub(crate) fn assistance(&self) -> Assistance {
        Assistance::CallCentre(self.operator.clone())
    }
}

/// Begins to help by the code and, where one was typed, the number of what it is about. Nobody helps herself, and an operator
/// helps one citizen at a time. A try that opens nothing is counted, and uses no code up.
pub(crate) fn begin(operator: &Operator, code: &str, about: Option<&str>, now: Timestamp) -> Result<Begun, Failure> {
    let Some(allowed) = tries::allow(&operator.id, now)? else { return Ok(Begun::TooMany) };
    let secret = Secret::read_digits(code);
    let found = secret.map(|secret| consent::find(&secret, now)).transpose()?.flatten();
    let found = found.filter(|consent| consent.person != operator.id);
    let matter = match (&found, about) {
        (Some(consent), Some(about)) => matter(&consent.applicant, about)?,
        _ => None,
    };
    let Some(consent) = found.filter(|_| about.is_none() || matter.is_some()) else {
        allowed.failed(now)?;
        log::warn("a code for help opened nothing", &[("operator.id", &operator.id)]);
        return Ok(Begun::Refused);
    };
    consent::remove(&consent)?;
    if let Some(other) = open_of(&operator.id, now)? {
        end(other, now)?;
    }
    let call = Call {
        id: rng::id(),
        operator: operator.id.clone(),
        name: operator.name.clone(),
        person: consent.person,
        applicant: consent.applicant,
        began: now,
        ends: now + LASTS,
    };
    CALLS.insert(&call.id, &call)?;
    telling::helped(&call)?;
    log::info("help by telephone began", &[("operator.id", &operator.id)]);
    Ok(Begun::Helps(matter))
}

/// What of an applicant's a number names: an application or a draft.
fn matter(applicant: &Applicant, typed: &str) -> Result<Option<Matter>, Failure> {
    let Some(number) = number::read(typed) else { return Ok(None) };
    let id = number.to_lowercase();
    match (desk::find_of(&applicant.subject, &number), drafts::find(applicant, &id)) {
        (Ok(_), _) => Ok(Some(Matter::Application(number))),
        (Err(Failure::NotFound(_)), Ok(_)) => Ok(Some(Matter::Draft(id))),
        (Err(Failure::NotFound(_)), Err(Failure::NotFound(_))) => Ok(None),
        (Err(Failure::NotFound(_)), Err(other)) | (Err(other), _) => Err(other),
    }
}

/// Whom an operator helps now.
pub(crate) fn open_of(operator: &str, now: Timestamp) -> Result<Option<Call>, Failure> {
    let last = CALLS.by(&BY_OPERATOR);
    let last = last.page(&(operator.to_owned(),), Order::Descending, &PageRequest::first(1))?.items.pop();
    Ok(last.map(|(_, call)| call).filter(|call| call.is_open(now)))
}

/// Who helps a citizen, and who has helped her, the newest first.
pub(crate) fn of_person(person: &str) -> Result<Vec<Call>, Failure> {
    let page = CALLS.by(&BY_PERSON).page(&(person.to_owned(),), Order::Descending, &PageRequest::first(SHOWN))?;
    Ok(page.items.into_iter().map(|(_, call)| call).collect())
}

/// A call of a citizen's.
///
/// # Errors
/// If she has none of this id.
pub(crate) fn find_of(person: &str, id: &str) -> Result<Call, Failure> {
    let found = CALLS.get(&id.to_owned())?.filter(|call| call.person == person);
    found.ok_or_else(|| Failure::NotFound(format!("nobody helps under {id}")))
}

/// Ends that somebody helps; one that has ended stays as it is.
pub(crate) fn end(call: Call, now: Timestamp) -> Result<(), Failure> {
    let ends = call.ends.min(now);
    Ok(CALLS.put(&call.id.clone(), &Call { ends, ..call })?)
}
