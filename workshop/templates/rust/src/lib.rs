//! Notes that people leave: a list, a form, and a service that other entities call.
//!
//! A handler is one transaction: `Ok` keeps what it wrote, `Err` leaves nothing of it. No variable lives until the next call.

use sdk::collections::{PageRequest, Record, Table};
use sdk::form::{Fields, View};
use sdk::html::html;
use sdk::kv::Order;
use sdk::web::{Pages, Response, Routes, Visit, pagination};
use sdk::{Answer, Context, Failure, Method, Request, Service, json::json};

/// A note.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Note {
    text: String,
}

impl Record for Note {}

/// By the time they were left at, and the request that left them.
static NOTES: Table<(u64, String), Note> = Table::new("notes", &[]);

const MOST_LETTERS: usize = 500;

/// The plugin.
pub struct Plugin;

sdk::plugin!(Plugin: service, pages);

impl Pages for Plugin {
    const ROUTES: &'static Routes = &sdk::routes! {
        Get "/" => list,
        Get "/new" => write,
        Post "/new" => write,
    };
}

fn list(visit: &Visit, wanted: PageRequest) -> Result<Response, Failure> {
    let page = NOTES.page(&(), Order::Descending, &wanted)?;
    Ok(Response::page(
        "Notas",
        html! {
            h1 { "Notas" }
            @if page.items.is_empty() { p { "Todavía no hay notas." } }
            ul { @for (_, note) in &page.items { li { (note.text) } } }
            (pagination(visit, &page))
            p { a href="/new" { "Escribir una nota" } }
        },
    ))
}

/// The one place that names the fields: the form is shown by it, and read by it.
fn note(fields: &mut Fields<'_>) -> Option<Note> {
    let text = fields.lines("text", "Su nota").hint("Todos la podrán leer").most_letters(MOST_LETTERS).text();
    Some(Note { text: text? })
}

fn write(visit: &Visit) -> Result<Response, Failure> {
    let page = |form: &View| Response::page("Nueva nota", html! { h1 { "Nueva nota" } (form.with("Guardar")) });
    visit.form(note).submit(page, |note| {
        keep(visit.context(), &note)?;
        Ok(Response::redirect("/"))
    })
}

impl Service for Plugin {
    fn handle(context: Context, request: Request) -> Result<Answer, Failure> {
        match (request.method, request.path.as_str()) {
            (Method::Get, "/notes") => {
                let page = NOTES.page(&(), Order::Descending, &request.page()?)?;
                let items: Vec<&Note> = page.items.iter().map(|(_, note)| note).collect();
                Answer::json(200, &json!({ "items": items }))
            }
            (Method::Post, "/notes") => {
                let note: Note = request.json()?;
                sdk::ensure!(!note.text.trim().is_empty(), Failure::invalid("text", "required", "must be given"));
                let letters = note.text.chars().count();
                sdk::ensure!(letters <= MOST_LETTERS, Failure::invalid("text", "length", "must be shorter"));
                keep(&context, &note)?;
                Answer::json(201, &note)
            }
            _ => Err(request.not_found()),
        }
    }
}

fn keep(context: &Context, note: &Note) -> Result<(), Failure> {
    Ok(NOTES.insert(&(context.now, context.request_id.clone()), note)?)
}
