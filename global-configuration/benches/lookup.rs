//! That finding a member, a server or the holder of a certificate costs the same among 10 members and among 100,000.
#![allow(missing_docs)] // criterion's macros make public items.

#[path = "../tests/common/mod.rs"]
mod common;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use protocol::global_configuration::GlobalConfiguration;
use protocol::global_configuration::wire::{GroupsDocument, format};
use protocol::hash::CertificateHash;
use protocol::identifier::{ClientId, ServerId, SubsystemId};

fn look_ups(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("look-up");
    for members in [10, 100_000] {
        let groups = GroupsDocument { format: format::GROUPS.to_owned(), groups: vec![] };
        let documents = (0..members).map(common::member).collect();
        let configuration = GlobalConfiguration::from_documents(&common::shared(), &groups, documents)
            .expect("the members are in order");
        let subsystem = SubsystemId::new(common::member(7).id, "portal").expect("a subsystem");
        let server = ServerId::new(common::member(7).id, "ss1").expect("a server");
        let certificate = CertificateHash::of(b"auth 7");
        let client = ClientId::from(subsystem.clone());
        group.bench_function(BenchmarkId::new("servers of a subsystem", members), |bencher| {
            bencher.iter(|| configuration.servers_of(&subsystem).first().and_then(|id| configuration.server(id)));
        });
        group.bench_function(BenchmarkId::new("client behind a server", members), |bencher| {
            bencher.iter(|| configuration.is_registered(&client, &server));
        });
        group.bench_function(BenchmarkId::new("server of a certificate", members), |bencher| {
            bencher.iter(|| configuration.server_of_certificate(&certificate));
        });
    }
    group.finish();
}

criterion_group!(benches, look_ups);
criterion_main!(benches);
