//! Enrolment: by a code that was handed over, an administrator gets a password, an authenticator app and recovery codes.

use super::account::{Account, Enrolment};
use super::rows::{self, ENROLMENTS, RowError, row, transact};
use super::{AdministratorError, Administrators};
use crate::audit::{AuditEntry, AuditError};
use crate::caller::Means;
use clock::Timestamp;
use factors::{
    Authenticator, HashError, NoRandomness, Password, RecoveryCodes, TotpSecret, WeakPassword, digest_of, random,
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::fmt;
use storage::Transaction;
use thiserror::Error;
use trust::leaf::AuditStage;

/// A code by which somebody enrols; it is stored as a digest only.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct EnrolmentCode {
    code: String,
    /// When it ends.
    pub(crate) ends_at: Timestamp,
}

/// Who has enrolled.
pub(crate) struct Enrolled {
    /// The codes that stand in for the app, shown once.
    pub(crate) recovery_codes: Vec<String>,
}

/// Why somebody has not enrolled.
#[derive(Debug, Error)]
pub(crate) enum EnrolmentError {
    #[error("the enrolment code is none, was used, or has ended")]
    Code,
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    #[error("the two passwords are not the same")]
    Different,
    #[error("the code of the authenticator app is not right")]
    Authenticator,
    #[error(transparent)]
    Hash(#[from] HashError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error(transparent)]
    Other(#[from] AdministratorError),
}

/// What somebody chose at her enrolment.
pub(crate) struct Chosen<'a> {
    pub(crate) password: String,
    pub(crate) again: String,
    pub(crate) secret: &'a TotpSecret,
    pub(crate) app_code: &'a str,
}

#[derive(Serialize, Deserialize)]
struct Row {
    name: String,
}

const LASTS: SignedDuration = SignedDuration::from_hours(72);
/// 80 bits: nobody guesses it, online or from its digest.
const CODE_BYTES: usize = 10;

impl EnrolmentCode {
    /// The code as it is written: `ABCD-EFGH-JKLM-NPQR`.
    pub(crate) fn as_str(&self) -> &str {
        &self.code
    }
}

// A code in a log would be one that somebody else can use.
impl fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnrolmentCode(…)")
    }
}

impl Account {
    /// Makes a code, the one before worthless, and writes the account.
    pub(super) fn invite(&mut self, tx: &mut Transaction, now: Timestamp) -> Result<EnrolmentCode, AdministratorError> {
        self.forget_enrolment(tx);
        let code = factors::grouped(&random::<CODE_BYTES>()?, 4);
        let digest = digest_of(factors::bare(&code));
        let ends_at = now.saturating_add(LASTS).unwrap_or(Timestamp::MAX);
        rows::put(tx, ENROLMENTS, digest, &Row { name: self.name.to_string() })?;
        self.enrolment = Some(Enrolment { digest: hex::encode(digest), ends_at });
        self.write(tx)?;
        Ok(EnrolmentCode { code, ends_at })
    }
}

impl Administrators {
    /// A new code for somebody who lost what she signs in with. What she has until then, and her sessions, end now.
    pub(crate) async fn renew(&self, name: &str) -> Result<EnrolmentCode, AdministratorError> {
        let now = self.now();
        transact(&self.store, |tx| {
            let mut account = Account::existing(tx, name)?;
            account.password = None;
            account.authenticator = None;
            account.recovery = RecoveryCodes::default();
            account.version += 1;
            account.invite(tx, now)
        })
        .await
    }

    /// Who may enrol by a code.
    pub(crate) fn enrolling(&self, code: &str) -> Result<Account, EnrolmentError> {
        let mut tx = self.store.begin().map_err(failed)?;
        self.invited(&mut tx, code)
    }

    fn invited(&self, tx: &mut Transaction, code: &str) -> Result<Account, EnrolmentError> {
        let found: Option<Row> =
            row(tx, ENROLMENTS, digest_of(factors::bare(code))).map_err(AdministratorError::from)?;
        let account =
            found.map(|row| Account::of(tx, &row.name)).transpose().map_err(AdministratorError::from)?.flatten();
        account.filter(|account| account.invited_until(self.now()).is_some()).ok_or(EnrolmentError::Code)
    }

    /// Enrols whom a code is for, and uses the code up.
    pub(crate) async fn enrol(&self, code: &str, chosen: Chosen<'_>) -> Result<(Account, Enrolled), EnrolmentError> {
        let account = self.enrolling(code)?;
        let Chosen { password, again, secret, app_code } = chosen;
        if !factors::is_same(password.as_bytes(), again.as_bytes()) {
            return Err(EnrolmentError::Different);
        }
        let password = Password::chosen(password, &[account.name.as_str(), &self.server])?;
        let now = self.now();
        let step = secret.step_of(app_code, 0, now).ok_or(EnrolmentError::Authenticator)?;
        let hashed = self.hasher.hash(password).await?;
        let asked = self.note_enrolment(&account, AuditStage::Asked).await?;
        let enrolled = transact(&self.store, |tx| {
            let mut account = self.invited(tx, code)?;
            account.forget_enrolment(tx);
            account.enrolment = None;
            account.password = Some(hashed.clone());
            let name = account.name.to_string();
            account.authenticator = Some(Authenticator::new(&self.totp, secret, &name, step).map_err(unrandom)?);
            let (recovery_codes, kept) = RecoveryCodes::new(&self.secret, &name).map_err(unrandom)?;
            account.recovery = kept;
            account.version += 1;
            account.write(tx).map_err(AdministratorError::from)?;
            Ok((account, Enrolled { recovery_codes }))
        })
        .await;
        let stage = match &enrolled {
            Ok(_) => AuditStage::Done { asked: Some(asked), outcome: String::new() },
            Err(error) => AuditStage::Refused { asked: Some(asked), outcome: EnrolmentError::to_string(error) },
        };
        self.note_enrolment(&account, stage).await?;
        enrolled
    }

    async fn note_enrolment(&self, account: &Account, stage: AuditStage) -> Result<u64, AuditError> {
        let (author, means) = (account.name.to_string(), Means::SignIn.to_string());
        self.trail.note(AuditEntry { author, means, action: "enrol".to_owned(), stage }).await
    }
}

fn failed(error: storage::ReadError) -> EnrolmentError {
    EnrolmentError::Other(RowError::from(error).into())
}

fn unrandom(error: NoRandomness) -> EnrolmentError {
    EnrolmentError::Other(error.into())
}

impl From<RowError> for EnrolmentError {
    fn from(error: RowError) -> Self {
        Self::Other(error.into())
    }
}
