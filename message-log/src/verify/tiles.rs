//! Comparing the tree with its tiles while it is made again.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use trust::merkle::{Frontier, Hash, Node};
use trust::tile::Tile;

/// The tree that the records give, compared with the tiles as it grows.
pub(super) struct TileComparison {
    folder: PathBuf,
    frontier: Frontier,
    /// For each tile level, the tile that was read last.
    read: BTreeMap<u8, (u64, Option<Vec<u8>>)>,
    pub(super) missing: u64,
    /// The hashes since `base`, for roots of trees a little smaller than the whole.
    base: Frontier,
    since: Vec<Hash>,
}

/// So many hashes are held for checkpoints that may still come.
const MAX_SINCE: usize = 1 << 20;

impl TileComparison {
    pub(super) fn new(folder: &Path) -> Self {
        let (frontier, base) = (Frontier::default(), Frontier::default());
        Self { folder: folder.to_owned(), frontier, read: BTreeMap::new(), missing: 0, base, since: Vec::new() }
    }

    pub(super) fn size(&self) -> u64 {
        self.frontier.size()
    }

    pub(super) fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// Appends a leaf; says which tile, if any, says otherwise.
    pub(super) fn append(&mut self, leaf: Hash) -> io::Result<Option<Tile>> {
        let mut completed = Vec::new();
        self.frontier.append_with(leaf, |node, hash| {
            if node.level % 8 == 0 {
                completed.push((node, hash));
            }
        });
        self.since.push(leaf);
        if self.since.len() > MAX_SINCE {
            self.advance(self.base.size() + (MAX_SINCE / 2) as u64);
        }
        let mut differing = None;
        for (node, hash) in completed {
            differing = differing.or(self.differing(node, &hash)?);
        }
        Ok(differing)
    }

    /// The root of the tree at `size`; `None` if it is larger than the tree, or so much smaller that it is forgotten.
    pub(super) fn root_at(&mut self, size: u64) -> Option<Hash> {
        if size > self.size() || size < self.base.size() {
            return None;
        }
        self.advance(size);
        Some(self.base.root())
    }

    fn advance(&mut self, size: u64) {
        let count = (size - self.base.size()) as usize;
        for hash in self.since.drain(..count) {
            self.base.append(hash);
        }
    }

    fn differing(&mut self, node: Node, hash: &Hash) -> io::Result<Option<Tile>> {
        let (level, number) = (node.level / 8, node.index / 256);
        let Ok(tile) = Tile::new(level, number, 256) else { return Ok(None) };
        if self.read.get(&level).is_none_or(|(read, _)| *read != number) {
            let content = match std::fs::read(self.folder.join(tile.to_string())) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                other => Some(other?),
            };
            self.read.insert(level, (number, content));
        }
        let Some((_, Some(content))) = self.read.get(&level) else {
            // Only the last hash tells that the tile is full and should be there.
            self.missing += u64::from(node.index % 256 == 255);
            return Ok(None);
        };
        let start = (node.index % 256) as usize * Hash::SIZE;
        let same = content.get(start..start + Hash::SIZE) == Some(hash.as_bytes());
        Ok((!same).then_some(tile))
    }
}
