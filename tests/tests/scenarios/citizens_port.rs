//! A security server whose settings open the citizens' port shows its plugins' pages there, over TLS that browsers take.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use bytes::Bytes;
use certs::Profile;
use clock::SystemClock;
use demo::state::PORTAL;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use listener::client::{Client, ClientTls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use security_server::settings::{CertifiedKey, CitizensSettings};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
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
        world.restart_server("segip", |settings| settings.citizens = Some(settings_of(address, certificate))).await;
        world.ready("segip").await;
        let client = client(&world.installation.folder().join("trust-services/root.pem"));
        Self { world, address, client }
    }

    async fn get(&self, host: &str, path: &str) -> Response<Bytes> {
        let port = self.address.port();
        let request = Request::get(format!("https://localhost:{port}{path}")).header("host", format!("{host}:{port}"));
        let request = request.header("accept", "text/html").body(Full::default()).unwrap();
        self.client.send(request, Duration::from_secs(20), 1 << 20).await.unwrap()
    }
}

fn settings_of(listen: SocketAddr, certificate: PathBuf) -> CitizensSettings {
    CitizensSettings {
        listen,
        address: format!("localhost:{}", listen.port()),
        entity: "Servicio de Identificación".to_owned(),
        certificate: CertifiedKey { key: "citizens".to_owned(), certificate },
        requests_per_second: 50,
        connections: 100,
        sign_in: None,
    }
}

fn client(root: &std::path::Path) -> Client {
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
async fn a_port_whose_certificate_is_not_there_keeps_the_server_from_starting() {
    let mut world = World::start_two(SystemClock::shared(), |_, _| {}).await;
    let _ = certified(&world, "segip", "citizens", Profile::TlsServer);
    world.stop_server("segip").await;
    let folder = world.installation.folder_of("segip");
    tests::world::change_settings(&folder, |settings| {
        settings.citizens = Some(settings_of("127.0.0.1:8443".parse().unwrap(), "nowhere.pem".into()));
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
}
