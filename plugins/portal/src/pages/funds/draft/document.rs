//! Something to attach to a proposal.

use sdk::Failure;
use sdk::blobs::Blob;
use sdk::form::Fields;
use sdk::web::{PathPair, Response, Visit};

use super::{Stop, Writing};
use crate::application::Attached;
use crate::definition::{Code, Document};
use crate::funds::{Draft, Party};
use crate::pages::apply::{accepted, attached_now, kinds, removed};
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
            let left = attached.iter().filter(|file| !sent.removed.contains(&file.blob)).cloned().collect();
            let files = attached_now(asked, left, &sent.files, &say("funds-attach-one"))?;
            let mut documents = writing.draft.documents.clone();
            documents.insert(document.clone(), files);
            writing.keep(visit, Draft { documents, ..writing.draft.clone() }, &stop)
        },
    )
}

fn named(fields: &mut Fields<'_>, document: &Document, attached: &[Attached]) -> Option<Sent> {
    let removed = removed(fields, attached);
    let most = usize::try_from(document.most).unwrap_or(1);
    let files = fields.files("files", &say("funds-attach")).hint(kinds(document)).most(most);
    let files = files.accept(&accepted(document)).optional();
    Some(Sent { files: files?, removed: removed? })
}
