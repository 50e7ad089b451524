//! Many callers at once, while the process is killed under them.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use rustix::process::{Pid, Signal, kill_process};
use signer::{HardwareError, KeyAlgorithm, SignError};

use crate::softhsm::SoftHsm;

#[test]
fn a_process_that_is_killed_under_load_costs_errors_and_never_a_wrong_signature() {
    let Some(hsm) = SoftHsm::new() else { return };
    let token = hsm.open();
    let key = token.generate("a", KeyAlgorithm::P256).unwrap();
    let signer = token.signer_of("a", &key.public_key).unwrap();
    let (stop, good, refused) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for caller in 0_u32..8 {
            let (signer, key, stop, good, refused) = (&signer, &key, &stop, &good, &refused);
            scope.spawn(move || {
                for number in 0_u32.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let message = [caller.to_be_bytes(), number.to_be_bytes()].concat();
                    match signer.sign(&message) {
                        Ok(signature) => {
                            let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &key.public_key);
                            public.verify(&message, &signature).unwrap();
                            good.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(SignError::Hardware(HardwareError::Ended { .. } | HardwareError::NotReady { .. })) => {
                            refused.fetch_add(1, Ordering::Relaxed);
                            std::thread::park_timeout(Duration::from_millis(1));
                        }
                        Err(other) => panic!("{other}"),
                    }
                }
            });
        }
        let until = Instant::now() + Duration::from_secs(120);
        for _ in 0..5 {
            let (before, killed) = (good.load(Ordering::Relaxed), token.process_id());
            let wait = |done: &dyn Fn() -> bool| {
                while !done() {
                    assert!(Instant::now() < until, "{:?}", token.health());
                    std::thread::park_timeout(Duration::from_millis(1));
                }
            };
            wait(&|| good.load(Ordering::Relaxed) > before + 50);
            let process = Pid::from_raw(i32::try_from(killed.unwrap()).unwrap()).unwrap();
            kill_process(process, Signal::KILL).unwrap();
            // Another process signs.
            wait(&|| token.process_id().is_some_and(|now| Some(now) != killed));
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert!(refused.load(Ordering::Relaxed) > 0, "what was under way was refused");
    assert!(good.load(Ordering::Relaxed) > 250);
}
