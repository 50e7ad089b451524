//! Signing in: a name, a password, and a code of the authenticator app or a recovery code, judged together.
//!
//! Whoever fails too often waits ever longer before the next try counts, up to a quarter of an hour; whether a name is one
//! cannot be told from the answer, nor from its time.

use super::account::{Account, MAX_NAME_BYTES};
use super::rows::{self, FAILURES, RowError, row, transact};
use super::session::{self, SessionValue};
use super::{AdministratorError, Administrators};
use crate::audit::{AuditEntry, AuditError};
use crate::caller::Means;
use clock::Timestamp;
use factors::{FailureKey, Failures, HashError, Password};
use listener::Peer;
use storage::Transaction;
use thiserror::Error;
use trust::leaf::AuditStage;

/// What somebody typed.
pub(crate) struct Typed {
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) code: String,
}

/// Why somebody is not signed in.
#[derive(Debug, Error)]
pub(crate) enum SignInError {
    #[error("name, password or code are not right")]
    Wrong,
    #[error("there were too many tries; the next one counts in {seconds} s")]
    TooSoon { seconds: i64 },
    #[error("too many sign in at once")]
    Busy,
    #[error(transparent)]
    Failed(#[from] AdministratorError),
    #[error(transparent)]
    Audit(#[from] AuditError),
}

/// How a try ended.
enum Ended {
    SignedIn(SessionValue),
    Wrong { begins_to_wait: bool },
}

impl Administrators {
    /// Signs somebody in.
    pub(crate) async fn sign_in(&self, typed: Typed, from: Peer, address: &str) -> Result<SessionValue, SignInError> {
        let now = self.now();
        if !self.throttle.admits(from, now) {
            return Err(SignInError::TooSoon { seconds: 1 });
        }
        let Typed { name, password, code } = typed;
        let name: String = name.trim().to_lowercase().chars().take(MAX_NAME_BYTES).collect();
        let key = self.failure_key(&name);
        let _try = self.trying.begin(key).ok_or(SignInError::TooSoon { seconds: 1 })?;
        let account = self.may_try(&name, &key, now)?;
        let typed = Password::typed(password);
        // Whoever is not there costs as much as whoever is.
        let hashed = account.as_ref().and_then(|account| account.password.as_deref()).filter(|_| !typed.is_too_long());
        let is_right = self.hasher.is_right(typed, hashed).await.map_err(|error| match error {
            HashError::Busy | HashError::Failed => SignInError::Busy,
        })?;
        let version = account.as_ref().filter(|_| is_right).map(|account| account.version);
        let ended = transact(&self.store, |tx| self.finish(tx, &name, version, (&code, &key), (address, now))).await?;
        self.note_sign_in(&name, account.is_some(), address, &ended).await?;
        match ended {
            Ended::SignedIn(value) => Ok(value),
            Ended::Wrong { .. } => Err(SignInError::Wrong),
        }
    }

    /// The account of a name, if one may try it now.
    fn may_try(&self, name: &str, key: &FailureKey, now: Timestamp) -> Result<Option<Account>, SignInError> {
        let mut tx = self.store.begin().map_err(|error| AdministratorError::from(RowError::from(error)))?;
        let failures: Failures = row(&mut tx, FAILURES, key).map_err(AdministratorError::from)?.unwrap_or_default();
        failures.may_try(now).map_err(|too_soon| SignInError::TooSoon { seconds: too_soon.seconds })?;
        Ok(Account::of(&mut tx, name).map_err(AdministratorError::from)?.filter(Account::is_enrolled))
    }

    /// `version` is that of the account whose password was right.
    fn finish(
        &self,
        tx: &mut Transaction,
        name: &str,
        version: Option<u64>,
        (code, key): (&str, &FailureKey),
        (address, now): (&str, Timestamp),
    ) -> Result<Ended, AdministratorError> {
        let account = Account::of(tx, name)?.filter(|account| Some(account.version) == version);
        if let Some(mut account) = account
            && self.takes_code(&mut account, code, now)
        {
            account.signed_in_at = Some(now);
            account.write(tx)?;
            tx.delete(FAILURES, *key);
            return session::begin(tx, &account, address, now).map(Ended::SignedIn);
        }
        for (ended, failures) in rows::rows::<Failures>(tx, FAILURES, LOOKED_THROUGH)? {
            if failures.ends_at() < now.as_second() {
                tx.delete(FAILURES, ended);
            }
        }
        let failures = row::<Failures>(tx, FAILURES, key)?.unwrap_or_default().and_now(now);
        rows::put(tx, FAILURES, *key, &failures)?;
        Ok(Ended::Wrong { begins_to_wait: failures.begins_to_wait() })
    }

    fn takes_code(&self, account: &mut Account, code: &str, now: Timestamp) -> bool {
        let name = account.name.to_string();
        account.authenticator.as_mut().is_some_and(|app| app.take(&self.totp, &name, code, now))
            || account.recovery.take(&self.secret, &name, code)
    }

    async fn note_sign_in(&self, name: &str, exists: bool, address: &str, ended: &Ended) -> Result<(), AuditError> {
        let from = if address.is_empty() { String::new() } else { format!("from {address}") };
        let stage = match ended {
            Ended::SignedIn(_) => AuditStage::Done { asked: None, outcome: from },
            Ended::Wrong { begins_to_wait } if exists => {
                let locked = if *begins_to_wait { "; locked for a while from now on" } else { "" };
                AuditStage::Refused { asked: None, outcome: format!("wrong password or code {from}{locked}") }
            }
            // The trail is not filled with names that somebody makes up.
            Ended::Wrong { .. } => {
                tracing::warn!(address, "somebody tried to sign in by a name that no administrator has");
                return Ok(());
            }
        };
        let (author, means) = (name.to_owned(), Means::SignIn.to_string());
        self.trail.note(AuditEntry { author, means, action: "sign in".to_owned(), stage }).await.map(|_| ())
    }

    /// What was typed, so that nobody learns from it which names there are.
    fn failure_key(&self, name: &str) -> FailureKey {
        let mut key = [0; 32];
        key.copy_from_slice(self.secret.mac(&["administrators failures", name]).as_ref());
        key
    }
}

/// Failures that are looked through, and removed where they count no longer, at each failure.
const LOOKED_THROUGH: usize = 200;
