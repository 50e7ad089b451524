use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::merkle::{NodesInMemory, inclusion_proof, leaf_hash, root_of, verify_inclusion};

/// Tiles kept by path, full ones in the place of partial ones.
struct StoredTiles(BTreeMap<String, Vec<u8>>);

impl TileReader for StoredTiles {
    type Error = String;

    fn read_tile(&self, tile: Tile) -> Result<Vec<u8>, String> {
        let found = self.0.get(&tile.to_string()).or_else(|| self.0.get(&tile.full().to_string()));
        found.cloned().ok_or_else(|| tile.to_string())
    }
}

fn tile(level: u8, index: u64, width: u16) -> Tile {
    Tile::new(level, index, width).unwrap()
}

#[test]
fn paths_are_those_of_the_specification() {
    assert_eq!(tile(0, 1_234_067, 256).to_string(), "tile/0/x001/x234/067");
    assert_eq!(tile(0, 273, 112).to_string(), "tile/0/273.p/112");
    assert_eq!(tile(2, 0, 1).to_string(), "tile/2/000.p/1");
    assert_eq!(tile(0, 1067, 256).to_string(), "tile/0/x001/067");
}

#[test]
fn a_tree_of_70000_leaves_has_the_tiles_of_the_specification() {
    let tiles: Vec<Tile> = Tile::added(0, 70_000).collect();
    assert_eq!(tiles.iter().filter(|tile| tile.level() == 0 && tile.width() == 256).count(), 273);
    let others: Vec<String> = tiles.iter().skip(273).map(Tile::to_string).collect();
    assert_eq!(others, ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]);
    let of_256: Vec<String> = Tile::added(0, 256).map(|tile| tile.to_string()).collect();
    assert_eq!(of_256, ["tile/0/000", "tile/1/000.p/1"]);
    assert_eq!(Tile::added(5, 5).count(), 0);
}

#[test]
fn refuses_paths_that_are_not_the_one_of_a_tile() {
    for path in [
        "tile/0/1",
        "tile/0/0001",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/00/001",
        "tile/8/000",
        "tile/0/001.p/256",
        "tile/0/001.p/0",
        "tile/0/001.p/01",
        "tile/0/001.p/",
        "tile/0/+01",
        "/tile/0/001",
        "tile/0/001/",
        "tile/-1/001",
        "tile/0/xx01",
        "",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/0/999.p/9999999",
        "tile/data/000",
        "tile/7/x001/000",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
    ] {
        assert_eq!(path.parse::<Tile>(), Err(TileError::Path), "{path}");
    }
    assert!(Tile::new(7, 0, 256).is_err());
    assert!(Tile::new(7, 0, 255).is_ok());
    assert!(Tile::new(0, 0, 0).is_err());
}

#[test]
fn tiles_serve_every_node_of_the_tree() {
    let size = 256 * 256 + 300;
    let nodes = NodesInMemory::new((0..size).map(|index: u64| leaf_hash(&index.to_be_bytes())).collect());
    let stored = Tile::added(0, size).map(|tile| (tile.to_string(), tile.content(&nodes).unwrap())).collect();
    let reader = TileHashReader::new(StoredTiles(stored), size);
    for node in (0..17).flat_map(|level| (0..size >> level).step_by(97).map(move |index| Node { level, index })) {
        assert_eq!(reader.read(node).unwrap(), nodes.read(node).unwrap(), "{node:?}");
    }
    let root = root_of(size, &reader).unwrap();
    assert_eq!(root, root_of(size, &nodes).unwrap());
    for index in [0, 1, 255, 256, 65_535, 65_536, size - 1] {
        let proof = inclusion_proof(index, size, &reader).unwrap();
        let leaf = nodes.read(Node::leaf(index)).unwrap();
        assert_eq!(verify_inclusion(&leaf, index, size, &proof, &root), Ok(()));
    }
    // The same full tiles serve an older tree, whose tiles at these places were partial.
    let older = TileHashReader::new(reader.tiles, 300 - 44);
    assert_eq!(root_of(256, &older).unwrap(), root_of(256, &nodes).unwrap());
}

#[test]
fn refuses_what_the_tree_or_the_tile_does_not_hold() {
    let nodes = NodesInMemory::new((0..300).map(|index: u64| leaf_hash(&index.to_be_bytes())).collect());
    let first = tile(0, 0, 256);
    let content = first.content(&nodes).unwrap();
    assert!(matches!(first.node_hash(&content[1..], Node::leaf(0)), Err(TileError::ContentLength { .. })));
    let longer = [&content[..], &[0; 32]].concat();
    assert!(matches!(first.node_hash(&longer, Node::leaf(0)), Err(TileError::ContentLength { .. })));
    for node in
        [Node::leaf(256), Node { level: 8, index: 0 }, Node { level: 3, index: 32 }, Node { level: 200, index: 0 }]
    {
        assert!(matches!(first.node_hash(&content, node), Err(TileError::NotCovered { .. })), "{node:?}");
    }
    let second = tile(0, 1, 44);
    assert!(matches!(second.node_hash(&content, Node::leaf(0)), Err(TileError::NotCovered { .. })));
    let reader = TileHashReader::new(StoredTiles(BTreeMap::new()), 300);
    assert_eq!(reader.read(Node::leaf(300)), Err(TileReadError::NoSuchNode { node: Node::leaf(300), size: 300 }));
    assert!(matches!(reader.read(Node::leaf(0)), Err(TileReadError::Read { .. })));
}

proptest! {
    #[test]
    fn paths_read_back(level in 0..=7_u8, index: u64, width in 1..=256_u16) {
        if let Ok(tile) = Tile::new(level, index, width) {
            prop_assert_eq!(tile.to_string().parse(), Ok(tile));
        }
    }

    #[test]
    fn parsing_never_panics(path in "(tile/)?[0-9x/.p]{0,40}") {
        if let Ok(tile) = path.parse::<Tile>() {
            prop_assert_eq!(tile.to_string(), path);
        }
    }

    #[test]
    fn the_covering_tile_is_one_of_the_trees_tiles(level in 0..70_u8, index: u64, size in 1..100_000_u64) {
        let node = Node { level, index: index % size };
        if let Some(tile) = Tile::covering(node, size) {
            prop_assert!(Tile::added(0, size).any(|added| added == tile));
        }
    }
}
