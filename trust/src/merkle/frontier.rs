//! The right edge of a tree: enough to append leaves and to know the root, without the rest.

use super::{Hash, HashReader, Node, empty_root, node_hash};

/// The roots of the complete subtrees that a tree of `size` leaves is made of, largest first: one for each bit set in
/// `size`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    roots: Vec<Hash>,
}

/// The number of subtree roots does not fit the size of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tree of {size} leaves has not {count} complete subtrees")]
pub struct FrontierError {
    size: u64,
    count: usize,
}

impl Frontier {
    /// The frontier that was stored as these subtree roots.
    ///
    /// # Errors
    /// When their number does not fit `size`.
    pub fn from_roots(size: u64, roots: Vec<Hash>) -> Result<Self, FrontierError> {
        if roots.len() == size.count_ones() as usize {
            Ok(Self { size, roots })
        } else {
            Err(FrontierError { size, count: roots.len() })
        }
    }

    /// Reads the frontier of the first `size` leaves.
    ///
    /// # Errors
    /// When a node cannot be read.
    pub fn read<R: HashReader>(size: u64, nodes: &R) -> Result<Self, R::Error> {
        let mut roots = Vec::new();
        let mut start: u64 = 0;
        while start < size {
            let level = (size - start).ilog2();
            roots.push(nodes.read(Node { level: level as u8, index: start >> level })?);
            start += 1 << level;
        }
        Ok(Self { size, roots })
    }

    /// How many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the complete subtrees, largest first.
    #[must_use]
    pub fn roots(&self) -> &[Hash] {
        &self.roots
    }

    /// Appends a leaf hash; returns the leaf's index.
    pub fn append(&mut self, leaf: Hash) -> u64 {
        self.append_with(leaf, |_, _| {})
    }

    /// Appends a leaf hash and hands over each node it completes, the leaf first, in rising level; returns the leaf's
    /// index.
    pub fn append_with(&mut self, leaf: Hash, mut completed: impl FnMut(Node, Hash)) -> u64 {
        let index = self.size;
        let mut hash = leaf;
        completed(Node::leaf(index), hash);
        for level in 1..=index.trailing_ones() {
            // Each trailing one bit of the old size stands for a subtree as large as the one just completed.
            let Some(left) = self.roots.pop() else { break };
            hash = node_hash(&left, &hash);
            completed(Node { level: level as u8, index: index >> level }, hash);
        }
        self.roots.push(hash);
        self.size += 1;
        index
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut from_the_right = self.roots.iter().rev();
        let Some(last) = from_the_right.next() else { return empty_root() };
        from_the_right.fold(*last, |right, left| node_hash(left, &right))
    }
}
