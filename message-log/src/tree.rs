//! The Merkle tree over the leaves: its right edge in memory, full tiles in files of the C2SP tlog-tiles layout.
//!
//! Tiles are derived. A tile is full before it is written, and it is dropped from memory only after that, so that every
//! node of the tree can be read at any time.

use crate::disk::Disk;
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use trust::merkle::{Frontier, Hash, HashReader, Node, root};
use trust::tile::Tile;

/// The tree of the log.
pub(crate) struct Tree {
    folder: PathBuf,
    edge: Mutex<Growing>,
    /// Full tiles whose files may not be durable yet.
    unsynced: Mutex<Vec<Tile>>,
}

/// The right edge of the tree at some size: the hashes of each level's last, partial tile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Edge {
    pub(crate) size: u64,
    pub(crate) levels: Vec<Vec<Hash>>,
}

/// Why a node of the tree could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// The tree is smaller.
    #[error("the tree has no complete node {} at level {}", .0.index, .0.level)]
    NoSuchNode(Node),
    /// A tile's file is missing, short or unreadable; opening the log makes missing tiles again.
    #[error("failed to read {tile}")]
    Tile {
        /// The path of the tile.
        tile: String,
        /// What the disk said.
        source: io::Error,
    },
}

#[derive(Default)]
struct Growing {
    frontier: Frontier,
    levels: Vec<Level>,
}

/// The hashes of one tile level that are in no file yet.
#[derive(Default)]
struct Level {
    /// The first one's index in its level, a multiple of the tile width.
    first: u64,
    hashes: Vec<Hash>,
}

const WIDTH: usize = 256;
const LEVELS: usize = 8;

impl Tree {
    /// The tree whose right edge was stored, with its tiles under `folder`.
    ///
    /// Returns `None` where the edge does not fit its size.
    pub(crate) fn from_edge(folder: &Path, edge: &Edge) -> Option<Self> {
        let mut levels = Vec::new();
        for level in 0..LEVELS {
            let count = edge.size >> (8 * level);
            let hashes = edge.levels.get(level).cloned().unwrap_or_default();
            if hashes.len() as u64 != count % WIDTH as u64 {
                return None;
            }
            levels.push(Level { first: count - hashes.len() as u64, hashes });
        }
        let frontier = Frontier::read(edge.size, &EdgeReader(&levels)).ok()?;
        let (edge, unsynced) = (Mutex::new(Growing { frontier, levels }), Mutex::default());
        Some(Self { folder: folder.to_owned(), edge, unsynced })
    }

    /// Appends leaf hashes in one step, as readers see it.
    pub(crate) fn append(&self, leaves: impl IntoIterator<Item = Hash>) {
        let mut edge = self.edge();
        let Growing { frontier, levels } = &mut *edge;
        for leaf in leaves {
            frontier.append_with(leaf, |node, hash| {
                if node.level % 8 == 0 {
                    levels[usize::from(node.level / 8)].hashes.push(hash);
                }
            });
        }
    }

    pub(crate) fn size(&self) -> u64 {
        self.edge().frontier.size()
    }

    /// Size and root, of the same moment.
    pub(crate) fn head(&self) -> (u64, Hash) {
        let edge = self.edge();
        (edge.frontier.size(), edge.frontier.root())
    }

    /// The right edge, without the full tiles that wait to be written.
    pub(crate) fn snapshot(&self) -> Edge {
        let edge = self.edge();
        let partial = |level: &Level| level.hashes[level.hashes.len() / WIDTH * WIDTH..].to_vec();
        Edge { size: edge.frontier.size(), levels: edge.levels.iter().map(partial).collect() }
    }

    /// How many full tiles wait to be written.
    pub(crate) fn waiting_tiles(&self) -> usize {
        self.edge().levels.iter().map(|level| level.hashes.len() / WIDTH).sum()
    }

    /// Writes the full tiles that wait. Only one thread at a time may call this.
    pub(crate) fn write_full_tiles(&self) -> io::Result<()> {
        while let Some((tile, content)) = self.first_full_tile() {
            self.write_tile(tile, &content)?;
            self.unsynced.lock().unwrap_or_else(PoisonError::into_inner).push(tile);
            let mut edge = self.edge();
            let level = &mut edge.levels[usize::from(tile.level())];
            level.hashes.drain(..WIDTH);
            level.first += WIDTH as u64;
            drop(edge);
            let mut partial = self.folder.join(tile.to_string()).into_os_string();
            partial.push(".p");
            // The specification allows partial tiles to go once the full one is there.
            let _ = std::fs::remove_dir_all(partial);
        }
        Ok(())
    }

    /// Makes the full tiles that were written so far durable, and the names of their files and folders.
    pub(crate) fn sync_full_tiles(&self, disk: &dyn Disk) -> io::Result<()> {
        let tiles = std::mem::take(&mut *self.unsynced.lock().unwrap_or_else(PoisonError::into_inner));
        let mut folders = BTreeSet::new();
        for tile in tiles {
            let path = self.folder.join(tile.to_string());
            disk.sync(&File::open(&path)?)?;
            // A folder that was made on the way has a name in its parent.
            let parents = path.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.folder));
            folders.extend(parents.map(Path::to_owned));
        }
        folders.iter().try_for_each(|folder| disk.sync_folder(folder))
    }

    /// Writes the partial tiles of the tree at `size`, which readers of the checkpoint of that size look for.
    pub(crate) fn write_partial_tiles(&self, size: u64) -> Result<(), TreeError> {
        for level in 0..LEVELS as u8 {
            let count = size >> (8 * level);
            let Ok(tile) = Tile::new(level, count / WIDTH as u64, (count % WIDTH as u64) as u16) else { continue };
            let content = tile.content(self)?;
            self.write_tile(tile, &content).map_err(|source| TreeError::Tile { tile: tile.to_string(), source })?;
        }
        Ok(())
    }

    /// Whether the files of all full tiles in front of the edge are there.
    pub(crate) fn tiles_are_there(&self) -> bool {
        let firsts: Vec<u64> = self.edge().levels.iter().map(|level| level.first).collect();
        let there = |level: usize, index: u64| {
            let tile = Tile::new(level as u8, index, WIDTH as u16).ok();
            let length = tile.and_then(|tile| std::fs::metadata(self.folder.join(tile.to_string())).ok());
            length.is_some_and(|found| found.len() == (WIDTH * Hash::SIZE) as u64)
        };
        firsts.iter().enumerate().all(|(level, first)| (0..first / WIDTH as u64).all(|index| there(level, index)))
    }

    fn first_full_tile(&self) -> Option<(Tile, Vec<u8>)> {
        let edge = self.edge();
        let (number, level) = edge.levels.iter().enumerate().find(|(_, level)| level.hashes.len() >= WIDTH)?;
        let tile = Tile::new(number as u8, level.first / WIDTH as u64, WIDTH as u16).ok()?;
        Some((tile, level.hashes[..WIDTH].iter().flat_map(|hash| *hash.as_bytes()).collect()))
    }

    /// Not synced yet: a tile that a crash spoils is behind the last index file and is made again at the next start.
    fn write_tile(&self, tile: Tile, content: &[u8]) -> io::Result<()> {
        let path = self.folder.join(tile.to_string());
        std::fs::create_dir_all(path.parent().unwrap_or(&self.folder))?;
        let fresh = path.with_extension("new");
        std::fs::write(&fresh, content)?;
        std::fs::rename(&fresh, &path)
    }

    fn edge(&self) -> MutexGuard<'_, Growing> {
        // Nothing panics between two states of the edge, so a poisoned one is whole.
        self.edge.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HashReader for Tree {
    type Error = TreeError;

    fn read(&self, node: Node) -> Result<Hash, TreeError> {
        {
            let edge = self.edge();
            if Tile::covering(node, edge.frontier.size()).is_none() {
                return Err(TreeError::NoSuchNode(node));
            }
            if let Some(hash) = in_levels(&edge.levels, node) {
                return Ok(hash);
            }
        }
        read_node(&self.folder, node)
    }
}

/// Reads a node from the file of its full tile.
pub(crate) fn read_node(folder: &Path, node: Node) -> Result<Hash, TreeError> {
    let index = (u128::from(node.index) << (node.level % 8)) / WIDTH as u128;
    let index = u64::try_from(index).map_err(|_| TreeError::NoSuchNode(node))?;
    let tile = Tile::new(node.level / 8, index, WIDTH as u16).map_err(|_| TreeError::NoSuchNode(node))?;
    let failed = |source| TreeError::Tile { tile: tile.to_string(), source };
    let content = std::fs::read(folder.join(tile.to_string())).map_err(failed)?;
    let hash = tile.node_hash(&content, node);
    hash.map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidData, error)))
}

struct EdgeReader<'a>(&'a [Level]);

impl HashReader for EdgeReader<'_> {
    type Error = TreeError;

    fn read(&self, node: Node) -> Result<Hash, TreeError> {
        in_levels(self.0, node).ok_or(TreeError::NoSuchNode(node))
    }
}

fn in_levels(levels: &[Level], node: Node) -> Option<Hash> {
    let level = levels.get(usize::from(node.level / 8))?;
    let height = node.level % 8;
    let start = usize::try_from(node.index.checked_shl(u32::from(height))?.checked_sub(level.first)?).ok()?;
    let end = start.checked_add(1 << height)?;
    level.hashes.get(start..end).map(root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trust::merkle::{NodesInMemory, consistency_proof, inclusion_proof, leaf_hash, root_of};

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|number| leaf_hash(&number.to_le_bytes())).collect()
    }

    #[test]
    fn proves_as_a_tree_in_memory_does_with_tiles_written_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::from_edge(folder.path(), &Edge::default()).unwrap();
        let all = leaves(70_000);
        let plain = NodesInMemory::new(all.clone());
        for (number, some) in all.chunks(9_999).enumerate() {
            tree.append(some.iter().copied());
            if number % 2 == 0 {
                tree.write_full_tiles().unwrap();
            }
        }
        for size in [1, 255, 256, 257, 9_999, 65_535, 65_536, 65_537, 70_000] {
            assert_eq!(root_of(size, &tree).unwrap(), root_of(size, &plain).unwrap());
            for index in [0, size / 2, size - 1] {
                let proof = inclusion_proof(index, size, &tree).unwrap();
                assert_eq!(proof, inclusion_proof(index, size, &plain).unwrap());
            }
            assert_eq!(
                consistency_proof(size, 70_000, &tree).unwrap(),
                consistency_proof(size, 70_000, &plain).unwrap()
            );
        }
        tree.write_full_tiles().unwrap();
        assert!(tree.tiles_are_there());
        std::fs::remove_file(folder.path().join("tile/0/x001/003")).ok();
        std::fs::remove_file(folder.path().join("tile/0/003")).unwrap();
        assert!(!tree.tiles_are_there());
    }

    #[test]
    fn a_stored_edge_continues_the_tree() {
        let folder = tempfile::tempdir().unwrap();
        let all = leaves(1_500);
        for cut in [0, 1, 255, 256, 300, 1_024] {
            let tree = Tree::from_edge(folder.path(), &Edge::default()).unwrap();
            tree.append(all[..cut].iter().copied());
            let again = Tree::from_edge(folder.path(), &tree.snapshot()).unwrap();
            again.append(all[cut..].iter().copied());
            assert_eq!(again.head(), (1_500, root(&all)));
        }
    }

    #[test]
    fn an_edge_that_does_not_fit_its_size_is_refused() {
        let edge = Edge { size: 3, levels: vec![leaves(2)] };
        assert!(Tree::from_edge(Path::new("."), &edge).is_none());
    }

    #[test]
    fn writes_the_partial_tiles_of_a_smaller_tree() {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::from_edge(folder.path(), &Edge::default()).unwrap();
        tree.append(leaves(600));
        tree.write_full_tiles().unwrap();
        tree.write_partial_tiles(300).unwrap();
        let partial = std::fs::read(folder.path().join("tile/0/001.p/44")).unwrap();
        assert_eq!(partial.len(), 44 * 32);
        assert_eq!(std::fs::read(folder.path().join("tile/1/000.p/1")).unwrap().len(), 32);
    }
}
