//! Checking proofs (RFC 9162 §2.1.3.2 and §2.1.4.2).

use super::{Hash, empty_root, node_hash};

/// Why a proof does not prove what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProof {
    /// The leaf is not in a tree of that size.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    LeafBeyondTree {
        /// The leaf's index.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The older tree is larger than the newer one.
    #[error("a tree of {old} leaves cannot grow into one of {new}")]
    TreeShrinks {
        /// The size that should be the older.
        old: u64,
        /// The size that should be the newer.
        new: u64,
    },
    /// The proof has too few or too many hashes for these sizes.
    #[error("the proof has {count} hashes, which does not fit the size of the tree")]
    WrongLength {
        /// How many hashes it has.
        count: usize,
    },
    /// The proof leads to another root.
    #[error("the proof leads to root {computed} instead of {expected}")]
    WrongRoot {
        /// Where the proof leads.
        computed: Hash,
        /// The root that was to be proved.
        expected: Hash,
    },
}

/// Checks that the leaf with hash `leaf` is number `index` of the tree with this `size` and `root`.
///
/// # Errors
/// When the proof does not prove it.
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> Result<(), InvalidProof> {
    same_root(root_from_inclusion(leaf, index, size, proof)?, root)
}

/// The root that an inclusion proof leads to.
///
/// # Errors
/// When the proof cannot belong to a tree of this size.
pub fn root_from_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash]) -> Result<Hash, InvalidProof> {
    if index >= size {
        return Err(InvalidProof::LeafBeyondTree { index, size });
    }
    let wrong_length = InvalidProof::WrongLength { count: proof.len() };
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return Err(wrong_length);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            // A node without a right sibling is carried up unchanged until it has a left one.
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last == 0 { Ok(hash) } else { Err(wrong_length) }
}

/// Checks that the tree (`old`, `old_root`) is the beginning of the tree (`new`, `new_root`).
///
/// # Errors
/// When the proof does not prove it.
pub fn verify_consistency(
    (old, old_root): (u64, &Hash),
    (new, new_root): (u64, &Hash),
    proof: &[Hash],
) -> Result<(), InvalidProof> {
    if old > new {
        return Err(InvalidProof::TreeShrinks { old, new });
    }
    if new == 0 {
        same_root(empty_root(), new_root)?;
    }
    if old == 0 || old == new {
        let computed = if old == 0 { empty_root() } else { *new_root };
        same_root(computed, old_root)?;
        return if proof.is_empty() { Ok(()) } else { Err(InvalidProof::WrongLength { count: proof.len() }) };
    }
    let (from_old, from_new) = roots_from_consistency(old, new, old_root, proof)?;
    same_root(from_old, old_root)?;
    same_root(from_new, new_root)
}

fn roots_from_consistency(old: u64, new: u64, old_root: &Hash, proof: &[Hash]) -> Result<(Hash, Hash), InvalidProof> {
    let wrong_length = InvalidProof::WrongLength { count: proof.len() };
    // An old tree that is one complete node is itself where the two paths begin; the proof leaves it out.
    let (first, rest) =
        if old.is_power_of_two() { (old_root, proof) } else { proof.split_first().ok_or(wrong_length)? };
    let (mut node, mut last) = (old - 1, new - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let (mut from_old, mut from_new) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return Err(wrong_length);
        }
        if node & 1 == 1 || node == last {
            from_old = node_hash(sibling, &from_old);
            from_new = node_hash(sibling, &from_new);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            from_new = node_hash(&from_new, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last == 0 { Ok((from_old, from_new)) } else { Err(wrong_length) }
}

fn same_root(computed: Hash, expected: &Hash) -> Result<(), InvalidProof> {
    if computed == *expected { Ok(()) } else { Err(InvalidProof::WrongRoot { computed, expected: *expected }) }
}
