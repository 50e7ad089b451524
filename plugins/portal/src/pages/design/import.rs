//! Taking a definition from elsewhere: a file, or its text.

use sdk::form::{Fields, View};
use sdk::html::{Button, Checked, html};
use sdk::web::{Operator, Response, Visit};
use sdk::{Failure, blobs, ensure};

use super::json::{MOST_LETTERS, refused};
use super::{path, save, title};
use crate::definition::Definition;
use crate::pages::say;
use crate::procedures;

const ROWS: u16 = 15;

/// What was sent.
struct Sent {
    text: String,
    replaces: Checked,
}

/// Shows the form, and keeps what is sent as a draft.
pub(crate) fn import(visit: &Visit, operator: Operator) -> Result<Response, Failure> {
    let page = |view: &View| {
        let content = html! {
            p { a href="/design" { (say("design")) } }
            h1 { (say("design-import")) }
            p { (say("design-import-for")) }
            (view.around(html! { (Button::primary(&say("design-import-now"))) }))
        };
        visit.under(title("design-import"), content)
    };
    visit.form(named).submit(page, |sent| {
        let definition = Definition::read(&sent.text).map_err(|problems| refused(&problems, visit.language()))?;
        let code = definition.entry.code.clone();
        ensure!(!code.is_reserved(), Failure::invalid("text", "code", say("design-code-taken")));
        let is_free = procedures::find_draft(&code)?.is_none() || sent.replaces == Checked::Yes;
        ensure!(is_free, Failure::invalid("replaces", "draft", say("design-draft-there")));
        save(visit, &operator, definition)?;
        Ok(Response::redirect(path(&code)))
    })
}

fn named(fields: &mut Fields<'_>) -> Option<Sent> {
    let files = fields.files("file", &say("design-import-file")).accept("application/json,.json").optional();
    let text = fields.lines("text", &say("design-import-text")).rows(ROWS).most_letters(MOST_LETTERS);
    let of_file = files.as_ref().and_then(|files| files.first()).map(read);
    let text = match of_file {
        Some(read) => text.optional().text().and(read.or_else(|| Some(String::new()))),
        None => text.missing(say("design-import-nothing")).text(),
    };
    let replaces = fields.confirmation("replaces", &say("design-import-replaces")).read();
    Some(Sent { text: text?, replaces: replaces? })
}

/// The text of a file; what is no text is no definition either.
fn read(file: &blobs::Blob) -> Option<String> {
    let length = u32::try_from(file.size).ok()?;
    String::from_utf8(blobs::read(&file.id, 0, length)?).ok()
}
