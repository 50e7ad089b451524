//! What was filed at a counter for somebody who has no account: the printed code by which she sees it there again, and adds it
//! to her account.

use std::time::Duration;

use sdk::collections::{Record, Table};
use sdk::{Failure, Timestamp};
use serde::{Deserialize, Serialize};

use super::secret::{Purpose, Secret};
use crate::pages::say;

/// By the number of the application.
static CLAIMS: Table<String, Claim> = Table::new("help.claims", &[]);
/// By the operator's id and the application's number.
static SHOWN: Table<(String, String), Shown> = Table::new("help.shown", &[]);

/// So long an operator sees an application whose code was shown to her.
const LASTS: Duration = Duration::from_secs(30 * 60);

/// The code of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Claim {
    digest: Vec<u8>,
}

/// That an operator may see an application: the applicant stands before her.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Shown {
    until: Timestamp,
}

impl Record for Claim {}
impl Record for Shown {}

/// Proof that somebody has the code of an application.
#[must_use = "it opens the application"]
pub(crate) struct Proven {
    number: String,
}

impl Proven {
    /// The number of the application.
    pub(crate) fn number(&self) -> &str {
        &self.number
    }

    /// Lets an operator see the application for a while.
    pub(crate) fn show_to(&self, operator: &str, now: Timestamp) -> Result<(), Failure> {
        Ok(SHOWN.put(&(operator.to_owned(), self.number.clone()), &Shown { until: now + LASTS })?)
    }
}

/// Makes the code of an application that was filed now.
pub(crate) fn make(number: &str) -> Result<(Secret, Proven), Failure> {
    let secret = Secret::letters();
    CLAIMS.insert(&number.to_owned(), &Claim { digest: secret.digest(Purpose::Claim(number)) })?;
    Ok((secret, Proven { number: number.to_owned() }))
}

/// Proves by a number and a code, as they were typed.
///
/// # Errors
/// If they do not fit each other, whatever the reason.
pub(crate) fn prove(number: &str, code: &str) -> Result<Proven, Failure> {
    let typed = crate::number::read(number).zip(Secret::read_letters(code));
    let (number, secret) = typed.ok_or_else(refused)?;
    let claim = CLAIMS.get(&number)?.ok_or_else(refused)?;
    sdk::ensure!(claim.digest == secret.digest(Purpose::Claim(&number)), refused());
    Ok(Proven { number })
}

/// What is said of a number and a code that open nothing.
pub(crate) fn refused() -> Failure {
    Failure::invalid("code", "wrong", say("help-claim-wrong"))
}

/// Whether an operator may see an application now.
pub(crate) fn is_shown(operator: &str, number: &str, now: Timestamp) -> Result<bool, Failure> {
    let shown = SHOWN.get(&(operator.to_owned(), number.to_owned()))?;
    Ok(shown.is_some_and(|shown| now < shown.until))
}

/// Forgets the code of an application that is in an account now: it is seen there, and nobody else can add it to another one.
pub(crate) fn forget(proven: &Proven) -> Result<(), Failure> {
    CLAIMS.remove(&proven.number)?;
    Ok(())
}
