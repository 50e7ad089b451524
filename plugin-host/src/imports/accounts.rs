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
            View::Read(_) => told(look(&*kept, &mut self.call.environment.store.begin().map_err(Stop::Read)?)),
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
