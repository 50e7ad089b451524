//! The account's pages: what somebody signs in with, where she is signed in, what clients know, and who signed in as her.

mod credentials;
mod lists;
mod overview;

use super::flow::Flow;
use super::refusal::Refusal;
use super::sign_in::to_sign_in;
use super::visit::{Visit, Visitor};
use crate::accounts::{self, Account};
use crate::credentials::Credentials;
use crate::provider::Provider;
use crate::sessions::{Session, SessionId};
use ::pages::see_other;
use listener::Response;

/// Somebody at her account.
pub(super) struct Own<'a> {
    pub(super) provider: &'a Provider,
    pub(super) visit: &'a Visit,
    pub(super) visitor: &'a Visitor,
    pub(super) id: &'a SessionId,
    pub(super) session: &'a Session,
    pub(super) account: Account,
    pub(super) credentials: Credentials,
}

/// The pages, and whether they change what one signs in with: then she has to have signed in just now.
const PAGES: [(&str, bool); 13] = [
    ("/account", false),
    ("/account/sessions", false),
    ("/account/sessions/end", false),
    ("/account/sign-out", false),
    ("/account/consents", false),
    ("/account/consents/withdraw", false),
    ("/account/history", false),
    ("/account/notices", false),
    ("/account/password", true),
    ("/account/authenticator", true),
    ("/account/passkeys", true),
    ("/account/passkeys/remove", true),
    ("/account/recovery-codes", true),
];

/// Answers a request for a page of the account.
pub(super) async fn answer(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    is_post: bool,
) -> Result<Response, Refusal> {
    let path = visit.path();
    let (page, is_sensitive) = PAGES.into_iter().find(|(page, _)| *page == path).ok_or(Refusal::NotFound)?;
    // What only takes forms has its list to go back to.
    let back = if page == "/account/passkeys/remove" {
        "/account/passkeys"
    } else if is_sensitive {
        page
    } else {
        "/account"
    };
    let sign_in = || to_sign_in(provider, visit, &Flow::of_page(back, provider.now()));
    let Some((id, session)) = visitor.session() else { return sign_in() };
    if is_sensitive && !session.is_fresh(provider.now()) {
        return sign_in();
    }
    let mut tx = provider.store.begin()?;
    let Some(account) = accounts::account(&mut tx, session.account)? else { return sign_in() };
    let credentials = Credentials::of(&mut tx, account.id)?.unwrap_or_default();
    drop(tx);
    let own = Own { provider, visit, visitor, id, session, account, credentials };
    match (page, is_post) {
        ("/account", false) => overview::page(&own),
        ("/account/sessions", false) => lists::sessions(&own),
        ("/account/sessions/end", true) => lists::end_sessions(&own).await,
        ("/account/sign-out", true) => lists::sign_out(&own).await,
        ("/account/consents", false) => lists::consents(&own),
        ("/account/consents/withdraw", true) => lists::withdraw(&own).await,
        ("/account/history", false) => lists::history(&own),
        ("/account/notices", false) => lists::notices(&own),
        ("/account/password", false) => credentials::password_page(&own, None),
        ("/account/password", true) => credentials::change_password(&own).await,
        ("/account/authenticator", false) => credentials::authenticator_page(&own, None, None),
        ("/account/authenticator", true) => credentials::replace_authenticator(&own).await,
        ("/account/passkeys", false) => credentials::passkeys_page(&own, None),
        ("/account/passkeys", true) => credentials::add_passkey(&own).await,
        ("/account/passkeys/remove", true) => credentials::remove_passkey(&own).await,
        ("/account/recovery-codes", false) => credentials::recovery_page(&own),
        ("/account/recovery-codes", true) => credentials::renew_recovery(&own).await,
        _ => Err(Refusal::Method),
    }
}

fn back_to(path: &str) -> Result<Response, Refusal> {
    see_other(path).ok_or(Refusal::NotFound)
}
