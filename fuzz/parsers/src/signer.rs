//! What a server and its signer process say to each other: the process has foreign code in it.

use ::signer::pkcs11::wire::parse;

/// Payloads of frames.
pub fn signer_frames(data: &[u8]) {
    let Ok(frame) = parse(data) else { return };
    let written = frame.clone().encode().expect("what was read can be written");
    assert_eq!(parse(&written), Ok(frame));
}
