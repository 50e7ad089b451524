//! What the provider's pages say, in each language that they are in.

mod english;
mod spanish;

use crate::accounts::{Assurance, Outcome};
use crate::clients::Scope;
use crate::web::Refusal;
use factors::WeakPassword;
use html::Language;
use http::header::HeaderMap;
use url::form_urlencoded;

pub(crate) use pages::language::COOKIE;

/// The languages that the pages are in.
pub(crate) const OFFERED: [Language; 2] = [Language::Spanish, Language::English];

/// The texts of one language.
pub(crate) struct Words {
    pub(crate) action: &'static str,
    pub(crate) activity: &'static str,
    pub(crate) add_passkey: &'static str,
    pub(crate) address: &'static str,
    pub(crate) allow: &'static str,
    pub(crate) app_code: &'static str,
    pub(crate) app_code_hint: &'static str,
    pub(crate) app_picture: &'static str,
    pub(crate) app_secret: &'static str,
    pub(crate) app_text: &'static str,
    pub(crate) assurance_label: &'static str,
    pub(crate) authenticator: &'static str,
    pub(crate) back_to_client: &'static str,
    pub(crate) begin_again: &'static str,
    pub(crate) can_withdraw: &'static str,
    pub(crate) change_password: &'static str,
    pub(crate) code: &'static str,
    pub(crate) code_hint: &'static str,
    pub(crate) codes_left: &'static str,
    pub(crate) codes_renew: &'static str,
    pub(crate) codes_renew_text: &'static str,
    pub(crate) codes_text: &'static str,
    pub(crate) come_to_counter: &'static str,
    pub(crate) consent: &'static str,
    pub(crate) consents: &'static str,
    pub(crate) device: &'static str,
    pub(crate) document_kind: &'static str,
    pub(crate) document_number: &'static str,
    pub(crate) end_session: &'static str,
    pub(crate) enrol: &'static str,
    pub(crate) enrol_done: &'static str,
    pub(crate) enrol_text: &'static str,
    pub(crate) enrolled: &'static str,
    pub(crate) enrolling_as: &'static str,
    pub(crate) enrolment_code: &'static str,
    pub(crate) enrolment_hint: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) have_enrolment_code: &'static str,
    pub(crate) history: &'static str,
    pub(crate) history_text: &'static str,
    pub(crate) is_not_set: &'static str,
    pub(crate) is_set: &'static str,
    pub(crate) last_passkey: &'static str,
    pub(crate) last_used: &'static str,
    pub(crate) my_account: &'static str,
    pub(crate) name: &'static str,
    pub(crate) new_password: &'static str,
    pub(crate) no_consents: &'static str,
    pub(crate) no_passkeys: &'static str,
    pub(crate) not_enough: &'static str,
    pub(crate) passkey: &'static str,
    pub(crate) passkey_is_needed: &'static str,
    pub(crate) passkey_name: &'static str,
    pub(crate) passkey_name_hint: &'static str,
    pub(crate) passkey_problem: &'static str,
    pub(crate) passkey_text: &'static str,
    pub(crate) passkey_usual_name: &'static str,
    pub(crate) passkeys: &'static str,
    pub(crate) passkeys_need_script: &'static str,
    pub(crate) password: &'static str,
    pub(crate) password_again: &'static str,
    pub(crate) password_and_app: &'static str,
    pub(crate) passwords_differ: &'static str,
    pub(crate) recovery_codes: &'static str,
    pub(crate) refuse: &'static str,
    pub(crate) remove: &'static str,
    pub(crate) save: &'static str,
    pub(crate) scope_openid: &'static str,
    pub(crate) second_passkey_advice: &'static str,
    pub(crate) second_step: &'static str,
    pub(crate) security: &'static str,
    pub(crate) sessions: &'static str,
    pub(crate) notices: &'static str,
    pub(crate) notice_link: &'static str,
    pub(crate) no_notices: &'static str,
    pub(crate) sign_in: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) sign_out_asks: &'static str,
    pub(crate) sign_out_everywhere: &'static str,
    pub(crate) signed_in_as: &'static str,
    pub(crate) signed_out: &'static str,
    pub(crate) signed_out_text: &'static str,
    pub(crate) since: &'static str,
    pub(crate) technical_reason: &'static str,
    pub(crate) this_session: &'static str,
    pub(crate) to_go_on_to: &'static str,
    pub(crate) use_passkey: &'static str,
    pub(crate) wants_assurance: &'static str,
    pub(crate) wants_to_know: &'static str,
    pub(crate) what: &'static str,
    pub(crate) when: &'static str,
    pub(crate) with_passkey: &'static str,
    pub(crate) withdraw: &'static str,
    pub(crate) wrong_app_code: &'static str,
    pub(crate) wrong_code: &'static str,
    pub(crate) wrong_enrolment_code: &'static str,
    pub(crate) wrong_passkey: &'static str,
    pub(crate) wrong_password: &'static str,
    pub(crate) kind_of_document: fn(&str) -> &'static str,
    pub(crate) scope: fn(Scope) -> &'static str,
    pub(crate) assurance: fn(Assurance) -> &'static str,
    pub(crate) outcome: fn(Outcome) -> &'static str,
    pub(crate) too_soon: fn(i64) -> String,
    pub(crate) weak_password: fn(WeakPassword) -> String,
    pub(crate) password_hint: fn(usize) -> String,
    pub(crate) refusal: fn(&Refusal) -> (&'static str, &'static str),
}

pub(crate) fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &english::WORDS,
        _ => &spanish::WORDS,
    }
}

/// The offered language with this code.
pub(crate) fn offered(code: &str) -> Option<Language> {
    OFFERED.into_iter().find(|language| language.code() == code)
}

/// The language for a visitor; Spanish, where nothing else was asked for.
pub(crate) fn language_of(headers: &HeaderMap) -> Language {
    pages::language::of(headers, &OFFERED)
}

/// The first of `ui_locales` that is offered (OpenID Connect Core 1.0 §3.1.2.1).
pub(crate) fn of_request(query: &str) -> Option<Language> {
    let (_, locales) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "ui_locales")?;
    locales.split(' ').take(MAX_LISTED).find_map(|tag| offered(&primary(tag)))
}

fn primary(tag: &str) -> String {
    tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase()
}

const MAX_LISTED: usize = 16;
