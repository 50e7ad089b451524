//! rustls shakes hands with keys that stay in the token.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::sync::Arc;

use rustls::server::ResolvesServerCertUsingSni;
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection};
use signer::{KeyAlgorithm, RcgenKey, tls};

mod common;

#[test]
fn shakes_hands_with_every_kind_of_key() {
    let (folder, token) = common::token();
    for algorithm in [KeyAlgorithm::P256, KeyAlgorithm::P384, KeyAlgorithm::Ed25519, KeyAlgorithm::Rsa] {
        let id = algorithm.to_string();
        if algorithm == KeyAlgorithm::Rsa {
            let generate = ["genpkey", "-quiet", "-algorithm", "RSA"];
            let Some(pem) = common::openssl(folder.path(), &generate) else { continue };
            token.import(&id, &pem).unwrap();
        } else {
            token.generate(&id, algorithm).unwrap();
        }
        let signer = token.signer(&id).unwrap();
        let parameters = rcgen::CertificateParams::new(vec!["server.example".to_owned()]).unwrap();
        let certificate = parameters.self_signed(&RcgenKey::new(signer.clone()).unwrap()).unwrap();
        let key = tls::certified_key(signer, vec![certificate.der().clone()]).unwrap();

        let mut resolver = ResolvesServerCertUsingSni::new();
        resolver.add("server.example", Arc::unwrap_or_clone(key)).unwrap();
        let server = ServerConfig::builder().with_no_client_auth().with_cert_resolver(Arc::new(resolver));
        let mut roots = RootCertStore::empty();
        roots.add(certificate.der().clone()).unwrap();
        let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        shake_hands(client, server);
    }
}

fn shake_hands(client: ClientConfig, server: ServerConfig) {
    let mut client = ClientConnection::new(Arc::new(client), "server.example".try_into().unwrap()).unwrap();
    let mut server = ServerConnection::new(Arc::new(server)).unwrap();
    let mut rounds = 0;
    while client.is_handshaking() || server.is_handshaking() {
        let mut wire = Vec::new();
        client.write_tls(&mut wire).unwrap();
        server.read_tls(&mut wire.as_slice()).unwrap();
        server.process_new_packets().unwrap();
        let mut wire = Vec::new();
        server.write_tls(&mut wire).unwrap();
        client.read_tls(&mut wire.as_slice()).unwrap();
        client.process_new_packets().unwrap();
        rounds += 1;
        assert!(rounds < 10, "handshake does not end");
    }
}
