//! What a transaction that only reads costs with each engine: it begins, reads three keys of two keyspaces, and ends.

use criterion::{Criterion, criterion_group, criterion_main};
use storage::{Batch, Direction, Engine, KeyRange, Keyspace, Settings, Store};

const PEOPLE: Keyspace = Keyspace::new("people");
const CASES: Keyspace = Keyspace::new("cases");
const NUMBER: u64 = 10_000;

fn filled() -> Batch {
    let mut batch = Batch::new();
    for number in 0..NUMBER {
        batch.put(PEOPLE, number.to_be_bytes(), [1; 200]).put(CASES, number.to_be_bytes(), [2; 200]);
    }
    batch
}

fn read(criterion: &mut Criterion) {
    for engine in [Engine::Redb, Engine::Sled] {
        read_from(engine, criterion);
    }
}

fn read_from(engine: Engine, criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = Settings { engine: Some(engine), ..Settings::default() };
    let store = Store::open_with(folder.path().join("store"), &settings).expect("a new store opens");
    store.commit_blocking(filled()).expect("the store is filled");
    let mut next = 0;
    let mut key = move || {
        next = (next + 7919) % NUMBER;
        next.to_be_bytes()
    };
    let mut group = criterion.benchmark_group(format!("read {engine}"));
    group.bench_function("begin", |bench| bench.iter(|| store.begin().expect("a transaction begins")));
    group.bench_function("begin and three keys", |bench| {
        bench.iter(|| {
            let mut transaction = store.begin().expect("a transaction begins");
            for keyspace in [PEOPLE, CASES, PEOPLE] {
                transaction.get(keyspace, key()).expect("a key is read").expect("a key is there");
            }
        });
    });
    group.bench_function("begin and a page of twenty", |bench| {
        bench.iter(|| {
            let mut transaction = store.begin().expect("a transaction begins");
            let range = KeyRange::between(key().to_vec()..);
            let mut scan = transaction.scan(PEOPLE, range, Direction::Ascending).expect("a scan begins");
            scan.page(20).expect("a page is read")
        });
    });
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
