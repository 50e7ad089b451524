//! A plugin that is served while it is written, over real sockets.

use crate::support::{Author, MANIFEST, compiler};
use bytes::Bytes;
use clock::SystemClock;
use http_body_util::Full;
use listener::client::{Client, ClientTls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use workshop::dev::{Dev, DevError, DevParts, Turn};

fn parts(author: &Author, listen: &str) -> DevParts {
    DevParts {
        folder: author.folder.clone(),
        listen: listen.parse::<SocketAddr>().unwrap(),
        listen_services: "127.0.0.1:0".parse().unwrap(),
        state: author.state(),
        compiler: compiler(),
        tools: author.tools.clone(),
        clock: Arc::new(SystemClock),
        say: author.say(),
    }
}

/// What a program that trusts the plugin's certificate is shown.
async fn shown(dev: &Dev, path: &str) -> http::Response<Bytes> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&dev.at().certificate).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let tls = Arc::new(tls.with_root_certificates(roots).with_no_client_auth());
    // Whatever its name leads to elsewhere, here it is this machine: the certificate has `localhost` as well.
    let pages: http::Uri = dev.at().pages.parse().unwrap();
    let port = pages.port_u16().unwrap();
    let request = http::Request::get(format!("https://localhost:{port}{path}"))
        .header("host", pages.authority().unwrap().as_str())
        .header("accept", "text/html")
        .body(Full::default())
        .unwrap();
    Client::new(ClientTls::Rustls(tls)).send(request, Duration::from_secs(20), 1 << 20).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_is_served_behind_the_gateway_and_a_broken_change_leaves_the_version_before() {
    let author = Author::new();
    let mut dev = Dev::open(parts(&author, "127.0.0.1:0")).await.unwrap();
    assert_eq!(shown(&dev, "/").await.status(), 421, "there is nothing at this origin yet");
    assert!(matches!(dev.build().await, Turn::Loaded { .. }));
    let page = shown(&dev, "/").await;
    assert_eq!(page.status(), 200);
    assert!(page.headers().contains_key("content-security-policy"));
    assert!(
        String::from_utf8_lossy(page.body()).contains("<form method=\"post\"><input type=\"hidden\" name=\"-form\"")
    );

    author.tool("exit 1");
    let Turn::Refused(why) = dev.build().await else { panic!("a tool that fails builds nothing") };
    assert!(why.to_string().contains("exit status: 1"), "{why}");
    assert_eq!(shown(&dev, "/").await.status(), 200);
    dev.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_manifest_counts_when_it_has_settled_and_another_name_is_refused() {
    let author = Author::new();
    let mut dev = Dev::open(parts(&author, "127.0.0.1:0")).await.unwrap();
    assert!(matches!(dev.build().await, Turn::Loaded { .. }));
    assert!(matches!(dev.turn().await.unwrap(), Turn::Unchanged));
    fs::write(author.folder.join("plugin.toml"), MANIFEST.replace("\"/count\", ", "")).unwrap();
    assert!(matches!(dev.turn().await.unwrap(), Turn::Unchanged), "it may be half of a change");
    assert!(matches!(dev.turn().await.unwrap(), Turn::Loaded { .. }));
    assert_eq!(shown(&dev, "/count").await.status(), 404);
    fs::write(author.folder.join("plugin.toml"), MANIFEST.replace("\"visitors\"", "\"others\"")).unwrap();
    let Turn::Refused(why) = dev.build().await else { panic!("it is another plugin") };
    assert!(why.to_string().contains("start again"), "{why}");
    fs::write(author.folder.join("plugin.toml"), "[plugin]").unwrap();
    assert!(matches!(dev.build().await, Turn::Refused(_)));
    dev.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_others_reach_is_refused_and_so_is_one_that_is_taken() {
    let author = Author::new();
    let refused = Dev::open(parts(&author, "0.0.0.0:0")).await.err().unwrap();
    assert!(refused.to_string().contains("127.0.0.1"), "{refused}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = Dev::open(parts(&author, &taken.local_addr().unwrap().to_string())).await.err().unwrap();
    assert!(matches!(refused, DevError::Listen { .. }));
    assert!(refused.to_string().contains("--listen"), "{refused}");
}
