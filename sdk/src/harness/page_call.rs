//! A request for a page, as a gateway makes it, and how the harness answers it.

use super::attempt::Access;
use super::guest::blobs::blob;
use super::run::Beginning;
use super::world::lacks;
use super::{Harness, NoAnswer};
use crate::bindings::types::Field;
use crate::bindings::web::Upload;
use crate::context::Caller;
use crate::failure::Failure;
use crate::web::{self, Method};

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
        let handler = |context| handle(context, request.clone());
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
