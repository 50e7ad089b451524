//! What a data folder is good for: one creation, many openings.

use std::fs;

use certs::{Misbehaviour, Profile, RevocationReason, Service, ServicesError, SettingsError, TrustServices};
use signer::{Pin, TokenError};
use trust::ocsp::{self, OcspError};

mod common;

use common::{Fixture, manual_clock, pin, settings};

#[test]
fn remembers_certificates_and_revocations() {
    let (fixture, clock) = Fixture::with_manual_clock();
    let good = fixture.certificate("good", Profile::Signing);
    let revoked = fixture.certificate("revoked", Profile::Signing);
    fixture.services.revoke(&revoked.serial_hex(), RevocationReason::KeyCompromise).unwrap();
    fixture.services.misbehave(Service::Ocsp, Misbehaviour::Refuse);

    let folder = fixture.path().join("services");
    let services = TrustServices::open(folder, &settings("http://127.0.0.1:1"), &pin(), clock.clone()).unwrap();
    let now = clock::Clock::now(&*clock);
    let max_age = std::time::Duration::from_secs(60);
    let ask = |certificate| {
        let response = services.answer_ocsp(&ocsp::request(certificate, services.issuing(), None));
        ocsp::verify(&response, certificate, services.issuing(), now, max_age, None)
    };
    ask(&good).unwrap();
    assert!(matches!(ask(&revoked).unwrap_err(), OcspError::Revoked { .. }));
}

#[test]
fn is_created_once() {
    let (fixture, clock) = Fixture::with_manual_clock();
    let folder = fixture.path().join("services");
    let refused = TrustServices::create(folder, &settings("http://127.0.0.1:1"), &pin(), clock).err().unwrap();
    assert!(matches!(refused, ServicesError::AlreadyExist { .. }), "{refused}");
}

#[test]
fn continues_a_creation_that_was_interrupted() {
    let (fixture, clock) = Fixture::with_manual_clock();
    let folder = fixture.path().join("services");
    let root = fixture.services.root().hash();
    for lost in [
        &["issuing.pem", "ocsp.pem"][..],
        &["time-stamping.pem", "time-stamping.json"],
        &["token/ocsp.key.pem", "issuing.pem"],
    ] {
        for file in lost {
            let _ = fs::remove_file(folder.join(file));
        }
        let create = TrustServices::create(&folder, &settings("http://127.0.0.1:1"), &pin(), clock.clone());
        let services = match create {
            Err(ServicesError::AlreadyExist { .. }) => {
                TrustServices::open(&folder, &settings("http://127.0.0.1:1"), &pin(), clock.clone())
            }
            created => created,
        };
        assert_eq!(services.unwrap().root().hash(), root);
    }
}

#[test]
fn refuses_a_folder_without_services() {
    let folder = tempfile::tempdir().unwrap();
    let opened = TrustServices::open(folder.path(), &settings("http://127.0.0.1:1"), &pin(), manual_clock());
    assert!(matches!(opened.err(), Some(ServicesError::NotFound { .. })));
}

#[test]
fn refuses_a_wrong_pin() {
    let (fixture, clock) = Fixture::with_manual_clock();
    let folder = fixture.path().join("services");
    let opened = TrustServices::open(folder, &settings("http://127.0.0.1:1"), &Pin::new("1357"), clock);
    assert!(matches!(opened.err(), Some(ServicesError::Token(TokenError::WrongPin { .. }))));
}

#[test]
fn refuses_damaged_files() {
    let (fixture, clock) = Fixture::with_manual_clock();
    let folder = fixture.path().join("services");
    for file in ["root.pem", "issuing.pem", "ocsp.pem", "issued.jsonl", "time-stamping.json"] {
        let intact = fs::read(folder.join(file)).unwrap_or_default();
        fs::write(folder.join(file), "damaged\n").unwrap();
        let opened = TrustServices::open(&folder, &settings("http://127.0.0.1:1"), &pin(), clock.clone());
        assert!(opened.is_err(), "{file}");
        match intact.is_empty() {
            true => fs::remove_file(folder.join(file)).unwrap(),
            false => fs::write(folder.join(file), intact).unwrap(),
        }
    }
    TrustServices::open(&folder, &settings("http://127.0.0.1:1"), &pin(), clock).unwrap();
}

#[test]
fn refuses_settings_that_cannot_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let created = TrustServices::create(folder.path(), &settings("nowhere"), &pin(), manual_clock());
    assert!(matches!(created.err(), Some(ServicesError::Settings(SettingsError::Url { .. }))));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
