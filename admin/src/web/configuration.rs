//! The configuration as a document: shown, edited, planned, applied, with its history, and undone by a new change.

use super::layout::{Page, show};
use super::visit::Form;
use super::{Asking, Shown, leads_to, not_found};
use crate::error::ErrorKind;
use crate::{Action, ApiError, Applied, Change, HistoryEntry, Plan, Versioned};
use html::{Button, ButtonLink, Column, Field, Hidden, Markup, Notice, Table, Tag, TextArea, Tone, control_id, html};
use serde::de::DeserializeOwned;
use serde_json::Value;

const PATH: &str = "/configuration";

/// Answers what is below `/configuration`.
pub(super) async fn answer(asking: &Asking<'_>, is_post: bool) -> Shown {
    let rest = asking.visit.path().trim_start_matches(PATH).trim_start_matches('/');
    match (rest, is_post) {
        ("", false) => current(asking).await,
        ("edit", false) => edit(asking).await,
        ("plan", true) => plan(asking).await,
        ("apply", true) => apply(asking).await,
        ("history", false) => history(asking).await,
        (rest, false) => match rest.strip_prefix("versions/").map(str::parse) {
            Some(Ok(version)) => version_page(asking, version).await,
            Some(Err(_)) | None => Err(not_found()),
        },
        _ => Err(not_found()),
    }
}

pub(crate) fn typed<T: DeserializeOwned>(value: Value) -> Result<T, ApiError> {
    serde_json::from_value(value).map_err(|error| {
        ApiError::new(ErrorKind::Internal, format!("the route answers something else: {error}"), "report this as a bug")
    })
}

async fn current(asking: &Asking<'_>) -> Shown {
    let visit = asking.visit;
    let current: Versioned = typed(asking.get("/v1/configuration").await?)?;
    let applied = visit.query("applied");
    let version = current.version.to_string();
    let content = html! {
        @if applied.is_some() {
            (Notice::new(Tone::Success, visit.say("Aplicado", "Applied"), &html! {}))
        }
        p { (visit.say("Versión en vigor: ", "Version in force: ")) strong { (version) } }
        p {
            (ButtonLink::primary(visit.say("Editar", "Edit"), "/configuration/edit")) " "
            (ButtonLink::secondary(visit.say("Historial", "History"), "/configuration/history"))
        }
        (document(&current.text, visit.say("Documento en vigor", "Document in force")))
    };
    show(asking.web, visit, Page::new(visit.say("Configuración", "Configuration"), content))
}

fn document(text: &str, label: &str) -> Markup {
    html! { pre .scroll tabindex="0" role="region" aria-label=(label) { code { (text) } } }
}

async fn edit(asking: &Asking<'_>) -> Shown {
    // From a version that was there before, or from the one in force.
    let current: Versioned = typed(asking.get("/v1/configuration").await?)?;
    let text = match asking.visit.query("from").map(|from| from.parse::<u64>()) {
        Some(Ok(from)) => typed::<Versioned>(asking.get(&format!("/v1/configuration?version={from}")).await?)?.text,
        Some(Err(_)) => return Err(not_found()),
        None => current.text,
    };
    editor(asking, current.version, &text, None)
}

fn editor(asking: &Asking<'_>, version: u64, text: &str, problem: Option<&str>) -> Shown {
    let visit = asking.visit;
    let field = Field::new("text", visit.say("Documento", "Document"))
        .hint(visit.say(
            "Nada cambia hasta que usted vea los cambios y los aplique.",
            "Nothing changes until you see the changes and apply them.",
        ))
        .language(visit.language)
        .error(problem);
    let version = version.to_string();
    let content = html! {
        form method="post" action="/configuration/plan" {
            (Hidden::new("version", &version))
            (TextArea::new(field).value(text).rows(30))
            (Button::primary(visit.say("Ver los cambios", "See the changes")))
        }
    };
    let page = Page::new(visit.say("Editar la configuración", "Edit the configuration"), content);
    show(asking.web, visit, page.problem(problem.map(|said| ("text", said))))
}

/// The version and the text that a form carries.
fn carried(form: &mut Form) -> Result<(u64, String), ApiError> {
    let version = form.get("version").parse();
    let version = version.map_err(|_| ApiError::invalid("the form names no version", "open the editor again"))?;
    Ok((version, form.take("text")))
}

async fn plan(asking: &Asking<'_>) -> Shown {
    let (version, text) = carried(&mut asking.visit.form(asking.web)?)?;
    let planned = asking.post_text("/v1/plan", &text, version).await;
    let plan: Plan = match planned {
        Ok(plan) => typed(plan)?,
        Err(error) if error.kind == ErrorKind::Refused => {
            return editor(asking, version, &text, Some(&format!("{}. {}", error.message, error.next)));
        }
        Err(error) => return Err(error),
    };
    let visit = asking.visit;
    let number = version.to_string();
    let content = html! {
        (changes(asking, &plan))
        form method="post" action="/configuration/apply" {
            (Hidden::new("version", &number))
            textarea hidden name="text" aria-label=(visit.say("Documento", "Document")) id=(control_id("text")) {
                // A browser takes a first line's end away.
                "\n" (text)
            }
            @if !plan.is_empty() { (Button::primary(visit.say("Aplicar", "Apply"))) }
            (Button::secondary(visit.say("Seguir editando", "Go on editing")).sends("again", "yes"))
        }
    };
    show(asking.web, visit, Page::new(visit.say("Cambios", "Changes"), content))
}

async fn apply(asking: &Asking<'_>) -> Shown {
    let mut form = asking.visit.form(asking.web)?;
    let (version, text) = carried(&mut form)?;
    if form.get("again") == "yes" {
        return editor(asking, version, &text, None);
    }
    match asking.post_text("/v1/apply", &text, version).await {
        Ok(applied) => {
            let Applied { version, .. } = typed(applied)?;
            leads_to(&format!("/configuration?applied={version}"))
        }
        Err(error) if matches!(error.kind, ErrorKind::Refused | ErrorKind::VersionConflict) => {
            editor(asking, version, &text, Some(&format!("{}. {}", error.message, error.next)))
        }
        Err(error) => Err(error),
    }
}

async fn history(asking: &Asking<'_>) -> Shown {
    let visit = asking.visit;
    let entries: Vec<HistoryEntry> = typed(asking.get("/v1/history").await?)?;
    let columns = [
        Column::number(visit.say("Versión", "Version")),
        Column::text(visit.say("Cuándo", "When")),
        Column::text(visit.say("Quién", "Who")),
        Column::number("Bytes"),
    ];
    let row = |entry: &HistoryEntry| {
        let href = format!("/configuration/versions/{}", entry.version);
        vec![
            html! { a href=(href) { (entry.version) } },
            html! { time datetime=(entry.time) { (entry.time) } },
            html! { (entry.author) },
            html! { (entry.bytes) },
        ]
    };
    let rows: Vec<Vec<Markup>> = entries.iter().map(row).collect();
    let title = visit.say("Historial de la configuración", "History of the configuration");
    let content = html! { (Table::new("history", title, &columns, &rows).below_its_heading()) };
    show(asking.web, visit, Page::new(title, content))
}

async fn version_page(asking: &Asking<'_>, version: u64) -> Shown {
    let visit = asking.visit;
    let shown: Versioned = typed(asking.get(&format!("/v1/configuration?version={version}")).await?)?;
    let current: Versioned = typed(asking.get("/v1/configuration").await?)?;
    let before = version.saturating_sub(1);
    let made: Plan = typed(asking.get(&format!("/v1/diff?from={before}&to={version}")).await?)?;
    let back = format!("/configuration/edit?from={version}");
    let title = format!("{} {version}", visit.say("Versión", "Version"));
    let content = html! {
        h2 { (visit.say("Qué cambió con ella", "What it changed")) }
        (changes(asking, &made))
        @if current.version != version {
            p { (ButtonLink::secondary(visit.say("Volver a esta versión", "Go back to this version"), &back)) }
            p { (visit.say(
                "Se abre el editor con este documento; lo que usted aplique será una versión nueva.",
                "The editor opens with this document; what you apply becomes a new version.",
            )) }
        }
        h2 { (visit.say("Documento", "Document")) }
        (document(&shown.text, &title))
    };
    show(asking.web, visit, Page::new(&title, content))
}

/// Changes as a table.
fn changes(asking: &Asking<'_>, plan: &Plan) -> Markup {
    let visit = asking.visit;
    if plan.is_empty() {
        return html! { p { (visit.say("No cambia nada.", "Nothing changes.")) } };
    }
    let columns = [
        Column::text(visit.say("Cambio", "Change")),
        Column::text(visit.say("Qué", "What")),
        Column::text(visit.say("Antes", "Before")),
        Column::text(visit.say("Después", "After")),
    ];
    let row = |change: &Change| {
        let (word, tone) = match change.action {
            Action::Add => (visit.say("se agrega", "comes"), Tone::Success),
            Action::Change => (visit.say("cambia", "changes"), Tone::Warning),
            Action::Remove => (visit.say("se quita", "goes"), Tone::Danger),
        };
        let said = |text: &Option<String>| html! { (text.as_deref().unwrap_or_default()) };
        vec![html! { (Tag::new(word, tone)) }, html! { (change.what) }, said(&change.before), said(&change.after)]
    };
    let rows: Vec<Vec<Markup>> = plan.changes.iter().map(row).collect();
    html! { (Table::new("changes", visit.say("Cambios", "Changes"), &columns, &rows)) }
}
