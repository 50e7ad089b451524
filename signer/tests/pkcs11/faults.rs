//! Faults of token and module: errors meanwhile, no wrong signature, and everything works again afterwards.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use signer::pkcs11::{Failure, Health};
use signer::{HardwareError, HardwareToken, KeyAlgorithm, SignError, Signer};

use crate::softhsm::{PIN, SoftHsm, settled};

fn with_key(hsm: &SoftHsm, timeout: Duration) -> (HardwareToken, Arc<dyn Signer>) {
    let mut settings = hsm.settings();
    settings.timeout = timeout;
    let token = hsm.open_with(settings, PIN);
    let key = token.generate("a", KeyAlgorithm::P256).unwrap();
    let signer = token.signer_of("a", &key.public_key).unwrap();
    signer.sign(b"before").unwrap();
    (token, signer)
}

fn failure(signer: &dyn Signer) -> HardwareError {
    match signer.sign(b"meanwhile") {
        Err(SignError::Hardware(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// Signs again and again until it goes.
fn works_again(signer: &dyn Signer) {
    let until = Instant::now() + Duration::from_secs(60);
    while let Err(error) = signer.sign(b"afterwards") {
        assert!(Instant::now() < until, "{error}");
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

#[test]
fn a_token_that_is_removed_and_comes_back() {
    let Some(hsm) = SoftHsm::new() else { return };
    let (token, signer) = with_key(&hsm, Duration::from_secs(10));
    fs::rename(hsm.path("tokens"), hsm.path("pocket")).unwrap();
    fs::create_dir(hsm.path("tokens")).unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while !matches!(token.examine(), Health::TokenMissing { .. }) {
        assert!(Instant::now() < until, "{:?}", token.health());
    }
    let refused = failure(signer.as_ref());
    assert!(matches!(&refused, HardwareError::NotReady { health: Health::TokenMissing { .. }, .. }), "{refused}");
    assert!(!signer.public_key().is_empty(), "certificates are matched while the token is away");

    fs::remove_dir(hsm.path("tokens")).unwrap();
    fs::rename(hsm.path("pocket"), hsm.path("tokens")).unwrap();
    works_again(signer.as_ref());
    assert_eq!(token.health(), Health::Ready);
}

#[test]
fn a_server_starts_without_its_token() {
    let Some(hsm) = SoftHsm::new() else { return };
    let (token, signer) = with_key(&hsm, Duration::from_secs(10));
    let public_key = signer.public_key().to_vec();
    drop((token, signer));
    fs::rename(hsm.path("tokens"), hsm.path("pocket")).unwrap();
    fs::create_dir(hsm.path("tokens")).unwrap();
    let token = hsm.open();
    let signer = token.signer_of("a", &public_key).unwrap();
    assert!(matches!(settled(&token), Health::TokenMissing { .. }));
    assert!(signer.sign(b"meanwhile").is_err());
    fs::remove_dir(hsm.path("tokens")).unwrap();
    fs::rename(hsm.path("pocket"), hsm.path("tokens")).unwrap();
    works_again(signer.as_ref());
}

#[test]
fn a_device_that_is_removed_under_way() {
    let Some(hsm) = SoftHsm::behind_faults() else { return };
    let (token, signer) = with_key(&hsm, Duration::from_secs(10));
    hsm.fault("removed");
    let refused = failure(signer.as_ref());
    assert!(matches!(&refused, HardwareError::Failed { failure: Failure::TokenGone { .. }, .. }), "{refused}");
    hsm.mend();
    works_again(signer.as_ref());
    assert_eq!(token.health(), Health::Ready);
}

#[test]
fn a_session_or_login_that_is_lost_costs_nobody_a_signature() {
    let Some(hsm) = SoftHsm::behind_faults() else { return };
    let (token, signer) = with_key(&hsm, Duration::from_secs(10));
    let process = token.process_id();
    for fault in ["session-lost", "logged-out"] {
        hsm.fault(fault);
        signer.sign(b"meanwhile").unwrap();
        assert!(!hsm.path("fault").exists(), "the module failed once");
    }
    assert_eq!(token.process_id(), process, "the process went on");
}

#[test]
fn a_module_that_hangs_is_killed_and_loaded_again() {
    let Some(hsm) = SoftHsm::behind_faults() else { return };
    let (token, signer) = with_key(&hsm, Duration::from_millis(300));
    let process = token.process_id();
    hsm.fault("hang");
    let began = Instant::now();
    let refused = failure(signer.as_ref());
    assert!(matches!(refused, HardwareError::Hanging { .. }), "{refused}");
    assert!(began.elapsed() < Duration::from_secs(5), "nobody waits for ever");
    hsm.mend();
    works_again(signer.as_ref());
    assert_ne!(token.process_id(), process);
}

#[test]
fn a_module_that_crashes_takes_only_its_process_down() {
    let Some(hsm) = SoftHsm::behind_faults() else { return };
    let (token, signer) = with_key(&hsm, Duration::from_secs(10));
    for fault in ["crash", "segfault"] {
        hsm.fault(fault);
        let refused = failure(signer.as_ref());
        assert!(matches!(refused, HardwareError::Ended { .. }), "{refused}");
        hsm.mend();
        works_again(signer.as_ref());
    }
    assert_eq!(token.health(), Health::Ready);
}

#[test]
fn a_module_that_crashes_each_time_is_loaded_ever_less_often() {
    let Some(hsm) = SoftHsm::behind_faults() else { return };
    let (token, signer) = with_key(&hsm, Duration::from_secs(10));
    hsm.fault("crash-in-loading");
    let process = i32::try_from(token.process_id().unwrap()).unwrap();
    rustix::process::kill_process(rustix::process::Pid::from_raw(process).unwrap(), rustix::process::Signal::KILL)
        .unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while !matches!(token.health(), Health::Restarting { .. }) {
        assert!(Instant::now() < until, "{:?}", token.health());
        std::thread::park_timeout(Duration::from_millis(1));
    }
    let refused = failure(signer.as_ref());
    assert!(matches!(refused, HardwareError::NotReady { .. }), "{refused}");
    hsm.mend();
    works_again(signer.as_ref());
}

#[test]
fn a_wrong_signature_is_given_to_nobody() {
    let Some(hsm) = SoftHsm::behind_faults() else { return };
    let (_token, signer) = with_key(&hsm, Duration::from_secs(10));
    hsm.fault("wrong");
    let refused = failure(signer.as_ref());
    assert!(matches!(refused, HardwareError::OtherSignature { .. }), "{refused}");
    hsm.mend();
    signer.sign(b"afterwards").unwrap();
}

#[test]
fn a_module_that_is_none_is_named() {
    let Some(hsm) = SoftHsm::new() else { return };
    let mut settings = hsm.settings();
    settings.module = "/nowhere/module.so".into();
    let token = hsm.open_with(settings.clone(), PIN);
    assert!(matches!(settled(&token), Health::ModuleFailed { why } if why.contains("/nowhere/module.so")));
    settings.program = "/nowhere/program".into();
    let token = hsm.open_with(settings, PIN);
    let until = Instant::now() + Duration::from_secs(60);
    while !matches!(token.health(), Health::Restarting { .. }) {
        assert!(Instant::now() < until, "{:?}", token.health());
        std::thread::park_timeout(Duration::from_millis(1));
    }
}
