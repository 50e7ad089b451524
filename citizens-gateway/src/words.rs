//! What the gateway says of itself, in each language that it speaks.

mod english;
mod spanish;

use crate::refusal::Refusal;
use html::Language;
use std::borrow::Cow;
use trust::evidence::StepName;

/// The fixed words of the gateway's pages, and what it says of a refusal.
pub(crate) struct Words {
    pub(crate) services: &'static str,
    pub(crate) no_services: &'static str,
    pub(crate) back: &'static str,
    pub(crate) home: &'static str,
    pub(crate) service_says: &'static str,
    /// Before the id of a request that failed.
    pub(crate) reported_by: &'static str,
    pub(crate) you: &'static str,
    pub(crate) sign_in: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) sign_out_asks: &'static str,
    pub(crate) acting_title: &'static str,
    pub(crate) acting_explains: &'static str,
    pub(crate) acting_for: &'static str,
    pub(crate) acting_herself: &'static str,
    pub(crate) acting_choose: &'static str,
    pub(crate) acting_now: &'static str,
    pub(crate) acting_for_others: &'static str,
    pub(crate) verify: &'static str,
    pub(crate) verify_explains: &'static str,
    pub(crate) verify_file: &'static str,
    pub(crate) verify_hint: &'static str,
    pub(crate) verify_button: &'static str,
    pub(crate) verify_nothing: &'static str,
    pub(crate) verify_valid: &'static str,
    pub(crate) verify_valid_means: &'static str,
    pub(crate) verify_signed_means: &'static str,
    pub(crate) verify_invalid: &'static str,
    pub(crate) verify_invalid_means: &'static str,
    pub(crate) verify_whole: &'static str,
    pub(crate) verify_whole_means: &'static str,
    pub(crate) verify_meaning: &'static str,
    pub(crate) verify_steps: &'static str,
    pub(crate) verify_step: &'static str,
    pub(crate) verify_result: &'static str,
    pub(crate) verify_found: &'static str,
    pub(crate) verify_passed: &'static str,
    pub(crate) verify_failed: &'static str,
    pub(crate) verify_not_present: &'static str,
    pub(crate) verify_not_checked: &'static str,
    pub(crate) verify_rest: &'static str,
    pub(crate) verify_another: &'static str,
    /// What a step of a verification looks at.
    pub(crate) verify_name: fn(StepName) -> &'static str,
    /// What happened.
    pub(crate) title: fn(&Refusal) -> &'static str,
    /// What became of the request, and what to do.
    pub(crate) advice: fn(&Refusal) -> Cow<'static, str>,
}

/// The words of a language.
pub(crate) fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &english::WORDS,
        Language::Spanish | Language::Quechua | Language::Aymara | Language::Guarani => &spanish::WORDS,
    }
}

/// As people call them; the name of a type means the same in every language here.
fn kinds(types: &[String]) -> String {
    let kind = |found: &String| match found.as_str() {
        "image/jpeg" => "JPEG",
        "image/png" => "PNG",
        "image/webp" => "WebP",
        "application/pdf" => "PDF",
        "text/plain" => "TXT",
        "text/csv" => "CSV",
        "application/json" => "JSON",
        _ => "ASiC-E",
    };
    types.iter().map(kind).collect::<Vec<_>>().join(", ")
}

fn megabytes(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(1 << 20);
    if tenths.is_multiple_of(10) { (tenths / 10).to_string() } else { format!("{},{}", tenths / 10, tenths % 10) }
}
