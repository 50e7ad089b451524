//! What people are told of their own account: in their list, and on the ways that the settings offer.

use super::CitizensError;
use clock::SharedClock;
use identity::accounts::{Account, AccountId};
use identity::{Notify, SecurityEvent};
use notices::{
    Carrier, Choice, Contact, Courier, Link, Listed, NameError, Notice, NoticeId, Notices, NoticesError, Page, Proof,
    Settings, SmsGateway, Smtp, Templates, Ways, Webhooks,
};
use std::path::Path;
use std::sync::Arc;
use storage::{Keyspace, ReadError, Store, Transaction};
use texts::{Argument, Catalogue, Language};
use uuid::Uuid;

/// Tells people of their account.
pub(super) struct AccountNotices {
    notices: Notices,
    clock: SharedClock,
    /// Who says it.
    entity: String,
}

/// Why somebody is not told.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unsaid {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Notices(#[from] NoticesError),
}

/// The template that says what it is given.
const PLAIN: &str = "plain";
const KEYSPACE: &str = "citizens/notices";

impl AccountNotices {
    /// The notices in a store.
    pub(super) fn open(store: Store, clock: SharedClock, entity: &str) -> Result<Self, CitizensError> {
        let files =
            [(Language::Spanish, include_str!("notices/es.ftl")), (Language::English, include_str!("notices/en.ftl"))];
        let templates = Templates::new(Catalogue::read(&files)?)?;
        let notices = Notices::new(store, Keyspace::named(KEYSPACE)?, templates);
        Ok(Self { notices, clock, entity: entity.to_owned() })
    }

    /// Who sends them, by what the settings offer; files that they name are relative to the data folder.
    pub(super) fn courier(&self, folder: &Path, settings: Option<&Settings>) -> Result<Courier, CitizensError> {
        let Some(settings) = settings.map(|settings| settings.in_folder(folder)) else {
            return Ok(Courier::new(self.notices.clone(), Ways::default(), ""));
        };
        let email = settings.smtp.as_ref().map(Smtp::new).transpose()?;
        let sms = match &settings.sms {
            Some(sms) => Some(SmsGateway::new(sms, notices::system_trust()?)?),
            None => None,
        };
        let webhook = match &settings.webhooks {
            Some(webhooks) => Some(Webhooks::new(webhooks, notices::system_trust()?)),
            None => None,
        };
        let ways = Ways {
            email: email.map(|smtp| Arc::new(smtp) as Arc<dyn Carrier>),
            sms: sms.map(|sms| Arc::new(sms) as Arc<dyn Carrier>),
            webhook: webhook.map(|webhooks| Arc::new(webhooks) as Arc<dyn Carrier>),
        };
        Ok(Courier::new(self.notices.clone(), ways, &settings.site))
    }

    /// Whom registration saw gave her addresses there: they are hers.
    fn keep_contacts(&self, tx: &mut Transaction, account: &Account) -> Result<notices::Account, Unsaid> {
        let name = notices::Account::new(account.id.to_string())?;
        let mut contacts = self.notices.contacts(&name)?;
        let email = account.person.email.as_ref().and_then(|email| email.parse().ok());
        let telephone = account.person.phone.as_ref().and_then(|phone| phone.parse().ok());
        let is_same = contacts.email.as_ref().map(|known| &known.address) == email.as_ref()
            && contacts.telephone.as_ref().map(|known| &known.address) == telephone.as_ref();
        if !is_same {
            contacts.email = email.map(given);
            contacts.telephone = telephone.map(given);
            self.notices.set_contacts(tx, &name, &contacts);
        }
        Ok(name)
    }

    /// Says what a plugin says, leading to a page of its own.
    pub(super) fn say_of_plugin(
        &self,
        tx: &mut Transaction,
        account: &Account,
        said: &plugin_host::citizens::Notice<'_>,
        page: Option<String>,
    ) -> Result<(), Unsaid> {
        let account = self.keep_contacts(tx, account)?;
        let notice = Notice {
            id: NoticeId::new(said.id.clone())?,
            account,
            template: PLAIN.to_owned(),
            arguments: vec![
                Argument::text("subject", said.words.subject.clone()),
                Argument::text("text", said.words.text.clone()),
            ],
            language: said.words.language,
            said_by: self.entity.clone(),
            time: self.clock.now(),
            link: page.map(Link::page).transpose()?,
        };
        self.notices.tell(tx, &notice)?;
        Ok(())
    }

    /// In which language somebody wants to be told, if she has chosen one.
    pub(super) fn language_of(&self, account: &AccountId) -> Result<Option<Language>, Unsaid> {
        Ok(self.notices.contacts(&notices::Account::new(account.to_string())?)?.language)
    }

    /// Lets what was said be sent at once.
    pub(super) fn hurry(&self) {
        self.notices.hurry();
    }

    fn say(&self, tx: &mut Transaction, account: &Account, event: &SecurityEvent) -> Result<(), Unsaid> {
        let account = self.keep_contacts(tx, account)?;
        let (template, arguments) = saying(event);
        let notice = Notice {
            id: NoticeId::new(Uuid::now_v7().to_string())?,
            account,
            template: template.to_owned(),
            arguments,
            language: Language::Spanish,
            said_by: self.entity.clone(),
            time: self.clock.now(),
            link: None,
        };
        self.notices.tell(tx, &notice)?;
        Ok(())
    }
}

impl Notify for AccountNotices {
    fn tell(&self, tx: &mut Transaction, account: &Account, event: SecurityEvent) -> Result<(), ReadError> {
        match self.say(tx, account, &event) {
            Ok(()) => Ok(()),
            Err(Unsaid::Notices(NoticesError::Read { source })) => Err(source),
            // What cannot be said keeps nobody from ending her sessions or changing her password.
            Err(error) => {
                tracing::error!(account = %account.id, error = %error, "somebody is not told what was done to her account");
                Ok(())
            }
        }
    }

    fn told(&self, account: &Account, most: usize) -> Result<Vec<Listed>, NoticesError> {
        match notices::Account::new(account.id.to_string()) {
            Ok(name) => self.notices.list(&name, &Page { after: None, size: most }),
            Err(_) => Ok(Vec::new()),
        }
    }
}

fn given<A>(address: A) -> Contact<A> {
    Contact { address, proof: Proof::Given, choice: Choice::On }
}

/// The template of what was done, and what its variables stand for.
fn saying(event: &SecurityEvent) -> (&'static str, Vec<Argument>) {
    let named = |name: &String| vec![Argument::text("name", name.clone())];
    match event {
        SecurityEvent::Enrolled => ("enrolled", Vec::new()),
        SecurityEvent::PasswordChanged => ("password-changed", Vec::new()),
        SecurityEvent::AuthenticatorReplaced => ("authenticator-replaced", Vec::new()),
        SecurityEvent::PasskeyAdded { name } => ("passkey-added", named(name)),
        SecurityEvent::PasskeyRemoved { name } => ("passkey-removed", named(name)),
        SecurityEvent::RecoveryCodeUsed { left } => {
            ("recovery-code-used", vec![Argument::number("left", i64::try_from(*left).unwrap_or(i64::MAX))])
        }
        SecurityEvent::RecoveryCodesRenewed => ("recovery-codes-renewed", Vec::new()),
        SecurityEvent::SignedOutEverywhere => ("signed-out-everywhere", Vec::new()),
    }
}
