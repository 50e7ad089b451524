//! The note of a submission, sealed by the submission's id: 128 random bits at least, which only whoever submits it has.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use zeroize::Zeroizing;

/// A submission's id as the store knows it.
pub(crate) struct SubmissionId {
    name: [u8; HALF],
    key: LessSafeKey,
}

const HALF: usize = 32;

/// What is derived from an id: a name and a key.
struct Both;

impl KeyType for Both {
    fn len(&self) -> usize {
        2 * HALF
    }
}

impl SubmissionId {
    pub(crate) fn of(id: &str) -> Self {
        let mut both = Zeroizing::new([0; 2 * HALF]);
        let prk = Salt::new(HKDF_SHA256, b"chakana submission 1").extract(id.as_bytes());
        let okm = prk.expand(&[b"name and key"], Both);
        // HKDF refuses more than 255 times the 32 bytes of SHA-256.
        okm.and_then(|okm| okm.fill(both.as_mut_slice())).expect("HKDF gives 64 bytes");
        let (name, key) = both.split_at(HALF);
        // The algorithm's keys have 32 bytes.
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("a key of 32 bytes"));
        Self { name: name.try_into().expect("the first half"), key }
    }

    /// What the note is found by: nobody gets the id from it.
    pub(super) fn name(&self) -> &[u8] {
        &self.name
    }

    /// The note so that it is read with the id alone.
    pub(super) fn seal(&self, mut note: Vec<u8>) -> Vec<u8> {
        // The one thing that is refused is a note of 64 GiB.
        self.key.seal_in_place_append_tag(nonce(), Aad::empty(), &mut note).expect("a note can be sealed");
        note
    }

    /// What was sealed under the id; `None` if it was not.
    pub(super) fn open(&self, mut sealed: Vec<u8>) -> Option<Vec<u8>> {
        let length = self.key.open_in_place(nonce(), Aad::empty(), &mut sealed).ok()?.len();
        sealed.truncate(length);
        Some(sealed)
    }
}

impl fmt::Debug for SubmissionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubmissionId").finish_non_exhaustive()
    }
}

/// A key seals one note: a submission has one answer.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_with_its_id_alone() {
        let (id, another) = (SubmissionId::of("an-id"), SubmissionId::of("another"));
        let sealed = id.seal(b"the code is ABCD".to_vec());
        assert!(!sealed.windows(4).any(|window| window == b"ABCD"));
        assert_eq!(SubmissionId::of("an-id").open(sealed.clone()).as_deref(), Some(b"the code is ABCD".as_slice()));
        assert_eq!(another.open(sealed.clone()), None);
        assert_eq!(id.open(sealed[1..].to_vec()), None);
        assert_ne!(id.name(), another.name());
    }
}
