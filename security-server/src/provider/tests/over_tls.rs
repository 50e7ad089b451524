//! Providers over TLS: which certificates are accepted, and which one is shown.

use super::super::Phase;
use super::*;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, CertifiedKey, IsCa, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion, version};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

const TLS13: &[&SupportedProtocolVersion] = &[&version::TLS13];
const TLS12: &[&SupportedProtocolVersion] = &[&version::TLS12];

/// A provider with a certificate of its own; it answers with the number of certificates that it was shown.
struct TlsProvider {
    address: SocketAddr,
    pem: String,
}

enum Asks {
    Nothing,
    Certificate(CertificateDer<'static>),
}

impl TlsProvider {
    async fn start(speaks: &'static [&'static SupportedProtocolVersion], asks: Asks) -> Self {
        let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(["other.name".to_owned()]).unwrap();
        let crypto = Arc::new(aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&crypto)).with_protocol_versions(speaks).unwrap();
        let builder = match asks {
            Asks::Nothing => builder.with_no_client_auth(),
            Asks::Certificate(issuer) => {
                let mut roots = RootCertStore::empty();
                roots.add(issuer).unwrap();
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), crypto).build().unwrap();
                builder.with_client_cert_verifier(verifier)
            }
        };
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(builder.with_single_cert(vec![cert.der().clone()], key).unwrap()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let shown = stream.get_ref().1.peer_certificates().map_or(0, <[_]>::len);
                let mut head = [0; 1024];
                let _ = stream.read(&mut head).await;
                let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n{shown}");
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { address, pem: cert.pem() }
    }

    fn service(&self, verification: &str) -> InformationSystem {
        service(&format!("https://{}/", self.address), verification)
    }
}

/// A listed certificate, as the document has it.
fn listed(pem: &str) -> String {
    format!("provider_certificates = ['''{pem}''']")
}

async fn answer_of(providers: &Providers, service: &InformationSystem) -> Result<String, ProviderError> {
    text(get(providers, service).await?).await
}

#[tokio::test]
async fn a_listed_certificate_is_accepted_whatever_name_it_has() {
    for speaks in [TLS13, TLS12] {
        let provider = TlsProvider::start(speaks, Asks::Nothing).await;
        assert_eq!(answer_of(&providers(), &provider.service(&listed(&provider.pem))).await.unwrap(), "0");
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_listed_is_refused() {
    let provider = TlsProvider::start(TLS13, Asks::Nothing).await;
    let other = rcgen::generate_simple_self_signed(["other.name".to_owned()]).unwrap();
    let error = get(&providers(), &provider.service(&listed(&other.cert.pem()))).await.unwrap_err();
    let ProviderError::Tls { source, .. } = &error else { panic!("{error:?}") };
    assert!(source.to_string().contains("NotListed"), "{source}");
}

#[tokio::test]
async fn any_certificate_is_accepted_where_the_administrator_says_so() {
    for speaks in [TLS13, TLS12] {
        let provider = TlsProvider::start(speaks, Asks::Nothing).await;
        let unverified = provider.service("verify_provider = \"off\"");
        assert_eq!(answer_of(&providers(), &unverified).await.unwrap(), "0");
    }
}

#[tokio::test]
async fn the_internal_certificate_is_shown_to_who_asks_for_one() {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["ss1".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let key = aws_lc_rs::sign::any_supported_type(&key).unwrap();
    let internal = Arc::new(rustls::sign::CertifiedKey::new(vec![certificate.der().clone()], key));

    let asks = Asks::Certificate(issuer.der().clone());
    let provider = TlsProvider::start(TLS13, asks).await;
    let service = provider.service(&listed(&provider.pem));
    let shown = Providers::new(InternalCertificate::Present(internal), Limits::default());
    assert_eq!(answer_of(&shown, &service).await.unwrap(), "1");
    assert!(answer_of(&providers(), &service).await.is_err());
}

#[tokio::test]
async fn a_provider_that_speaks_no_tls_is_told_apart() {
    let script = Script::play(vec![vec![answer("HTTP/1.1 400 Bad Request\r\n\r\n"), Act::ReadToEnd]]).await;
    let error = get(&providers(), &service(&format!("https://{}", script.address), "verify_provider = \"off\""))
        .await
        .unwrap_err();
    assert!(matches!(error, ProviderError::Tls { .. }), "{error:?}");
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_given_up() {
    let mut script = Script::play(vec![vec![Act::ReadToEnd]]).await;
    let limits = Limits { connect_within: Duration::from_millis(50), ..Limits::default() };
    let providers = Providers::new(InternalCertificate::None, limits);
    let error = get(&providers, &service(&format!("https://{}", script.address), "verify_provider = \"off\""))
        .await
        .unwrap_err();
    assert!(matches!(error, ProviderError::Timeout { phase: Phase::Connect, .. }), "{error:?}");
    script.end().await;
}
