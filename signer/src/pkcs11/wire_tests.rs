use super::*;
use proptest::prelude::*;

fn names() -> impl Strategy<Value = String> {
    "[a-z0-9 ñ._:-]{0,40}"
}

fn secrets() -> impl Strategy<Value = SecretBytes> {
    proptest::collection::vec(any::<u8>(), 0..64).prop_map(SecretBytes::new)
}

fn algorithms() -> impl Strategy<Value = KeyAlgorithm> {
    proptest::sample::select(vec![KeyAlgorithm::P256, KeyAlgorithm::P384, KeyAlgorithm::Ed25519, KeyAlgorithm::Rsa])
}

fn keys() -> impl Strategy<Value = KeyFacts> {
    let extraction = proptest::sample::select(vec![Extraction::Never, Extraction::Possible]);
    let bytes = proptest::collection::vec(any::<u8>(), 0..600);
    (names(), algorithms(), bytes, extraction).prop_map(|(label, algorithm, public_key, extraction)| KeyFacts {
        label,
        algorithm,
        public_key,
        extraction,
    })
}

fn asks() -> impl Strategy<Value = Ask> {
    let purpose = proptest::sample::select(vec![Purpose::Document, Purpose::Handshake]);
    let message = proptest::collection::vec(any::<u8>(), 0..2000);
    prop_oneof![
        (names(), names(), secrets(), 1..=MAX_SESSIONS).prop_map(|(module, token, pin, sessions)| Ask::Open {
            module,
            token,
            pin,
            sessions
        }),
        Just(Ask::Examine),
        Just(Ask::Keys),
        (names(), purpose, message).prop_map(|(key, purpose, message)| Ask::Sign { key, purpose, message }),
        (names(), algorithms()).prop_map(|(key, algorithm)| Ask::Generate { key, algorithm }),
        (names(), secrets()).prop_map(|(key, private_key)| Ask::Import { key, private_key }),
    ]
}

fn answers() -> impl Strategy<Value = Answer> {
    let failures = prop_oneof![
        Just(Failure::WrongPin),
        Just(Failure::PinLocked),
        Just(Failure::LastTry),
        Just(Failure::OutOfOrder),
        (names(), names()).prop_map(|(module, why)| Failure::Module { module, why }),
        (names(), names()).prop_map(|(token, shown)| Failure::TokenMissing { token, shown }),
        (names(), names()).prop_map(|(key, why)| Failure::UnusableKey { key, why }),
        names().prop_map(|key| Failure::NoSuchKey { key }),
        names().prop_map(|why| Failure::TokenGone { why }),
    ];
    prop_oneof![
        (names(), names(), names()).prop_map(|(label, serial, model)| Answer::Opened(TokenFacts {
            label,
            serial,
            model
        })),
        Just(Answer::Well),
        Just(Answer::LoggingIn),
        proptest::collection::vec(any::<u8>(), 0..600).prop_map(Answer::Signature),
        keys().prop_map(Answer::Key),
        proptest::collection::vec(keys(), 0..5).prop_map(Answer::Keys),
        failures.prop_map(Answer::Failed),
    ]
}

fn frames() -> impl Strategy<Value = Frame> {
    prop_oneof![
        (any::<u32>(), asks()).prop_map(|(id, ask)| Frame::Request { id, ask }),
        (any::<u32>(), answers()).prop_map(|(id, answer)| Frame::Reply { id, answer }),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(frames in proptest::collection::vec(frames(), 0..5)) {
        let mut bytes = Vec::new();
        for frame in &frames {
            write(&mut bytes, frame.clone()).unwrap();
        }
        let mut rest = bytes.as_slice();
        for frame in frames {
            prop_assert_eq!(read(&mut rest).unwrap(), Some(frame));
        }
        prop_assert_eq!(read(&mut rest).unwrap(), None);
    }

    #[test]
    fn whatever_comes_is_a_frame_or_refused(payload in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(frame) = parse(&payload) {
            let written = frame.clone().encode().unwrap();
            prop_assert_eq!(parse(&written), Ok(frame));
        }
    }

    #[test]
    fn a_frame_that_is_cut_or_longer_is_refused(frame in frames(), cut in any::<proptest::sample::Index>()) {
        let payload = frame.encode().unwrap();
        prop_assert_eq!(parse(&payload[..cut.index(payload.len())]).is_err(), true);
        let longer = [payload.as_slice(), &[0]].concat();
        prop_assert_eq!(parse(&longer), Err(WireError::Malformed));
    }
}

#[test]
fn refuses_what_is_too_long_and_other_versions() {
    let sign = |length| Frame::Request {
        id: 1,
        ask: Ask::Sign { key: "a".to_owned(), purpose: Purpose::Document, message: vec![0; length] },
    };
    assert!(sign(MAX_MESSAGE_BYTES).encode().is_ok());
    assert_eq!(sign(MAX_MESSAGE_BYTES + 1).encode(), Err(WireError::TooLong("message")));
    let generate = Ask::Generate { key: "a".repeat(MAX_NAME_BYTES + 1), algorithm: KeyAlgorithm::P256 };
    assert_eq!(Frame::Request { id: 1, ask: generate }.encode(), Err(WireError::TooLong("key's name")));
    let mut payload = sign(1).encode().unwrap().to_vec();
    payload[0] = 2;
    assert_eq!(parse(&payload), Err(WireError::Version(2)));
    let long = [&u32::MAX.to_be_bytes()[..], &[0; 8]].concat();
    assert_eq!(read(&mut long.as_slice()).unwrap_err().kind(), io::ErrorKind::InvalidData);
}

#[test]
fn never_shows_a_secret() {
    let pin = SecretBytes::new(b"2468".to_vec());
    let ask = Ask::Open { module: "m".to_owned(), token: "t".to_owned(), pin, sessions: 1 };
    let shown = format!("{ask:?}");
    assert!(!shown.contains("2468") && !shown.contains("50, 52"), "{shown}");
}
