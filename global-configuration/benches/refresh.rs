//! How long one changed member of 10,000 takes, verification and disk included.
#![allow(missing_docs)] // criterion's macros make public items.

#[path = "../tests/common/mod.rs"]
mod common;

use common::{Registry, now};
use criterion::{Criterion, criterion_group, criterion_main};
use std::time::{Duration, Instant};

fn one_changed_member(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut registry = runtime.block_on(Registry::new(10_000));
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on a real disk");
    let source = runtime.block_on(registry.source(folder.path()));
    runtime.block_on(source.refresh(now())).expect("the first refresh");
    let mut changes = 0;
    criterion.bench_function("refresh: one changed member of 10,000", |bencher| {
        bencher.iter_custom(|iterations| {
            let mut spent = Duration::ZERO;
            for _ in 0..iterations {
                changes += 1;
                runtime.block_on(registry.rename(changes % 10_000, &format!("Renamed {changes}")));
                let start = Instant::now();
                runtime.block_on(source.refresh(now())).expect("a refresh");
                spent += start.elapsed();
            }
            spent
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(5));
    targets = one_changed_member
}
criterion_main!(benches);
