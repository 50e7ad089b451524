//! What the pages say, in each language.

mod english;
mod spanish;

use crate::accounts::Outcome;
use crate::client::Scope;
use crate::people::{EnrolError, Refusal, SignInError};
use html::Language;
use std::borrow::Cow;

macro_rules! words {
    ($($name:ident),* $(,)?) => {
        /// The words of a language.
        pub(crate) struct Words {
            $(pub(crate) $name: &'static str,)*
            pub(crate) document_kind: fn(&str) -> &'static str,
            pub(crate) scope: fn(Scope) -> &'static str,
            pub(crate) outcome: fn(Outcome) -> &'static str,
            pub(crate) sign_in_error: fn(SignInError) -> Cow<'static, str>,
            pub(crate) enrol_error: fn(EnrolError) -> &'static str,
            /// What happened, and what to do.
            pub(crate) refused: fn(&Refusal) -> (&'static str, &'static str),
        }
    };
}

words! {
    sign_in, sign_in_for, sign_in_again, document_type, document_number, password, go_on, first_time, code, code_hint,
    code_title, code_lost, sign_out, sign_out_asks, signed_out, enrol_title, enrol_for, enrol_code, enrol_code_hint,
    new_password, new_password_hint, new_password_again, authenticator, authenticator_scan, authenticator_type,
    recovery_title, recovery_keep, recovery_kept, recovery_left, renew_recovery, consent_title, consent_asks,
    consent_withdraw, consent_allow, consent_deny, account, sessions, this_session, end_session, end_others, consents,
    no_consents, withdraw, history, credentials, fresh_note, change_password,
}

/// The words of a language; Spanish where there are none.
pub(crate) fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &english::WORDS,
        Language::Spanish | Language::Quechua | Language::Aymara | Language::Guarani => &spanish::WORDS,
    }
}

/// A wait as people say it: whole minutes from one on.
fn minutes_or_seconds(wait: std::time::Duration) -> (u64, bool) {
    let seconds = wait.as_secs();
    if seconds < 60 { (seconds, false) } else { (seconds.div_ceil(60), true) }
}
