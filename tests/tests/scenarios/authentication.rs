//! Who may speak: information systems by what their registration demands, servers by what the registry says of their certificates.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use certs::{Profile, TrustServices};
use clock::{Clock, ManualClock, SystemClock};
use demo::installation::{Installation, TRUST_SETTINGS};
use demo::state::{PERSONS, PORTAL};
use jiff::SignedDuration;
use protocol::management::ManagementRequest;
use rustls::AlertDescription;
use std::path::Path;
use std::sync::Arc;
use tests::peer::{Keys, alert, read_chain, say, tls_towards, whole};
use tests::{Caller, Peer, World};

fn persons() -> String {
    format!("/r1/{PERSONS}/personas/1234567")
}

/// Information systems of the municipality at the HTTPS door, with a certificate or without.
fn over_https(world: &World, keys: Option<&Keys>) -> Caller {
    let internal = read_chain(&world.installation.folder_of("gamlp").join("internal.pem"));
    let tls = tls_towards(internal[0].hash(), keys, b"http/1.1");
    Caller::https(world.installation.addresses_of("gamlp").clients_https, PORTAL, tls)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_information_system_authenticates_as_its_client_demands() {
    let world = World::start_two(SystemClock::shared(), |_, _| {}).await;
    let (own, other) = (
        Keys::issued(&world.trust_services, Profile::TlsServer),
        Keys::issued(&world.trust_services, Profile::TlsServer),
    );
    let (plain, https) = (world.town(), over_https(&world, None));
    let (with_own, with_other) = (over_https(&world, Some(&own)), over_https(&world, Some(&other)));
    let refused = async |caller: &Caller, rule: &str| {
        let answer = caller.with("x-road-id", "refused").get(&persons()).await;
        answer.is_fault(400, "client.ssl_authentication_failed", &format!("{PORTAL} must authenticate by {rule}"));
    };
    let accepted = async |caller: &Caller| assert_eq!(caller.get(&persons()).await.status, 200);

    accepted(&plain).await;
    accepted(&https).await;
    world.reconfigure("gamlp", |text| text.replace("\"http\"", "\"https\"")).await;
    refused(&plain, "HTTPS").await;
    accepted(&https).await;
    accepted(&with_other).await;
    let certificate = format!("\"https-client-certificate\"\ncertificates = [\"\"\"\n{}\"\"\"]", own.pem());
    world.reconfigure("gamlp", |text| text.replace("\"https\"", &certificate)).await;
    refused(&plain, "HTTPS with a client certificate registered for it").await;
    refused(&https, "a client certificate registered for it").await;
    refused(&with_other, "a client certificate registered for it").await;
    accepted(&with_own).await;
    // Where nothing is said, a certificate is demanded.
    world.reconfigure("gamlp", |text| text.replace("authentication = \"https-client-certificate\"\n", "")).await;
    refused(&plain, "HTTPS with a client certificate registered for it").await;
    accepted(&with_own).await;
    // Evidence is shown to nobody else either.
    let evidence = "/asic?queryId=x&xRoadInstance=BO&memberClass=MUN&memberCode=2001&subsystemCode=tramites";
    let refused = https.get(evidence).await;
    assert_eq!(refused.status, 401, "{}", refused.text());
    assert!(refused.text().contains("a client certificate registered for it"), "{}", refused.text());
    assert_eq!(world.records("gamlp", "refused").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_is_off_unless_it_is_asked_for() {
    let mut world = World::start_two(SystemClock::shared(), |_, _| {}).await;
    world.restart_server("gamlp", |settings| settings.listen.clients_http = None).await;
    let answer = world.town().try_call(http::Method::GET, &persons(), "".into()).await;
    assert!(matches!(answer, Err(listener::client::ClientError::Refused { .. })), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_without_a_certificate_that_counts_now_gets_no_connection() {
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let world = World::start_two(clock.clone(), |_, _| {}).await;
    let peer = Peer::of(&world, "gamlp").await;
    let shown = read_chain(&world.installation.folder_of("segip").join("authentication.pem"))[0].hash();
    let heard = async |keys: Option<&Keys>| {
        let address = world.installation.addresses_of("segip").transport;
        alert(address, tls_towards(shown, keys, b"h2")).await
    };

    assert_eq!(heard(Some(&peer.authentication)).await, None, "the registered one is let in");
    assert_eq!(heard(None).await, Some(AlertDescription::CertificateRequired));
    let unregistered = Keys::issued(&world.trust_services, Profile::Authentication);
    assert_eq!(heard(Some(&unregistered)).await, Some(AlertDescription::AccessDenied));
    assert_eq!(heard(Some(&peer.signing)).await, Some(AlertDescription::UnknownCA), "it is for signing");
    let nobodys = tempfile::tempdir().unwrap();
    let alien = Keys::issued(&services_of_nobody(nobodys.path(), clock.clone()), Profile::Authentication);
    assert_eq!(heard(Some(&alien)).await, Some(AlertDescription::UnknownCA), "nobody approved its issuer");

    // One that was issued for a day.
    let short = Keys::issued(&services_for_a_day(&world, clock.clone()), Profile::Authentication);
    assert_eq!(heard(Some(&short)).await, Some(AlertDescription::AccessDenied));
    let later = world.now().checked_add(SignedDuration::from_hours(25)).unwrap();
    clock.set(later);
    assert_eq!(heard(Some(&short)).await, Some(AlertDescription::CertificateExpired));
    assert_eq!(heard(Some(&peer.authentication)).await, None);
}

/// Trust services that no registry approves.
fn services_of_nobody(folder: &Path, clock: Arc<ManualClock>) -> TrustServices {
    let settings = toml::from_str("url = \"http://127.0.0.1:1\"\nkey_iterations = 100000\n").unwrap();
    TrustServices::create(folder.join("services"), &settings, &Installation::pin(), clock).unwrap()
}

/// The state's trust services, as if they issued certificates for a day only.
fn services_for_a_day(world: &World, clock: Arc<ManualClock>) -> TrustServices {
    let folder = world.installation.folder_of("trust-services");
    let text = std::fs::read_to_string(folder.join(TRUST_SETTINGS)).unwrap();
    let settings = toml::from_str(&text.replace("[certification]\n", "[certification]\nleaf_days = 1\n")).unwrap();
    TrustServices::open(&folder, &settings, &Installation::pin(), clock).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_deleted_counts_no_longer_on_an_open_connection() {
    let world = World::start_two(SystemClock::shared(), |_, _| {}).await;
    let peer = Peer::of(&world, "gamlp").await;
    let link = peer.connect(&world, "segip").await;
    let request = || peer.seal(&peer.draft("BO/GOV/1001/ss1", &persons()));
    assert_eq!(say(&link, whole(&request().frames())).await.answered().0.status(), 200);

    let server = peer.server.clone();
    let deleted =
        ManagementRequest::DeleteAuthenticationCertificate { server, certificate: peer.authentication.hash() };
    world.registered(&["segip", "gamlp"], peer.ask_registry(deleted, None)).await;
    let heard = say(&link, whole(&request().frames())).await;
    heard.is_fault("server.serverproxy.ssl_authentication_failed", "not registered for any security server");
    // The true server is in no other position.
    let refused = world.town().with("x-road-id", "refused").get(&persons()).await;
    refused.is_fault(500, "server.clientproxy.network_error", "");
    assert_eq!(world.records("segip", "refused").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signing_certificate_that_is_deleted_or_revoked_signs_no_longer() {
    let mut world = World::start_two(SystemClock::shared(), |_, _| {}).await;
    let peer = Peer::of(&world, "gamlp").await;
    assert_eq!(world.town().get(&persons()).await.status, 200);
    let deleted =
        ManagementRequest::DeleteSigningCertificate { member: peer.member.clone(), certificate: peer.signing.hash() };
    world.registered(&["segip", "gamlp"], peer.ask_registry(deleted, None)).await;
    let refused = world.town().with("x-road-id", "refused").get(&persons()).await;
    refused.is_fault(500, "server.serverproxy.cert_validation", "not registered for BO/MUN/2001");
    assert_eq!(world.records("segip", "refused").await, 0);

    let serial = peer.signing.chain[0].serial_hex();
    world.trust_services.revoke(&serial, certs::RevocationReason::KeyCompromise).unwrap();
    world.restart_server("gamlp", |_| {}).await;
    let refused = world.town().with("x-road-id", "revoked").get(&persons()).await;
    refused.is_fault(500, "server.clientproxy.cannot_create_signature", "member BO/MUN/2001 cannot sign here");
    assert_eq!(world.records("gamlp", "revoked").await, 0, "what was not signed is not logged");
}
