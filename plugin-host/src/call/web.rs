//! `web`: pages and JSON answers.

use protocol::hash::Sha256Hash;
use storage::{Footprint, Transaction};
use wasmtime::component::Instance;

use super::{Context, Export, Failure, headers};
pub use crate::contract::exports::web::{Content, Method, Page, Raw, Request, Response, Upload};
use crate::failed_calls::KeptRequest;
use crate::handled::{Handled, Once, SubmissionId};
use crate::kept_answers::Asked;
use crate::manifest::Secrecy;
use crate::plugin::Exports;
use crate::rows::{Shown, ShownContent, Submitted};
use crate::sandbox::{Access, Broken, Call, Sandbox, Stop, View};

/// A request for a page.
#[derive(Debug)]
pub(crate) struct WebCall {
    request: Request,
    submission: Option<(SubmissionId, Sha256Hash)>,
    /// As what its answer is kept, if anybody may have it.
    asked: Option<Asked>,
}

/// By what something that is submitted is known again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The same however often it is sent; nobody else can know it.
    pub id: String,
    /// The digest of what is submitted: its fields, and the contents of its files.
    pub contents: Sha256Hash,
}

/// What somebody is shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// What the plugin said, now or when it was submitted first.
    Response(Response),
    /// Something else was submitted before under this id, and took place.
    SubmittedBefore,
}

impl WebCall {
    pub(crate) fn new(request: Request, submission: Option<Submission>, asked: Option<Asked>) -> Self {
        let submission = submission.map(|submission| (SubmissionId::of(&submission.id), submission.contents));
        Self { request, submission, asked }
    }
}

impl Request {
    /// A request for a path that is its own route, with nothing else in it.
    #[must_use]
    pub fn of(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            route: path.to_owned(),
            params: Vec::new(),
            query: Vec::new(),
            headers: Vec::new(),
            form: Vec::new(),
            uploads: Vec::new(),
            content_type: String::new(),
            body: Vec::new(),
        }
    }
}

/// The status of a redirect.
const SEE_OTHER: u16 = 303;

impl Export for WebCall {
    type Output = Answer;

    fn is_exported(exports: &Exports) -> bool {
        exports.web.is_some()
    }

    fn access(&self) -> Access {
        match self.request.method {
            Method::Get | Method::Head | Method::Options => Access::Read,
            Method::Post | Method::Put | Method::Delete | Method::Patch => Access::Write,
        }
    }

    fn waits_for_signatures(&self) -> bool {
        true
    }

    fn prepare(&self, call: &Call, view: &mut View) -> Result<Option<Answer>, Stop> {
        let Some((id, contents)) = self.submission.as_ref().filter(|_| call.access == Access::Write) else {
            return Ok(None);
        };
        let note: Option<Submitted> = Handled::find(Once::Submission(id), call, view)?;
        Ok(note.map(|note| {
            if note.contents == *contents.as_bytes() {
                Answer::Response(note.shown.into())
            } else {
                Answer::SubmittedBefore
            }
        }))
    }

    async fn invoke(
        &self,
        exports: &Exports,
        store: &mut wasmtime::Store<Sandbox>,
        instance: &Instance,
        context: &Context,
    ) -> wasmtime::Result<Result<Answer, Failure>> {
        let indices = exports.web.as_ref();
        let indices = indices.ok_or_else(|| wasmtime::format_err!("the component exports no web"))?;
        let guest = indices.load(&mut *store, instance)?;
        let answered = guest.call_handle(&mut *store, context, &self.request).await?;
        if let Ok(response) = &answered {
            check(response, &store.data().call)?;
        }
        Ok(answered.map(Answer::Response))
    }

    fn is_kept(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::Response(response) if response.status < 400)
    }

    fn kept(&self, call: &Call) -> Option<KeptRequest> {
        let (pages, _) = call.plugin.manifest().web()?.pages_at(&self.request.path)?;
        (pages.secrecy() == Secrecy::Ordinary).then(|| KeptRequest::Page(self.request.clone()))
    }

    fn rests_on(&self, call: &Call, answer: &Answer, footprint: Footprint) {
        if let (Some(asked), Answer::Response(response)) = (&self.asked, answer) {
            call.environment.kept_answers.keep(asked, response, footprint, call.now);
        }
    }

    fn seal(&self, call: &Call, answer: &Answer, transaction: &mut Transaction) {
        if let (Some((id, contents)), Answer::Response(response)) = (&self.submission, answer) {
            let note = Submitted { contents: *contents.as_bytes(), shown: response.clone().into() };
            Handled::note(Once::Submission(id), call, &note, transaction);
        }
    }
}

/// Stops a plugin whose response is none.
fn check(response: &Response, call: &Call) -> Result<(), Stop> {
    let wrong = |rule: String| Err(Broken::Argument { function: "web.handle", rule }.into());
    let fits = match &response.content {
        Content::Redirect(_) => response.status == SEE_OTHER,
        _ => matches!(response.status, 200..=299 | 400..=499),
    };
    if !fits {
        return wrong(format!("a response of this kind cannot have the status {}", response.status));
    }
    match &response.content {
        Content::Redirect(target) if !call.plugin.manifest().web().is_some_and(|web| web.leads_to(target)) => {
            return wrong(
                "a redirect leads to a path of the same origin, or below an origin of the manifest".to_owned(),
            );
        }
        Content::Raw(raw) if !headers::is_content_type(&raw.content_type) => {
            return wrong("the content type of a response is no line of ASCII".to_owned());
        }
        _ => {}
    }
    headers::check_page(&response.headers)
}

impl From<Response> for Shown {
    fn from(response: Response) -> Self {
        let content = match response.content {
            Content::Page(Page { title, html }) => ShownContent::Page { title, html },
            Content::Fragment(html) => ShownContent::Fragment(html),
            Content::Json(json) => ShownContent::Json(json),
            Content::Redirect(target) => ShownContent::Redirect(target),
            Content::Blob(id) => ShownContent::Blob(id),
            Content::Raw(Raw { content_type, body }) => ShownContent::Raw { content_type, body },
            Content::Empty => ShownContent::Empty,
        };
        Self { status: response.status, headers: headers::pairs(response.headers), content }
    }
}

impl From<Shown> for Response {
    fn from(shown: Shown) -> Self {
        let content = match shown.content {
            ShownContent::Page { title, html } => Content::Page(Page { title, html }),
            ShownContent::Fragment(html) => Content::Fragment(html),
            ShownContent::Json(json) => Content::Json(json),
            ShownContent::Redirect(target) => Content::Redirect(target),
            ShownContent::Blob(id) => Content::Blob(id),
            ShownContent::Raw { content_type, body } => Content::Raw(Raw { content_type, body }),
            ShownContent::Empty => Content::Empty,
        };
        Self { status: shown.status, headers: headers::fields(shown.headers), content }
    }
}
