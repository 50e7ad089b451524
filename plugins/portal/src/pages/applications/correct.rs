//! Correcting what was sent back: the marked answers and documents, and nothing else.

use std::collections::BTreeMap;

use sdk::blobs::Blob;
use sdk::form::{Fields, View};
use sdk::html::{Button, Notice, Tone, html};
use sdk::schema::Answers;
use sdk::web::{Path, Response, Visit};
use sdk::{Date, Failure};

use super::{hers, marks};
use crate::application::{Act, Application, Content, Mark, Target};
use crate::definition::{Code, Document, Procedure};
use crate::desk;
use crate::office::ThisEntity;
use crate::pages::apply::{accepted, kinds, taken};
use crate::pages::behalf::Behalf;
use crate::pages::{say, told};

/// What was filled in.
struct Corrected {
    answers: Answers,
    files: BTreeMap<Code, Vec<Blob>>,
}

/// Why a document is asked for.
#[derive(Clone, Copy)]
enum Asked {
    /// It is marked.
    Marked,
    /// What is answered anew may ask for it.
    Follows,
}

/// Shows what is marked, and submits it again.
pub(crate) fn correct(visit: &Visit, behalf: Behalf, Path(number): Path<String>) -> Result<Response, Failure> {
    let (application, procedure) = hers(&behalf, &number)?;
    let marks: Vec<Mark> = application.marks().cloned().collect();
    sdk::ensure!(!marks.is_empty(), Failure::Conflict(say("nothing-to-correct")));
    let today = visit.now().date_in_la_paz();
    let form = visit.form(|fields| {
        let corrected = named(fields, &procedure, &application, &marks, today);
        let confirmed = if behalf.is_herself() { Some(()) } else { behalf.confirmed(fields) };
        corrected.filter(|_| confirmed.is_some())
    });
    let title = say("sent-back");
    let language = visit.language();
    let notes = marks::listed(marks.iter(), &procedure, language);
    let page = |form: &View| {
        let content = html! {
            p { a href=(behalf.path_of(&application)) { (told("back-to-application", language)) } }
            (behalf.banner())
            (Notice::new(Tone::Warning, &title, &notes))
            p { (told("correct-for", language)) }
            (form.around(html! { (Button::primary(&say("submit-again"))) }))
        };
        visit.titled("correct", content)
    };
    form.submit(page, |corrected| {
        let content = content(&application, &procedure, corrected)?;
        let this = ThisEntity::configured()?;
        let office = this.at(&procedure, visit.now());
        let application =
            desk::act_in(&procedure, application.clone(), &office, visit.now(), behalf.actor(), Act::Correct(content))?;
        Ok(Response::redirect(behalf.path_of(&application)))
    })
}

/// The marked answers, those that are asked for because of them, and the marked documents.
fn named(
    fields: &mut Fields<'_>,
    procedure: &Procedure,
    application: &Application,
    marks: &[Mark],
    today: Date,
) -> Option<Corrected> {
    let content = &application.content;
    let marked = |name: &str| marks.iter().any(|mark| matches!(&mark.target, Target::Field(field) if field == name));
    let all = procedure.online().pages.iter().flat_map(|page| &page.fields).map(String::as_str);
    let names: Vec<&str> = all.filter(|name| marked(name) || procedure.follows(name, &marked, content)).collect();
    let answers = procedure.schema().ask(fields, &names, &content.answers, &content.facts, today);
    let mut files = BTreeMap::new();
    let mut complete = true;
    for document in &procedure.online().documents {
        let marked = marks.iter().any(|mark| mark.target == Target::Document(document.code.clone()));
        let follows = procedure.document_follows(document, &|name| names.contains(&name), content);
        let asked = match (marked, follows) {
            (true, _) => Asked::Marked,
            (false, true) => Asked::Follows,
            (false, false) => continue,
        };
        match upload(fields, document, asked) {
            Some(blobs) if blobs.is_empty() => {}
            Some(blobs) => drop(files.insert(document.code.clone(), blobs)),
            None => complete = false,
        }
    }
    answers.filter(|_| complete).map(|answers| Corrected { answers, files })
}

/// A document that is attached anew; whether one that follows from the answers has to be there is judged with them.
fn upload(fields: &mut Fields<'_>, document: &Document, asked: Asked) -> Option<Vec<Blob>> {
    let most = usize::try_from(document.most).unwrap_or(1);
    let label = document.title.say(fields.language());
    let upload = fields.files(document.code.as_str(), &label.value).hint(kinds(document)).most(most);
    let upload = upload.accept(accepted(document));
    let files = match asked {
        Asked::Marked => upload.required(),
        Asked::Follows => upload.optional(),
    };
    fields.label_is_in(document.code.as_str(), &label.language);
    files
}

fn content(application: &Application, procedure: &Procedure, corrected: Corrected) -> Result<Content, Failure> {
    let mut content = Content { answers: corrected.answers, ..application.content.clone() };
    for (code, blobs) in corrected.files {
        let document = procedure.online().documents.iter().find(|document| document.code == code);
        let document = document.ok_or_else(|| Failure::NotFound(format!("there is no document {code}")))?;
        let files = blobs.iter().map(|blob| taken(document, blob)).collect::<Result<_, _>>()?;
        content.documents.insert(code, files);
    }
    Ok(content)
}
