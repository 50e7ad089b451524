//! A security server whose settings open the citizens' port shows its plugins' pages there, over TLS that browsers take.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use super::own_issuer::forms::{base32, between, totp};
use super::own_issuer::{PASSWORD, post};
use bytes::Bytes;
use certs::Profile;
use clock::{Clock as _, SystemClock};
use demo::state::{PERSONS, PORTAL};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use listener::client::{Client, ClientTls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use security_server::settings::{CertifiedKey, CitizensSettings, PasswordSettings, ProviderSettings};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tests::browser::{Browser, text};
use tests::plugin::{Probe, compiler};
use tests::{Peer, World, certified};

/// The citizens' port of the identity register, with the plugin `cases` behind it.
struct Port {
    world: World,
    address: SocketAddr,
    client: Client,
}

impl Port {
    async fn open() -> Self {
        let mut world = World::start_two(SystemClock::shared(), |_, settings| {
            settings.plugins.compiler = compiler();
            settings.plugins.sandboxes = 16;
        })
        .await;
        let probe = Probe::named("cases");
        let package = probe.signed(&world, &Peer::of(&world, "segip").await.signing);
        let digest = world.hand_over("segip", &package).await;
        world.add("segip", &probe.lines(&world, &digest, PORTAL)).await;

        let certificate = certified(&world, "segip", "citizens", Profile::TlsServer);
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let root = world.installation.folder().join("trust-services/root.pem");
        let citizens = settings_of(address, certificate, &root);
        world.restart_server("segip", |settings| settings.citizens = Some(citizens)).await;
        world.ready("segip").await;
        let port = Self { world, client: client(&root), address };
        // The port is bound before the issuer behind it is open, and answers afterwards.
        assert_eq!(port.get("localhost", "/").await.status(), StatusCode::OK);
        port
    }

    async fn get(&self, host: &str, path: &str) -> Response<Bytes> {
        let port = self.address.port();
        let request = Request::get(format!("https://localhost:{port}{path}")).header("host", format!("{host}:{port}"));
        let request = request.header("accept", "text/html").body(Full::default()).unwrap();
        self.client.send(request, Duration::from_secs(20), 1 << 20).await.unwrap()
    }

    /// Sends a file to the page that verifies, as a browser does.
    async fn verify(&self, accept: &str, container: &[u8]) -> (StatusCode, String) {
        let head = "--X\r\nContent-Disposition: form-data; name=\"evidence\"; filename=\"a.asice\"\r\nContent-Type: application/vnd.etsi.asic-e+zip\r\n\r\n";
        let body = [head.as_bytes(), container, b"\r\n--X--\r\n"].concat();
        self.post("/verify", "multipart/form-data; boundary=X", accept, body).await
    }

    async fn post(&self, path: &str, content_type: &str, accept: &str, body: Vec<u8>) -> (StatusCode, String) {
        let port = self.address.port();
        let request = Request::post(format!("https://localhost:{port}{path}")).header("content-type", content_type);
        let request = request.header("accept", accept).body(Full::from(body)).unwrap();
        let answer = self.client.send(request, Duration::from_secs(20), 1 << 20).await.unwrap();
        (answer.status(), String::from_utf8_lossy(answer.body()).into_owned())
    }
}

fn settings_of(listen: SocketAddr, certificate: PathBuf, trust: &Path) -> CitizensSettings {
    CitizensSettings {
        listen,
        address: format!("localhost:{}", listen.port()),
        entity: "Servicio de Identificación".to_owned(),
        certificate: CertifiedKey { key: "citizens".to_owned(), certificate },
        requests_per_second: 50,
        connections: 100,
        connections_per_client: 100,
        sign_in: None,
        provider: Some(issuer(trust)),
        notices: None,
    }
}

fn issuer(trust: &Path) -> ProviderSettings {
    ProviderSettings {
        label: "ingreso".to_owned(),
        name: "Ingreso ciudadano".to_owned(),
        password: PasswordSettings { memory_kib: 8, passes: 1, lanes: 1, at_once: 1 },
        trust: trust.to_owned(),
        clients: Vec::new(),
    }
}

fn client(root: &Path) -> Client {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(root).unwrap() {
        roots.add(certificate.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Client::new(ClientTls::Rustls(Arc::new(config.with_root_certificates(roots).with_no_client_auth())))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_shows_its_services_and_the_pages_of_its_plugins_over_tls() {
    let port = Port::open().await;
    let services = port.get("localhost", "/").await;
    let page = String::from_utf8_lossy(services.body()).into_owned();
    assert_eq!(services.status(), StatusCode::OK, "{page}");
    assert!(page.contains("Servicio de Identificación") && page.contains("Sonda"), "{page}");
    assert!(page.contains(&format!("https://cases.localhost:{}", port.address.port())), "{page}");
    let style = page.split_once("rel=\"stylesheet\" href=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    for host in ["localhost", "cases.localhost", "files--cases.localhost"] {
        let found = port.get(host, &style).await;
        assert_eq!(found.headers()["content-type"], "text/css; charset=utf-8", "{host}");
        assert_eq!(found.headers()["x-content-type-options"], "nosniff", "{host}");
    }
    let shown = port.get("cases.localhost", "/").await;
    assert_eq!(shown.headers()["content-type"], "application/json", "{shown:?}");
    assert!(shown.headers()["strict-transport-security"].to_str().unwrap().contains("max-age=63072000"));
    assert_eq!(port.get("other.localhost", "/").await.status(), StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(port.get("cases.example", "/").await.status(), StatusCode::MISDIRECTED_REQUEST);
    drop(port.world);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_the_issuer_makes_accounts_at_the_administrators_door() {
    let port = Port::open().await;
    let issuer = format!("https://ingreso.localhost:{}", port.address.port());
    let said = port.get("ingreso.localhost", "/.well-known/openid-configuration").await;
    let said: Value = serde_json::from_slice(said.body()).unwrap();
    assert_eq!(said["issuer"], issuer);
    let page = port.get("ingreso.localhost", "/enrol").await;
    assert!(String::from_utf8_lossy(page.body()).contains("Ingreso ciudadano"));

    let administrator = port.world.administrator("segip");
    let ana =
        json!({ "document": "CI 1234567", "givenNames": "Ana", "firstSurname": "Mamani", "assurance": "substantial" });
    let made: Value = administrator.post("/v1/citizens", &ana).await.unwrap();
    assert!(made["enrolment"]["link"].as_str().unwrap().starts_with(&format!("{issuer}/enrol#")), "{made}");
    let shown: Value = administrator.get("/v1/citizens/CI%201234567").await.unwrap();
    assert_eq!((&shown["name"], &shown["enrolled"]), (&json!("Ana Mamani"), &json!(false)));
    let renewed: Value = administrator.post("/v1/citizens/CI%201234567/enrolment", &Value::Null).await.unwrap();
    assert_ne!(renewed["enrolment"]["code"], made["enrolment"]["code"]);
    let high = json!({ "assurance": "high" });
    let raised: Value = administrator.post("/v1/citizens/CI%201234567/assurance", &high).await.unwrap();
    assert_eq!(raised["assurance"], "high");

    let refused = |answer: Result<Value, admin::ClientError>| answer.unwrap_err().to_string();
    assert!(refused(administrator.post("/v1/citizens", &ana).await).contains("already"));
    assert!(refused(administrator.get("/v1/citizens/CI%207").await).contains("nobody has an account"));
    assert!(refused(administrator.get("/v1/citizens/1234567").await).contains("names no document"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_to_an_account_stands_in_its_list_of_notices() {
    let port = Port::open().await;
    let ana = json!({ "document": "CI 1234567", "givenNames": "Ana", "email": "ana@correo.bo", "assurance": "high" });
    let made: Value = port.world.administrator("segip").post("/v1/citizens", &ana).await.unwrap();
    let number = port.address.port();
    let (at, host) = (format!("https://localhost:{number}"), format!("ingreso.localhost:{number}"));
    let mut browser = Browser::new(at, host, port.client.clone());
    let page = browser.get("/enrol").await;
    let code = made["enrolment"]["code"].as_str().unwrap();
    let page = post(&mut browser, &page, "/enrol", &[("enrolment", code)]).await;
    let secret = base32(&between(text(&page), "aplicación: <code>", "</code>").unwrap());
    let shown = totp(&secret, SystemClock.now().as_second());
    let filled = [("password", PASSWORD), ("again", PASSWORD), ("code", shown.as_str())];
    assert_eq!(post(&mut browser, &page, "/enrol/password", &filled).await.status(), StatusCode::OK);
    let notices = browser.get("/account/notices").await;
    assert!(text(&notices).contains("Su cuenta tiene nuevas credenciales"), "{}", text(&notices));
    assert!(text(&browser.get("/account").await).contains("/account/notices"));
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_has_evidence_verified_and_explained() {
    let port = Port::open().await;
    assert_eq!(
        port.world.town().with("x-road-id", "shown").get(&format!("/r1/{PERSONS}/personas/1234567")).await.status,
        200
    );
    let of_town = "xRoadInstance=BO&memberClass=MUN&memberCode=2001&subsystemCode=tramites";
    let evidence = port.world.town().get(&format!("/asic?{of_town}&queryId=shown&responseOnly")).await;
    assert_eq!(evidence.status, 200);

    let empty = port.get("localhost", "/verify").await;
    assert!(String::from_utf8_lossy(empty.body()).contains("enctype=\"multipart/form-data\""));
    let (status, page) = port.verify("text/html", &evidence.body).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert!(page.contains("El documento es auténtico") && page.contains("Firma"), "{page}");

    let (_, said) = port.verify("application/json", &evidence.body).await;
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["verdict"], "valid", "{said}");

    let mut changed = evidence.body.to_vec();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let (status, page) = port.verify("text/html", &changed).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("El documento NO es válido"), "{page}");
    let (_, page) = port.verify("text/html", b"no container").await;
    assert!(page.contains("El documento NO es válido"), "{page}");
    assert!(page.contains("Lo demás no se revisó") && !page.contains(">No se revisó<"), "{page}");

    // What is no file is refused in words.
    let (status, page) =
        port.post("/verify", "multipart/form-data; boundary=X", "text/html", b"--X--\r\n".to_vec()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Elija el archivo que quiere verificar"), "{page}");
    let (status, _) = port.post("/verify", "text/plain", "text/html", b"a".to_vec()).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_whose_certificate_is_not_there_keeps_the_server_from_starting() {
    let mut world = World::start_two(SystemClock::shared(), |_, _| {}).await;
    let _ = certified(&world, "segip", "citizens", Profile::TlsServer);
    world.stop_server("segip").await;
    let folder = world.installation.folder_of("segip");
    tests::world::change_settings(&folder, |settings| {
        settings.citizens = Some(settings_of("127.0.0.1:8443".parse().unwrap(), "nowhere.pem".into(), &folder));
    });
    let mut changed = security_server::Settings::load(&folder).unwrap();
    let pin = demo::installation::Installation::pin();
    let opened = security_server::SecurityServer::open(
        &folder,
        changed.clone(),
        &pin,
        &message_log::OpenMode::Verified,
        SystemClock::shared(),
    );
    let refused = opened.await.err().expect("it does not start").to_string();
    assert!(refused.contains("nowhere.pem"), "{refused}");
    // A value that cannot be meant is named before anything is opened.
    changed.citizens.as_mut().unwrap().address = "https://localhost".to_owned();
    std::fs::write(folder.join("server.toml"), toml::to_string(&changed).unwrap()).unwrap();
    let refused = security_server::Settings::load(&folder).unwrap_err().to_string();
    assert!(refused.contains("citizens.address"), "{refused}");
    // People sign in with one issuer.
    let citizens = changed.citizens.as_mut().unwrap();
    citizens.address = "localhost".to_owned();
    citizens.sign_in = Some(toml::from_str("issuer = 'https://a.example'\nclient = 'c'\nsecret = 's'").unwrap());
    std::fs::write(folder.join("server.toml"), toml::to_string(&changed).unwrap()).unwrap();
    let refused = security_server::Settings::load(&folder).unwrap_err().to_string();
    assert!(refused.contains("citizens.provider"), "{refused}");
    // What nobody is told of is set for nothing, and a value that cannot be meant is named.
    let notices = "site = 'https://a.example'\nsms = { url = 'ftp://a', token_file = 't', template = '{to}{text}' }";
    let refused = |change: fn(&mut CitizensSettings)| {
        let mut settings = changed.clone();
        let citizens = settings.citizens.as_mut().unwrap();
        (citizens.sign_in, citizens.notices) = (None, Some(toml::from_str(notices).unwrap()));
        change(citizens);
        std::fs::write(folder.join("server.toml"), toml::to_string(&settings).unwrap()).unwrap();
        security_server::Settings::load(&folder).unwrap_err().to_string()
    };
    assert!(refused(|citizens| citizens.provider = None).contains("citizens.notices"));
    assert!(refused(|_| {}).contains("sms.url"));
}
