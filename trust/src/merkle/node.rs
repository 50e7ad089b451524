//! Complete nodes of a tree, and where their hashes are read from.

use super::{Hash, node_hash};

/// A complete inner node or leaf: at `level` 0 the leaf `index`, above it the root over the leaves
/// `index << level` up to, not including, `(index + 1) << level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Height above the leaves; at most 63.
    pub level: u8,
    /// Which node of that level, from the left, from 0.
    pub index: u64,
}

impl Node {
    /// The leaf at `index`.
    #[must_use]
    pub const fn leaf(index: u64) -> Self {
        Self { level: 0, index }
    }
}

/// Where the hashes of complete nodes are kept.
pub trait HashReader {
    /// Why a hash could not be read.
    type Error;

    /// Reads the hash of a complete node.
    ///
    /// # Errors
    /// When the node is not there, or reading it fails.
    fn read(&self, node: Node) -> Result<Hash, Self::Error>;
}

impl<R: HashReader + ?Sized> HashReader for &R {
    type Error = R::Error;

    fn read(&self, node: Node) -> Result<Hash, Self::Error> {
        (**self).read(node)
    }
}

/// All complete nodes of a small tree, in memory: for batches and tests.
#[derive(Debug, Clone)]
pub struct NodesInMemory {
    levels: Vec<Vec<Hash>>,
}

impl NodesInMemory {
    /// Hashes every complete node over these leaf hashes.
    #[must_use]
    pub fn new(leaves: Vec<Hash>) -> Self {
        let mut levels = vec![leaves];
        loop {
            let below = &levels[levels.len() - 1];
            if below.len() < 2 {
                return Self { levels };
            }
            let level = below.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
            levels.push(level);
        }
    }

    /// How many leaves there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.levels[0].len() as u64
    }
}

impl HashReader for NodesInMemory {
    type Error = MissingNode;

    fn read(&self, node: Node) -> Result<Hash, MissingNode> {
        let index = usize::try_from(node.index).map_err(|_| MissingNode(node))?;
        let level = self.levels.get(usize::from(node.level)).ok_or(MissingNode(node))?;
        level.get(index).copied().ok_or(MissingNode(node))
    }
}

/// The tree has no such complete node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the tree has no complete node {} at level {}", .0.index, .0.level)]
pub struct MissingNode(pub Node);
