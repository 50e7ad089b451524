//! A document to attach: a file, or one of the folder.

use sdk::blobs::{self, Blob};
use sdk::form::{Choice, Fields, View};
use sdk::html::html;
use sdk::i18n::Argument;
use sdk::web::{Response, Visit};
use sdk::{Failure, FieldErrors, evidence};

use super::Filling;
use super::questions::{buttons, heading};
use super::stops::{Stop, Way};
use crate::application::Attached;
use crate::definition::{Document, FileKind, Need};
use crate::folder::{self, Kept};
use crate::pages::{say, say_with, translated};

/// What was sent: new files, files of the folder, and files to be taken away again.
struct Sent {
    files: Vec<Blob>,
    of_folder: Vec<Kept>,
    removed: Vec<String>,
}

/// Shows what has to be attached, and keeps what is.
pub(super) fn document(visit: &Visit, filling: Filling, way: &Way, stop: &Stop) -> Result<Response, Failure> {
    let Stop::Document(document) = stop else { return Err(Failure::NotFound("nothing is attached here".to_owned())) };
    let attached = filling.draft.content.documents.get(&document.code).cloned().unwrap_or_default();
    let fits = |kept: &Kept| {
        let kind = FileKind::of(&kept.file.content_type);
        kind.is_some_and(|kind| document.kinds.contains(&kind)) && !attached.contains(&kept.file)
    };
    // Who helps on the telephone is not shown what lies in somebody's folder.
    let folder = if filling.behalf.is_herself() { folder::of(&filling.draft.owner.subject)? } else { Vec::new() };
    let folder: Vec<Kept> = folder.into_iter().filter(fits).collect();
    let form = visit.form(|fields| named(fields, document, &attached, &folder));
    let page = |form: &View| {
        let title = document.title.say(visit.language());
        let content = html! {
            (heading(visit, &filling, way, stop, &title))
            @if let Some(hint) = &document.hint { p { (translated(hint, visit.language())) } }
            (form.around(buttons()))
        };
        crate::pages::under_own_title(visit, &title.value, content)
    };
    form.submit(page, |sent| {
        let came: Vec<String> = sent.files.iter().map(|blob| blob.id.clone()).collect();
        let files = judged(document, &attached, sent)?;
        let (procedure, behalf) = (filling.procedure.clone(), filling.behalf.clone());
        let mut filling = Filling { draft: filling.draft.clone(), procedure, behalf, ..filling };
        filling.draft.attach(document.code.clone(), files, came);
        filling.keep(visit, stop)
    })
}

fn named(fields: &mut Fields<'_>, document: &Document, attached: &[Attached], folder: &[Kept]) -> Option<Sent> {
    let removed = removed(fields, attached);
    let of_folder = if folder.is_empty() {
        Some(Vec::new())
    } else {
        let choices: Vec<Choice<Kept>> = folder
            .iter()
            .map(|kept| Choice::new(kept.clone(), &kept.id, &kept.file.name).hint(kept.about.clone()))
            .collect();
        fields.any_of("folder", &say("from-folder"), &choices).read()
    };
    let most = usize::try_from(document.most).unwrap_or(1);
    let label = say(if document.need == Need::Required { "attach" } else { "attach-if" });
    let files = fields.files("files", &label).hint(kinds(document)).most(most).accept(&accepted(document));
    let is_only_way = document.need == Need::Required && attached.is_empty() && folder.is_empty();
    let files = if is_only_way { files.required() } else { files.optional() };
    Some(Sent { files: files?, of_folder: of_folder?, removed: removed? })
}

fn judged(document: &Document, attached: &[Attached], sent: Sent) -> Result<Vec<Attached>, Failure> {
    let of_folder = sent.of_folder.into_iter().map(|kept| kept.file);
    let left = attached.iter().filter(|file| !sent.removed.contains(&file.blob)).cloned().chain(of_folder).collect();
    attached_now(document, left, &sent.files, &say("attach-one"))
}

/// The files that were attached, for some to be taken away again: their blobs.
pub(crate) fn removed(fields: &mut Fields<'_>, attached: &[Attached]) -> Option<Vec<String>> {
    if attached.is_empty() {
        return Some(Vec::new());
    }
    let choices: Vec<Choice<String>> =
        attached.iter().map(|file| Choice::new(file.blob.clone(), &file.blob, &file.name)).collect();
    fields.any_of("remove", &say("attached-now"), &choices).hint(say("remove-hint")).read()
}

/// What is attached now: what is left of what was, and what is new. Nothing is said in the words given, where there has to be
/// something.
pub(crate) fn attached_now(
    document: &Document,
    left: Vec<Attached>,
    new: &[Blob],
    nothing: &str,
) -> Result<Vec<Attached>, Failure> {
    let mut files = left;
    for blob in new {
        files.push(taken(document, blob)?);
    }
    let mut errors = FieldErrors::default();
    let most = usize::try_from(document.most).unwrap_or(usize::MAX);
    errors.check(files.len() <= most, "files", "count", &say("too-many-files"));
    let enough = !files.is_empty() || document.need == Need::Optional;
    errors.check(enough, "files", "required", nothing);
    errors.finish()?;
    Ok(files)
}

/// A file that came, kept; a signed document is verified, and a file of another kind refused.
pub(crate) fn taken(document: &Document, blob: &Blob) -> Result<Attached, Failure> {
    let kind = FileKind::of(&blob.content_type).filter(|kind| document.kinds.contains(kind));
    let refused = || Failure::invalid("files", "kind", say("wrong-kind"));
    let signer = match kind.ok_or_else(refused)? {
        FileKind::Signed => {
            let verified = evidence::verify(&blob.id);
            Some(verified.map_err(|_| Failure::invalid("files", "signature", say("not-believed")))?.signer)
        }
        FileKind::Pdf | FileKind::Image => None,
    };
    blobs::keep(&blob.id);
    Ok(Attached {
        blob: blob.id.clone(),
        name: blob.name.clone().unwrap_or_else(|| document.code.to_string()),
        content_type: blob.content_type.clone(),
        bytes: blob.size,
        signer,
    })
}

/// What the browser offers. Browsers know the files of signed documents by their ending alone.
pub(crate) fn accepted(document: &Document) -> String {
    let types = document.kinds.iter().map(|kind| match kind {
        FileKind::Pdf => "application/pdf,.pdf",
        FileKind::Image => "image/*",
        FileKind::Signed => ".asice",
    });
    types.collect::<Vec<_>>().join(",")
}

/// Which files it may be, how many and how large, in words.
pub(crate) fn kinds(document: &Document) -> String {
    let name = |kind: &FileKind| {
        say(match kind {
            FileKind::Pdf => "kind-pdf",
            FileKind::Image => "kind-image",
            FileKind::Signed => "kind-signed",
        })
    };
    let kinds = document.kinds.iter().map(name).collect::<Vec<_>>().join(", ");
    let most = Argument::number("count", i64::from(document.most));
    format!("{} {}", say_with("file-kinds", &[Argument::text("kinds", kinds)]), say_with("files-at-most", &[most]))
}
