//! The routes of a server: those that every server has, and its own.

use crate::doctor::Finding;
use crate::error::ErrorKind;
use crate::{Administrators, ApiError, Change, Document, Reply, Roles, Route, RouteRequest, administrators};
use async_trait::async_trait;
use std::fmt;
use std::sync::Arc;

/// What a server offers to its administrator.
#[derive(Clone)]
pub struct Api {
    routes: Vec<Route>,
    administrators: Arc<Administrators>,
}

/// How a server is.
#[async_trait]
pub trait Condition: Send + Sync {
    /// What it says of itself: identity, versions, counters, whatever an operator looks for first.
    async fn status(&self) -> serde_json::Value;

    /// What is wrong and what to do.
    async fn doctor(&self) -> Vec<Finding>;
}

impl Api {
    /// The routes that every server has.
    #[must_use]
    pub fn new(
        document: &Arc<dyn Document>,
        condition: &Arc<dyn Condition>,
        administrators: &Arc<Administrators>,
    ) -> Self {
        let with_document = |answer: Answer| {
            let document = document.clone();
            move |request| answer(document.clone(), request)
        };
        let (status, doctor) = (condition.clone(), condition.clone());
        let mut routes = vec![
            Route::get(
                "/v1/configuration",
                with_document(|document, request| Box::pin(configuration(document, request))),
            ),
            Route::post("/v1/plan", with_document(|document, request| Box::pin(plan(document, request)))).that_shows(),
            Route::post("/v1/apply", with_document(|document, request| Box::pin(apply(document, request))))
                .that_judges(),
            Route::get("/v1/history", with_document(|document, _| Box::pin(history(document)))),
            Route::get("/v1/diff", with_document(|document, request| Box::pin(diff(document, request)))),
            Route::get("/v1/status", move |_| {
                let condition = status.clone();
                async move { Ok(Reply::Json(condition.status().await)) }
            }),
            Route::get("/v1/doctor", move |_| {
                let condition = doctor.clone();
                async move { Reply::json(&condition.doctor().await) }
            }),
        ];
        routes.extend(administrators::routes(administrators));
        Self { routes, administrators: administrators.clone() }
    }

    /// Adds routes of the server's own. Where two fit a path, the earlier one answers.
    #[must_use]
    pub fn with_routes(mut self, routes: impl IntoIterator<Item = Route>) -> Self {
        self.routes.extend(routes);
        self
    }

    pub(crate) fn administrators(&self) -> &Arc<Administrators> {
        &self.administrators
    }

    pub(crate) fn routes(&self) -> &[Route] {
        &self.routes
    }
}

type Answer = fn(Arc<dyn Document>, RouteRequest) -> futures_util::future::BoxFuture<'static, Result<Reply, ApiError>>;

async fn configuration(document: Arc<dyn Document>, request: RouteRequest) -> Result<Reply, ApiError> {
    if request.query.contains_key("version") {
        return Reply::json(&document.version(request.number("version")?).await?);
    }
    Reply::json(&document.current().await)
}

async fn plan(document: Arc<dyn Document>, request: RouteRequest) -> Result<Reply, ApiError> {
    Reply::json(&document.plan(request.text()?).await?)
}

async fn apply(document: Arc<dyn Document>, request: RouteRequest) -> Result<Reply, ApiError> {
    let expected_version = request.expected_version.ok_or_else(|| {
        let next = "plan, then apply with the header If-Match: <version the plan was made against>";
        ApiError::new(ErrorKind::VersionRequired, "the request does not say which version it changes", next)
    })?;
    let text = request.text()?;
    if request.caller.roles != Roles::ALL {
        may_apply(&*document, &request, text).await?;
    }
    let applied = document.apply(text, expected_version, &request.caller.name).await?;
    let (version, author, changes) = (applied.version, &request.caller.name, applied.plan.changes.len());
    request.note(format!("version {version}: {}", applied.plan.to_string().replace('\n', "; ")));
    tracing::info!(configuration.version = version, configuration.changes = changes, author, "applied a configuration");
    Reply::json(&applied)
}

/// Refuses a document that changes what the caller has no role for. That it is planned against what is in force is for
/// [`Document::apply`] to see, which refuses another version than the expected one.
async fn may_apply(document: &dyn Document, request: &RouteRequest, text: &str) -> Result<(), ApiError> {
    let plan = document.plan(text).await?;
    let needs = |change: &Change| Some((document.role_for(change), change.to_string()));
    let lacking = plan.changes.iter().filter_map(needs).find(|(role, _)| !request.caller.has(*role));
    let Some((role, change)) = lacking else { return Ok(()) };
    let message = format!("{} may not make this change, which takes the role {role}: {change}", request.caller.name);
    Err(ApiError::new(ErrorKind::Forbidden, message, "leave the change out, or have somebody with the role apply it"))
}

async fn history(document: Arc<dyn Document>) -> Result<Reply, ApiError> {
    Reply::json(&document.history().await?)
}

async fn diff(document: Arc<dyn Document>, request: RouteRequest) -> Result<Reply, ApiError> {
    Reply::json(&document.diff(request.number("from")?, request.number("to")?).await?)
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("routes", &self.routes).finish()
    }
}
