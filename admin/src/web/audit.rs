//! The audit trail, newest first.

use super::configuration::typed;
use super::layout::{Page, show};
use super::{Asking, Shown, not_found};
use crate::audit::NotedWire;
use html::{Column, Markup, Pagination, Table, Tag, Tone, html};

const ON_A_PAGE: usize = 50;

pub(super) async fn page(asking: &Asking<'_>) -> Shown {
    let visit = asking.visit;
    let before = visit.query("before").map(|before| before.parse::<u64>()).transpose().map_err(|_| not_found())?;
    let from = before.map(|before| format!("&before={before}")).unwrap_or_default();
    let entries: Vec<NotedWire> = typed(asking.get(&format!("/v1/audit?limit={ON_A_PAGE}{from}")).await?)?;
    let columns = [
        Column::number(visit.say("Registro", "Record")),
        Column::text(visit.say("Cuándo", "When")),
        Column::text(visit.say("Quién", "Who")),
        Column::text(visit.say("Por dónde", "By")),
        Column::text(visit.say("Qué", "What")),
        Column::text(visit.say("Resultado", "Outcome")),
    ];
    let row = |entry: &NotedWire| {
        let (word, tone) = match entry.stage.as_str() {
            "done" => (visit.say("hecho", "done"), Tone::Success),
            "refused" => (visit.say("no se hizo", "refused"), Tone::Danger),
            _ => (visit.say("pedido", "asked"), Tone::Neutral),
        };
        vec![
            html! { (entry.number) },
            html! { time datetime=(entry.time) { (entry.time) } },
            html! { (entry.author) },
            html! { (entry.means) },
            html! { (entry.action) },
            html! { (Tag::new(word, tone)) " " (entry.outcome.as_deref().unwrap_or_default()) },
        ]
    };
    let rows: Vec<Vec<Markup>> = entries.iter().map(row).collect();
    let title = visit.say("Auditoría", "Audit trail");
    let last = entries.last().filter(|_| entries.len() == ON_A_PAGE);
    let older = last.map(|entry| format!("/audit?before={}", entry.number));
    let content = html! {
        p { (visit.say(
            "Lo que hacen los administradores, antes de que ocurra y cómo terminó. Está en el registro del servidor: nada se puede quitar sin que se note.",
            "What administrators do, before it happens and how it ended. It is in the server's log: nothing can be taken out unnoticed.",
        )) }
        (Table::new("audit", title, &columns, &rows).below_its_heading())
        (Pagination::new(None, older.as_deref()).first(before.map(|_| "/audit")).language(visit.language))
    };
    show(asking.web, visit, Page::new(title, content))
}
