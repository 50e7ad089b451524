//! C2SP checkpoints: a log's statement "my tree of this size has this root", as a signed note.
//!
//! Extension lines are refused: our logs write none, and nobody could audit them.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::identifier::ServerId;

use crate::merkle::Hash;
use crate::note::{Note, NoteError, NoteKey, NoteText};

/// The head of a log's tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Names the log.
    pub origin: String,
    /// How many leaves the tree has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// A checkpoint with its signatures, not yet verified; prints exactly the bytes it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    note: Note,
    checkpoint: Checkpoint,
}

/// Why a checkpoint is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// It is no signed note, or its signatures do not hold.
    #[error("the checkpoint is not an acceptable signed note")]
    Note(#[from] NoteError),
    /// The note does not hold origin, size and root.
    #[error("the checkpoint is not an origin, a size and a root, one to a line")]
    Text,
    /// Signed by a key of another name than the origin.
    #[error("the checkpoint of {origin} is signed by the key of {signer}")]
    Origin {
        /// The checkpoint's first line.
        origin: String,
        /// The name of the key that verifies it.
        signer: String,
    },
}

impl Checkpoint {
    /// The origin, and log key name, of a security server's message log.
    #[must_use]
    pub fn origin_of(server: &ServerId) -> String {
        format!("chakana/{server}")
    }

    /// The text that a log signs.
    ///
    /// # Errors
    /// When the origin is empty, too long or has control characters.
    pub fn to_text(&self) -> Result<NoteText, CheckpointError> {
        let text = NoteText::new(self.to_string())?;
        if parse_text(text.as_str()).as_ref() == Some(self) { Ok(text) } else { Err(CheckpointError::Text) }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.as_bytes()))
    }
}

impl SignedCheckpoint {
    /// Reads a checkpoint; its signatures are not verified.
    ///
    /// # Errors
    /// When it has another form.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        Note::parse(bytes)?.try_into()
    }

    /// What the checkpoint says, which proves nothing before [`SignedCheckpoint::verify`].
    #[must_use]
    pub const fn claimed(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note.
    #[must_use]
    pub const fn note(&self) -> &Note {
        &self.note
    }

    /// Checks that one of the keys, named as the origin, signed the checkpoint.
    ///
    /// # Errors
    /// When none did, or the signature does not verify.
    pub fn verify(&self, keys: &[NoteKey]) -> Result<&Checkpoint, CheckpointError> {
        let signer = self.note.verify(keys)?;
        if signer.name() != self.checkpoint.origin {
            let (origin, signer) = (self.checkpoint.origin.clone(), signer.name().to_owned());
            return Err(CheckpointError::Origin { origin, signer });
        }
        Ok(&self.checkpoint)
    }
}

impl TryFrom<Note> for SignedCheckpoint {
    type Error = CheckpointError;

    fn try_from(note: Note) -> Result<Self, CheckpointError> {
        let checkpoint = parse_text(note.text().as_str()).ok_or(CheckpointError::Text)?;
        Ok(Self { note, checkpoint })
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(f)
    }
}

fn parse_text(text: &str) -> Option<Checkpoint> {
    let mut lines = text.strip_suffix('\n')?.split('\n');
    let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
    if lines.next().is_some() || origin.is_empty() {
        return None;
    }
    let root = STANDARD.decode(root).ok()?.try_into().ok()?;
    let checkpoint = Checkpoint { origin: origin.to_owned(), size: size.parse().ok()?, root: Hash::from_bytes(root) };
    // `parse` accepts "+7" and "007"; there is one way to write a size.
    (checkpoint.to_string() == text).then_some(checkpoint)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use proptest::prelude::*;

    use super::*;

    fn signed(checkpoint: &Checkpoint, key_name: &str) -> (SignedCheckpoint, NoteKey) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let key = NoteKey::new(key_name, pair.public_key().as_ref().try_into().unwrap()).unwrap();
        let text = checkpoint.to_text().unwrap();
        let signature = pair.sign(text.as_bytes());
        (text.signed(&key, signature.as_ref()).unwrap().try_into().unwrap(), key)
    }

    fn checkpoint(origin: &str) -> Checkpoint {
        Checkpoint { origin: origin.to_owned(), size: 20_852_163, root: Hash::of(b"root") }
    }

    /// The example of the specification.
    const EXAMPLE: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

    #[test]
    fn reads_the_example_of_the_specification() {
        let signed = SignedCheckpoint::parse(EXAMPLE.as_bytes()).unwrap();
        assert_eq!(signed.claimed().origin, "example.com/behind-the-sofa");
        assert_eq!(signed.claimed().size, 20_852_163);
        assert_eq!(signed.to_string(), EXAMPLE);
    }

    #[test]
    fn a_server_names_its_log() {
        let server: ServerId = "BO/GOV/1001/ss1".parse().unwrap();
        assert_eq!(Checkpoint::origin_of(&server), "chakana/BO/GOV/1001/ss1");
    }

    #[test]
    fn verifies_with_the_key_named_as_its_origin_alone() {
        let checkpoint = checkpoint("chakana/BO/GOV/1001/ss1");
        let (own, key) = signed(&checkpoint, "chakana/BO/GOV/1001/ss1");
        assert_eq!(own.verify(&[key]), Ok(&checkpoint));
        let (foreign, key) = signed(&checkpoint, "chakana/BO/GOV/1002/ss1");
        assert!(matches!(foreign.verify(&[key]), Err(CheckpointError::Origin { .. })));
        assert!(matches!(own.verify(&[]), Err(CheckpointError::Note(NoteError::Unsigned { .. }))));
    }

    #[test]
    fn refuses_checkpoints_of_another_form() {
        for (from, to) in [
            ("20852163", "020852163"),
            ("20852163", "+20852163"),
            ("20852163", "-1"),
            ("20852163", ""),
            ("20852163", "99999999999999999999"),
            ("q2I=\n", "q2I=\nextension\n"),
            ("q2I=\n", "\n"),
            ("CsUY", "\nCsUY"),
            ("CsUYapGG", ""),
            ("q2I=", "q2J="),
            ("example.com/behind-the-sofa\n2", "\n2"),
        ] {
            let changed = EXAMPLE.replacen(from, to, 1);
            assert!(SignedCheckpoint::parse(changed.as_bytes()).is_err(), "{changed}");
        }
        assert!(Checkpoint { origin: "a\nb".to_owned(), ..checkpoint("") }.to_text().is_err());
        assert!(checkpoint("").to_text().is_err());
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_reads_what_is_written(origin in "[a-z./]{1,20}", size: u64, root: [u8; 32], noise in "\\PC{0,80}") {
            let checkpoint = Checkpoint { origin: origin.clone(), size, root: Hash::from_bytes(root) };
            let (signed, _) = signed(&checkpoint, &origin);
            let read = SignedCheckpoint::parse(signed.to_string().as_bytes()).unwrap();
            prop_assert_eq!(read.claimed(), &checkpoint);
            prop_assert_eq!(&read, &signed);
            let _ = SignedCheckpoint::parse(noise.as_bytes());
        }
    }
}
