//! A PIN that was refused is never tried again, for tokens lock after a few tries.

use std::time::Duration;

use signer::pkcs11::Health;
use signer::{HardwareError, KeyAlgorithm, Pin};

use crate::softhsm::{PIN, SoftHsm, settled};

#[test]
fn a_wrong_pin_is_tried_once_until_another_is_given() {
    let Some(hsm) = SoftHsm::behind_faults() else { return };
    let token = hsm.open_with(hsm.settings(), "wrong-pin");
    assert_eq!(settled(&token), Health::WrongPin);
    for _ in 0..50 {
        let refused = token.keys().unwrap_err();
        assert!(matches!(&refused, HardwareError::NotReady { health: Health::WrongPin, .. }), "{refused}");
        assert_eq!(token.examine(), Health::WrongPin);
    }
    token.give_pin(Pin::new("wrong-pin"));
    assert_eq!(settled(&token), Health::WrongPin);
    assert_eq!(hsm.logins(), 1, "the same PIN is not another");

    token.give_pin(Pin::new("wrong-again"));
    assert_eq!(settled(&token), Health::WrongPin);
    assert_eq!(hsm.logins(), 2);

    token.give_pin(Pin::new(PIN));
    assert_eq!(settled(&token), Health::Ready);
    token.generate("a", KeyAlgorithm::P256).unwrap();
    assert_eq!(hsm.logins(), 3);
}

#[test]
fn a_pin_that_is_changed_while_the_server_runs_is_tried_once() {
    let Some(hsm) = SoftHsm::behind_faults() else { return };
    if std::process::Command::new("pkcs11-tool").output().is_err() {
        println!("skipped: pkcs11-tool is not installed (scripts/install hardware)");
        return;
    }
    let token = hsm.open();
    token.generate("a", KeyAlgorithm::P256).unwrap();
    let before = hsm.logins();
    let change = ["--module", "/usr/lib/softhsm/libsofthsm2.so", "--token-label", "state", "--login", "--pin", PIN];
    hsm.run("pkcs11-tool", &[&change[..], &["--change-pin", "--new-pin", "8642-8642"]].concat());
    // Whatever ends the process now, the next one has a PIN that counts no more.
    hsm.fault("crash");
    assert!(token.signer("a").unwrap().sign(b"x").is_err());
    hsm.mend();
    assert_eq!(settled(&token), Health::WrongPin);
    assert!(token.keys().is_err());
    assert_eq!(hsm.logins(), before + 1);
}

#[test]
fn a_locked_token_and_one_with_a_last_try_are_left_alone() {
    let Some(hsm) = SoftHsm::behind_faults() else { return };
    for (fault, health) in [("locked", Health::Locked), ("last-try", Health::LastTry)] {
        hsm.fault(fault);
        let token = hsm.open();
        assert_eq!(settled(&token), health);
        assert_eq!(hsm.logins(), 0, "no PIN was tried");
        hsm.mend();
        assert!(token.keys().is_err(), "an administrator has to say so");
        token.give_pin(Pin::new(PIN));
        assert_eq!(settled(&token), Health::Ready);
        std::fs::remove_file(hsm.path("logins")).unwrap();
    }
}

#[test]
fn a_login_that_never_ends_is_tried_twice() {
    let Some(hsm) = SoftHsm::behind_faults() else { return };
    for fault in ["crash-in-login", "hang-in-login"] {
        hsm.fault(fault);
        let mut settings = hsm.settings();
        settings.start_within = Duration::from_secs(2);
        let token = hsm.open_with(settings, PIN);
        assert_eq!(token.settled_for_good(), Health::LoginUnfinished, "{fault}");
        assert_eq!(hsm.logins(), 2, "{fault}");
        hsm.mend();
        token.give_pin(Pin::new(PIN));
        assert_eq!(settled(&token), Health::Ready);
        std::fs::remove_file(hsm.path("logins")).unwrap();
    }
}

/// Waits past the states that mend themselves.
trait ForGood {
    fn settled_for_good(&self) -> Health;
}

impl ForGood for signer::HardwareToken {
    fn settled_for_good(&self) -> Health {
        let until = std::time::Instant::now() + Duration::from_secs(60);
        loop {
            match settled(self) {
                Health::Restarting { .. } if std::time::Instant::now() < until => {
                    std::thread::park_timeout(Duration::from_millis(10));
                }
                health => return health,
            }
        }
    }
}
