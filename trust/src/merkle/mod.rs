//! RFC 6962 Merkle trees over SHA-256: hashing, roots, inclusion and consistency proofs, and a frontier to append with.
//!
//! A tree of `size` leaves is named by its root. Proofs are made from *complete* nodes only, read through
//! [`HashReader`], so that a log may keep them as tiles, in memory or anywhere else. Verification needs nothing but
//! the proof (RFC 9162 §2.1.3.2, §2.1.4.2).

mod frontier;
mod node;
mod prove;
mod verify;

pub use frontier::{Frontier, FrontierError};
pub use node::{HashReader, MissingNode, Node, NodesInMemory};
pub use prove::{ProveError, consistency_proof, inclusion_proof, root_of};
pub use verify::{InvalidProof, root_from_inclusion, verify_consistency, verify_inclusion};

/// A leaf hash, a node hash or a root: SHA-256.
pub type Hash = protocol::hash::Sha256Hash;

/// The most hashes an inclusion proof can hold: a tree of 2^64 leaves is 64 nodes high.
pub const MAX_PROOF_HASHES: usize = 64;

const LEAF_PREFIX: u8 = 0x00;
const NODE_PREFIX: u8 = 0x01;

/// The hash of a leaf: SHA-256 of `0x00` and the leaf's bytes.
#[must_use]
pub fn leaf_hash(data: &[u8]) -> Hash {
    Hash::of_parts(&[&[LEAF_PREFIX], data])
}

/// The hash of an inner node: SHA-256 of `0x01`, the left and the right child.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [NODE_PREFIX; 65];
    bytes[1..33].copy_from_slice(left.as_bytes());
    bytes[33..].copy_from_slice(right.as_bytes());
    Hash::of(&bytes)
}

/// The root of the tree without leaves: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Hash {
    Hash::of(b"")
}

/// The root of the tree with these leaf hashes.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    for leaf in leaves {
        frontier.append(*leaf);
    }
    frontier.root()
}

#[cfg(test)]
mod tests;
