//! Pages that the protocol shows: consent, a level that is not reached, signing out; and the form of a passkey.

use super::flow::Flow;
use super::layout::{Page, show};
use super::refusal::Refusal;
use super::visit::{Visit, Visitor};
use crate::accounts::Account;
use crate::clients::{Client, Scope};
use crate::oauth::{self, AuthorizationRequest};
use crate::provider::Provider;
use crate::words::Words;
use html::{Button, ButtonLink, Hidden, Markup, html};
use http::StatusCode;
use listener::Response;

/// Asks whether a client may learn of somebody.
pub(crate) fn consent(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    flow: &Flow,
    request: &AuthorizationRequest<'_>,
    account: &Account,
) -> Result<Response, Refusal> {
    let words = visit.words();
    let sealed = flow.close(provider)?;
    let told = request.scopes.iter().filter(|scope| **scope != Scope::OpenId);
    let content = html! {
        p { strong { (request.client.name) } " " (words.wants_to_know) }
        ul {
            li { (words.scope_openid) }
            @for scope in told { li { ((words.scope)(*scope)) } }
        }
        p { (words.signed_in_as) " " strong { (account.person.names.full()) } ". " (words.can_withdraw) }
        form method="post" action="/consent" {
            (Hidden::new("flow", &sealed))
            (Button::primary(words.allow).sends("answer", "yes"))
            " "
            (Button::secondary(words.refuse).sends("answer", "no"))
        }
    };
    let again = format!("/auth/continue?flow={sealed}");
    let page = Page::new(words.consent, content).leads_to(Some(&request.redirect_uri)).again(&again);
    show(provider, visit, visitor, page)
}

/// Takes the answer.
pub(crate) async fn answer_consent(provider: &Provider, visit: &Visit, visitor: &Visitor) -> Result<Response, Refusal> {
    let form = visit.form(provider, visitor)?;
    let flow = Flow::open(provider, form.get("flow")).ok_or(Refusal::FlowEnded)?;
    oauth::consented(provider, visit, visitor, &flow, form.get("answer") == "yes").await
}

/// Says that a client asks for more than is known of somebody, and leads back.
pub(crate) fn unmet(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    client: &Client,
    can_sign_in_better: bool,
    to: &str,
) -> Result<Response, Refusal> {
    let words = visit.words();
    let content = html! {
        p { strong { (client.name) } " " (words.wants_assurance) }
        p { @if can_sign_in_better { (words.use_passkey) } @else { (words.come_to_counter) } }
        p { (ButtonLink::primary(words.back_to_client, to)) }
        p { a href="/account" { (words.my_account) } }
    };
    let page = Page { status: StatusCode::FORBIDDEN, ..Page::new(words.not_enough, content) };
    show(provider, visit, visitor, page)
}

/// Asks whether somebody wants to sign out: a link alone does not do it.
pub(crate) fn ask_sign_out(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    sealed: &str,
    to: Option<&str>,
) -> Result<Response, Refusal> {
    let words = visit.words();
    let content = html! {
        p { (words.sign_out_asks) }
        form method="post" action="/session/end/confirm" {
            (Hidden::new("goodbye", sealed))
            (Button::primary(words.sign_out))
        }
        p { a href="/account" { (words.my_account) } }
    };
    show(provider, visit, visitor, Page::new(words.sign_out, content).leads_to(to))
}

/// Says that somebody signed out.
pub(crate) fn signed_out(provider: &Provider, visit: &Visit, visitor: &Visitor) -> Result<Response, Refusal> {
    let words = visit.words();
    let content = html! {
        p { (words.signed_out_text) }
        p { (ButtonLink::secondary(words.sign_in, "/sign-in")) }
    };
    show(provider, visit, visitor, Page::new(words.signed_out, content))
}

/// The form that a passkey signs in with; a script shows it where there are passkeys.
pub(crate) fn passkey_form(provider: &Provider, words: &Words, challenge: &str, fields: Markup) -> Markup {
    html! {
        form method="post" action="/sign-in/passkey" hidden data-passkey="use" data-challenge=(challenge)
            data-party=(provider.party.id()) {
            (fields)
            @for name in ["id", "client_data", "authenticator_data", "signature"] { (Hidden::new(name, "")) }
            (Button::primary(words.with_passkey))
            p .error data-problem hidden role="alert" { (words.passkey_problem) }
        }
    }
}
