//! What does not hold together, with the way to each part.

use sdk::html::{Language, Markup, Notice, Tone, html};
use sdk::json::Value;

use super::path;
use crate::definition::{Definition, Problems};
use crate::pages::say;

/// What does not hold together, or that all does.
pub(super) fn shown(definition: &Definition, problems: &Problems, language: Language) -> Markup {
    if problems.is_empty() {
        return html! { (Notice::new(Tone::Success, &say("design-sound"), &html! {})) };
    }
    let written = serde_json::to_value(definition).unwrap_or_default();
    let all = html! {
        ul { @for problem in problems.iter() { li {
            a href=(way(definition, &written, &problem.at)) { (problem.at) } ": "
            (problem.said(language).on_page(language))
        } } }
    };
    html! { (Notice::new(Tone::Warning, &say("design-unsound"), &all)) }
}

/// The page of the part that a place lies in.
fn way(definition: &Definition, written: &Value, at: &str) -> String {
    let base = path(&definition.entry.code);
    let parts: Vec<&str> = at.split('.').collect();
    let code = |pointer: String| written.pointer(&pointer)?.as_str().map(str::to_owned);
    match parts.as_slice() {
        ["entry", "title" | "summary" | "description" | "eligibility", ..] => format!("{base}/texts"),
        ["entry", "audience" | "sector" | "events", ..] => format!("{base}/subject"),
        ["entry", "keywords" | "related", ..] => format!("{base}/search-words"),
        ["entry", part @ ("deadline" | "burden"), ..] => format!("{base}/{part}"),
        ["online", "calendar" | "while-sent-back", ..] => format!("{base}/online"),
        ["online", "schema", "properties", name, ..] => format!("{base}/questions/{name}"),
        ["online"] => format!("{base}/online"),
        ["online", "schema", ..] => format!("{base}/json"),
        [whole @ ("entry" | "online"), list, number, inner @ ("evidence" | "steps"), within, ..] => {
            let outer = code(format!("/{whole}/{list}/{number}/code"));
            let found = code(format!("/{whole}/{list}/{number}/{inner}/{within}/code"));
            match (outer, found) {
                (Some(outer), Some(found)) => format!("{base}/{list}/{outer}/{inner}/{found}"),
                _ => format!("{base}#{list}"),
            }
        }
        [whole @ ("entry" | "online"), list, number, ..] => {
            let found = code(format!("/{whole}/{list}/{number}/code"));
            found.map_or_else(|| format!("{base}#{list}"), |found| format!("{base}/{list}/{found}"))
        }
        ["entry" | "online", list] => format!("{base}#{list}"),
        _ => format!("{base}/json"),
    }
}
