//! `c2sp.org/tlog-proof@v1`: a leaf's index, its inclusion proof and the checkpoint it leads to, as one text.
//!
//! The optional `extra` line is refused: nothing authenticates it, and ours need none.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::merkle::{Hash, InvalidProof, MAX_PROOF_HASHES, verify_inclusion};
use crate::note::{MAX_NOTE_BYTES, NoteKey};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// The longest proof that is read: its checkpoint, and generously what comes before.
const MAX_BYTES: usize = MAX_NOTE_BYTES + 64 * MAX_PROOF_HASHES;

/// The proof that a leaf is in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Which leaf of the log, from 0.
    pub index: u64,
    /// From the leaf's sibling to the root's child.
    pub hashes: Vec<Hash>,
    /// The head of the tree that the proof leads to.
    pub checkpoint: SignedCheckpoint,
}

/// Why a proof is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// It is not header, index, hashes, an empty line and a checkpoint.
    #[error("not a {HEADER} text without extra data")]
    Form,
    /// It holds no acceptable checkpoint.
    #[error("the proof's checkpoint is refused")]
    Checkpoint(#[from] CheckpointError),
    /// It does not lead from the leaf to the checkpoint's root.
    #[error("the leaf is not proved to be in the log")]
    Inclusion(#[from] InvalidProof),
}

impl TlogProof {
    /// Reads a proof; nothing is verified.
    ///
    /// # Errors
    /// When it has another form.
    pub fn parse(bytes: &[u8]) -> Result<Self, TlogProofError> {
        if bytes.len() > MAX_BYTES {
            return Err(TlogProofError::Form);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| TlogProofError::Form)?;
        let (proof, checkpoint) = text.split_once("\n\n").ok_or(TlogProofError::Form)?;
        let (index, hashes) = parse_proof(proof).ok_or(TlogProofError::Form)?;
        Ok(Self { index, hashes, checkpoint: SignedCheckpoint::parse(checkpoint.as_bytes())? })
    }

    /// Checks that `leaf` is in the tree that the checkpoint claims; the checkpoint's signatures are not looked at.
    ///
    /// # Errors
    /// When the proof does not lead to the checkpoint's root.
    pub fn verify_inclusion(&self, leaf: &Hash) -> Result<(), TlogProofError> {
        let claimed = self.checkpoint.claimed();
        Ok(verify_inclusion(leaf, self.index, claimed.size, &self.hashes, &claimed.root)?)
    }

    /// Checks that `leaf` is in the tree, and that one of the keys signed the checkpoint.
    ///
    /// # Errors
    /// When either is not so.
    pub fn verify(&self, leaf: &Hash, keys: &[NoteKey]) -> Result<&Checkpoint, TlogProofError> {
        self.verify_inclusion(leaf)?;
        Ok(self.checkpoint.verify(keys)?)
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}\nindex {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", STANDARD.encode(hash.as_bytes()))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

fn parse_proof(text: &str) -> Option<(u64, Vec<Hash>)> {
    let mut lines = text.split('\n');
    if lines.next()? != HEADER {
        return None;
    }
    let digits = lines.next()?.strip_prefix("index ")?;
    let index: u64 = digits.parse().ok()?;
    if index.to_string() != digits || lines.clone().count() > MAX_PROOF_HASHES {
        return None;
    }
    let hashes = lines.map(|line| Some(Hash::from_bytes(STANDARD.decode(line).ok()?.try_into().ok()?)));
    Some((index, hashes.collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use proptest::prelude::*;

    use super::*;
    use crate::merkle::{NodesInMemory, inclusion_proof, leaf_hash, root_of};

    fn proof(index: u64, size: u64) -> (TlogProof, Hash, NoteKey) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let key = NoteKey::new("log.example", pair.public_key().as_ref().try_into().unwrap()).unwrap();
        let nodes = NodesInMemory::new((0..size).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect());
        let root = root_of(size, &nodes).unwrap();
        let text = Checkpoint { origin: "log.example".to_owned(), size, root }.to_text().unwrap();
        let signature = pair.sign(text.as_bytes());
        let checkpoint = text.signed(&key, signature.as_ref()).unwrap().try_into().unwrap();
        let hashes = inclusion_proof(index, size, &nodes).unwrap();
        (TlogProof { index, hashes, checkpoint }, leaf_hash(&index.to_be_bytes()), key)
    }

    #[test]
    fn has_the_form_of_the_specification() {
        let (proof, _, _) = proof(5, 10);
        let text = proof.to_string();
        let (head, checkpoint) = text.split_once("\n\n").unwrap();
        let lines: Vec<&str> = head.lines().collect();
        assert_eq!(lines[..2], ["c2sp.org/tlog-proof@v1", "index 5"]);
        assert_eq!(lines.len(), 2 + 4);
        assert!(lines[2..].iter().all(|line| line.len() == 44));
        assert!(checkpoint.starts_with("log.example\n10\n"));
    }

    #[test]
    fn proves_its_leaf_under_a_known_key_alone() {
        let (proof, leaf, key) = proof(5, 10);
        assert_eq!(proof.verify(&leaf, &[key]), Ok(proof.checkpoint.claimed()));
        assert!(matches!(proof.verify(&leaf, &[]), Err(TlogProofError::Checkpoint(_))));
        let refused = proof.verify_inclusion(&leaf_hash(b"another"));
        assert!(matches!(refused, Err(TlogProofError::Inclusion(InvalidProof::WrongRoot { .. }))));
    }

    #[test]
    fn refuses_texts_of_another_form() {
        let (proof, _, _) = proof(5, 10);
        let text = proof.to_string();
        let hash = STANDARD.encode(proof.hashes[0].as_bytes());
        for (from, to) in [
            ("tlog-proof@v1", "tlog-proof@v2"),
            ("index 5", "index 05"),
            ("index 5", "index +5"),
            ("index 5", "index"),
            ("index 5", "extra AAAA\nindex 5"),
            ("index 5\n", ""),
            (hash.as_str(), "AAAA"),
            (hash.as_str(), "-"),
            ("\n\n", "\n"),
            ("\n\n", "\n\n\n"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert!(TlogProof::parse(changed.as_bytes()).is_err(), "{changed}");
        }
        let long = text.replacen(&hash, &vec![hash.as_str(); 70].join("\n"), 1);
        assert_eq!(TlogProof::parse(long.as_bytes()), Err(TlogProofError::Form));
        assert_eq!(TlogProof::parse(&vec![b'\n'; MAX_BYTES + 1]), Err(TlogProofError::Form));
    }

    proptest! {
        #[test]
        fn reads_what_it_writes(size in 1..300_u64, index: u64) {
            let (proof, leaf, key) = proof(index % size, size);
            let read = TlogProof::parse(proof.to_string().as_bytes()).unwrap();
            prop_assert_eq!(&read, &proof);
            prop_assert!(read.verify(&leaf, &[key]).is_ok());
        }

        #[test]
        fn parsing_never_panics(bytes: Vec<u8>, text in "(c2sp.org/tlog-proof@v1\n)?(index [0-9]{1,3}\n)?([A-Za-z+/]{43}=\n){0,3}\n\\PC{0,20}") {
            let _ = TlogProof::parse(&bytes);
            let _ = TlogProof::parse(text.as_bytes());
        }
    }
}
