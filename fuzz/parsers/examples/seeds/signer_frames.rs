//! Payloads between a server and its signer process.

use signer::KeyAlgorithm;
use signer::pkcs11::wire::{Answer, Ask, Extraction, Frame, Purpose, SecretBytes};
use signer::pkcs11::{Failure, KeyFacts, TokenFacts};

use crate::seed;

pub fn frames() {
    let text = str::to_owned;
    let (module, token) = (text("/usr/lib/softhsm/libsofthsm2.so"), text("serial:71"));
    let open = Ask::Open { module, token, pin: SecretBytes::new(b"2468".to_vec()), sessions: 4 };
    let sign = Ask::Sign { key: text("auth-2026"), purpose: Purpose::Handshake, message: vec![7; 40] };
    let generate = Ask::Generate { key: text("sign 1"), algorithm: KeyAlgorithm::P384 };
    let import = Ask::Import { key: text("old"), private_key: SecretBytes::new(vec![0x30, 0]) };
    let asks = [("open", open), ("examine", Ask::Examine), ("sign", sign), ("generate", generate), ("import", import)];
    for (id, (name, ask)) in (0..).zip(asks) {
        write(name, Frame::Request { id, ask });
    }
    let facts = TokenFacts { label: text("chakana"), serial: text("71"), model: text("SoftHSM project v2") };
    let key = KeyFacts {
        label: text("sign 1"),
        algorithm: KeyAlgorithm::Ed25519,
        public_key: vec![3; 44],
        extraction: Extraction::Never,
    };
    let answers = [
        ("opened", Answer::Opened(facts)),
        ("signature", Answer::Signature(vec![9; 70])),
        ("keys", Answer::Keys(vec![key.clone(), key])),
        ("wrong-pin", Answer::Failed(Failure::WrongPin)),
        ("gone", Answer::Failed(Failure::TokenGone { why: text("CKR_DEVICE_REMOVED") })),
    ];
    for (id, (name, answer)) in (0..).zip(answers) {
        write(name, Frame::Reply { id, answer });
    }
}

fn write(name: &str, frame: Frame) {
    seed("signer_frames", name, frame.encode().expect("a frame that may be sent"));
}
