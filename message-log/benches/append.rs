//! Durable appends of 1.2 KB messages by 1, 16 and 64 callers, beside the limit: the same bytes in full groups, written and
//! synced by nobody but the disk.

use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use message_log::{
    Body, DataKey, Material, MemoryKeyWrap, MessageLog, MessageRecord, MessageSequence, OpenMode, Settings,
};
use protocol::context::MessageKind;
use protocol::hash::Sha256Hash;
use rustix::fs::{FallocateFlags, fallocate};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use trust::manifest::Manifest;

const CALLERS: [u64; 3] = [1, 16, 64];
/// What one record takes in a segment.
const FRAME_BYTES: usize = 3200;

fn record(number: u64) -> MessageRecord {
    let (head, context, salt) = (vec![b'h'; 400], vec![b'c'; 300], [7; 32]);
    let body = Body::from_bytes(Bytes::from(vec![b'b'; 1200]));
    MessageRecord {
        kind: MessageKind::Request,
        peer: "BO/GOV/1002/ss1".parse().expect("a server"),
        sequence: MessageSequence::Received(number),
        x_road_id: format!("{number:036}"),
        request_id: format!("{number:036}"),
        client: "BO/GOV/1001/portal".parse().expect("a client"),
        service: "BO/GOV/1002/registry/persons".parse().expect("a service"),
        configuration: Sha256Hash::of(b"targets"),
        credentials: Material::credentials(Bytes::from_static(b"credentials")),
        digests: Manifest::of(&head, &context, Some(body.digest().sha512), &salt).digested().1,
        head: Bytes::from(head),
        context: Bytes::from(context),
        salt,
        signature: vec![0x30; 500],
        body: Some(body),
        idempotency_key: None,
        space: None,
    }
}

fn open(folder: &Path) -> MessageLog {
    let settings = Settings::new("BO/GOV/1001/ss1".parse().expect("a server"));
    let key = Arc::new(MemoryKeyWrap::new(&DataKey::generate().expect("random bytes")));
    MessageLog::open(folder, settings, key, &OpenMode::Verified, Timestamp::UNIX_EPOCH).expect("a new log")
}

fn appended(runtime: &Runtime, log: &MessageLog, callers: u64, count: u64, first: u64) -> Duration {
    let began = Instant::now();
    runtime.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for caller in 0..callers {
            let log = log.clone();
            tasks.spawn(async move {
                for number in (caller..count).step_by(callers as usize) {
                    log.append(record(first + number), Timestamp::UNIX_EPOCH).await.expect("appended");
                }
            });
        }
        tasks.join_all().await;
    });
    began.elapsed()
}

fn limit(folder: &Path, callers: u64, count: u64) -> Duration {
    let file = std::fs::File::create(folder.join("limit")).expect("a file");
    let group = vec![1_u8; FRAME_BYTES * callers as usize];
    let groups = count.div_ceil(callers);
    fallocate(&file, FallocateFlags::empty(), 0, groups * group.len() as u64).expect("space");
    let began = Instant::now();
    for number in 0..groups {
        file.write_all_at(&group, number * group.len() as u64).expect("written");
        file.sync_data().expect("synced");
    }
    began.elapsed()
}

fn appends(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let log = open(&folder.path().join("log"));
    let mut group = criterion.benchmark_group("append");
    group.throughput(Throughput::Elements(1)).sample_size(10).measurement_time(Duration::from_secs(3));
    let mut next = 1;
    for callers in CALLERS {
        group.bench_with_input(BenchmarkId::new("log", callers), &callers, |bench, callers| {
            bench.iter_custom(|count| {
                next += count;
                appended(&runtime, &log, *callers, count, next - count)
            });
        });
        group.bench_with_input(BenchmarkId::new("limit", callers), &callers, |bench, callers| {
            bench.iter_custom(|count| limit(folder.path(), *callers, count));
        });
    }
    group.finish();
}

criterion_group!(benches, appends);
criterion_main!(benches);
