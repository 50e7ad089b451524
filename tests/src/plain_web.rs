//! A plugin's pages over plain HTTP: what a browser sends becomes a request of the contract, and what the plugin returns
//! a response. Nobody is signed in; the citizens' gateway is another thing.

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use http_body_util::BodyExt as _;
use listener::{Handler, Request, Response, reply};
use plugin_host::{CallError, Caller, Field, PluginHost, Principal, Upload, answer_of_failure, split_path, web};
use std::io::Read as _;
use std::sync::Arc;

/// The pages of one plugin.
pub struct PlainWeb {
    host: Arc<PluginHost>,
    plugin: String,
}

const FORM: &str = "application/x-www-form-urlencoded";
/// A body of another type is an upload of this field.
const FILE_FIELD: &str = "file";

impl PlainWeb {
    /// The pages of a plugin that is loaded.
    #[must_use]
    pub fn new(host: Arc<PluginHost>, plugin: &str) -> Self {
        Self { host, plugin: plugin.to_owned() }
    }

    async fn answer(&self, request: Request) -> Result<Response, StatusCode> {
        let (parts, body) = request.into_parts();
        let method = method(&parts.method).ok_or(StatusCode::METHOD_NOT_ALLOWED)?;
        let (path, query) = split_path(parts.uri.path_and_query().map_or("/", |path| path.as_str()));
        let plugin = self.host.visited(&self.plugin, "").ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
        let web = plugin.manifest().web().ok_or(StatusCode::NOT_FOUND)?;
        let (pages, params) = web.pages_at(&path).ok_or(StatusCode::NOT_FOUND)?;
        let body = body.collect().await.map_err(|_| StatusCode::BAD_REQUEST)?.to_bytes();
        let content_type =
            parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (mut form, mut uploads) = (Vec::new(), Vec::new());
        if content_type == FORM {
            let text = std::str::from_utf8(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
            form = split_path(&format!("?{text}")).1;
        } else if !body.is_empty() {
            let upload = Upload { name: None, content_type: content_type.to_owned() };
            let blob = self.host.upload(&self.plugin, upload, body.as_ref()).await;
            let blob = blob.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?.id;
            uploads.push(web::Upload { field: FILE_FIELD.to_owned(), blob });
        }
        let field = |(name, value): (String, String)| Field { name, value };
        let request = web::Request {
            method,
            route: pages.route().as_str().to_owned(),
            params: params.into_iter().map(field).collect(),
            path,
            query,
            headers: Vec::new(),
            form,
            uploads,
            content_type: content_type.to_owned(),
            body: Vec::new(),
        };
        let caller = Caller {
            request_id: uuid::Uuid::now_v7().to_string(),
            principal: Principal::Anonymous,
            locale: "es".to_owned(),
            trace_parent: None,
        };
        match self.host.call_web(&plugin, caller, request, None).await {
            Ok(web::Answer::Response(response)) => self.rendered(response).await,
            Ok(web::Answer::SubmittedBefore) => Err(StatusCode::CONFLICT),
            Err(CallError::Failed(failure)) => {
                let answer = answer_of_failure(&failure);
                let status = StatusCode::from_u16(answer.status).map_err(|_| StatusCode::BAD_GATEWAY)?;
                Ok(typed(status, &answer.content_type, answer.body.into()))
            }
            Err(CallError::Fault(_)) => Err(StatusCode::INTERNAL_SERVER_ERROR),
            Err(_) => Err(StatusCode::SERVICE_UNAVAILABLE),
        }
    }

    async fn rendered(&self, response: web::Response) -> Result<Response, StatusCode> {
        let status = StatusCode::from_u16(response.status).map_err(|_| StatusCode::BAD_GATEWAY)?;
        Ok(match response.content {
            web::Content::Page(page) => typed(status, "text/html; charset=utf-8", layout(&page).into()),
            web::Content::Fragment(html) => typed(status, "text/html; charset=utf-8", html.into()),
            web::Content::Json(json) => typed(status, "application/json", json.into()),
            web::Content::Raw(web::Raw { content_type, body }) => typed(status, &content_type, body.into()),
            web::Content::Empty => reply::empty(status),
            web::Content::Redirect(path) => {
                let mut response = reply::empty(status);
                let location = HeaderValue::from_str(&path).map_err(|_| StatusCode::BAD_GATEWAY)?;
                response.headers_mut().insert(header::LOCATION, location);
                response
            }
            web::Content::Blob(id) => {
                let opened = self.host.open_blob(&self.plugin, &id).await;
                let mut blob = opened.map_err(|_| StatusCode::BAD_GATEWAY)?.ok_or(StatusCode::NOT_FOUND)?;
                let mut content = Vec::new();
                blob.file.read_to_end(&mut content).map_err(|_| StatusCode::BAD_GATEWAY)?;
                typed(status, &blob.content_type, content.into())
            }
        })
    }
}

impl Handler for PlainWeb {
    async fn handle(&self, request: Request) -> Response {
        self.answer(request).await.unwrap_or_else(reply::empty)
    }
}

fn method(method: &http::Method) -> Option<web::Method> {
    Some(match *method {
        http::Method::GET => web::Method::Get,
        http::Method::HEAD => web::Method::Head,
        http::Method::POST => web::Method::Post,
        http::Method::PUT => web::Method::Put,
        http::Method::DELETE => web::Method::Delete,
        http::Method::PATCH => web::Method::Patch,
        _ => return None,
    })
}

fn layout(page: &web::Page) -> String {
    let title = page.title.replace('&', "&amp;").replace('<', "&lt;");
    let html = &page.html;
    format!("<!doctype html><html lang=\"es\"><meta charset=\"utf-8\"><title>{title}</title><main>{html}</main></html>")
}

fn typed(status: StatusCode, content_type: &str, body: Bytes) -> Response {
    let mut response = reply::bytes(status, "application/octet-stream", body);
    if let Ok(content_type) = HeaderValue::from_str(content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    }
    response
}
