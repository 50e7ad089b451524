//! The plugin's services over plain HTTP on this machine, for programs that try them: `/SERVICE/PATH`.

use crate::stage::Stage;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use listener::{Handler, Request, Response, read_bounded, reply};
use plugin_host::{Answer, CallError, Caller, Method, Principal, answer_of_failure, request_headers, split_path};
use std::sync::Arc;
use std::time::Duration;

/// Answers calls as the security server's provider side would.
pub(super) struct Services {
    pub(super) stage: Arc<Stage>,
    pub(super) plugin: String,
}

/// What the contract admits as a body of a message.
const MOST_BYTES: usize = 16 << 20;
const PATIENCE: Duration = Duration::from_secs(20);
/// In whose name the calls come, unless `x-road-client` says another.
const CALLER: &str = "DEV/DEV/2/caller";

impl Handler for Services {
    async fn handle(&self, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let (service, below) = service_of(target);
        let known = self.stage.loaded().map(|plugin| {
            plugin.manifest().services().iter().map(|service| service.code().as_str().to_owned()).collect::<Vec<_>>()
        });
        let Some(known) = known else {
            return reply::text(
                StatusCode::SERVICE_UNAVAILABLE,
                "the plugin is not built yet: its errors are in the terminal\n",
            );
        };
        if !known.contains(&service) {
            let said = format!("there is no service {service:?}: call /{}\n", known.join("/… or /"));
            return reply::text(StatusCode::NOT_FOUND, said);
        }
        let Some(method) = method_of(&head.method) else {
            return reply::text(StatusCode::METHOD_NOT_ALLOWED, "no service is called by this method\n");
        };
        let body = match read_bounded(body, MOST_BYTES, PATIENCE).await {
            Ok(body) => body,
            Err(error) => return reply::text(StatusCode::PAYLOAD_TOO_LARGE, format!("{error}\n")),
        };
        let (path, query) = split_path(&below);
        let text = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
        let headers = head.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let call = plugin_host::Request {
            service,
            method,
            path,
            query,
            headers: request_headers(headers),
            content_type: text(CONTENT_TYPE.as_str()).unwrap_or_default().to_owned(),
            body: body.to_vec(),
            message_id: None,
        };
        let caller = caller(&head.headers);
        answer(self.stage.host.call_service_of(&self.plugin, caller, call, None).await)
    }
}

fn caller(headers: &HeaderMap) -> Caller {
    let named = headers.get("x-road-client").and_then(|client| client.to_str().ok()).unwrap_or(CALLER);
    Caller {
        request_id: uuid::Uuid::now_v7().to_string(),
        principal: Principal::Entity(named.to_owned()),
        locale: "es".to_owned(),
        trace_parent: None,
        document: None,
    }
}

/// The service's code, and what is below it, from a target as it came.
fn service_of(target: &str) -> (String, String) {
    let target = target.trim_start_matches('/');
    let end = target.find(['/', '?']).unwrap_or(target.len());
    (target[..end].to_owned(), target[end..].to_owned())
}

fn method_of(method: &http::Method) -> Option<Method> {
    Some(match method.as_str() {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        "PATCH" => Method::Patch,
        "OPTIONS" => Method::Options,
        _ => return None,
    })
}

fn answer(answered: Result<Answer, CallError>) -> Response {
    let answer = match answered {
        Ok(answer) => answer,
        Err(CallError::Failed(failure)) => answer_of_failure(&failure),
        // The author asks, and is told all of it.
        Err(error) => return reply::text(StatusCode::INTERNAL_SERVER_ERROR, format!("{}\n", crate::words(&error))),
    };
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = http::Response::new(reply::whole(answer.body));
    *response.status_mut() = status;
    if let Ok(content_type) = HeaderValue::from_str(&answer.content_type) {
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    for field in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(field.name), HeaderValue::from_str(&field.value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_service_and_what_is_below_it() {
        for (target, service, below) in [
            ("/notes/notes?limit=1", "notes", "/notes?limit=1"),
            ("/notes", "notes", ""),
            ("/notes?limit=1", "notes", "?limit=1"),
            ("/", "", ""),
        ] {
            assert_eq!(service_of(target), (service.to_owned(), below.to_owned()));
        }
    }
}
