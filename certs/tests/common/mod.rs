//! What the tests of this crate share: services in a folder of their own, a token whose keys get certificates, HTTP, openssl.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "shared by tests, each of which uses another part")]

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use certs::{BearerToken, Profile, RunError, Settings, TrustServices};
use clock::{ManualClock, SharedClock, SystemClock};
use http::Response;
use http_body_util::Full;
use listener::client::{Client, ClientError, ClientTls};
use listener::{Drained, Socket};
use signer::{Iterations, KeyAlgorithm, Pin, SoftwareToken, Subject};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use trust::certificate::Certificate;

pub const BEARER: &str = "0123456789abcdef";
pub const SOON: Duration = Duration::from_secs(10);

pub fn pin() -> Pin {
    Pin::new("2468")
}

pub fn settings(url: &str) -> Settings {
    let mut settings = Settings::new(url);
    settings.key_iterations = Iterations::FLOOR;
    settings.certification.token = Some(BearerToken::new(BEARER).unwrap());
    settings
}

pub fn manual_clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new("2026-11-21T01:20:03Z".parse().unwrap()))
}

/// Trust services in a folder that goes when they go, beside a token of somebody who wants certificates.
pub struct Fixture {
    pub folder: TempDir,
    pub services: Arc<TrustServices>,
    pub token: SoftwareToken,
}

impl Fixture {
    pub fn new(settings: &Settings, clock: SharedClock) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let services = TrustServices::create(folder.path().join("services"), settings, &pin(), clock).unwrap();
        let iterations = Iterations::new(Iterations::FLOOR).unwrap();
        let token = SoftwareToken::create_with(folder.path().join("keys"), &pin(), iterations).unwrap();
        Self { folder, services: Arc::new(services), token }
    }

    pub fn with_manual_clock() -> (Self, Arc<ManualClock>) {
        let clock = manual_clock();
        (Self::new(&settings("http://127.0.0.1:1"), clock.clone()), clock)
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A request for a new key.
    pub fn request(&self, id: &str) -> Vec<u8> {
        self.token.generate(id, KeyAlgorithm::P256).unwrap();
        self.token.certificate_request(id, &server()).unwrap()
    }

    /// A certificate for a new key.
    pub fn certificate(&self, id: &str, profile: Profile) -> Certificate {
        let chain = self.services.issue(&self.request(id), profile, &server()).unwrap();
        Certificate::from_der(&chain[0]).unwrap()
    }

    /// Writes a certificate where openssl finds it.
    pub fn write(&self, name: &str, certificates: &[&Certificate]) {
        let pem = |certificate: &&Certificate| {
            der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, certificate.der()).unwrap()
        };
        fs::write(self.path().join(name), certificates.iter().map(pem).collect::<String>()).unwrap();
    }
}

/// Trust services that are reached over HTTP.
pub struct Running {
    pub fixture: Fixture,
    pub url: String,
    pub shutdown: CancellationToken,
    pub ended: JoinHandle<Result<Drained, RunError>>,
    client: Client,
}

impl Running {
    pub async fn start(clock: SharedClock) -> Self {
        Self::start_with(clock, |_| {}).await
    }

    pub async fn start_with(clock: SharedClock, change: impl FnOnce(&mut Settings)) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let mut settings = settings(&url);
        change(&mut settings);
        let fixture = Fixture::new(&settings, clock);
        let shutdown = CancellationToken::new();
        let ended = tokio::spawn(fixture.services.clone().run(Socket::Tcp(socket), shutdown.clone()));
        Self { fixture, url, shutdown, ended, client: Client::new(ClientTls::Plain) }
    }

    pub async fn system() -> Self {
        Self::start(SystemClock::shared()).await
    }

    pub fn services(&self) -> &TrustServices {
        &self.fixture.services
    }

    pub async fn try_post(&self, path: &str, body: Vec<u8>, within: Duration) -> Result<Response<Bytes>, ClientError> {
        let request = http::Request::post(format!("{}{path}", self.url)).body(Full::new(body.into())).unwrap();
        self.client.send(request, within, 100_000).await
    }

    pub async fn post(&self, path: &str, body: Vec<u8>) -> Response<Bytes> {
        self.try_post(path, body, SOON).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Response<Bytes> {
        let request = http::Request::get(format!("{}{path}", self.url)).body(Full::default()).unwrap();
        self.client.send(request, SOON, 100_000).await.unwrap()
    }

    pub async fn post_as(&self, bearer: &str, path: &str, body: Vec<u8>) -> Response<Bytes> {
        let request =
            http::Request::post(format!("{}{path}", self.url)).header("authorization", format!("Bearer {bearer}"));
        self.client.send(request.body(Full::new(body.into())).unwrap(), SOON, 100_000).await.unwrap()
    }
}

pub fn server() -> Subject {
    Subject {
        common_name: "ss1.sin.example".to_owned(),
        organization: Some("Servicio de Impuestos".to_owned()),
        organization_identifier: Some("NTRBO-1020703023".to_owned()),
        country: Some("BO".to_owned()),
        serial_number: Some("BO/GOV/1002/ss1".to_owned()),
        host_names: vec!["ss1.sin.example".to_owned(), "127.0.0.1".to_owned()],
    }
}

/// Runs openssl in `folder` and gives what it prints and whether it is content; `None`, said aloud, when it is not installed.
pub fn openssl(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Option<(String, bool)> {
    let Ok(output) = Command::new("openssl").current_dir(folder).args(arguments).output() else {
        println!("skipped: openssl is not installed");
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Some((text, output.status.success()))
}
