//! C2SP tlog-tiles: the layout in which a log stores and publishes the hashes of its tree.
//!
//! A tile holds up to 256 consecutive hashes of one tree level out of eight; the levels between are recomputed. Full
//! tiles never change; the rightmost tile of a level is partial and is replaced as the tree grows.

use std::fmt;
use std::str::FromStr;

use crate::merkle::{Hash, HashReader, Node, root};

/// How many hashes a full tile holds.
pub const TILE_WIDTH: u16 = 256;

/// Tree levels that one level of tiles stands for.
const TILE_HEIGHT: u8 = 8;

/// The highest tile level of a tree with fewer than 2^64 leaves.
const MAX_LEVEL: u8 = 7;

/// Longest path of a tile; ids beyond that name no tile of a tree with fewer than 2^64 leaves.
const MAX_PATH_BYTES: usize = 48;

/// Names a tile: its level, which one of that level, and how many hashes it holds (1 to 256).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    level: u8,
    index: u64,
    width: u16,
}

/// Why something is not the name of a tile, or not its content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// No tree has such a tile.
    #[error("there is no tile {index} of width {width} at level {level}")]
    NoSuchTile {
        /// Tile level.
        level: u8,
        /// Which one of the level.
        index: u64,
        /// How many hashes.
        width: u16,
    },
    /// The path is not the one path of a tile.
    #[error("not the path of a tile")]
    Path,
    /// The content has another length than the tile's width demands.
    #[error("{tile} has {expected} bytes, not {found}")]
    ContentLength {
        /// Which tile.
        tile: Tile,
        /// Width times 32.
        expected: usize,
        /// What was there.
        found: usize,
    },
    /// The tile does not cover the node.
    #[error("{tile} does not cover node {} at level {}", .node.index, .node.level)]
    NotCovered {
        /// Which tile.
        tile: Tile,
        /// The node asked for.
        node: Node,
    },
}

impl Tile {
    /// Names a tile.
    ///
    /// # Errors
    /// When no tree of fewer than 2^64 leaves has it.
    pub fn new(level: u8, index: u64, width: u16) -> Result<Self, TileError> {
        let refused = TileError::NoSuchTile { level, index, width };
        if level > MAX_LEVEL || width == 0 || width > TILE_WIDTH {
            return Err(refused);
        }
        // The tile's last hash must stand for leaves that can be counted.
        let end = (u128::from(index) * u128::from(TILE_WIDTH) + u128::from(width)) << (TILE_HEIGHT * level);
        if end > u128::from(u64::MAX) { Err(refused) } else { Ok(Self { level, index, width }) }
    }

    /// The tile that holds a complete node's hash, or the hashes it is computed from, in the tree of the first `size`
    /// leaves; `None` if that tree has no such node.
    #[must_use]
    pub fn covering(node: Node, size: u64) -> Option<Self> {
        if node.level > 63 {
            return None;
        }
        let end = (u128::from(node.index) + 1) << node.level;
        if end > u128::from(size) {
            return None;
        }
        let level = node.level / TILE_HEIGHT;
        let index = (node.index << (node.level % TILE_HEIGHT)) / u64::from(TILE_WIDTH);
        Some(Self { level, index, width: width_at(level, index, size) })
    }

    /// The tiles that the tree of `new` leaves has and the tree of `old` leaves has not, level by level, from the
    /// left. Partial tiles of sizes between are not among them.
    pub fn added(old: u64, new: u64) -> impl Iterator<Item = Self> {
        (0..=MAX_LEVEL).flat_map(move |level| {
            let (first, end) = (hashes_at(level, old), hashes_at(level, new));
            let indices = if first < end { first / 256..end.div_ceil(256) } else { 0..0 };
            indices.map(move |index| Self { level, index, width: width_at(level, index, new) })
        })
    }

    /// Tile level; tree level 8 times this.
    #[must_use]
    pub const fn level(&self) -> u8 {
        self.level
    }

    /// Which tile of its level, from the left, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes it holds.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// How many bytes it holds.
    #[must_use]
    pub const fn content_bytes(&self) -> usize {
        self.width as usize * Hash::SIZE
    }

    /// The full tile at the same place.
    #[must_use]
    pub const fn full(&self) -> Self {
        Self { width: TILE_WIDTH, ..*self }
    }

    /// The nodes whose hashes are the tile's content, in order.
    pub fn nodes(&self) -> impl Iterator<Item = Node> + use<> {
        let first = self.index * u64::from(TILE_WIDTH);
        let level = self.level * TILE_HEIGHT;
        (first..first + u64::from(self.width)).map(move |index| Node { level, index })
    }

    /// Reads the tile's content out of the nodes of a tree.
    ///
    /// # Errors
    /// When a node cannot be read.
    pub fn content<R: HashReader>(&self, nodes: &R) -> Result<Vec<u8>, R::Error> {
        let mut content = Vec::with_capacity(self.content_bytes());
        for node in self.nodes() {
            content.extend_from_slice(nodes.read(node)?.as_bytes());
        }
        Ok(content)
    }

    /// The hash of a complete node, from the content of the tile that covers it. The content may be that of the wider
    /// tile at the same place: a full tile serves where a partial one was asked for.
    ///
    /// # Errors
    /// When the content is not as long as the tile, or the tile does not cover the node.
    pub fn node_hash(&self, content: &[u8], node: Node) -> Result<Hash, TileError> {
        let (expected, found) = (self.content_bytes(), content.len());
        if found < expected || !found.is_multiple_of(Hash::SIZE) || found > self.full().content_bytes() {
            return Err(TileError::ContentLength { tile: *self, expected, found });
        }
        let not_covered = TileError::NotCovered { tile: *self, node };
        let Some(height) = node.level.checked_sub(self.level * TILE_HEIGHT).filter(|height| *height < TILE_HEIGHT)
        else {
            return Err(not_covered);
        };
        let first = u128::from(node.index) << height;
        let in_tile = first.checked_sub(u128::from(self.index) * u128::from(TILE_WIDTH)).filter(|first| *first < 256);
        let Some(start) = in_tile.map(|first| first as usize * Hash::SIZE) else { return Err(not_covered) };
        let Some(bytes) = content.get(start..start + (Hash::SIZE << height)) else { return Err(not_covered) };
        let hashes: Vec<Hash> = bytes.as_chunks::<32>().0.iter().map(|hash| Hash::from_bytes(*hash)).collect();
        Ok(root(&hashes))
    }
}

/// How many hashes the tiles of a level hold together.
fn hashes_at(level: u8, size: u64) -> u64 {
    size >> (TILE_HEIGHT * level)
}

fn width_at(level: u8, index: u64, size: u64) -> u16 {
    let left = hashes_at(level, size).saturating_sub(index * u64::from(TILE_WIDTH));
    left.min(u64::from(TILE_WIDTH)) as u16
}

impl fmt::Display for Tile {
    /// The path, for example `tile/0/x001/067` or `tile/1/000.p/17`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tile/{}/", self.level)?;
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for group in groups.iter().skip(1).rev() {
            write!(f, "x{group:03}/")?;
        }
        write!(f, "{:03}", groups[0])?;
        if self.width == TILE_WIDTH { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

impl FromStr for Tile {
    type Err = TileError;

    fn from_str(path: &str) -> Result<Self, TileError> {
        let tile = parse_path(path).ok_or(TileError::Path)?;
        // One tile has one path: no zeros too many, no `.p/256`.
        if tile.to_string() == path { Ok(tile) } else { Err(TileError::Path) }
    }
}

fn parse_path(path: &str) -> Option<Tile> {
    if path.len() > MAX_PATH_BYTES {
        return None;
    }
    let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
    let (groups, width) = match rest.split_once(".p/") {
        Some((groups, width)) => (groups, width.parse().ok()?),
        None => (rest, TILE_WIDTH),
    };
    let mut index: u64 = 0;
    for group in groups.split('/') {
        let group: u16 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
        index = index.checked_mul(1000)?.checked_add(u64::from(group))?;
    }
    Tile::new(level.parse().ok()?, index, width).ok()
}

/// Where the content of tiles is kept.
pub trait TileReader {
    /// Why a tile could not be read.
    type Error;

    /// Reads the content of a tile; may answer with the full tile where a partial one is asked for.
    ///
    /// # Errors
    /// When the tile is not there, or reading it fails.
    fn read_tile(&self, tile: Tile) -> Result<Vec<u8>, Self::Error>;
}

/// Reads node hashes out of the tiles of the tree of the first `size` leaves.
#[derive(Debug, Clone)]
pub struct TileHashReader<T> {
    tiles: T,
    size: u64,
}

/// Why a node could not be read out of tiles; `E` is the tile reader's error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileReadError<E> {
    /// The tree has no such complete node.
    #[error("a tree of {size} leaves has no complete node {} at level {}", .node.index, .node.level)]
    NoSuchNode {
        /// The node asked for.
        node: Node,
        /// The size of the tree.
        size: u64,
    },
    /// The tile is not there, or reading it failed.
    #[error("failed to read {tile}")]
    Read {
        /// Which tile.
        tile: Tile,
        /// Why.
        source: E,
    },
    /// The tile's content is not what its name says.
    #[error("unusable tile content")]
    Content(#[source] TileError),
}

impl<T: TileReader> TileHashReader<T> {
    /// Reads the tree of the first `size` leaves.
    pub const fn new(tiles: T, size: u64) -> Self {
        Self { tiles, size }
    }
}

impl<T: TileReader> HashReader for TileHashReader<T> {
    type Error = TileReadError<T::Error>;

    fn read(&self, node: Node) -> Result<Hash, Self::Error> {
        let tile = Tile::covering(node, self.size).ok_or(TileReadError::NoSuchNode { node, size: self.size })?;
        let content = self.tiles.read_tile(tile).map_err(|source| TileReadError::Read { tile, source })?;
        tile.node_hash(&content, node).map_err(TileReadError::Content)
    }
}

#[cfg(test)]
mod tests;
