//! How fast leaves are hashed, appended and proved.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use trust::merkle::{
    Frontier, Hash, NodesInMemory, consistency_proof, inclusion_proof, leaf_hash, root_of, verify_inclusion,
};
use trust::tile::{Tile, TileHashReader, TileReader};

const LEAVES: u64 = 10_000;

fn leaves() -> Vec<Hash> {
    (0..LEAVES).map(|index| leaf_hash(&index.to_be_bytes())).collect()
}

fn appending(criterion: &mut Criterion) {
    let record = vec![7; 1024];
    criterion.bench_function("hash a leaf of 1 KiB", |bencher| bencher.iter(|| leaf_hash(black_box(&record))));
    let leaves = leaves();
    let mut group = criterion.benchmark_group("tree of 10,000 leaves");
    group.throughput(Throughput::Elements(LEAVES));
    group.bench_function("append each leaf, then the root", |bencher| {
        bencher.iter(|| {
            let mut frontier = Frontier::default();
            for leaf in &leaves {
                frontier.append(*leaf);
            }
            frontier.root()
        });
    });
    group.finish();
}

/// The tiles of the tree, in memory.
struct Tiles(std::collections::HashMap<Tile, Vec<u8>>);

impl TileReader for &Tiles {
    type Error = Tile;

    fn read_tile(&self, tile: Tile) -> Result<Vec<u8>, Tile> {
        self.0.get(&tile).cloned().ok_or(tile)
    }
}

fn proving(criterion: &mut Criterion) {
    let nodes = NodesInMemory::new(leaves());
    let content = |tile: Tile| (tile, tile.content(&nodes).expect("the tree has every node of its tiles"));
    let tiles = Tiles(Tile::added(0, LEAVES).map(content).collect());
    let reader = TileHashReader::new(&tiles, LEAVES);
    criterion.bench_function("inclusion proof out of tiles", |bencher| {
        bencher.iter(|| inclusion_proof(black_box(4321), LEAVES, &reader));
    });
    criterion.bench_function("consistency proof out of tiles", |bencher| {
        bencher.iter(|| consistency_proof(black_box(4321), LEAVES, &reader));
    });
    let (Ok(proof), Ok(root)) = (inclusion_proof(4321, LEAVES, &reader), root_of(LEAVES, &reader)) else { return };
    let leaf = leaf_hash(&4321_u64.to_be_bytes());
    criterion.bench_function("verify an inclusion proof", |bencher| {
        bencher.iter(|| verify_inclusion(black_box(&leaf), 4321, LEAVES, &proof, &root));
    });
}

criterion_group!(benches, appending, proving);
criterion_main!(benches);
