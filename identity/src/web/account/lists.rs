//! Where somebody is signed in, what clients know of her, and who signed in as her.

use super::{Own, back_to};
use crate::accounts::sign_ins;
use crate::consents;
use crate::sessions::{self, COOKIE, SessionId};
use crate::table;
use crate::web::layout::{Page, show};
use crate::web::{Refusal, pages as shown};
use clock::Timestamp;
use html::{Agent, Button, Column, Hidden, Markup, Table, html};
use jiff::tz::Offset;
use listener::Response;
use pages::cookie;

const SHOWN: usize = 50;

/// Where she is signed in.
pub(super) fn sessions(own: &Own<'_>) -> Result<Response, Refusal> {
    let words = own.visit.words();
    let found = own.provider.sessions(own.account.id)?;
    // On a phone the first two are seen.
    let columns = [words.device, words.action, words.last_used, words.address].map(Column::text);
    let rows: Vec<Vec<Markup>> = found
        .iter()
        .map(|(id, session)| {
            let is_this = id == own.id;
            let end = html! {
                @if is_this { (words.this_session) } @else {
                    form method="post" action="/account/sessions/end" {
                        (Hidden::new("session", &id.text()))
                        (Button::secondary(words.end_session))
                    }
                }
            };
            let device = Agent::of(&session.agent).in_words(own.visit.language);
            vec![html! { (device) }, end, time(session.seen_at), html! { (session.address) }]
        })
        .collect();
    let content = html! {
        (Table::new("sessions", words.sessions, &columns, &rows).below_its_heading())
        form method="post" action="/account/sessions/end" {
            (Hidden::new("session", "all"))
            (Button::danger(words.sign_out_everywhere))
        }
        (back(own))
    };
    show(own.provider, own.visit, own.visitor, Page::new(words.sessions, content).again("/account/sessions"))
}

/// Ends one session, or all.
pub(super) async fn end_sessions(own: &Own<'_>) -> Result<Response, Refusal> {
    let form = own.visit.form(own.provider, own.visitor)?;
    match form.get("session") {
        "all" => {
            own.provider.end_all_sessions(own.account.id).await?;
            goodbye(own)
        }
        text => {
            let id = SessionId::from_text(text).ok_or(Refusal::Malformed)?;
            own.provider.end_session(own.account.id, id).await?;
            back_to("/account/sessions")
        }
    }
}

/// Ends the session of this browser.
pub(super) async fn sign_out(own: &Own<'_>) -> Result<Response, Refusal> {
    own.visit.form(own.provider, own.visitor)?;
    table::transact(&own.provider.store, |tx| sessions::end(tx, own.id, own.session)).await?;
    goodbye(own)
}

fn goodbye(own: &Own<'_>) -> Result<Response, Refusal> {
    let mut response = shown::signed_out(own.provider, own.visit, own.visitor)?;
    cookie::clear(response.headers_mut(), COOKIE);
    Ok(response)
}

/// What clients may know.
pub(super) fn consents(own: &Own<'_>) -> Result<Response, Refusal> {
    let words = own.visit.words();
    let clients = own.provider.clients();
    let given = own.provider.consents(own.account.id)?;
    let content = html! {
        @if given.is_empty() { p { (words.no_consents) } }
        @for consent in &given {
            h2 { (clients.get(&consent.client).map_or(consent.client.as_str(), |client| client.name.as_str())) }
            p { (words.since) " " (time(consent.at)) }
            ul { @for scope in &consent.scopes { li { ((words.scope)(*scope)) } } }
            form method="post" action="/account/consents/withdraw" {
                (Hidden::new("client", &consent.client))
                (Button::danger(words.withdraw))
            }
        }
        (back(own))
    };
    show(own.provider, own.visit, own.visitor, Page::new(words.consents, content).again("/account/consents"))
}

/// Withdraws a consent.
pub(super) async fn withdraw(own: &Own<'_>) -> Result<Response, Refusal> {
    let form = own.visit.form(own.provider, own.visitor)?;
    let client = form.get("client");
    table::transact(&own.provider.store, |tx| consents::withdraw(tx, own.account.id, client)).await?;
    back_to("/account/consents")
}

/// Who signed in as her, and who tried.
pub(super) fn history(own: &Own<'_>) -> Result<Response, Refusal> {
    let words = own.visit.words();
    let found = sign_ins(&mut own.provider.store.begin()?, own.account.id, SHOWN)?;
    let columns = [words.when, words.what, words.device, words.address].map(Column::text);
    let rows: Vec<Vec<Markup>> = found
        .iter()
        .map(|sign_in| {
            vec![
                time(sign_in.at),
                html! { ((words.outcome)(sign_in.outcome)) },
                html! { (Agent::of(&sign_in.agent).in_words(own.visit.language)) },
                html! { (sign_in.address) },
            ]
        })
        .collect();
    let content = html! {
        p { (words.history_text) }
        (Table::new("history", words.history, &columns, &rows).below_its_heading())
        (back(own))
    };
    show(own.provider, own.visit, own.visitor, Page::new(words.history, content).again("/account/history"))
}

/// What she was told, beside what became of it on other ways where that went wrong.
pub(super) fn notices(own: &Own<'_>) -> Result<Response, Refusal> {
    let words = own.visit.words();
    let found = own.provider.notify.told(&own.account, SHOWN)?;
    let content = html! {
        @if found.is_empty() { p { (words.no_notices) } }
        @for notice in &found {
            section {
                h2 lang=(notice.language.code()) { (notice.subject) }
                p { (time(notice.time.as_second())) }
                p lang=(notice.language.code()) { (notice.body) }
                // A path leads somewhere on the site that the settings of notices name, which is not this one.
                @if let Some(page) = notice.link.as_ref().filter(|link| link.as_str().starts_with("https://")) {
                    p { a href=(html::Href(page.as_str())) { (words.notice_link) } }
                }
                @for problem in notice.deliveries.iter().filter_map(|delivery| delivery.words(own.visit.language)) { p { (problem) } }
            }
        }
        (back(own))
    };
    show(own.provider, own.visit, own.visitor, Page::new(words.notices, content).again("/account/notices"))
}

pub(super) fn back(own: &Own<'_>) -> Markup {
    html! { p { a href="/account" { (own.visit.words().my_account) } } }
}

/// A time in Bolivia, four hours behind UTC in all seasons.
fn time(seconds: i64) -> Markup {
    let at = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let text = at.to_zoned(Offset::constant(-4).to_time_zone()).strftime("%Y-%m-%d %H:%M").to_string();
    html! { time datetime=(at.to_string()) { (text) } }
}
