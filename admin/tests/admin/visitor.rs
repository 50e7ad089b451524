//! A server with an administrators' port, and a browser of few words that comes to it.

use crate::common::{administrators, lines_with};
use admin::{Administrators, Api, Client, Condition, Document, PortSettings, Route};
use clock::ManualClock;
use http::{Method, Request, Response, header};
use http_body_util::Full;
use listener::client::{Client as HttpClient, ClientTls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use signer::{Iterations, Pin, SoftwareToken};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use storage::Store;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A server with both doors.
pub(crate) struct Port {
    _folder: TempDir,
    pub(crate) clock: Arc<ManualClock>,
    /// At the socket.
    pub(crate) owner: Client,
    http: HttpClient,
    address: SocketAddr,
    _stopped: tokio_util::sync::DropGuard,
}

/// A browser: its cookies, and the page that it shows.
pub(crate) struct Browser<'a> {
    port: &'a Port,
    cookies: BTreeMap<String, String>,
    pub(crate) path: String,
    pub(crate) page: String,
    pub(crate) status: u16,
}

impl Port {
    pub(crate) async fn open(routes: Vec<Route>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new("2026-11-29T10:00:00Z".parse().unwrap()));
        let store = Store::open(folder.path().join("store")).unwrap();
        let people: Arc<Administrators> = administrators(&store, clock.clone()).await;
        let document: Arc<dyn Document> = Arc::new(lines_with(store));
        let condition: Arc<dyn Condition> = Arc::new(crate::common::Settled);
        let api = Api::new(&document, &condition, &people).with_routes(routes);
        let shutdown = CancellationToken::new();
        let socket = admin::AdminSocket::bind(folder.path()).unwrap();
        tokio::spawn(socket.serve(api.clone(), shutdown.clone()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let settings = PortSettings::at(address);
        let iterations = Iterations::new(100_000).unwrap();
        let token = SoftwareToken::create_with(folder.path().join("token"), &Pin::new("1234"), iterations).unwrap();
        let now = clock::Clock::now(&clock::SystemClock);
        let tls = settings.tls(folder.path(), &token, now).unwrap();
        tokio::spawn(admin::serve_port(listener, tls, api, shutdown.clone()));
        let owner = Client::of(folder.path()).with_author("root");
        let http = HttpClient::new(ClientTls::Rustls(trusting(&folder)));
        Self { _folder: folder, clock, owner, http, address, _stopped: shutdown.drop_guard() }
    }

    /// Sends a request, and returns the whole response.
    pub(crate) async fn send(&self, request: http::request::Builder, body: &str) -> Response<bytes::Bytes> {
        let request = request.body(Full::new(body.to_owned().into())).unwrap();
        self.http.send(request, Duration::from_secs(20), 4 << 20).await.unwrap()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.address.port())
    }

    /// What a program is answered that shows a key.
    pub(crate) async fn api(&self, method: Method, path: &str, key: &str, body: &str) -> (u16, serde_json::Value) {
        let request = Request::builder().method(method).uri(self.url(path));
        let request = request.header(header::AUTHORIZATION, format!("Bearer {key}")).header(header::IF_MATCH, "0");
        let response = self.send(request, body).await;
        (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or_default())
    }

    /// A key with these roles.
    pub(crate) async fn key(&self, roles: &[&str]) -> String {
        let asked = serde_json::json!({ "label": "inventory", "roles": roles, "days": 1 });
        let made: serde_json::Value = self.owner.post("/v1/api-keys", &asked).await.unwrap();
        made["key"].as_str().unwrap().to_owned()
    }

    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser { port: self, cookies: BTreeMap::new(), path: String::new(), page: String::new(), status: 0 }
    }
}

fn trusting(folder: &TempDir) -> Arc<rustls::ClientConfig> {
    let pem = std::fs::read(folder.path().join("administration.pem")).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(&pem).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config =
        rustls::ClientConfig::builder_with_provider(provider).with_protocol_versions(&[&rustls::version::TLS13]);
    Arc::new(config.unwrap().with_root_certificates(roots).with_no_client_auth())
}

impl Browser<'_> {
    pub(crate) async fn open(&mut self, path: &str) {
        self.ask(Method::GET, path.to_owned(), String::new()).await;
    }

    /// Fills in the first form that leads to `action`, and sends it.
    pub(crate) async fn submit(&mut self, action: &str, fields: &[(&str, &str)]) {
        let start =
            self.page.find(&format!("action=\"{action}\"")).unwrap_or_else(|| panic!("no {action}: {}", self.page));
        let form = &self.page[start..];
        let form = &form[..form.find("</form>").unwrap()];
        let mut body = form_urlencoded::Serializer::new(String::new());
        for hidden in form.split("type=\"hidden\"").skip(1) {
            let name = attribute(hidden, "name");
            if !fields.iter().any(|(given, _)| *given == name) {
                body.append_pair(&name, &attribute(hidden, "value"));
            }
        }
        body.extend_pairs(fields);
        self.ask(Method::POST, action.to_owned(), body.finish()).await;
    }

    async fn ask(&mut self, method: Method, path: String, body: String) {
        let (mut method, mut path, mut body) = (method, path, body);
        for _ in 0..5 {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let request = Request::builder()
                .method(&method)
                .uri(self.port.url(&path))
                .header(header::COOKIE, cookies.join("; "))
                .header(header::ACCEPT_LANGUAGE, "en")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let response = self.port.send(request, &body).await;
            for cookie in response.headers().get_all(header::SET_COOKIE) {
                let cookie = cookie.to_str().unwrap();
                let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
                if value.is_empty() {
                    self.cookies.remove(name);
                } else {
                    assert!(name.starts_with("__Host-") && cookie.contains("Secure; HttpOnly"), "{cookie}");
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
            self.status = response.status().as_u16();
            self.page = String::from_utf8(response.body().to_vec()).unwrap();
            self.path = path;
            if self.status != 303 {
                return;
            }
            path = response.headers()[header::LOCATION].to_str().unwrap().to_owned();
            (method, body) = (Method::GET, String::new());
        }
        panic!("sent on and on");
    }

    /// The text between two pieces of the page.
    pub(crate) fn between(&self, start: &str, end: &str) -> String {
        let from = self.page.find(start).unwrap_or_else(|| panic!("no {start}: {}", self.page)) + start.len();
        let rest = &self.page[from..];
        rest[..rest.find(end).unwrap()].to_owned()
    }

    /// Enrols with a code, and returns the secret of the app.
    pub(crate) async fn enrol(&mut self, code: &str, password: &str) -> Vec<u8> {
        self.open("/enrol").await;
        self.submit("/enrol", &[("code", code)]).await;
        let secret = base32(&self.between("Key: <code>", "</code>"));
        let app = self.app_code(&secret);
        let fields = [("password", password), ("again", password), ("app", app.as_str())];
        self.submit("/enrol/finish", &fields).await;
        secret
    }

    pub(crate) async fn sign_in(&mut self, name: &str, password: &str, code: &str) {
        self.open("/sign-in").await;
        self.submit("/sign-in", &[("name", name), ("password", password), ("code", code)]).await;
    }

    /// What the app shows now.
    pub(crate) fn app_code(&self, secret: &[u8]) -> String {
        let step = clock::Clock::now(&*self.port.clock).as_second() as u64 / 30;
        factors::TotpSecret::from(secret.to_vec()).code(step)
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let start = format!("{name}=\"");
    let from = tag.find(&start).unwrap() + start.len();
    tag[from..].split('"').next().unwrap().replace("&quot;", "\"").replace("&amp;", "&")
}

fn base32(text: &str) -> Vec<u8> {
    let digits =
        text.bytes().map(|letter| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == letter));
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for digit in digits.map(|digit| u32::try_from(digit.unwrap()).unwrap()) {
        bits = (bits << 5) | digit;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}
