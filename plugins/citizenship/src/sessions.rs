//! Where she is signed in, and who signed in as her.

use sdk::accounts::{self, Outcome, SignIn};
use sdk::html::{Agent, Button, Column, Hidden, Markup, Table, html};
use sdk::web::{Citizen, Response, Visit};
use sdk::{Failure, Timestamp, log};

use crate::page::{no_account, page, say};

/// So many sign-ins are kept, and shown.
const SHOWN: u32 = 100;
/// What is sent to end all sessions. No session is called so.
const ALL: &str = "all";

pub(crate) fn list(visit: &Visit, citizen: Citizen) -> Result<Response, Failure> {
    let found = accounts::sessions(&citizen.subject).map_err(no_account)?;
    let end = say("end-session");
    let row = |session: &accounts::Session| {
        vec![
            html! { (browser(visit, &session.agent)) },
            html! { form method="post" { (Hidden::new("session", &session.id)) (Button::secondary(&end)) } },
            html! { (moment(session.seen)) },
            html! { (moment(session.began)) },
            html! { (methods(&session.methods)) },
            html! { (session.address) },
        ]
    };
    let rows: Vec<Vec<Markup>> = found.iter().map(row).collect();
    // On a phone the first two are seen.
    let headings = ["browser", "end-session", "last-used", "began", "how", "from-where"].map(say);
    let columns: Vec<Column<'_>> = headings.iter().map(|heading| Column::text(heading)).collect();
    let content = html! {
        p { (say("sessions-for")) }
        @if rows.is_empty() { p { (say("no-sessions")) } } @else {
            (Table::new("sessions", &say("sessions"), &columns, &rows).below_its_heading())
            form method="post" { (Hidden::new("session", ALL)) (Button::danger(&say("end-sessions"))) }
        }
        p { (say("not-you")) }
    };
    Ok(page(visit, "sessions", content))
}

/// Ends one, or all.
pub(crate) fn end(visit: &Visit, citizen: Citizen) -> Result<Response, Failure> {
    match visit.sent("session") {
        Some(ALL) => {
            accounts::end_sessions(&citizen.subject).map_err(no_account)?;
            log::info("sessions ended", &[]);
        }
        Some(id) => {
            accounts::end_session(&citizen.subject, id).map_err(no_account)?;
            log::info("session ended", &[]);
        }
        None => return Err(Failure::invalid("session", "required", say("no-session-chosen"))),
    }
    Ok(Response::redirect("/sessions"))
}

pub(crate) fn sign_ins(visit: &Visit, citizen: Citizen) -> Result<Response, Failure> {
    let found = accounts::sign_ins(&citizen.subject, SHOWN).map_err(no_account)?;
    let row = |sign_in: &SignIn| {
        vec![
            html! { (moment(sign_in.at)) },
            html! { (say(outcome(sign_in.outcome))) },
            html! { (methods(&sign_in.methods)) },
            html! { (browser(visit, &sign_in.agent)) },
            html! { (sign_in.address) },
        ]
    };
    let rows: Vec<Vec<Markup>> = found.iter().map(row).collect();
    let headings = ["when", "what", "how", "browser", "from-where"].map(say);
    let columns: Vec<Column<'_>> = headings.iter().map(|heading| Column::text(heading)).collect();
    let content = html! {
        p { (say("sign-ins-for")) }
        @if rows.is_empty() { p { (say("no-sign-ins")) } } @else {
            (Table::new("sign-ins", &say("sign-ins"), &columns, &rows).below_its_heading())
        }
        p { (say("not-you")) " " a href="/sessions" { (say("sessions")) } }
    };
    Ok(page(visit, "sign-ins", content))
}

fn moment(milliseconds: u64) -> String {
    Timestamp::from_millisecond(milliseconds).short()
}

fn browser(visit: &Visit, said: &str) -> String {
    Agent::of(said).in_words(visit.language())
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::SignedIn => "outcome-signed-in",
        Outcome::WrongPassword => "outcome-wrong-password",
        Outcome::WrongSecondFactor => "outcome-wrong-second-factor",
        Outcome::WrongPasskey => "outcome-wrong-passkey",
    }
}

/// With what somebody signed in: the words of RFC 8176 §2 in plain ones. That there were several is seen.
fn methods(methods: &[String]) -> String {
    let plain = |method: &String| match method.as_str() {
        "mfa" => None,
        "pwd" => Some(say("method-pwd")),
        "otp" => Some(say("method-otp")),
        "hwk" | "swk" | "pop" => Some(say("method-key")),
        "user" => Some(say("method-user")),
        "pin" => Some(say("method-pin")),
        "fpt" | "face" | "iris" | "vbm" | "retina" => Some(say("method-body")),
        "sms" | "tel" => Some(say("method-telephone")),
        other => Some(other.to_owned()),
    };
    methods.iter().filter_map(plain).collect::<Vec<_>>().join(", ")
}
