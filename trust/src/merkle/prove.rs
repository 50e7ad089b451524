//! Making proofs out of complete nodes (RFC 6962 §2.1.1 and §2.1.2).

use std::ops::Range;

use super::{Hash, HashReader, Node, empty_root, node_hash};

/// Why a proof could not be made; `E` is the reader's error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProveError<E> {
    /// The leaf is not in the tree.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    LeafBeyondTree {
        /// The leaf asked for.
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
    /// A node could not be read.
    #[error("failed to read a node of the tree")]
    Read(#[source] E),
}

/// The root of the tree of the first `size` leaves.
///
/// # Errors
/// When a node cannot be read.
pub fn root_of<R: HashReader>(size: u64, nodes: &R) -> Result<Hash, R::Error> {
    if size == 0 { Ok(empty_root()) } else { range_root(0..size, nodes) }
}

/// The inclusion proof of leaf `index` in the tree of the first `size` leaves, from the leaf's sibling upwards.
///
/// # Errors
/// When the leaf is not in the tree or a node cannot be read.
pub fn inclusion_proof<R: HashReader>(index: u64, size: u64, nodes: &R) -> Result<Vec<Hash>, ProveError<R::Error>> {
    if index >= size {
        return Err(ProveError::LeafBeyondTree { index, size });
    }
    let mut proof = Vec::new();
    let mut range = 0..size;
    while range.end - range.start > 1 {
        let middle = split(&range);
        let (inside, sibling) = if index < middle {
            (range.start..middle, middle..range.end)
        } else {
            (middle..range.end, range.start..middle)
        };
        proof.push(range_root(sibling, nodes).map_err(ProveError::Read)?);
        range = inside;
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of `old` leaves is the beginning of the tree of `new` leaves. Empty if `old` is 0 or equals
/// `new`.
///
/// # Errors
/// When `old` is larger than `new` or a node cannot be read.
pub fn consistency_proof<R: HashReader>(old: u64, new: u64, nodes: &R) -> Result<Vec<Hash>, ProveError<R::Error>> {
    if old > new {
        return Err(ProveError::TreeShrinks { old, new });
    }
    let mut proof = Vec::new();
    if old == 0 {
        return Ok(proof);
    }
    let mut range = 0..new;
    while range.end != old {
        let middle = split(&range);
        let (inside, sibling) = if old <= middle {
            (range.start..middle, middle..range.end)
        } else {
            (middle..range.end, range.start..middle)
        };
        proof.push(range_root(sibling, nodes).map_err(ProveError::Read)?);
        range = inside;
    }
    // The verifier knows the old root itself, but not a part of it.
    if range.start != 0 {
        proof.push(range_root(range, nodes).map_err(ProveError::Read)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Where a range of more than one leaf is cut: after the largest power of two smaller than its length.
fn split(range: &Range<u64>) -> u64 {
    let length = range.end - range.start;
    range.start + (1 << (length - 1).ilog2())
}

/// The root over a range that starts where a complete node as long as the range's largest power of two may start.
fn range_root<R: HashReader>(range: Range<u64>, nodes: &R) -> Result<Hash, R::Error> {
    let mut complete = Vec::new();
    let mut start = range.start;
    while start < range.end {
        let level = (range.end - start).ilog2();
        complete.push(nodes.read(Node { level: level as u8, index: start >> level })?);
        start = start.saturating_add(1 << level);
    }
    let mut from_the_right = complete.into_iter().rev();
    let last = from_the_right.next().unwrap_or_else(empty_root);
    Ok(from_the_right.fold(last, |right, left| node_hash(&left, &right)))
}
