//! Durable commits a second with each engine: one caller, and 64 that share the syncs.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use storage::{Batch, Engine, Expected, Keyspace, Settings, Store};

const ITEMS: Keyspace = Keyspace::new("items");

fn commit(c: &mut Criterion) {
    for engine in [Engine::Redb, Engine::Sled] {
        commit_to(engine, c);
    }
}

fn commit_to(engine: Engine, c: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let folder = tempfile::tempdir_in(".").expect("a folder on a real disk");
    let settings = Settings { engine: Some(engine), ..Settings::default() };
    let store = Store::open_with(folder.path().join("store"), &settings).expect("a new store opens");
    let mut group = c.benchmark_group(format!("commit {engine}"));
    let mut next = 0_u64;

    for callers in [1_u64, 64] {
        group.throughput(Throughput::Elements(callers));
        group.bench_function(format!("callers {callers}"), |bencher| {
            bencher.iter(|| {
                let tasks: Vec<_> = (0..callers)
                    .map(|_| {
                        next += 1;
                        let (store, batch) = (store.clone(), batch(next));
                        runtime.spawn(async move { store.commit(batch).await })
                    })
                    .collect();
                for task in tasks {
                    runtime.block_on(task).expect("a task ends").expect("a batch is committed");
                }
            });
        });
    }
    group.finish();
}

fn batch(number: u64) -> Batch {
    let mut batch = Batch::new();
    let key = number.to_be_bytes();
    batch.expect(ITEMS, key, Expected::Absent).put(ITEMS, key, vec![7; 200]);
    batch
}

criterion_group!(benches, commit);
criterion_main!(benches);
