//! What enrolment and the account's pages share: setting a password, an authenticator app, a passkey, and showing codes.

use super::layout::{Page, show};
use super::passkey;
use super::refusal::Refusal;
use super::visit::{Form, Visit, Visitor};
use crate::accounts::Account;
use crate::credentials::passkey::{Made, Passkey, PasskeyError, PublicKey};
use crate::provider::Provider;
use crate::table::StoreError;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use factors::TotpSecret;
use factors::digest_of;
use factors::{MIN_LETTERS, Password};
use html::{Button, ButtonLink, Field, Hidden, Markup, Password as PasswordField, Text, html};
use listener::Response;
use storage::Transaction;

/// What is wrong with a field.
pub(super) type Problem = (&'static str, String);

/// Somebody who sets what she signs in with.
pub(super) struct Setup<'a> {
    pub(super) provider: &'a Provider,
    pub(super) visit: &'a Visit,
    pub(super) account: &'a Account,
}

impl Setup<'_> {
    /// The password that was chosen, twice the same.
    pub(super) fn password(&self, form: &mut Form) -> Result<Password, Problem> {
        let words = self.visit.words();
        let (password, again) = (form.take("password"), zeroize::Zeroizing::new(form.take("again")));
        if password != *again {
            return Err(("again", words.passwords_differ.to_owned()));
        }
        let person = &self.account.person;
        let mut own = vec![person.document.number.as_str(), &self.provider.names.site];
        own.extend(person.names.given.split(' '));
        own.extend(
            [&person.names.first_surname, &person.names.second_surname, &person.email, &person.birthdate]
                .into_iter()
                .flatten()
                .map(String::as_str),
        );
        Password::chosen(password, &own).map_err(|weak| ("password", (words.weak_password)(weak)))
    }

    /// The step of the code that an app has just shown.
    pub(super) fn step(&self, secret: &TotpSecret, code: &str) -> Result<u64, Problem> {
        let words = self.visit.words();
        secret.step_of(code, 0, self.provider.now()).ok_or_else(|| ("code", words.wrong_app_code.to_owned()))
    }
}

pub(super) fn password_fields(visit: &Visit, problem: Option<(&str, &str)>) -> Markup {
    let words = visit.words();
    let error = |name: &str| problem.filter(|(of, _)| *of == name).map(|(_, said)| said);
    let hint = (words.password_hint)(MIN_LETTERS);
    let first = Field::new("password", words.new_password)
        .hint(hint.as_str())
        .language(visit.language)
        .error(error("password"));
    let second = Field::new("again", words.password_again).language(visit.language).error(error("again"));
    html! { (PasswordField::new(first)) (PasswordField::new(second)) }
}

pub(super) fn app_fields(
    provider: &Provider,
    visit: &Visit,
    secret: &TotpSecret,
    account: &Account,
    problem: Option<(&str, &str)>,
) -> Markup {
    let words = visit.words();
    let document = &account.person.document;
    let name = format!("{} {}", document.kind, document.number);
    let error = problem.filter(|(of, _)| *of == "code").map(|(_, said)| said);
    let field = Field::new("code", words.app_code).hint(words.app_code_hint).language(visit.language).error(error);
    html! {
        p { (words.app_text) }
        @if let Some(picture) = secret.picture(&provider.names.site, &name, words.app_picture) { (picture) }
        p { (words.app_secret) " " code { (grouped(&secret.text())) } }
        (Text::new(field).autocomplete("one-time-code"))
    }
}

fn grouped(text: &str) -> String {
    text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// The form that makes a passkey; a script shows it where there are passkeys.
pub(super) fn new_passkey(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    account: &Account,
    action: &str,
    known: &[Passkey],
    fields: Markup,
) -> Result<Markup, Refusal> {
    let words = visit.words();
    let challenge = passkey::challenge(provider, visitor, "create")?;
    let known: Vec<&str> = known.iter().map(|passkey| passkey.id.as_str()).collect();
    let algorithms: Vec<String> = PublicKey::ALGORITHMS.iter().map(i64::to_string).collect();
    let field = Field::new("name", words.passkey_name).hint(words.passkey_name_hint).language(visit.language);
    Ok(html! {
        form method="post" action=(action) hidden data-passkey="create" data-challenge=(challenge)
            data-party=(provider.party.id()) data-site=(provider.names.site) data-user=(URL_SAFE_NO_PAD.encode(account.id.as_bytes()))
            data-name=(account.person.names.full()) data-algorithms=(algorithms.join(" ")) data-known=(known.join(" ")) {
            h2 { (words.passkey) }
            p { (words.passkey_text) }
            (fields)
            @for name in ["client_data", "attestation"] { (Hidden::new(name, "")) }
            (Text::new(field).value(words.passkey_usual_name).most_letters(60))
            (Button::secondary(words.add_passkey))
            p .error data-problem hidden role="alert" { (words.passkey_problem) }
        }
    })
}

/// A passkey that was made in answer to a challenge of ours, which is used up.
pub(super) fn registered(
    provider: &Provider,
    visitor: &Visitor,
    tx: &mut Transaction,
    made: &Made<'_>,
    name: &str,
) -> Result<Result<Passkey, PasskeyError>, StoreError> {
    let now = provider.now();
    let mut challenge = None;
    let made = provider.party.registered(made, name, now.as_second(), |said| {
        challenge = Some(digest_of(said));
        passkey::is_ours(provider, visitor, "create", said, now)
    });
    let is_fresh = match challenge {
        Some(challenge) => passkey::spend(tx, &challenge, now)?,
        None => false,
    };
    let made = made.and_then(|passkey| if is_fresh { Ok(passkey) } else { Err(PasskeyError::Ceremony) });
    if let Err(error) = &made {
        tracing::info!(error = %error, "a new passkey was refused");
    }
    Ok(made)
}

/// Shows recovery codes: this once.
pub(super) fn codes_page(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    codes: &[String],
) -> Result<Response, Refusal> {
    let words = visit.words();
    let content = html! {
        @if codes.is_empty() {
            p { (words.second_passkey_advice) }
        } @else {
            p { (words.codes_text) }
            ul #codes { @for code in codes { li { code { (code) } } } }
        }
        p { (ButtonLink::primary(words.go_on, "/account")) }
    };
    let title = if codes.is_empty() { words.enrolled } else { words.recovery_codes };
    show(provider, visit, visitor, Page::new(title, content))
}
