//! Something to attach to a proposal.

use sdk::blobs::Blob;
use sdk::form::{Choice, Fields};
use sdk::web::{PathPair, Response, Visit};
use sdk::{Failure, FieldErrors};

use super::{Stop, Writing};
use crate::application::Attached;
use crate::definition::{Code, Document, Need};
use crate::funds::{Draft, Party};
use crate::pages::apply::taken;
use crate::pages::say;

/// New files, and those that are taken away again.
struct Sent {
    files: Vec<Blob>,
    removed: Vec<String>,
}

/// Shows what is attached, and attaches more.
pub(crate) fn document(
    visit: &Visit,
    party: Party,
    PathPair(code, document): PathPair<Code, Code>,
) -> Result<Response, Failure> {
    let writing = Writing::of(visit, party, &code)?;
    let none = || Failure::NotFound(format!("nothing is attached under {document}"));
    let asked = writing.call.documents.iter().find(|one| one.code == document).ok_or_else(none)?;
    let attached = writing.draft.documents.get(&document).cloned().unwrap_or_default();
    let form = visit.form(|fields| named(fields, asked, &attached));
    let stop = Stop::Document(document.clone());
    form.submit(
        |form| writing.page(visit, &stop, form),
        |sent| {
            let mut documents = writing.draft.documents.clone();
            documents.insert(document.clone(), judged(asked, &attached, sent)?);
            writing.keep(visit, Draft { documents, ..writing.draft.clone() }, &stop)
        },
    )
}

fn named(fields: &mut Fields<'_>, document: &Document, attached: &[Attached]) -> Option<Sent> {
    let removed = if attached.is_empty() {
        Some(Vec::new())
    } else {
        let choices: Vec<Choice<String>> =
            attached.iter().map(|file| Choice::new(file.blob.clone(), &file.blob, &file.name)).collect();
        fields.any_of("remove", &say("funds-attached-now"), &choices).hint(say("funds-remove-hint")).read()
    };
    let most = usize::try_from(document.most).unwrap_or(1);
    let files = fields.files("files", &say("funds-attach")).hint(say("funds-attach-hint")).most(most);
    let files = files.accept("application/pdf,image/*").optional();
    Some(Sent { files: files?, removed: removed? })
}

/// What is attached now: what was, without what is taken away, and what is new.
fn judged(document: &Document, attached: &[Attached], sent: Sent) -> Result<Vec<Attached>, Failure> {
    let mut files: Vec<Attached> = attached.iter().filter(|file| !sent.removed.contains(&file.blob)).cloned().collect();
    for blob in sent.files {
        files.push(taken(document, &blob)?);
    }
    let most = usize::try_from(document.most).unwrap_or(usize::MAX);
    let enough = !files.is_empty() || document.need == Need::Optional;
    let mut errors = FieldErrors::default();
    errors.check(files.len() <= most, "files", "count", &say("funds-too-many-files"));
    errors.check(enough, "files", "required", &say("funds-attach-one"));
    errors.finish()?;
    Ok(files)
}
