//! Accounts and notices as plugins have to do with them: in the transaction of their call, by the subjects that they know.

mod shape;

use super::notices::{AccountNotices, Unsaid};
use citizens_gateway::{OwnIssuer, PublicAddress};
use clock::SharedClock;
use identity::accounts::{self, AccountId, EnrolmentCode};
use identity::{Provider, SessionId, StoreError};
use notices::NoticesError;
use plugin_host::citizens::kept::{
    Account, Enrolment, IdentityDocument, Person, Refusal, Representation, RepresentedId, Session, SignIn,
};
use plugin_host::citizens::{Assured, Citizens, EndedSessions, Notice, Unkept, Untold};
use std::sync::Arc;
use storage::Transaction;
use texts::Language;

/// What plugins of this server can do with the accounts of its issuer.
pub(super) struct AccountsOfIssuer {
    pub(super) issuer: Arc<OwnIssuer>,
    pub(super) notices: Arc<AccountNotices>,
    /// The entity whose plugins these are: by its subjects they know people.
    pub(super) sector: String,
    /// Where the plugins' pages are.
    pub(super) address: PublicAddress,
    pub(super) clock: SharedClock,
}

const DAY_MS: u64 = 24 * 3_600 * 1_000;

impl AccountsOfIssuer {
    fn provider(&self) -> &Provider {
        self.issuer.provider()
    }

    fn resolve(&self, tx: &mut Transaction, subject: &str) -> Result<Option<AccountId>, StoreError> {
        accounts::resolve_subject(tx, &self.sector, subject)
    }

    fn of(&self, tx: &mut Transaction, subject: &str) -> Result<AccountId, Unkept> {
        let found = self.resolve(tx, subject).map_err(shape::failed)?;
        found.ok_or(Unkept::Refused(Refusal::NoSuchAccount))
    }

    fn shown(&self, tx: &mut Transaction, account: &accounts::Account) -> Result<Account, Unkept> {
        Ok(Account {
            subject: self.provider().tell_subject(tx, &self.sector, account.id).map_err(shape::failed)?,
            person: shape::person(&account.person),
            assurance: shape::assurance(account.assurance),
            enrolled: accounts::is_enrolled(tx, account.id).map_err(shape::failed)?,
        })
    }

    fn enrolment(&self, tx: &mut Transaction, account: AccountId, code: &EnrolmentCode) -> Result<Enrolment, Unkept> {
        let days = u64::try_from(EnrolmentCode::LASTS_DAYS).unwrap_or_default();
        Ok(Enrolment {
            subject: self.provider().tell_subject(tx, &self.sector, account).map_err(shape::failed)?,
            code: code.as_str().to_owned(),
            link: self.provider().enrolment_link(code),
            expires: shape::milliseconds(self.clock.now().as_second()).saturating_add(days * DAY_MS),
        })
    }
}

impl Citizens for AccountsOfIssuer {
    fn chosen_language(&self, tx: &mut Transaction, subject: &str) -> Result<Option<Language>, Untold> {
        let account = self.resolve(tx, subject).map_err(untold)?.ok_or(Untold::Unknown)?;
        self.notices.language_of(&account).map_err(unsaid)
    }

    fn tell(&self, tx: &mut Transaction, notice: &Notice<'_>) -> Result<(), Untold> {
        let account = self.resolve(tx, notice.to).map_err(untold)?.ok_or(Untold::Unknown)?;
        let account = accounts::account(tx, account).map_err(untold)?.ok_or(Untold::Unknown)?;
        let page = notice.link.map(|path| format!("{}{path}", self.address.origin_of(notice.plugin)));
        self.notices.say_of_plugin(tx, &account, notice, page).map_err(unsaid)
    }

    fn create(&self, tx: &mut Transaction, person: Person, assurance: Assured) -> Result<Enrolment, Unkept> {
        let person = shape::read_person(person);
        let made = accounts::create(tx, person, shape::level(assurance), self.clock.now());
        let (account, code) = made.map_err(shape::refused)?;
        self.enrolment(tx, account.id, &code)
    }

    fn find(&self, tx: &mut Transaction, document: &IdentityDocument) -> Result<Account, Unkept> {
        let document = accounts::Document::new(&document.kind, &document.number);
        let found = accounts::by_document(tx, &document).map_err(shape::failed)?;
        self.shown(tx, &found.ok_or(Unkept::Refused(Refusal::NoSuchAccount))?)
    }

    fn get(&self, tx: &mut Transaction, subject: &str) -> Result<Account, Unkept> {
        let id = self.of(tx, subject)?;
        let found = accounts::account(tx, id).map_err(shape::failed)?;
        self.shown(tx, &found.ok_or(Unkept::Refused(Refusal::NoSuchAccount))?)
    }

    fn change(&self, tx: &mut Transaction, subject: &str, person: Person) -> Result<(), Unkept> {
        let id = self.of(tx, subject)?;
        accounts::change(tx, id, shape::read_person(person)).map(drop).map_err(shape::refused)
    }

    fn renew(&self, tx: &mut Transaction, subject: &str) -> Result<Enrolment, Unkept> {
        let id = self.of(tx, subject)?;
        let code = accounts::renew_enrolment(tx, id, self.clock.now()).map_err(shape::refused)?;
        self.enrolment(tx, id, &code)
    }

    fn raise(&self, tx: &mut Transaction, subject: &str, assurance: Assured) -> Result<(), Unkept> {
        let id = self.of(tx, subject)?;
        accounts::raise_assurance(tx, id, shape::level(assurance)).map(drop).map_err(shape::refused)
    }

    fn sessions(&self, tx: &mut Transaction, subject: &str) -> Result<Vec<Session>, Unkept> {
        let id = self.of(tx, subject)?;
        let sessions = self.provider().sessions_in(tx, id).map_err(shape::failed)?;
        Ok(sessions.into_iter().map(|(id, session)| shape::session(&id, session)).collect())
    }

    fn end_sessions(&self, tx: &mut Transaction, subject: &str, ended: EndedSessions<'_>) -> Result<(), Unkept> {
        let account = self.of(tx, subject)?;
        let ended = match ended {
            EndedSessions::All => self.provider().end_sessions_in(tx, account),
            EndedSessions::One(id) => match SessionId::from_text(id) {
                Some(id) => self.provider().end_session_in(tx, account, id),
                // No session was ever called so.
                None => Ok(()),
            },
        };
        ended.map_err(shape::failed)
    }

    fn sign_ins(&self, tx: &mut Transaction, subject: &str, most: usize) -> Result<Vec<SignIn>, Unkept> {
        let id = self.of(tx, subject)?;
        let sign_ins = accounts::sign_ins(tx, id, most).map_err(shape::failed)?;
        Ok(sign_ins.into_iter().map(shape::sign_in).collect())
    }

    fn representations(&self, tx: &mut Transaction, subject: &str) -> Result<Vec<Representation>, Unkept> {
        let id = self.of(tx, subject)?;
        let found = accounts::representations(tx, id, self.clock.now()).map_err(shape::failed)?;
        Ok(found.into_iter().map(shape::representation).collect())
    }

    fn represent(&self, tx: &mut Transaction, subject: &str, representation: Representation) -> Result<(), Unkept> {
        let id = self.of(tx, subject)?;
        accounts::grant(tx, id, &shape::read_representation(representation)).map_err(shape::refused)
    }

    fn end_representation(
        &self,
        tx: &mut Transaction,
        subject: &str,
        represented: &RepresentedId,
    ) -> Result<(), Unkept> {
        let id = self.of(tx, subject)?;
        let represented = shape::read_represented(represented);
        self.provider().end_representation_in(tx, id, &represented).map_err(shape::refused)
    }

    fn committed(&self) {
        self.notices.hurry();
        self.issuer.hurry();
    }
}

fn untold(error: StoreError) -> Untold {
    match error {
        StoreError::Read(error) => Untold::Read(error),
        other => Untold::Failed(other.to_string()),
    }
}

fn unsaid(error: Unsaid) -> Untold {
    match error {
        Unsaid::Notices(NoticesError::TooLarge { .. }) => Untold::TooLong,
        Unsaid::Notices(NoticesError::Read { source }) => Untold::Read(source),
        other => Untold::Failed(crate::upkeep::words(&other)),
    }
}
