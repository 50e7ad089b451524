//! Documents that are uploaded before the application that they belong to.

use std::collections::BTreeMap;
use std::time::Duration;

use sdk::collections::{Record, Table};
use sdk::kv::Order;
use sdk::web::path_segment;
use sdk::{Answer, Failure, Timestamp, blobs, ensure};
use serde::{Deserialize, Serialize};

use super::applications::seen;
use super::multipart::{self, Part};
use super::wire::{SystemError, Uploaded};
use crate::api::Call;
use crate::api::files::{content_type, decoded, fitting, kept};
use crate::application::{Application, Attached};
use crate::definition::{Code, Document, FileKind, Procedure};

/// By who uploaded it, and the id of its blob.
static UPLOADS: Table<(String, String), Upload> = Table::new("api.uploads", &[]);

/// So many uploads of a subsystem wait at most, and so long: the next upload after that throws them away.
const MOST: usize = 100;
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// Before the id of a document in its address.
const PATH: &str = "/documents/";
/// Bytes of a document that are read at once.
const AT_ONCE: u32 = 4 << 20;
/// The field of the form with the file.
const FIELD: &str = "file";

/// A document that waits for its application.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Upload {
    /// What it is, by the definition's documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    document: Option<Code>,
    file: Attached,
    at: Timestamp,
}

impl Record for Upload {}

/// Keeps a file. `additionalMetadata` is the code of the document that it is.
pub(super) fn upload(call: &Call<'_>) -> Result<Answer, Failure> {
    let subsystem = call.subsystem()?;
    let (name, content) = match file(call) {
        Ok(file) => file,
        Err(why) => return refused(call, why),
    };
    let document = match call.query("additionalMetadata") {
        Ok(document) => document,
        Err(_) => return refused(call, "additionalMetadata is no code of a document"),
    };
    let file = match kept(FIELD, &name, &content) {
        Ok(file) => file,
        Err(Failure::Invalid(_)) => {
            return refused(call, "the file has no name, is too large, or is of no kind that is taken");
        }
        Err(other) => return Err(other),
    };
    make_room(call, subsystem)?;
    let url = url(&file);
    let key = (subsystem.to_owned(), file.blob.clone());
    UPLOADS.insert(&key, &Upload { document, file, at: call.now() })?;
    Answer::json(200, &Uploaded { code: 200, r#type: "success", message: "kept until it is submitted".to_owned(), url })
}

/// The one file of the form. Addresses are given one by one, so files are sent so.
fn file(call: &Call<'_>) -> Result<(String, Vec<u8>), &'static str> {
    let parts = multipart::read(&call.request.content_type, &call.request.body);
    let mut files =
        parts.ok_or("the body is no form of multipart/form-data")?.into_iter().filter(|part| part.name == FIELD);
    let (file, more) = (files.next().ok_or("the form has no field file")?, files.next());
    if more.is_some() {
        return Err("the form has more than one file: send each by itself");
    }
    let Part { file_name, content, .. } = file;
    // The specification writes a file as base64; who sends a file sends its bytes.
    let text = || std::str::from_utf8(content).ok().and_then(|text| decoded(text.trim()));
    let content = if content_type(content).is_some() { content.to_vec() } else { text().unwrap_or(content.to_vec()) };
    Ok((file_name.unwrap_or_else(|| FIELD.to_owned()), content))
}

fn refused(call: &Call<'_>, why: &str) -> Result<Answer, Failure> {
    let error = SystemError {
        trace_id: call.context.request_id.clone(),
        code: "invalid",
        message: why.to_owned(),
        localized_message: why.to_owned(),
    };
    Answer::json(400, &error)
}

/// Throws away what waited too long, and refuses more than fits.
fn make_room(call: &Call<'_>, subsystem: &str) -> Result<(), Failure> {
    let mut waiting = 0;
    for upload in UPLOADS.scan(&(subsystem.to_owned(),), Order::Ascending).take(MOST).collect::<Vec<_>>() {
        let (key, upload) = upload?;
        if upload.at + KEPT < call.now() {
            UPLOADS.remove(&key)?;
            blobs::delete(&upload.file.blob);
        } else {
            waiting += 1;
        }
    }
    ensure!(
        waiting < MOST,
        Failure::Conflict(format!("{MOST} documents wait for their applications: submit them first"))
    );
    Ok(())
}

/// The address of a document.
fn url(file: &Attached) -> String {
    format!("{PATH}{}", file.blob)
}

/// The addresses of what is attached.
pub(super) fn urls(application: &Application) -> Vec<String> {
    let files = application.content.files();
    files.map(|file| format!("/applications/{}{}", application.number, url(file))).collect()
}

/// The id of the document that an address names.
fn id(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

/// A document that waits for its application, to who uploaded it.
pub(super) fn show_upload(call: &Call<'_>, id: &str) -> Result<Answer, Failure> {
    let upload = UPLOADS.get(&(call.subsystem()?.to_owned(), id.to_owned()))?;
    content(&upload.ok_or_else(|| no_document(id))?.file)
}

/// A document of an application, to who sees that.
pub(super) fn show(call: &Call<'_>, number: &str, id: &str) -> Result<Answer, Failure> {
    let (_, application, _) = seen(call, number)?;
    let file = application.content.files().find(|file| file.blob == id);
    content(file.ok_or_else(|| no_document(id))?)
}

fn no_document(id: &str) -> Failure {
    Failure::NotFound(format!("there is no document {}", path_segment(id)))
}

/// A file as it was attached.
fn content(file: &Attached) -> Result<Answer, Failure> {
    let mut body = Vec::new();
    while (body.len() as u64) < file.bytes {
        let part = blobs::read(&file.blob, body.len() as u64, AT_ONCE).filter(|part| !part.is_empty());
        body.extend(part.ok_or_else(|| no_document(&file.blob))?);
    }
    Ok(Answer { status: 200, headers: Vec::new(), content_type: file.content_type.clone(), body })
}

/// What an application has attached: of the addresses, those of new documents, and those that it had before. Without any, it
/// keeps what it had.
pub(super) fn attached(
    call: &Call<'_>,
    procedure: &Procedure,
    urls: &[String],
    before: &BTreeMap<Code, Vec<Attached>>,
) -> Result<BTreeMap<Code, Vec<Attached>>, Failure> {
    if urls.is_empty() {
        return Ok(before.clone());
    }
    let mut attached: BTreeMap<Code, Vec<Attached>> = BTreeMap::new();
    for (number, url) in urls.iter().enumerate() {
        let at = format!("documentUrls.{number}");
        let id = id(url);
        let had = before.iter().find_map(|(code, files)| Some((code, files.iter().find(|file| file.blob == id)?)));
        let (code, file) = match had {
            Some((code, file)) => (code.clone(), file.clone()),
            None => taken(call, procedure, &at, id)?,
        };
        attached.entry(code).or_default().push(file);
    }
    Ok(attached)
}

/// The result of a step, as it was uploaded.
pub(super) fn result(call: &Call<'_>, url: &str) -> Result<Attached, Failure> {
    let Upload { file, .. } = uploaded(call, "result", id(url))?;
    let is_pdf = FileKind::of(&file.content_type) == Some(FileKind::Pdf);
    ensure!(is_pdf, Failure::invalid("result", "kind", "is no PDF"));
    Ok(file)
}

/// What was uploaded under an id; it waits no longer.
fn uploaded(call: &Call<'_>, at: &str, id: &str) -> Result<Upload, Failure> {
    let upload = UPLOADS.remove(&(call.subsystem()?.to_owned(), id.to_owned()))?;
    upload.ok_or_else(|| Failure::invalid(at, "unknown", "was not uploaded"))
}

fn taken(call: &Call<'_>, procedure: &Procedure, at: &str, id: &str) -> Result<(Code, Attached), Failure> {
    let Upload { document, file, .. } = uploaded(call, at, id)?;
    let document = named(procedure, document.as_ref());
    let document = document.ok_or_else(|| {
        Failure::invalid(
            at,
            "unknown",
            "is no document that is asked: name it by additionalMetadata when it is uploaded",
        )
    })?;
    Ok((document.code.clone(), fitting(at, document, file)?))
}

/// The document of a code; the only one that is asked, where none was named.
fn named<'p>(procedure: &'p Procedure, code: Option<&Code>) -> Option<&'p Document> {
    let documents = &procedure.online().documents;
    match (code, documents.as_slice()) {
        (Some(code), documents) => documents.iter().find(|document| document.code == *code),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}
