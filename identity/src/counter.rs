//! What a counter does with accounts: as [`accounts`] does it, each in a transaction of its own.

use crate::accounts::{self, Account, AccountError, AccountId, Assurance, Document, EnrolmentCode, Person};
use crate::provider::Provider;
use crate::table::{self, StoreError};

impl Provider {
    /// Makes an account, and the code by which its citizen sets her credentials.
    ///
    /// # Errors
    /// As [`accounts::create`].
    pub async fn add_account(
        &self,
        person: Person,
        assurance: Assurance,
    ) -> Result<(Account, EnrolmentCode), AccountError> {
        let now = self.now();
        table::transact(&self.store, |tx| accounts::create(tx, person.clone(), assurance, now)).await
    }

    /// The account of whom a document names.
    ///
    /// # Errors
    /// What the store says.
    pub fn account_of(&self, document: &Document) -> Result<Option<Account>, StoreError> {
        accounts::by_document(&mut self.store.begin()?, document)
    }

    /// Whether she has set credentials.
    ///
    /// # Errors
    /// What the store says.
    pub fn is_enrolled(&self, account: AccountId) -> Result<bool, StoreError> {
        accounts::is_enrolled(&mut self.store.begin()?, account)
    }

    /// Makes a new code for who lost all her credentials. Those that she has stay until the code is used.
    ///
    /// # Errors
    /// As [`accounts::renew_enrolment`].
    pub async fn renew_enrolment(&self, account: AccountId) -> Result<EnrolmentCode, AccountError> {
        let now = self.now();
        table::transact(&self.store, |tx| accounts::renew_enrolment(tx, account, now)).await
    }

    /// Notes that it is known better who somebody is.
    ///
    /// # Errors
    /// As [`accounts::raise_assurance`].
    pub async fn raise_assurance(&self, account: AccountId, to: Assurance) -> Result<Account, AccountError> {
        table::transact(&self.store, |tx| accounts::raise_assurance(tx, account, to)).await
    }
}
