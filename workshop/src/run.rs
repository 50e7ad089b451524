//! One call of a plugin, and all that came of it.
//!
//! What the call orders is shown and not done: agendas wait on such a stage. A page is asked for as the gateway would, but nobody
//! signs in: the author says who comes.

mod caller;
mod outcome;

pub use caller::{CallerError, parse as parse_caller};
pub use outcome::{Effect, Outcome, Shown, Written};

use crate::stage::Stage;
use bytes::Bytes;
use outcome::State;
use plugin_host::events::{Event, Timer};
use plugin_host::web::{self, Answer, Submission};
use plugin_host::{AgendaError, CallError, Caller, Failure, Field, Principal, Request, split_path};
use protocol::hash::Sha256Hash;
use std::sync::Arc;
use std::time::Instant;

/// What is to be tried.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A page.
    Page {
        /// By which method.
        method: web::Method,
        /// With its query.
        path: String,
        /// The fields of a form, or a JSON body.
        body: Sent,
    },
    /// A call of one of its services.
    Service {
        /// The service's code; the manifest's first, if none is named.
        code: Option<String>,
        /// By which method.
        method: plugin_host::Method,
        /// Below the service, with its query.
        path: String,
        /// A JSON body; empty without one.
        json: Option<String>,
    },
    /// A schedule of the manifest, or else a timer, by its name.
    Event(String),
}

/// What is sent with a request for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The fields of a form; none for who only looks.
    Form(Vec<(String, String)>),
    /// A JSON body.
    Json(String),
}

/// Why nothing was tried.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The stage is empty.
    #[error("no plugin is loaded")]
    NotLoaded,
    /// The manifest has no route for the path.
    #[error("plugin.toml has no route for {path}: it has {routes}; write it under [web]")]
    NoRoute {
        /// What was asked for.
        path: String,
        /// What there is.
        routes: String,
    },
    /// The route is not for whom the author names.
    #[error("{route} is for {who}: say so with {flag}")]
    NotFor {
        /// The route.
        route: String,
        /// Who may come.
        who: String,
        /// What to say.
        flag: &'static str,
    },
    /// The manifest has no such service.
    #[error("plugin.toml has no service {code}: it has {services}")]
    NoService {
        /// What was called.
        code: String,
        /// What there is.
        services: String,
    },
    /// The data cannot be looked at.
    #[error("the plugin's data cannot be looked at")]
    Look(#[from] AgendaError),
}

/// Calls the plugin of a stage once.
///
/// # Errors
/// [`RunError`] when there is nothing to call; what the plugin says or does is the outcome, whatever it is.
pub async fn call(stage: &Stage, what: What, caller: Principal, locale: &str) -> Result<Outcome, RunError> {
    let plugin = stage.loaded().ok_or(RunError::NotLoaded)?;
    let caller = Caller {
        request_id: uuid::Uuid::now_v7().to_string(),
        principal: caller,
        locale: locale.to_owned(),
        trace_parent: None,
        document: None,
    };
    let before = State::of(&stage.host, plugin.name())?;
    let began = Instant::now();
    let shown = match what {
        What::Page { method, path, body } => {
            let request = page_request(&plugin, method, &path, body, &caller.principal)?;
            show_page(stage, &plugin, caller, request).await
        }
        What::Service { code, method, path, json } => {
            let request = service_request(&plugin, code, method, &path, json)?;
            let answer = stage.host.call_service_of(plugin.name(), caller, request, None).await;
            answer.map(Shown::from)
        }
        What::Event(name) => {
            let caller = Caller { principal: Principal::System, ..caller };
            let event = event(stage, &plugin, name);
            stage.host.call_event(plugin.name(), caller, event).await.map(|()| Shown::handled())
        }
    };
    let took = began.elapsed();
    let after = State::of(&stage.host, plugin.name())?;
    let vitals = plugin.vitals();
    Ok(Outcome {
        shown: shown.unwrap_or_else(refused),
        written: before.written(&after),
        effects: before.ordered(&after),
        took,
        busy_us: vitals.busy_us.value(),
        peak_memory_bytes: vitals.peak_memory_bytes.value(),
    })
}

type Plugin = Arc<plugin_host::Loaded>;

fn page_request(
    plugin: &Plugin,
    method: web::Method,
    path: &str,
    body: Sent,
    principal: &Principal,
) -> Result<web::Request, RunError> {
    let (below, query) = split_path(path);
    let web = plugin.manifest().web();
    let found = web.and_then(|web| web.pages_at(&below));
    let Some((pages, parameters)) = found else {
        let routes = web.into_iter().flat_map(|web| web.pages()).map(|pages| pages.route().to_string());
        return Err(RunError::NoRoute { path: below, routes: listed(routes) });
    };
    caller::check(pages, principal)?;
    let field = |(name, value)| Field { name, value };
    let mut request = web::Request::of(method, &below);
    request.route = pages.route().to_string();
    request.params = parameters.into_iter().map(field).collect();
    request.query = query;
    match body {
        Sent::Form(fields) => request.form = fields.into_iter().map(field).collect(),
        Sent::Json(json) => {
            request.content_type = "application/json".to_owned();
            request.body = json.into_bytes();
        }
    }
    Ok(request)
}

async fn show_page(stage: &Stage, plugin: &Plugin, caller: Caller, request: web::Request) -> Result<Shown, CallError> {
    let contents = Sha256Hash::of(format!("{:?}{:?}", request.form, request.body).as_bytes());
    let submission = (!request.form.is_empty()).then(|| Submission { id: caller.request_id.clone(), contents });
    let answer = stage.host.call_web(plugin, caller, request, submission).await?;
    Ok(match answer {
        Answer::Response(response) => Shown::from(response),
        // Each call has an id of its own.
        Answer::SubmittedBefore => Shown::handled(),
    })
}

fn service_request(
    plugin: &Plugin,
    code: Option<String>,
    method: plugin_host::Method,
    path: &str,
    json: Option<String>,
) -> Result<Request, RunError> {
    let services = plugin.manifest().services();
    let codes = || listed(services.iter().map(|service| service.code().as_str().to_owned()));
    let code = match code {
        Some(code) => code,
        None => services.first().map(|service| service.code().as_str().to_owned()).unwrap_or_default(),
    };
    if !services.iter().any(|service| service.code().as_str() == code) {
        return Err(RunError::NoService { services: codes(), code });
    }
    let (path, query) = split_path(path);
    Ok(Request {
        service: code,
        method,
        path,
        query,
        headers: Vec::new(),
        content_type: json.as_ref().map(|_| "application/json".to_owned()).unwrap_or_default(),
        body: json.unwrap_or_default().into_bytes(),
        message_id: None,
    })
}

fn event(stage: &Stage, plugin: &Plugin, name: String) -> Event {
    if plugin.manifest().schedules().iter().any(|schedule| schedule.name().as_str() == name) {
        return Event::Cron(name);
    }
    let at = u64::try_from(stage.clock.now().as_millisecond()).unwrap_or(0);
    Event::Timer(Timer { name, at, payload: Vec::new() })
}

/// What somebody is told of a call without a result.
fn refused(error: CallError) -> Shown {
    match error {
        CallError::Failed(failure) => failed(&failure),
        other => Shown::stopped(crate::words(&other)),
    }
}

fn failed(failure: &Failure) -> Shown {
    let answer = plugin_host::answer_of_failure(failure);
    let shown = Shown::from(answer);
    match failure {
        // Its text is for the author's eyes only, which these are.
        Failure::Internal(text) => Shown { body: Bytes::from(text.clone()), ..shown },
        _ => shown,
    }
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let names = names.collect::<Vec<_>>().join(", ");
    if names.is_empty() { "none".to_owned() } else { names }
}
