//! What the gateway makes of what a browser sends, and the browser of what is answered.

use std::sync::atomic::{AtomicU64, Ordering};

use super::super::manifest::{Manifest, Web};
use super::super::{Call, Host, NoAnswer, PageCall, Plugin};
use super::filling::Submission;
use super::person::{Barrier, Person};
use super::shown::ShownPage;
use crate::failure::Failure;
use crate::json;
use crate::web::{self, Method};

/// The status of a page that a plugin, or nobody, has an answer for.
const UNAVAILABLE: u16 = 503;

#[derive(Clone, Debug)]
pub(super) struct Requests {
    plugin: String,
    web: Web,
    pub(super) person: Option<Person>,
    pub(super) locale: String,
}

impl Requests {
    pub(super) fn of(plugin: &Plugin) -> Self {
        let manifest = Manifest::read(plugin.manifest);
        let (plugin, web) = (manifest.plugin.name, manifest.web);
        Self { plugin, web, person: None, locale: "es-BO".to_owned() }
    }

    /// The page that a submission leads to, which may be a redirect.
    pub(super) fn send(&self, host: &mut dyn Host, submission: &Submission) -> ShownPage {
        let address = submission.action.split('#').next().unwrap_or_default();
        let (path, _) = address.split_once('?').unwrap_or((address, ""));
        let Some(found) = self.web.find(path) else { return ShownPage::said(address, 404, "there is no such route") };
        let caller = match Person::at(self.person.as_ref(), &found.access) {
            Ok(caller) => caller,
            Err(Barrier::SignIn) => return ShownPage::said(address, 401, "sign in"),
            Err(Barrier::Denied) => return ShownPage::said(address, 403, "this page is not for you"),
        };
        if let Some(file) = submission.files.iter().find(|file| !found.uploads.contains(&file.content_type)) {
            return ShownPage::said(
                address,
                415,
                &format!("the route takes no files of the type {}", file.content_type),
            );
        }
        let request = web::Request {
            method: submission.method,
            path: path.to_owned(),
            route: found.route,
            params: found.parameters,
            query: Call::get("", address).request("", None).query,
            headers: Vec::new(),
            form: submission.fields.clone(),
            uploads: Vec::new(),
            content_type: submission.json.as_ref().map_or("", |_| json::CONTENT_TYPE).to_owned(),
            body: submission.json.clone().unwrap_or_default(),
        };
        let call = PageCall {
            plugin: self.plugin.clone(),
            caller,
            locale: self.locale.clone(),
            request,
            files: submission.files.clone(),
            submission: submission.token.clone().filter(|_| submission.method != Method::Get),
        };
        Self::shown(address, host.show(&call))
    }

    fn shown(address: &str, answer: Result<web::Response, NoAnswer>) -> ShownPage {
        match answer {
            Ok(response) => ShownPage::of(address, response, &token()),
            Err(NoAnswer::Failed(failure)) => {
                let (status, words) = said(&failure);
                ShownPage::said(address, status, words)
            }
            Err(other) => ShownPage::said(address, UNAVAILABLE, &other.to_string()),
        }
    }
}

/// A token that no other page has: several browsers are at one host.
fn token() -> String {
    static SHOWN: AtomicU64 = AtomicU64::new(0);
    format!("form-{}", SHOWN.fetch_add(1, Ordering::Relaxed))
}

fn said(failure: &Failure) -> (u16, &str) {
    match failure {
        Failure::NotFound(words) => (404, words),
        Failure::Denied(words) => (403, words),
        Failure::Invalid(errors) => (422, errors.first().map_or("", |error| &error.message)),
        Failure::Conflict(words) => (409, words),
        Failure::Unavailable(words) => (UNAVAILABLE, words),
        Failure::Internal(words) => (500, words),
        Failure::Other(other) => (other.status, &other.message),
    }
}
