//! A request for a page, as a gateway makes it, and how the harness answers it.

use super::answer::{is_content_type, is_visible};
use super::attempt::{Access, Stop, current};
use super::guest::blobs::blob;
use super::manifest::Web;
use super::run::Beginning;
use super::world::lacks;
use super::{Harness, NoAnswer};
use crate::bindings::types::Field;
use crate::bindings::web::Upload;
use crate::context::Caller;
use crate::failure::Failure;
use crate::limits::{MAX_HEADER_BYTES, PAGE_HEADERS};
use crate::web::{self, Content, Method};

/// A request for a page.
#[derive(Clone, Debug, PartialEq)]
pub struct PageCall {
    /// The plugin whose page it is.
    pub plugin: String,
    /// Who comes.
    pub caller: Caller,
    /// The negotiated language.
    pub locale: String,
    /// What is asked for. Its uploads are empty: they come from `files`.
    pub request: web::Request,
    /// The files that are sent with it.
    pub files: Vec<SentFile>,
    /// By what it is known again when it is sent again.
    pub submission: Option<String>,
}

/// A file that is sent with a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentFile {
    /// The field of the form.
    pub field: String,
    /// Its name.
    pub name: String,
    /// Its type, as the host finds it.
    pub content_type: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// What was submitted: the same, or something else under the same id.
pub(super) type Submitted = (Vec<Field>, Vec<SentFile>);

impl Harness {
    pub(super) fn show_page(&mut self, call: &PageCall) -> Result<web::Response, NoAnswer> {
        let installed = self.installed(&call.plugin);
        let handle = installed.plugin.web.ok_or_else(|| lacks(&call.plugin, "web"))?;
        let submitted = (call.request.form.clone(), call.files.clone());
        let before = call.submission.as_ref().and_then(|id| installed.submitted.get(id));
        if let Some((first, answer)) = before {
            let other = "something else was sent with this form before".to_owned();
            return if *first == submitted {
                Ok(answer.clone())
            } else {
                Err(NoAnswer::Failed(Failure::Conflict(other)))
            };
        }
        let mut request = call.request.clone();
        let mut uploads = Vec::new();
        for file in &call.files {
            let id = format!("upload-{}", self.number());
            request.uploads.push(Upload { field: file.field.clone(), blob: id.clone() });
            uploads.push((blob(id, Some(file.name.clone()), &file.content_type, &file.content), file.content.clone()));
        }
        let access = match request.method {
            Method::Get | Method::Head | Method::Options => Access::ReadOnly,
            _ => Access::ReadWrite,
        };
        let beginning = Beginning::of(access, call.caller.clone());
        let beginning = Beginning { locale: &call.locale, uploads: &uploads, ..beginning };
        let web = self.installed(&call.plugin).home.manifest.web.clone();
        let handler = |context| {
            let response = handle(context, request.clone())?;
            current(|_| check(&response, &web));
            Ok(response)
        };
        let response = self.execute(&call.plugin, beginning, &handler, is_kept)?;
        if let Some(id) = call.submission.clone().filter(|_| is_kept(&response)) {
            self.installed_mut(&call.plugin).submitted.insert(id, (submitted, response.clone()));
        }
        Ok(response)
    }
}

/// As the contract says of a response's status.
fn is_kept(response: &web::Response) -> bool {
    response.status < 400
}

/// "See other".
const SEE_OTHER: u16 = 303;

/// Stops a plugin that answers what the contract does not allow.
fn check(response: &web::Response, web: &Web) -> Result<(), Stop> {
    let refused = |rule: String| Err(Stop::Trap(format!("web.handle: {rule}")));
    let fits = match &response.content {
        Content::Redirect(_) => response.status == SEE_OTHER,
        _ => matches!(response.status, 200..=299 | 400..=499),
    };
    if !fits {
        return refused(format!("a response of this kind cannot have the status {}", response.status));
    }
    match &response.content {
        Content::Redirect(target) if !web.leads_to(target) => {
            return refused(format!("the manifest names no origin of the redirect {target:?}"));
        }
        Content::Raw(raw) if !is_content_type(&raw.content_type) => {
            return refused(format!("{:?} is no content type", raw.content_type));
        }
        _ => {}
    }
    for (at, header) in response.headers.iter().enumerate() {
        let name = header.name.as_str();
        let fits = header.value.len() <= MAX_HEADER_BYTES && is_visible(&header.value);
        if !PAGE_HEADERS.contains(&name) || !fits || response.headers[..at].iter().any(|before| before.name == name) {
            return refused(format!("the header {name:?} is none that a page may set, is set twice, or is no line"));
        }
    }
    Ok(())
}
