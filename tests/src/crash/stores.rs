//! Power cuts while transactions are committed to a store of each engine, and while it is backed up.

use super::disk::{Disk, KINDS};
use anyhow::{Context as _, Result, anyhow, ensure};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use storage::{
    Batch, Bounds, CommitError, Direction, Engine, KeyRange, Keyspace, Quota, Settings, Snapshot, Store, counter,
};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::timeout;

const LEFT: Keyspace = Keyspace::new("left");
const RIGHT: Keyspace = Keyspace::new("right");
const COUNTS: Keyspace = Keyspace::new("counts");
const WRITERS: usize = 16;
const USUAL_VALUE: u64 = 300;
/// Larger than what an engine keeps beside its other values.
const LONGEST_VALUE: u64 = 14_000;

type Numbers = BTreeSet<u64>;

/// So many power cuts with a store of each engine, on disks in `work`, made by `tool`.
///
/// # Errors
/// What was lost, or halved, or does not open.
pub async fn store_rounds(work: &Path, tool: &Path, rounds: u32) -> Result<()> {
    for engine in [Engine::Redb, Engine::Sled] {
        let work = work.join(engine.to_string());
        std::fs::create_dir_all(&work)?;
        let mut disk = Disk::start(tool, &work).await?;
        let store = Store::open_with(disk.folder().join("store"), &settings(engine))?;
        let mut batch = Batch::new();
        batch.quota(LEFT, Quota::Unlimited);
        store.commit(batch).await?;
        let (mut acknowledged, mut lost) = (Numbers::new(), Ok(()));
        for round in 1..=rounds {
            lost = cut(&mut disk, &store, &mut acknowledged, round).await;
            if lost.is_err() {
                break;
            }
        }
        store.close().await;
        disk.stop().await?;
        lost.with_context(|| engine.to_string())?;
    }
    Ok(())
}

fn settings(engine: Engine) -> Settings {
    Settings { engine: Some(engine), ..Settings::default() }
}

/// The power goes while much is written, after one backup and within another.
async fn cut(disk: &mut Disk, store: &Store, earlier: &mut Numbers, round: u32) -> Result<()> {
    let writers = Writers::start(store, u64::from(round) << 32, earlier.clone());
    writers.until_some_moment().await?;
    let before_backup = writers.shared.acknowledged();
    back_up(store, disk.folder(), "whole").await??;
    writers.until_some_moment().await?;
    let late = back_up(store, disk.folder(), "late");
    let acknowledged = writers.shared.acknowledged();
    disk.ask(&format!("snap cut{round}")).await?;
    // Nothing more needs to come while the images are examined.
    *earlier = writers.stop().await;
    late.await??;
    for kind in KINDS {
        let image = format!("cut{round}.{kind}");
        let mounted = Path::new(&disk.ask(&format!("mount {image}")).await?).to_owned();
        let (all, backed_up, engine) = (acknowledged.clone(), before_backup.clone(), store.engine());
        let examined = tokio::task::spawn_blocking(move || {
            let found = examine(&mounted.join("store"), engine, &all)?;
            let whole = examine(&mounted.join("whole"), engine, &backed_up).context("the backup")?;
            // It has its name, and is whole, or it is not there.
            let late = mounted.join("late").exists();
            if late {
                examine(&mounted.join("late"), engine, &backed_up).context("the backup that was under way")?;
            }
            anyhow::Ok((found, whole))
        });
        let examined = examined.await?;
        disk.ask(&format!("umount {image}")).await?;
        let (found, whole) = examined.with_context(|| format!("after cut {round} ({kind})"))?;
        println!(
            "{} cut {round} ({kind}): all {} acknowledged transactions are among {found}; the backup has {whole}",
            store.engine(),
            acknowledged.len()
        );
        disk.forget(&image);
    }
    for name in ["whole", "late"] {
        let path = disk.folder().join(name);
        if path.is_dir() { std::fs::remove_dir_all(path)? } else { std::fs::remove_file(path)? }
    }
    Ok(())
}

fn back_up(store: &Store, folder: &Path, name: &str) -> tokio::task::JoinHandle<Result<(), storage::BackUpError>> {
    let (store, to) = (store.clone(), folder.join(name));
    tokio::task::spawn_blocking(move || store.back_up(to))
}

/// Opens a store as a start after the cut would; demands every acknowledged transaction, and each of them whole.
fn examine(path: &Path, engine: Engine, acknowledged: &Numbers) -> Result<usize> {
    let store =
        Store::open_with(path, &settings(engine)).with_context(|| format!("{} does not open", path.display()))?;
    let snapshot = store.snapshot()?;
    let (mut left, mut bytes) = (Numbers::new(), 0);
    for entry in snapshot.scan(LEFT, KeyRange::all(), Direction::Ascending)? {
        let (key, value) = entry?;
        let number = number(&key)?;
        ensure!(value == content(number), "what transaction {number} wrote is not what is there");
        bytes += (key.len() + value.len()) as u64;
        left.insert(number);
    }
    let right = numbers(&snapshot, RIGHT)?;
    ensure!(left == right, "transactions are halved: {:?}", left.symmetric_difference(&right).collect::<Vec<_>>());
    let missing: Vec<_> = acknowledged.difference(&left).collect();
    ensure!(missing.is_empty(), "acknowledged, and not there: {missing:?}");
    let count = snapshot.get(COUNTS, "all")?.map_or(Some(0), |value| counter::decode(&value));
    ensure!(count == Some(i64::try_from(left.len())?), "counted {count:?} transactions of {}", left.len());
    ensure!(snapshot.size_bytes(LEFT)? == Some(bytes), "the count of bytes is not what is there");
    Ok(left.len())
}

fn numbers(snapshot: &Snapshot, keyspace: Keyspace) -> Result<Numbers> {
    let entries = snapshot.scan(keyspace, KeyRange::all(), Direction::Ascending)?;
    entries.map(|entry| number(&entry?.0)).collect()
}

fn number(key: &[u8]) -> Result<u64> {
    Ok(u64::from_be_bytes(key.try_into().context("a key is a number")?))
}

fn content(number: u64) -> Vec<u8> {
    let longest = if number.is_multiple_of(16) { LONGEST_VALUE } else { USUAL_VALUE };
    let length = usize::try_from(number * 7919 % longest).unwrap_or_default();
    number.to_be_bytes().into_iter().cycle().take(length).collect()
}

/// Callers that commit, each as fast as it is answered.
struct Writers {
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
}

struct Shared {
    store: Store,
    acknowledged: Mutex<Numbers>,
    next: AtomicU64,
    stopped: AtomicBool,
    answered: Notify,
}

impl Writers {
    /// They number their transactions from `first` on.
    fn start(store: &Store, first: u64, acknowledged: Numbers) -> Self {
        let shared = Arc::new(Shared {
            store: store.clone(),
            acknowledged: Mutex::new(acknowledged),
            next: AtomicU64::new(first),
            stopped: AtomicBool::new(false),
            answered: Notify::new(),
        });
        let mut tasks = JoinSet::new();
        (0..WRITERS).for_each(|_| drop(tasks.spawn(write(shared.clone()))));
        Self { shared, tasks }
    }

    /// Waits until a random number of transactions more has been acknowledged.
    async fn until_some_moment(&self) -> Result<()> {
        let mut byte = [0];
        aws_lc_rs::rand::fill(&mut byte).map_err(|_| anyhow!("no random bytes"))?;
        let wanted = self.shared.count() + 100 + 2 * usize::from(byte[0]);
        let enough = async {
            while self.shared.count() < wanted {
                self.shared.answered.notified().await;
            }
        };
        timeout(Duration::from_secs(60), enough).await.map_err(|_| anyhow!("{wanted} transactions took over a minute"))
    }

    /// Ends them; the answer is everything that was acknowledged.
    async fn stop(mut self) -> Numbers {
        self.shared.stopped.store(true, Ordering::Relaxed);
        while self.tasks.join_next().await.is_some() {}
        self.shared.acknowledged()
    }
}

impl Shared {
    fn acknowledged(&self) -> Numbers {
        self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self) -> usize {
        self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

async fn write(shared: Arc<Shared>) {
    while !shared.stopped.load(Ordering::Relaxed) {
        let number = shared.next.fetch_add(1, Ordering::Relaxed);
        match transact(&shared.store, number).await {
            Ok(Ok(())) => {
                shared.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
                shared.answered.notify_one();
            }
            Ok(Err(CommitError::Conflict { .. })) => {}
            // What failed shows in what is missing when enough have not been acknowledged in time.
            Ok(Err(_)) | Err(_) => return,
        }
    }
}

async fn transact(store: &Store, number: u64) -> Result<Result<(), CommitError>> {
    let mut transaction = store.begin()?;
    transaction.get(RIGHT, (number - number % 7).to_be_bytes())?;
    transaction.put(LEFT, number.to_be_bytes(), content(number)).put(RIGHT, number.to_be_bytes(), "");
    transaction.add(COUNTS, "all", 1, Bounds::default());
    Ok(transaction.commit().await)
}
