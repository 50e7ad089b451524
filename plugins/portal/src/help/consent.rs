//! The codes by which a citizen lets an operator help her: each opens once, for a quarter of an hour.

use std::time::Duration;

use sdk::collections::{Index, Record, Table};
use sdk::kv::Order;
use sdk::{Citizen, Failure, Timestamp, rng};
use serde::{Deserialize, Serialize};

use super::secret::{Purpose, Secret};
use crate::application::Applicant;
use crate::pages::say;

/// By the citizen's own subject, and the consent's id.
type ConsentKey = (String, String);

static BY_DIGEST: Index<ConsentKey, Consent, Vec<u8>> =
    Index::unique("help.consents-by-digest", |_, consent| vec![consent.digest.clone()]);
static CONSENTS: Table<ConsentKey, Consent> = Table::new("help.consents", &[&BY_DIGEST]);

/// So long a code opens.
const GOOD_FOR: Duration = Duration::from_secs(15 * 60);
/// So many open codes somebody has at most.
pub(crate) const MOST: usize = 3;
/// Codes that are drawn until one is nobody else's: of 100 million, few are open at once.
const MOST_DRAWN: usize = 8;

/// That a citizen lets whoever has her code help her.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Consent {
    /// By which she ends it.
    pub(crate) id: String,
    /// Her own subject.
    pub(crate) person: String,
    /// For whom she lets act: herself, or whom she represented when she made it.
    pub(crate) applicant: Applicant,
    /// The first moment at which it does not open any more.
    pub(crate) ends: Timestamp,
    digest: Vec<u8>,
}

impl Record for Consent {}

impl Consent {
    fn is_open(&self, now: Timestamp) -> bool {
        now < self.ends
    }
}

/// The codes of a citizen that still open.
pub(crate) fn open_of(person: &str, now: Timestamp) -> Result<Vec<Consent>, Failure> {
    Ok(all_of(person)?.into_iter().filter(|consent| consent.is_open(now)).collect())
}

/// Makes a code for a citizen who lets help, and gives it with its end. Those that have ended are forgotten.
///
/// # Errors
/// If too many of hers are open.
pub(crate) fn give(citizen: &Citizen, now: Timestamp) -> Result<(Secret, Timestamp), Failure> {
    let (open, ended): (Vec<_>, Vec<_>) =
        all_of(&citizen.subject)?.into_iter().partition(|consent| consent.is_open(now));
    for consent in ended {
        remove(&consent)?;
    }
    sdk::ensure!(open.len() < MOST, Failure::Conflict(say("help-too-many-codes")));
    let secret = unused(now)?;
    let consent = Consent {
        id: rng::id(),
        person: citizen.subject.clone(),
        applicant: Applicant::of(citizen),
        ends: now + GOOD_FOR,
        digest: secret.digest(Purpose::Consent),
    };
    CONSENTS.insert(&key(&consent), &consent)?;
    Ok((secret, consent.ends))
}

/// Ends a code of a citizen's; one that was used or has ended is not there any more.
pub(crate) fn end(person: &str, id: &str) -> Result<(), Failure> {
    CONSENTS.remove(&(person.to_owned(), id.to_owned()))?;
    Ok(())
}

/// The consent that a code stands for, while it opens.
pub(super) fn find(code: &Secret, now: Timestamp) -> Result<Option<Consent>, Failure> {
    let found = CONSENTS.by(&BY_DIGEST).first(&code.digest(Purpose::Consent))?;
    Ok(found.map(|(_, consent)| consent).filter(|consent| consent.is_open(now)))
}

/// Uses a consent up.
pub(super) fn remove(consent: &Consent) -> Result<(), Failure> {
    CONSENTS.remove(&key(consent))?;
    Ok(())
}

/// A code that is nobody's. One that has ended makes room.
fn unused(now: Timestamp) -> Result<Secret, Failure> {
    for _ in 0..MOST_DRAWN {
        let secret = Secret::digits();
        match CONSENTS.by(&BY_DIGEST).first(&secret.digest(Purpose::Consent))? {
            Some((_, other)) if other.is_open(now) => {}
            Some((_, ended)) => {
                remove(&ended)?;
                return Ok(secret);
            }
            None => return Ok(secret),
        }
    }
    Err(Failure::Unavailable(say("help-no-code")))
}

/// There are few: each that is made lets go of those that have ended.
fn all_of(person: &str) -> Result<Vec<Consent>, Failure> {
    let all = CONSENTS.scan(&(person.to_owned(),), Order::Ascending);
    Ok(all.map(|consent| consent.map(|(_, consent)| consent)).collect::<Result<_, _>>()?)
}

fn key(consent: &Consent) -> ConsentKey {
    (consent.person.clone(), consent.id.clone())
}
