//! `accounts`: the accounts of citizens, kept by the issuer of this server.

use std::result::Result as Answer;
use std::sync::Arc;

use storage::Transaction;
use wasmtime::Result;

use crate::citizens::{Assured, Citizens, EndedSessions, Unkept};
use crate::contract::imports::accounts::{
    Account, Enrolment, Host, IdentityDocument, Person, Refusal, Representation, RepresentedId, Session, SignIn,
};
use crate::contract::imports::types::Assurance;
use crate::contract::limits::MAX_SIGN_INS;
use crate::sandbox::{Broken, Sandbox, Stop, View};

type Kept<T> = Result<Answer<T, Refusal>>;

impl Host for Sandbox {
    fn create(&mut self, person: Person, assurance: Assurance) -> Kept<Enrolment> {
        let assured = assured("accounts.create", assurance)?;
        Ok(self.change_accounts("accounts.create", |kept, tx| kept.create(tx, person, assured))?)
    }

    fn find(&mut self, document: IdentityDocument) -> Kept<Account> {
        Ok(self.look_at_accounts(|kept, tx| kept.find(tx, &document))?)
    }

    fn get(&mut self, subject: String) -> Kept<Account> {
        Ok(self.look_at_accounts(|kept, tx| kept.get(tx, &subject))?)
    }

    fn change(&mut self, subject: String, person: Person) -> Kept<()> {
        Ok(self.change_accounts("accounts.change", |kept, tx| kept.change(tx, &subject, person))?)
    }

    fn renew(&mut self, subject: String) -> Kept<Enrolment> {
        Ok(self.change_accounts("accounts.renew", |kept, tx| kept.renew(tx, &subject))?)
    }

    fn raise(&mut self, subject: String, assurance: Assurance) -> Kept<()> {
        let assured = assured("accounts.raise", assurance)?;
        Ok(self.change_accounts("accounts.raise", |kept, tx| kept.raise(tx, &subject, assured))?)
    }

    fn sessions(&mut self, subject: String) -> Kept<Vec<Session>> {
        Ok(self.look_at_accounts(|kept, tx| kept.sessions(tx, &subject))?)
    }

    fn end_session(&mut self, subject: String, id: String) -> Kept<()> {
        let ended = EndedSessions::One(&id);
        Ok(self.change_accounts("accounts.end-session", |kept, tx| kept.end_sessions(tx, &subject, ended))?)
    }

    fn end_sessions(&mut self, subject: String) -> Kept<()> {
        let ended = EndedSessions::All;
        Ok(self.change_accounts("accounts.end-sessions", |kept, tx| kept.end_sessions(tx, &subject, ended))?)
    }

    fn sign_ins(&mut self, subject: String, most: u32) -> Kept<Vec<SignIn>> {
        let most = most.min(MAX_SIGN_INS) as usize;
        Ok(self.look_at_accounts(|kept, tx| kept.sign_ins(tx, &subject, most))?)
    }

    fn representations(&mut self, subject: String) -> Kept<Vec<Representation>> {
        Ok(self.look_at_accounts(|kept, tx| kept.representations(tx, &subject))?)
    }

    fn represent(&mut self, subject: String, representation: Representation) -> Kept<()> {
        Ok(self.change_accounts("accounts.represent", |kept, tx| kept.represent(tx, &subject, representation))?)
    }

    fn end_representation(&mut self, subject: String, represented: RepresentedId) -> Kept<()> {
        let function = "accounts.end-representation";
        Ok(self.change_accounts(function, |kept, tx| kept.end_representation(tx, &subject, &represented))?)
    }
}

impl Sandbox {
    /// Does something to accounts in the call's transaction.
    fn change_accounts<T>(
        &mut self,
        function: &'static str,
        change: impl FnOnce(&dyn Citizens, &mut Transaction) -> Answer<T, Unkept>,
    ) -> Answer<Answer<T, Refusal>, Stop> {
        let kept = self.citizens();
        let tx = self.view.writing(function)?;
        let Some(kept) = kept else { return Ok(Err(Refusal::NoAccounts)) };
        let changed = told(change(&*kept, tx))?;
        self.effects.citizens = true;
        Ok(changed)
    }

    /// Looks at accounts: in the call's transaction if it has one.
    fn look_at_accounts<T>(
        &mut self,
        look: impl FnOnce(&dyn Citizens, &mut Transaction) -> Answer<T, Unkept>,
    ) -> Answer<Answer<T, Refusal>, Stop> {
        let Some(kept) = self.citizens() else { return Ok(Err(Refusal::NoAccounts)) };
        match &mut self.view {
            View::Write(tx) => told(look(&*kept, tx)),
            View::Read(reading) => {
                reading.read_elsewhere();
                told(look(&*kept, &mut self.call.environment.store.begin().map_err(Stop::Read)?))
            }
        }
    }

    fn citizens(&self) -> Option<Arc<dyn Citizens>> {
        self.call.environment.citizens.get().cloned()
    }
}

/// What a plugin learns of it.
fn told<T>(kept: Answer<T, Unkept>) -> Answer<Answer<T, Refusal>, Stop> {
    match kept {
        Ok(done) => Ok(Ok(done)),
        Err(Unkept::Refused(refusal)) => Ok(Err(refusal)),
        Err(Unkept::Read(error)) => Err(Stop::Read(error)),
        Err(Unkept::Failed(why)) => Err(Stop::Citizens(why)),
    }
}

fn assured(function: &'static str, assurance: Assurance) -> Answer<Assured, Stop> {
    match assurance {
        Assurance::None => {
            let rule = "an account has the assurance low, substantial or high".to_owned();
            Err(Broken::Argument { function, rule }.into())
        }
        Assurance::Low => Ok(Assured::Low),
        Assurance::Substantial => Ok(Assured::Substantial),
        Assurance::High => Ok(Assured::High),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;
    use crate::call::CallError;
    use crate::contract::imports::kv::Host as _;
    use crate::sandbox::Access;
    use crate::testing::citizens::{Office, somebody};
    use crate::testing::{Stage, broken};

    async fn staged() -> (Stage, Arc<Office>) {
        let (stage, office) = (Stage::new().await, Arc::new(Office::default()));
        stage.host.know_citizens(office.clone());
        (stage, office)
    }

    #[tokio::test]
    async fn an_account_and_what_the_plugin_writes_are_there_together_or_not_at_all() {
        let (stage, office) = staged().await;
        let called = stage.call(Access::Write, |sandbox| {
            sandbox.put(b"note".to_vec(), b"made".to_vec())?;
            sandbox.create(somebody("7"), Assurance::Low)?.expect("it is made");
            Err::<(), _>(Stop::OutOfBounds.into())
        });
        assert!(matches!(called.await, Err(CallError::Failed(_))));
        assert_eq!((Office::rows(&stage.store), office.committed.load(Ordering::SeqCst)), (vec![], 0));

        let called = stage.call(Access::Write, |sandbox| {
            sandbox.put(b"note".to_vec(), b"made".to_vec())?;
            let made = sandbox.create(somebody("7"), Assurance::Low)?.expect("it is made");
            assert_eq!(sandbox.create(somebody("7"), Assurance::High)?, Err(Refusal::DocumentTaken));
            Ok((made.subject, Host::get(sandbox, "7".to_owned())?.is_ok()))
        });
        assert_eq!(called.await.expect("it is called"), ("7".to_owned(), true));
        assert_eq!(Office::rows(&stage.store), [("a/7".to_owned(), "Ana".to_owned())]);
        assert_eq!(office.committed.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_call_that_may_only_read_looks_at_accounts_and_changes_none() {
        let (stage, _) = staged().await;
        let made = stage.call(Access::Write, |sandbox| Ok(sandbox.create(somebody("7"), Assurance::Low)?.is_ok()));
        assert!(made.await.expect("it is called"));
        let found = stage.call(Access::Read, |sandbox| {
            Ok((sandbox.find(somebody("7").document)?.is_ok(), Host::get(sandbox, "8".to_owned())?))
        });
        assert_eq!(found.await.expect("it is called"), (true, Err(Refusal::NoSuchAccount)));
        let changed = stage.call(Access::Read, |sandbox| sandbox.raise("7".to_owned(), Assurance::High)).await;
        assert_eq!(broken(changed), Broken::Write { function: "accounts.raise" });
    }

    #[tokio::test]
    async fn a_server_that_is_no_issuer_says_that_it_keeps_no_accounts() {
        let stage = Stage::new().await;
        let called = stage.call(Access::Write, |sandbox| {
            Ok((sandbox.create(somebody("7"), Assurance::Low)?.err(), Host::get(sandbox, "7".to_owned())?.err()))
        });
        let refused = (Some(Refusal::NoAccounts), Some(Refusal::NoAccounts));
        assert_eq!(called.await.expect("it is called"), refused);
    }

    #[tokio::test]
    async fn an_account_of_which_nothing_is_known_stops_the_plugin() {
        let (stage, _) = staged().await;
        let called = stage.call(Access::Write, |sandbox| sandbox.create(somebody("7"), Assurance::None)).await;
        let rule = "an account has the assurance low, substantial or high".to_owned();
        assert_eq!(broken(called), Broken::Argument { function: "accounts.create", rule });
    }

    #[tokio::test]
    async fn what_the_issuer_cannot_do_now_is_no_fault_of_the_plugin() {
        let (stage, _) = staged().await;
        let called = stage.call(Access::Write, |sandbox| sandbox.change("7".to_owned(), somebody("7"))).await;
        assert!(matches!(&called, Err(CallError::Citizens(why)) if why == "the office is closed"), "{called:?}");
    }
}
