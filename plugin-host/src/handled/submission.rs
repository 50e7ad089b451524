//! The note of a submission, sealed by the submission's id: 128 random bits at least, which only whoever submits it has.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use zeroize::Zeroizing;

/// What the note is found by: nobody gets the id from it.
pub(super) fn name(id: &str) -> [u8; 32] {
    *derived(id, b"name")
}

/// The note so that it is read with the id alone.
pub(super) fn seal(id: &str, mut note: Vec<u8>) -> Vec<u8> {
    // The one thing that is refused is a note of 64 GiB.
    key(id).seal_in_place_append_tag(nonce(), Aad::empty(), &mut note).expect("a note can be sealed");
    note
}

/// What was sealed under the id; `None` if it was not.
pub(super) fn open(id: &str, mut sealed: Vec<u8>) -> Option<Vec<u8>> {
    let length = key(id).open_in_place(nonce(), Aad::empty(), &mut sealed).ok()?.len();
    sealed.truncate(length);
    Some(sealed)
}

fn key(id: &str) -> LessSafeKey {
    // The algorithm's keys have 32 bytes.
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, derived(id, b"key").as_slice()).expect("a key of 32 bytes"))
}

/// A key seals one note: a submission has one answer.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

fn derived(id: &str, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    let info = [purpose];
    let prk = Salt::new(HKDF_SHA256, b"chakana submission 1").extract(id.as_bytes());
    let okm = prk.expand(&info, HKDF_SHA256);
    // 32 bytes are the length of SHA-256: the one length that HKDF cannot refuse.
    okm.and_then(|okm| okm.fill(bytes.as_mut_slice())).expect("HKDF gives 32 bytes");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_with_its_id_alone() {
        let sealed = seal("an-id", b"the code is ABCD".to_vec());
        assert!(!sealed.windows(4).any(|window| window == b"ABCD"));
        assert_eq!(open("an-id", sealed.clone()).as_deref(), Some(b"the code is ABCD".as_slice()));
        assert_eq!(open("another", sealed.clone()), None);
        assert_eq!(open("an-id", sealed[1..].to_vec()), None);
        assert_ne!(name("an-id"), name("another"));
    }
}
