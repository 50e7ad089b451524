//! Reads a leaf's proof with public crates alone (`signed_note`, `tlog_tiles`): none of our code takes part.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use signed_note::{Note, StandardVerifier, VerifierList};
use std::fs;
use tlog_tiles::{Checkpoint, Hash, check_record, record_hash};

/// Checks that the leaf in the first file is, by the proof in the second, in the tree of the checkpoint in the third,
/// which the key in the fourth signed.
///
/// # Errors
/// Why not, in words.
pub fn check(files: &[String]) -> Result<String, String> {
    let [leaf, proof, checkpoint, key] = files else {
        return Err("usage: tlog-reader LEAF PROOF CHECKPOINT KEY".to_owned());
    };
    let read = |path: &String| fs::read(path).map_err(|error| format!("{path}: {error}"));
    let (leaf, proof, checkpoint) = (read(leaf)?, read(proof)?, read(checkpoint)?);
    let key = String::from_utf8(read(key)?).map_err(|_| "the key is no text".to_owned())?;
    let proof = String::from_utf8(proof).map_err(|_| "the proof is no text".to_owned())?;
    let (lines, proven) = proof.split_once("\n\n").ok_or("the proof has no checkpoint")?;
    if proven.as_bytes() != checkpoint {
        return Err("the proof leads to another checkpoint".to_owned());
    }
    let (index, hashes) = read_proof(lines).ok_or("the proof is not a c2sp.org/tlog-proof@v1")?;
    let note = Note::from_bytes(&checkpoint).map_err(|error| format!("the checkpoint is no signed note: {error:?}"))?;
    let verifier = StandardVerifier::new(key.trim()).map_err(|error| format!("the key is not read: {error:?}"))?;
    note.verify(&VerifierList::new(vec![Box::new(verifier)]))
        .map_err(|error| format!("the checkpoint's signature: {error:?}"))?;
    let tree = Checkpoint::from_bytes(note.text()).map_err(|error| format!("the checkpoint: {error:?}"))?;
    check_record(&hashes, tree.size(), *tree.hash(), index, record_hash(&leaf))
        .map_err(|error| format!("the leaf is not in the tree: {error:?}"))?;
    Ok(format!("leaf {index} is in the tree of {} leaves of {}", tree.size(), tree.origin()))
}

fn read_proof(lines: &str) -> Option<(u64, Vec<Hash>)> {
    let mut lines = lines.lines();
    if lines.next()? != "c2sp.org/tlog-proof@v1" {
        return None;
    }
    let index = lines.next()?.strip_prefix("index ")?.parse().ok()?;
    let hashes = lines.map(|line| Some(Hash(STANDARD.decode(line).ok()?.try_into().ok()?)));
    Some((index, hashes.collect::<Option<_>>()?))
}
