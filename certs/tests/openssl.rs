//! openssl as client of the services: it verifies certificates, asks the OCSP responder and reads timestamps.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::fs;

use certs::{Profile, RevocationReason};

mod common;

use common::{Fixture, Running, openssl};

fn write_chain(fixture: &Fixture) {
    let services = &fixture.services;
    fixture.write("root.pem", &[services.root()]);
    fixture.write("issuing.pem", &[services.issuing()]);
    fixture.write("chain.pem", &[services.root(), services.issuing()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_verifies_every_certificate() {
    let running = Running::system().await;
    let fixture = &running.fixture;
    write_chain(fixture);
    let purposes = [
        (Profile::Signing, "any"),
        (Profile::Authentication, "sslserver"),
        (Profile::Authentication, "sslclient"),
        (Profile::OcspResponder, "ocsphelper"),
        (Profile::TimeStamping, "timestampsign"),
        (Profile::TlsServer, "sslserver"),
    ];
    for (number, (profile, purpose)) in purposes.into_iter().enumerate() {
        let certificate = fixture.certificate(&format!("key-{number}"), profile);
        fixture.write("leaf.pem", &[&certificate]);
        let verify = [
            "verify",
            "-x509_strict",
            "-purpose",
            purpose,
            "-CAfile",
            "root.pem",
            "-untrusted",
            "issuing.pem",
            "leaf.pem",
        ];
        let Some((text, content)) = openssl(fixture.path(), &verify) else { return };
        assert!(content, "{profile}: {text}");
    }
    // A certificate is good for its own purpose only.
    let verify = ["verify", "-purpose", "sslclient", "-CAfile", "root.pem", "-untrusted", "issuing.pem", "leaf.pem"];
    let (text, content) = openssl(fixture.path(), &verify).unwrap();
    assert!(!content, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_reads_the_profiles() {
    let running = Running::system().await;
    let fixture = &running.fixture;
    let expected = [
        (Profile::Signing, vec!["X509v3 Key Usage: critical", "Non Repudiation", "OCSP - URI:http://127.0.0.1"]),
        (Profile::Authentication, vec!["Digital Signature", "TLS Web Client Authentication", "DNS:ss1.sin.example"]),
        (Profile::OcspResponder, vec!["OCSP Signing", "OCSP No Check"]),
        (Profile::TimeStamping, vec!["X509v3 Extended Key Usage: critical", "Time Stamping"]),
    ];
    for (profile, parts) in expected {
        let certificate = fixture.certificate(&profile.to_string(), profile);
        fixture.write("leaf.pem", &[&certificate]);
        let Some((text, _)) = openssl(fixture.path(), &["x509", "-in", "leaf.pem", "-noout", "-text"]) else { return };
        for part in parts {
            assert!(text.contains(part), "{profile}: {part} is missing in {text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_asks_for_the_status() {
    let running = Running::system().await;
    let fixture = &running.fixture;
    write_chain(fixture);
    let good = fixture.certificate("good", Profile::Signing);
    let revoked = fixture.certificate("revoked", Profile::Authentication);
    fixture.services.revoke(&revoked.serial_hex(), RevocationReason::KeyCompromise).unwrap();
    fixture.write("good.pem", &[&good]);
    fixture.write("revoked.pem", &[&revoked]);
    let url = format!("{}/ocsp", running.url);
    for hash in ["-sha1", "-sha256"] {
        for (name, expected) in [("good.pem", "good.pem: good"), ("revoked.pem", "Reason: keyCompromise")] {
            let ask = ["ocsp", hash, "-issuer", "issuing.pem", "-cert", name, "-url", &url, "-CAfile", "chain.pem"];
            let Some((text, content)) = openssl(fixture.path(), &ask) else { return };
            assert!(content && text.contains("Response verify OK") && text.contains(expected), "{hash} {name}: {text}");
            assert!(!text.contains("no nonce in response"), "{text}");
        }
    }
    let serial = ["ocsp", "-issuer", "issuing.pem", "-serial", "4711", "-url", &url, "-CAfile", "chain.pem"];
    let (text, _) = openssl(fixture.path(), &serial).unwrap();
    assert!(text.contains("4711: unknown"), "{text}");
    let foreign = ["ocsp", "-issuer", "root.pem", "-cert", "issuing.pem", "-url", &url, "-CAfile", "chain.pem"];
    let (text, _) = openssl(fixture.path(), &foreign).unwrap();
    assert!(text.contains("unauthorized"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_verifies_timestamps() {
    let running = Running::system().await;
    let fixture = &running.fixture;
    write_chain(fixture);
    fs::write(fixture.path().join("data"), b"checkpoint").unwrap();
    let mut serials = Vec::new();
    for hash in ["-sha256", "-sha384", "-sha512"] {
        let query = ["ts", "-query", "-data", "data", hash, "-cert", "-out", "query.tsq"];
        let Some((_, true)) = openssl(fixture.path(), &query) else { return };
        stamp(&running).await;
        let verify = [
            "ts",
            "-verify",
            "-in",
            "reply.tsr",
            "-queryfile",
            "query.tsq",
            "-CAfile",
            "root.pem",
            "-untrusted",
            "issuing.pem",
        ];
        let (text, content) = openssl(fixture.path(), &verify).unwrap();
        assert!(content && text.contains("Verification: OK"), "{hash}: {text}");
        let (text, _) = openssl(fixture.path(), &["ts", "-reply", "-in", "reply.tsr", "-text"]).unwrap();
        let serial = text.lines().find(|line| line.starts_with("Serial number")).unwrap().to_owned();
        assert!(!serials.contains(&serial));
        serials.push(serial);
        assert!(text.contains("Accuracy: 0x01 seconds"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_reads_why_a_timestamp_is_refused() {
    let running = Running::system().await;
    let fixture = &running.fixture;
    fs::write(fixture.path().join("data"), b"checkpoint").unwrap();
    let refusals = [
        (vec!["-sha1"], "unrecognized or unsupported algorithm"),
        (vec!["-sha256", "-tspolicy", "1.2.3.4"], "requested TSA policy"),
    ];
    for (options, expected) in refusals {
        let query = [vec!["ts", "-query", "-data", "data", "-out", "query.tsq"], options].concat();
        let Some((_, true)) = openssl(fixture.path(), &query) else { return };
        stamp(&running).await;
        let (text, _) = openssl(fixture.path(), &["ts", "-reply", "-in", "reply.tsr", "-text"]).unwrap();
        assert!(text.contains("Status: Rejected") && text.contains(expected), "{text}");
    }
}

async fn stamp(running: &Running) {
    let query = fs::read(running.fixture.path().join("query.tsq")).unwrap();
    let reply = running.post("/tsa", query).await;
    fs::write(running.fixture.path().join("reply.tsr"), reply.body()).unwrap();
}
