//! An information system that calls.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::Full;
use listener::client::{Client, ClientTls};
use protocol::fault::{Fault, Spelling};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;

/// Calls one security server.
#[derive(Debug, Clone)]
pub struct Caller {
    base: String,
    client: Client,
    headers: Vec<(String, String)>,
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

const WITHIN: Duration = Duration::from_secs(60);
const MAX_BYTES: usize = 256 << 20;

impl Caller {
    /// Calls over plain HTTP, as `client`.
    #[must_use]
    pub fn http(address: SocketAddr, client: &str) -> Self {
        let headers = vec![("x-road-client".to_owned(), client.to_owned())];
        Self { base: format!("http://{address}"), client: Client::new(ClientTls::Plain), headers }
    }

    /// Calls over HTTPS, as `client`.
    #[must_use]
    pub fn https(address: SocketAddr, client: &str, tls: std::sync::Arc<rustls::ClientConfig>) -> Self {
        let headers = vec![("x-road-client".to_owned(), client.to_owned())];
        Self { base: format!("https://{address}"), client: Client::new(ClientTls::Rustls(tls)), headers }
    }

    /// The same caller with one header more.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut caller = self.clone();
        caller.headers.push((name.to_owned(), value.to_owned()));
        caller
    }

    /// The same caller without any header.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self { headers: Vec::new(), ..self.clone() }
    }

    /// Gets a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, Bytes::new()).await
    }

    /// Posts to a path.
    pub async fn post(&self, path: &str, body: impl Into<Bytes>) -> Answer {
        self.call(Method::POST, path, body.into()).await
    }

    /// Calls a path.
    ///
    /// # Panics
    /// When there is no answer at all.
    pub async fn call(&self, method: Method, path: &str, body: Bytes) -> Answer {
        self.try_call(method, path, body).await.expect("the security server answers")
    }

    /// Calls a path of a server that may be gone.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn try_call(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Answer, listener::client::ClientError> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(body)).expect("the test's request can be written");
        let answer = self.client.send(request, WITHIN, MAX_BYTES).await?;
        let (head, body) = answer.into_parts();
        Ok(Answer { status: head.status, headers: head.headers, body })
    }
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is not.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header, empty where it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Demands a fault of ours: status, headers and body bytes say the same code, and the message names the facts.
    ///
    /// # Panics
    /// When it is another answer.
    #[track_caller]
    pub fn is_fault(&self, status: u16, code: &str, says: &str) {
        let fault = self.fault();
        assert_eq!(self.header("x-road-error"), code, "{}", self.text());
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(fault.code.to_string(), code);
        assert!(fault.message.contains(says), "{:?} should say {says:?}", fault.message);
        assert_eq!(self.header("content-type"), "application/json; charset=utf-8");
        assert_eq!(self.text(), fault.json(Spelling::Snake), "the body is the fault and nothing else");
    }

    /// The fault that the JSON body says.
    ///
    /// # Panics
    /// When it says none.
    #[track_caller]
    #[must_use]
    pub fn fault(&self) -> Fault {
        let says = self.json();
        let text = |field: &str| says[field].as_str().unwrap_or_else(|| panic!("no {field} in {says}")).to_owned();
        let detail = text("detail");
        assert_eq!(detail.len(), 36, "the detail is the id that the log has");
        let code = text("type").parse().unwrap_or_else(|_| panic!("no code of ours in {says}"));
        Fault { code, message: text("message"), detail }
    }
}
