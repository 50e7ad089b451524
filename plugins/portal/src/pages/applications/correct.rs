//! Correcting what was sent back: the marked answers and documents with what follows from them, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use sdk::blobs::{self, Blob};
use sdk::form::{Fields, View};
use sdk::html::{Button, Language, Notice, Tone, html};
use sdk::schema::Answers;
use sdk::web::{Path, Response, Visit};
use sdk::{Date, Failure, FieldError, Timestamp};

use super::{hers, marks};
use crate::application::{Act, Anew, Application, Content, Target};
use crate::consult::{Asking, Silent, Why, consult, key_of};
use crate::definition::{Code, Document, Procedure};
use crate::office::ThisEntity;
use crate::pages::apply::{accepted, kinds, taken};
use crate::pages::behalf::Behalf;
use crate::pages::{say, told};
use crate::registers::Registers;
use crate::{desk, folder};

/// What is corrected.
struct Correcting<'a> {
    application: &'a Application,
    procedure: &'a Procedure,
    registers: &'a Registers,
    /// What is asked for.
    anew: Anew<'a>,
    today: Date,
}

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
    let marked: Vec<&Target> = application.marks().map(|mark| &mark.target).collect();
    sdk::ensure!(!marked.is_empty(), Failure::Conflict(say("nothing-to-correct")));
    let (registers, today) = (Registers::connected()?, visit.now().date_in_la_paz());
    let anew = procedure.anew(&marked, &application.content, &registers, today);
    let correcting =
        Correcting { application: &application, procedure: &procedure, registers: &registers, anew, today };
    let (so_far, silent) = correcting.consulted(visit);
    let form = visit.form(|fields| {
        let corrected = correcting.named(fields, &so_far);
        let confirmed = if behalf.is_herself() { Some(()) } else { behalf.confirmed(fields) };
        corrected.filter(|_| confirmed.is_some())
    });
    let title = say("sent-back");
    let language = visit.language();
    let notes = marks::listed(application.marks(), &procedure, language);
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
        answered(&correcting, &silent, language)?;
        let came: Vec<String> = corrected.files.values().flatten().map(|blob| blob.id.clone()).collect();
        let content = content(so_far.clone(), &procedure, corrected)?;
        let this = ThisEntity::configured()?;
        let office = this.at(&procedure, visit.now());
        let application =
            desk::act_in(&procedure, application.clone(), &office, visit.now(), behalf.actor(), Act::Correct(content))?;
        // What is not asked for in the end, the application does not have.
        let has: BTreeSet<&str> = application.content.blobs().collect();
        came.iter().filter(|blob| !has.contains(blob.as_str())).for_each(|blob| blobs::delete(blob));
        if behalf.counter().is_none() {
            into_folder(&behalf, &so_far, &application, &procedure, visit.now())?;
        }
        Ok(Response::redirect(behalf.path_of(&application)))
    })
}

/// Puts what was attached anew into her folder, as what she attached at first.
fn into_folder(
    behalf: &Behalf,
    before: &Content,
    application: &Application,
    procedure: &Procedure,
    now: Timestamp,
) -> Result<(), Failure> {
    let had: BTreeSet<&str> = before.blobs().collect();
    let files = application.content.files().filter(|file| !had.contains(file.blob.as_str()));
    let title = procedure.definition().entry.title.in_language(Language::Spanish);
    folder::put(&behalf.owner.subject, files, title, now)
}

impl Correcting<'_> {
    /// The application as it was, with what registers say that are asked by what is answered now: what they say decides on
    /// what else is asked.
    fn consulted(&self, visit: &Visit) -> (Content, Vec<Silent>) {
        let before = &self.application.content;
        if !visit.is_submission() {
            return (before.clone(), Vec::new());
        }
        let Ok(corrected) = visit.form(|fields| self.named(fields, before)).value() else {
            return (before.clone(), Vec::new());
        };
        let mut content = Content { answers: corrected.answers, ..before.clone() };
        // Those that are asked about the citizen herself were asked before.
        let silent = consult(self.procedure, self.registers, &mut content, &Asking::ForAnother, visit.now());
        (Content { answers: before.answers.clone(), ..content }, silent)
    }

    /// The marked answers, those that are asked for because of them, and the marked documents.
    fn named(&self, fields: &mut Fields<'_>, so_far: &Content) -> Option<Corrected> {
        let online = self.procedure.online();
        let all = online.pages.iter().flat_map(|page| &page.fields).map(String::as_str);
        let names: Vec<&str> = all.filter(|name| self.anew.questions.contains(name)).collect();
        let answers = self.procedure.schema().ask(fields, &names, &so_far.answers, &so_far.facts, self.today);
        let mut files = BTreeMap::new();
        let mut complete = true;
        for document in &online.documents {
            let is_marked = self.application.marks().any(|mark| mark.target == Target::Document(document.code.clone()));
            let asked = match (is_marked, self.anew.documents.contains(&document.code)) {
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
}

/// Refuses what a register does not know, or does not say now, at the answer that it is asked by.
fn answered(correcting: &Correcting<'_>, silent: &[Silent], language: Language) -> Result<(), Failure> {
    let error = |one: &Silent| {
        let (code, text) = match one.why {
            Why::Unknown => ("unknown", "register-unknown"),
            Why::Unavailable => ("silent", "register-unavailable"),
            Why::NoKey | Why::NotHerself => return None,
        };
        let register = correcting.registers.find(one.register.as_str())?;
        let field = key_of(correcting.procedure, register).map(|field| field.name().to_owned()).unwrap_or_default();
        let message = format!("{} {}", register.title.in_language(language), say(text));
        Some(FieldError { field, code: code.to_owned(), message })
    };
    let errors: Vec<FieldError> = silent.iter().filter_map(error).collect();
    if errors.is_empty() { Ok(()) } else { Err(Failure::Invalid(errors)) }
}

/// A document that is attached anew; whether one that follows from the answers has to be there is judged with them.
fn upload(fields: &mut Fields<'_>, document: &Document, asked: Asked) -> Option<Vec<Blob>> {
    let most = usize::try_from(document.most).unwrap_or(1);
    let label = document.title.say(fields.language());
    let upload = fields.files(document.code.as_str(), &label.value).hint(kinds(document)).most(most);
    let upload = upload.accept(&accepted(document));
    let files = match asked {
        Asked::Marked => upload.required(),
        Asked::Follows => upload.optional(),
    };
    fields.label_is_in(document.code.as_str(), &label.language);
    files
}

fn content(so_far: Content, procedure: &Procedure, corrected: Corrected) -> Result<Content, Failure> {
    let mut content = Content { answers: corrected.answers, ..so_far };
    for (code, blobs) in corrected.files {
        let document = procedure.online().documents.iter().find(|document| document.code == code);
        let document = document.ok_or_else(|| Failure::NotFound(format!("there is no document {code}")))?;
        let files = blobs.iter().map(|blob| taken(document, blob)).collect::<Result<_, _>>()?;
        content.documents.insert(code, files);
    }
    Ok(content)
}
