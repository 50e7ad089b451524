//! The first page: what is wrong and what to do, and what the server says of itself.

use super::layout::{Page, show};
use super::visit::Visit;
use super::{Asking, Shown};
use crate::doctor::{Finding, Severity};
use html::{Markup, Notice, Tone, html};
use serde_json::Value;

pub(super) async fn page(asking: &Asking<'_>) -> Shown {
    let visit = asking.visit;
    let findings = asking.get("/v1/doctor").await?;
    let findings: Vec<Finding> = serde_json::from_value(findings).unwrap_or_default();
    let status = asking.get("/v1/status").await?;
    let lang = (visit.language != html::Language::English).then_some("en");
    let content = html! {
        section aria-labelledby="findings" {
            h2 #findings { (visit.say("Diagnóstico", "Diagnostics")) }
            @if findings.iter().all(|finding| finding.severity == Severity::Ok) {
                (Notice::new(Tone::Success, visit.say("Todo está en orden", "All is well"), &html! {}))
            }
            @for finding in findings.iter().filter(|finding| finding.severity != Severity::Ok) { (shown(visit, finding, lang)) }
        }
        section aria-labelledby="status" {
            h2 #status { (visit.say("Estado", "Status")) }
            div lang=[lang] { (tree(&status)) }
        }
    };
    show(asking.web, visit, Page::new(visit.say("Resumen", "Overview"), content))
}

fn shown(visit: &Visit, finding: &Finding, lang: Option<&str>) -> Markup {
    let (tone, title) = match finding.severity {
        Severity::Problem => (Tone::Danger, visit.say("Falla", "Fault")),
        Severity::Warning => (Tone::Warning, visit.say("Advertencia", "Warning")),
        Severity::Ok => (Tone::Success, visit.say("En orden", "Well")),
    };
    let said = html! {
        p lang=[lang] { strong { (finding.what) } }
        p lang=[lang] { (finding.why) }
        p lang=[lang] { (finding.next_step) }
    };
    html! { (Notice::new(tone, title, &said)) }
}

/// What a server says of itself, as lists in lists.
fn tree(value: &Value) -> Markup {
    match value {
        Value::Object(fields) => html! {
            dl { @for (name, value) in fields { dt { (name) } dd { (tree(value)) } } }
        },
        Value::Array(values) if values.is_empty() => html! { "—" },
        Value::Array(values) => html! { ul { @for value in values { li { (tree(value)) } } } },
        Value::String(text) => html! { (text) },
        Value::Null => html! { "—" },
        other => html! { (other.to_string()) },
    }
}
