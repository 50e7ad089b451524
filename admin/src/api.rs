//! The routes of a server: those that every server has, and its own.

use crate::doctor::Finding;
use crate::error::ErrorKind;
use crate::{ApiError, Document, Reply, Route, RouteRequest};
use async_trait::async_trait;
use std::fmt;
use std::sync::Arc;

/// What a server offers to its administrator.
#[derive(Clone)]
pub struct Api {
    routes: Vec<Route>,
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
    pub fn new(document: &Arc<dyn Document>, condition: &Arc<dyn Condition>) -> Self {
        let with_document = |answer: Answer| {
            let document = document.clone();
            move |request| answer(document.clone(), request)
        };
        let (status, doctor) = (condition.clone(), condition.clone());
        let routes = vec![
            Route::get(
                "/v1/configuration",
                with_document(|document, request| Box::pin(configuration(document, request))),
            ),
            Route::post("/v1/plan", with_document(|document, request| Box::pin(plan(document, request)))),
            Route::post("/v1/apply", with_document(|document, request| Box::pin(apply(document, request)))),
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
        Self { routes }
    }

    /// Adds routes of the server's own. Where two fit a path, the earlier one answers.
    #[must_use]
    pub fn with_routes(mut self, routes: impl IntoIterator<Item = Route>) -> Self {
        self.routes.extend(routes);
        self
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
    let applied = document.apply(request.text()?, expected_version, &request.author).await?;
    let (version, author, changes) = (applied.version, &request.author, applied.plan.changes.len());
    tracing::info!(configuration.version = version, configuration.changes = changes, author, "applied a configuration");
    Reply::json(&applied)
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
