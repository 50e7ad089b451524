//! What registration does with accounts beside [`accounts`], in its own transaction too.

use crate::accounts::{self, AccountError, AccountId, Represented};
use crate::notify::SecurityEvent;
use crate::provider::Provider;
use crate::sessions::{self, Session, SessionId};
use crate::table::StoreError;
use storage::Transaction;

impl Provider {
    /// What an account is called at a sector; from now on the subject can be resolved.
    ///
    /// # Errors
    /// What the store says.
    pub fn tell_subject(&self, tx: &mut Transaction, sector: &str, account: AccountId) -> Result<String, StoreError> {
        accounts::tell_subject(tx, &self.secret, sector, account)
    }

    /// The sessions of an account that go on, the last used first.
    ///
    /// # Errors
    /// What the store says.
    pub fn sessions_in(
        &self,
        tx: &mut Transaction,
        account: AccountId,
    ) -> Result<Vec<(SessionId, Session)>, StoreError> {
        sessions::of_account(tx, account, self.now())
    }

    /// Ends a session of an account, and has its clients told.
    ///
    /// # Errors
    /// What the store says.
    pub fn end_session_in(&self, tx: &mut Transaction, account: AccountId, id: SessionId) -> Result<(), StoreError> {
        match sessions::visited(tx, &id, self.now())? {
            Some(session) if session.account == account => sessions::end(tx, &id, &session),
            _ => Ok(()),
        }
    }

    /// Ends all sessions of an account, and has their clients told.
    ///
    /// # Errors
    /// What the store says.
    pub fn end_sessions_in(&self, tx: &mut Transaction, account: AccountId) -> Result<(), StoreError> {
        for (id, session) in sessions::of_account(tx, account, self.now())? {
            sessions::end(tx, &id, &session)?;
        }
        if let Some(account) = accounts::account(tx, account)? {
            self.notify.tell(tx, &account, SecurityEvent::SignedOutEverywhere)?;
        }
        Ok(())
    }

    /// Ends a representation, and the sessions in which clients know of it: nobody acts for somebody whom she represents no more.
    ///
    /// # Errors
    /// [`AccountError::NoSuchAccount`], or what the store says.
    pub fn end_representation_in(
        &self,
        tx: &mut Transaction,
        account: AccountId,
        represented: &Represented,
    ) -> Result<(), AccountError> {
        accounts::existing(tx, account)?;
        let before = accounts::representations(tx, account, self.now())?;
        if !before.iter().any(|one| one.represented == *represented) {
            return Ok(());
        }
        accounts::revoke(tx, account, represented);
        for (id, session) in sessions::of_account(tx, account, self.now())? {
            sessions::end(tx, &id, &session)?;
        }
        Ok(())
    }
}
