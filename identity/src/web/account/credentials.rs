//! Changing what somebody signs in with. Every other session ends, and she is told.

use super::lists::back;
use super::{Own, back_to};
use crate::credentials::passkey::Made;
use crate::credentials::{Credentials, MAX_PASSKEYS};
use crate::notify::SecurityEvent;
use crate::sessions;
use crate::table::{self, PASSKEYS, StoreError};
use crate::web::Refusal;
use crate::web::layout::{Page, show};
use crate::web::setup::{self, Setup};
use factors::RecoveryCodes;
use factors::{Authenticator, TotpSecret};
use html::{Button, Hidden, html};
use listener::Response;
use serde::{Deserialize, Serialize};
use storage::Transaction;

/// An authenticator app that is being set up.
#[derive(Serialize, Deserialize)]
struct Replacing {
    secret: TotpSecret,
    at: i64,
}

const STEP_SECONDS: i64 = 900;
const AUTHENTICATOR: &str = "authenticator";

pub(super) fn password_page(own: &Own<'_>, problem: Option<(&str, &str)>) -> Result<Response, Refusal> {
    let words = own.visit.words();
    let content = html! {
        form method="post" action="/account/password" {
            (setup::password_fields(own.visit, problem))
            (Button::primary(words.save))
        }
        (back(own))
    };
    let page = Page::new(words.change_password, content).problem(problem).again("/account/password");
    show(own.provider, own.visit, own.visitor, page)
}

pub(super) async fn change_password(own: &Own<'_>) -> Result<Response, Refusal> {
    let mut form = own.visit.form(own.provider, own.visitor)?;
    let setup = Setup { provider: own.provider, visit: own.visit, account: &own.account };
    let password = match setup.password(&mut form) {
        Ok(password) => password,
        Err((field, said)) => return password_page(own, Some((field, &said))),
    };
    let hashed = own.provider.hasher.hash(password).await?;
    own.change(SecurityEvent::PasswordChanged, |_, credentials| {
        credentials.password = Some(hashed.clone());
        Ok(true)
    })
    .await?;
    // A password alone signs nobody in.
    back_to(if own.credentials.authenticator.is_some() { "/account" } else { "/account/authenticator" })
}

pub(super) fn authenticator_page(
    own: &Own<'_>,
    secret: Option<TotpSecret>,
    problem: Option<(&str, &str)>,
) -> Result<Response, Refusal> {
    let words = own.visit.words();
    let secret = match secret {
        Some(secret) => secret,
        None => TotpSecret::new()?,
    };
    let step = Replacing { secret, at: own.provider.now().as_second() };
    let sealed = own.provider.seals.step.close(&step, &own.visitor.context(AUTHENTICATOR))?;
    let content = html! {
        form method="post" action="/account/authenticator" {
            (Hidden::new("step", &sealed))
            (setup::app_fields(own.provider, own.visit, &step.secret, &own.account, problem))
            (Button::primary(words.save))
        }
        (back(own))
    };
    let page = Page::new(words.authenticator, content).problem(problem).again("/account/authenticator");
    show(own.provider, own.visit, own.visitor, page)
}

pub(super) async fn replace_authenticator(own: &Own<'_>) -> Result<Response, Refusal> {
    let form = own.visit.form(own.provider, own.visitor)?;
    let replacing = own.provider.seals.step.open::<Replacing>(form.get("step"), &own.visitor.context(AUTHENTICATOR));
    let now = own.provider.now().as_second();
    let replacing = replacing.filter(|step| now.saturating_sub(step.at) <= STEP_SECONDS).ok_or(Refusal::FlowEnded)?;
    let setup = Setup { provider: own.provider, visit: own.visit, account: &own.account };
    let step = match setup.step(&replacing.secret, form.get("code")) {
        Ok(step) => step,
        Err((field, said)) => return authenticator_page(own, Some(replacing.secret), Some((field, &said))),
    };
    let app = Authenticator::new(&own.provider.seals.totp, &replacing.secret, &own.account.id.to_string(), step)?;
    own.change(SecurityEvent::AuthenticatorReplaced, |_, credentials| {
        credentials.authenticator = Some(app.clone());
        Ok(true)
    })
    .await?;
    // The codes were for the app that is gone.
    if own.credentials.recovery.left() == 0 { renew_codes(own).await } else { back_to("/account") }
}

pub(super) fn passkeys_page(own: &Own<'_>, problem: Option<&str>) -> Result<Response, Refusal> {
    let words = own.visit.words();
    let known = &own.credentials.passkeys;
    let form =
        setup::new_passkey(own.provider, own.visit, own.visitor, &own.account, "/account/passkeys", known, html! {})?;
    let content = html! {
        @if known.is_empty() { p { (words.no_passkeys) } }
        @for passkey in known {
            form method="post" action="/account/passkeys/remove" {
                strong { (passkey.name) } " "
                (Hidden::new("passkey", &passkey.id))
                (Button::danger(words.remove))
            }
        }
        @if known.len() < MAX_PASSKEYS { (form) }
        noscript { p { (words.passkeys_need_script) } }
        (back(own))
    };
    let problem = problem.map(|said| ("name", said));
    let page = Page::new(words.passkeys, content).problem(problem).again("/account/passkeys");
    show(own.provider, own.visit, own.visitor, page)
}

pub(super) async fn add_passkey(own: &Own<'_>) -> Result<Response, Refusal> {
    let form = own.visit.form(own.provider, own.visitor)?;
    let made = Made { client_data: form.get("client_data"), attestation: form.get("attestation") };
    let name: String = form.get("name").chars().filter(|letter| !letter.is_control()).take(60).collect();
    let is_added = own.change(SecurityEvent::PasskeyAdded { name: name.clone() }, |tx, credentials| {
        let Ok(passkey) = setup::registered(own.provider, own.visitor, tx, &made, &name)? else { return Ok(false) };
        // One that another account has would sign in as whom it was asked for last.
        if credentials.passkeys.len() >= MAX_PASSKEYS || tx.get(PASSKEYS, passkey.key())?.is_some() {
            return Ok(false);
        }
        table::put(tx, PASSKEYS, passkey.key(), &own.account.id)?;
        credentials.passkeys.push(passkey);
        Ok(true)
    });
    if is_added.await? {
        back_to("/account/passkeys")
    } else {
        passkeys_page(own, Some(own.visit.words().wrong_passkey))
    }
}

pub(super) async fn remove_passkey(own: &Own<'_>) -> Result<Response, Refusal> {
    let form = own.visit.form(own.provider, own.visitor)?;
    let id = form.get("passkey");
    let Some(passkey) = own.credentials.passkeys.iter().find(|passkey| passkey.id == id) else {
        return back_to("/account/passkeys");
    };
    let event = SecurityEvent::PasskeyRemoved { name: passkey.name.clone() };
    let is_removed = own.change(event, |tx, credentials| {
        credentials.passkeys.retain(|passkey| passkey.id != id);
        // Nobody takes away the last thing that she signs in with.
        if credentials.passkeys.is_empty() && !credentials.has_password() {
            return Ok(false);
        }
        tx.delete(PASSKEYS, passkey.key());
        Ok(true)
    });
    if is_removed.await? {
        back_to("/account/passkeys")
    } else {
        passkeys_page(own, Some(own.visit.words().last_passkey))
    }
}

pub(super) fn recovery_page(own: &Own<'_>) -> Result<Response, Refusal> {
    let words = own.visit.words();
    let content = html! {
        p { (words.codes_left) " " strong { (own.credentials.recovery.left()) } }
        p { (words.codes_renew_text) }
        form method="post" action="/account/recovery-codes" { (Button::primary(words.codes_renew)) }
        (back(own))
    };
    let page = Page::new(words.recovery_codes, content).again("/account/recovery-codes");
    show(own.provider, own.visit, own.visitor, page)
}

pub(super) async fn renew_recovery(own: &Own<'_>) -> Result<Response, Refusal> {
    own.visit.form(own.provider, own.visitor)?;
    renew_codes(own).await
}

async fn renew_codes(own: &Own<'_>) -> Result<Response, Refusal> {
    let (codes, kept) = RecoveryCodes::new(&own.provider.secret, &own.account.id.to_string())?;
    own.change(SecurityEvent::RecoveryCodesRenewed, |_, credentials| {
        credentials.recovery = kept.clone();
        Ok(true)
    })
    .await?;
    setup::codes_page(own.provider, own.visit, own.visitor, &codes)
}

impl Own<'_> {
    /// Changes credentials, ends all other sessions and tells her, all or nothing; false if `change` says that nothing changes.
    async fn change(
        &self,
        event: SecurityEvent,
        mut change: impl FnMut(&mut Transaction, &mut Credentials) -> Result<bool, StoreError>,
    ) -> Result<bool, StoreError> {
        let (account, now) = (&self.account, self.provider.now());
        table::transact(&self.provider.store, |tx| {
            let mut credentials = Credentials::of(tx, account.id)?.unwrap_or_default();
            if !change(tx, &mut credentials)? {
                return Ok(false);
            }
            credentials.change(tx, account.id)?;
            for (id, session) in sessions::of_account(tx, account.id, now)? {
                if id != *self.id {
                    sessions::end(tx, &id, &session)?;
                }
            }
            self.provider.notify.tell(tx, account, event.clone())?;
            Ok(true)
        })
        .await
    }
}
