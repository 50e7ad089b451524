//! Another implementation of tlog-tiles, checkpoints and signed notes (Cloudflare's, a port of Go's) agrees with this
//! one.

#![allow(clippy::unwrap_used, reason = "in a test, what cannot be unwrapped is what failed")]

use std::collections::HashMap;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use signed_note::{StandardSigner, StandardVerifier, VerifierList};
use trust::checkpoint::{Checkpoint, SignedCheckpoint};
use trust::merkle::{
    Hash, HashReader, Node, NodesInMemory, consistency_proof, inclusion_proof, leaf_hash, node_hash, root_of,
    verify_consistency, verify_inclusion,
};
use trust::note::{Note, NoteKey};
use trust::tile::Tile;

/// Gives the other implementation our nodes.
struct OurNodes<'a>(&'a NodesInMemory);

impl tlog_tiles::HashReader for OurNodes<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        let read = |index: &u64| {
            let (level, index) = tlog_tiles::split_stored_hash_index(*index);
            theirs(&self.0.read(Node { level, index }).unwrap())
        };
        Ok(indexes.iter().map(read).collect())
    }
}

fn theirs(hash: &Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(*hash.as_bytes())
}

fn all_theirs(hashes: &[Hash]) -> Vec<tlog_tiles::Hash> {
    hashes.iter().map(theirs).collect()
}

fn record(index: u64) -> Vec<u8> {
    format!("record {index}").into_bytes()
}

fn tree(size: u64) -> NodesInMemory {
    NodesInMemory::new((0..size).map(|index| leaf_hash(&record(index))).collect())
}

#[test]
fn leaf_and_node_hashes_agree() {
    let (left, right) = (leaf_hash(b"left"), leaf_hash(b"right"));
    assert_eq!(theirs(&left), tlog_tiles::record_hash(b"left"));
    assert_eq!(theirs(&node_hash(&left, &right)), tlog_tiles::node_hash(theirs(&left), theirs(&right)));
}

#[test]
fn roots_and_proofs_agree() {
    let nodes = tree(66);
    let roots: Vec<Hash> = (0..=66).map(|size| root_of(size, &nodes).unwrap()).collect();
    for size in 1..=66 {
        let root = &roots[size as usize];
        assert_eq!(tlog_tiles::tree_hash(size, &OurNodes(&nodes)).unwrap(), theirs(root));
        for index in 0..size {
            let ours = inclusion_proof(index, size, &nodes).unwrap();
            let leaf = leaf_hash(&record(index));
            assert_eq!(tlog_tiles::prove_record(size, index, &OurNodes(&nodes)).unwrap(), all_theirs(&ours));
            tlog_tiles::check_record(&all_theirs(&ours), size, theirs(root), index, theirs(&leaf)).unwrap();
            assert_eq!(verify_inclusion(&leaf, index, size, &ours, root), Ok(()));
        }
        for old in 1..=size {
            let ours = consistency_proof(old, size, &nodes).unwrap();
            let old_root = &roots[old as usize];
            assert_eq!(tlog_tiles::prove_tree(size, old, &OurNodes(&nodes)).unwrap(), all_theirs(&ours));
            tlog_tiles::check_tree(&all_theirs(&ours), size, theirs(root), old, theirs(old_root)).unwrap();
            assert_eq!(verify_consistency((old, old_root), (size, root), &ours), Ok(()));
        }
    }
}

/// Serves tiles by path.
struct OurTiles(HashMap<String, Vec<u8>>);

impl tlog_tiles::TileReader for OurTiles {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[tlog_tiles::Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        Ok(tiles.iter().map(|tile| self.0[&path(tile)].clone()).collect())
    }

    fn save_tiles(&self, _: &[tlog_tiles::Tile], _: &[Vec<u8>]) {}
}

/// Their paths begin with the height, which C2SP fixed to 8 and left out.
fn path(tile: &tlog_tiles::Tile) -> String {
    tile.path().replacen("tile/8/", "tile/", 1)
}

#[test]
fn tiles_agree_in_path_and_content() {
    for (old, new) in [(0, 1), (0, 255), (0, 256), (255, 257), (300, 70_000), (0, 70_000)] {
        let ours: Vec<String> = Tile::added(old, new).map(|tile| tile.to_string()).collect();
        let other: Vec<String> = tlog_tiles::Tile::new_tiles(8, old, new).iter().map(path).collect();
        assert_eq!(ours, other, "from {old} to {new}");
    }
    let size = 66_000;
    let nodes = tree(size);
    for tile in tlog_tiles::Tile::new_tiles(8, 0, size).iter().step_by(37) {
        let ours: Tile = path(tile).parse().unwrap();
        assert_eq!(ours.content(&nodes).unwrap(), tile.read_data(&OurNodes(&nodes)).unwrap());
    }
}

#[test]
fn a_stock_reader_of_tiles_reads_ours() {
    let size = 66_000;
    let nodes = tree(size);
    let content = |tile: Tile| (tile.to_string(), tile.content(&nodes).unwrap());
    let tiles = OurTiles(Tile::added(0, size).map(content).collect());
    let root = root_of(size, &nodes).unwrap();
    let reader = tlog_tiles::TileHashReader::new(size, theirs(&root), &tiles);
    for index in [0, 255, 256, 65_535, 65_999] {
        let proof = tlog_tiles::prove_record(size, index, &reader).unwrap();
        assert_eq!(proof, all_theirs(&inclusion_proof(index, size, &nodes).unwrap()));
    }
}

const NAME: &str = "chakana/BO/GOV/1001/ss1";
const SEED: [u8; 32] = [7; 32];

fn key() -> (Ed25519KeyPair, NoteKey) {
    let pair = Ed25519KeyPair::from_seed_unchecked(&SEED).unwrap();
    let public = pair.public_key().as_ref().try_into().unwrap();
    (pair, NoteKey::new(NAME, public).unwrap())
}

fn checkpoint() -> Checkpoint {
    Checkpoint { origin: NAME.to_owned(), size: 42, root: leaf_hash(b"root") }
}

#[test]
fn a_stock_verifier_accepts_our_checkpoints() {
    let (pair, key) = key();
    let text = checkpoint().to_text().unwrap();
    let signature = pair.sign(text.as_bytes());
    let note = text.signed(&key, signature.as_ref()).unwrap().to_string();
    let verifier = StandardVerifier::new(&key.to_string()).unwrap();
    let parsed = signed_note::Note::from_bytes(note.as_bytes()).unwrap();
    let (verified, others) = parsed.verify(&VerifierList::new(vec![Box::new(verifier)])).unwrap();
    assert_eq!((verified.len(), others.len()), (1, 0));
    assert_eq!(verified[0].id(), key.key_id());
    let read = tlog_tiles::Checkpoint::from_bytes(parsed.text()).unwrap();
    assert_eq!((read.origin(), read.size(), read.hash()), (NAME, 42, &theirs(&leaf_hash(b"root"))));
}

#[test]
fn we_accept_the_checkpoints_of_a_stock_signer() {
    let (_, key) = key();
    let secret = STANDARD.encode([&[1], &SEED[..]].concat());
    let signer = StandardSigner::new(&format!("PRIVATE+KEY+{NAME}+{:08x}+{secret}", key.key_id())).unwrap();
    let Checkpoint { origin, size, root } = checkpoint();
    let text = tlog_tiles::Checkpoint::new(&origin, size, theirs(&root), "").unwrap().to_bytes();
    let mut note = signed_note::Note::new(&text, &[]).unwrap();
    note.add_sigs(&[&signer]).unwrap();
    let ours = SignedCheckpoint::parse(&note.to_bytes()).unwrap();
    assert_eq!(ours.verify(std::slice::from_ref(&key)), Ok(&checkpoint()));
    assert_eq!(Note::parse(&note.to_bytes()).unwrap().verify(std::slice::from_ref(&key)), Ok(&key));
}
