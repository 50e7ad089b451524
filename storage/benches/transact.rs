//! Durable transfers between two of many accounts by 1, 16 and 128 callers, with each engine and beside the limit: the
//! same bytes in full groups, written and synced by a loop that does nothing else.
#![expect(clippy::cast_possible_truncation, reason = "the numbers of a benchmark are small")]

use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use storage::{Batch, CommitError, Engine, Keyspace, Settings, Store, counter};
use tokio::runtime::Runtime;

const ACCOUNTS: Keyspace = Keyspace::new("accounts");
const NUMBER: u64 = 100_000;
const CALLERS: [u64; 3] = [1, 16, 128];
/// Two accounts with their counts.
const TRANSFER_BYTES: usize = 32;

fn accounts() -> Batch {
    let mut batch = Batch::new();
    for account in 0..NUMBER {
        batch.put(ACCOUNTS, account.to_be_bytes(), counter::encode(1000));
    }
    batch
}

/// Reads both accounts and writes both; a conflict is the caller's to try again.
async fn transfer(store: &Store, number: u64) -> Result<(), CommitError> {
    let mut transaction = store.begin().expect("a transaction begins");
    // Steps that share no factor with the number of accounts spread over all of them.
    let (from, to) = ((number * 7919) % NUMBER, (number * 104_729 + 1) % NUMBER);
    for (account, amount) in [(from, -1), (to, 1)] {
        let key = account.to_be_bytes();
        let value = transaction.get(ACCOUNTS, key).expect("an account is read").expect("an account is there");
        let count = counter::decode(&value).expect("an account is a counter");
        transaction.put(ACCOUNTS, key, counter::encode(count + amount));
    }
    match transaction.commit().await {
        Err(error) if !matches!(error, CommitError::Conflict { .. }) => panic!("{error}"),
        verdict => verdict,
    }
}

fn transferred(runtime: &Runtime, store: &Store, callers: u64, count: u64, first: u64) -> Duration {
    let began = Instant::now();
    runtime.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for caller in 0..callers {
            let store = store.clone();
            tasks.spawn(async move {
                for number in (caller..count).step_by(callers as usize) {
                    while transfer(&store, first + number).await.is_err() {}
                }
            });
        }
        tasks.join_all().await;
    });
    began.elapsed()
}

fn limit(folder: &Path, callers: u64, count: u64) -> Duration {
    let file = std::fs::File::create(folder.join("limit")).expect("a file");
    let group = vec![1_u8; TRANSFER_BYTES * callers as usize];
    let groups = count.div_ceil(callers);
    // Written before, not only reserved: otherwise each sync would wait for the file system's journal too.
    file.write_all_at(&vec![0; group.len() * groups as usize], 0).and_then(|()| file.sync_all()).expect("space");
    let began = Instant::now();
    for number in 0..groups {
        file.write_all_at(&group, number * group.len() as u64).expect("written");
        file.sync_data().expect("synced");
    }
    began.elapsed()
}

fn transact(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir_in(".").expect("a folder on a real disk");
    let mut group = criterion.benchmark_group("transact");
    group.throughput(Throughput::Elements(1)).sample_size(10).measurement_time(Duration::from_secs(3));
    for callers in CALLERS {
        group.bench_with_input(BenchmarkId::new("limit", callers), &callers, |bench, callers| {
            bench.iter_custom(|count| limit(folder.path(), *callers, count));
        });
    }
    for engine in [Engine::Redb, Engine::Sled] {
        let settings = Settings { engine: Some(engine), ..Settings::default() };
        let store = Store::open_with(folder.path().join(engine.to_string()), &settings).expect("a new store opens");
        runtime.block_on(store.commit(accounts())).expect("the accounts are opened");
        let mut next = 0;
        for callers in CALLERS {
            group.bench_with_input(BenchmarkId::new(engine.to_string(), callers), &callers, |bench, callers| {
                bench.iter_custom(|count| {
                    next += count;
                    transferred(&runtime, &store, *callers, count, next - count)
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, transact);
criterion_main!(benches);
