//! What it costs to find a service and to decide about a call, with few and with many rights and members.

#![allow(missing_docs, reason = "the macros of criterion make items without")]

use criterion::{Criterion, criterion_group, criterion_main};
use protocol::access::{Decision, Question};
use protocol::global_configuration::GlobalConfiguration;
use protocol::global_configuration::wire::{
    GroupDocument, GroupsDocument, MemberDocument, RegistryDocument, SharedDocument, SubsystemDocument, format,
};
use protocol::head::Method;
use protocol::identifier::{ClientId, ServiceId};
use security_server::server_configuration::ServerConfiguration;
use std::fmt::Write;
use std::hint::black_box;

fn lookup(criterion: &mut Criterion) {
    for size in [10, 100_000] {
        let (configuration, global) = (server_configuration(size), global_configuration(size));
        let service: ServiceId = "BO/GOV/0/s/personas".parse().expect("a service");
        let last = size - 1;
        for (name, client, expected) in [
            ("by its own right", format!("BO/GOV/{last}/app"), true),
            ("by a group's right", format!("BO/COM/{last}/app"), true),
            ("not at all", "BO/GOV/none/app".to_owned(), false),
        ] {
            let client: ClientId = client.parse().expect("a client");
            let path = "/personas/7";
            let now = "2026-06-01T00:00:00Z".parse().expect("a moment");
            criterion.bench_function(&format!("decide {name}, {size} rights and members"), |bencher| {
                bencher.iter(|| {
                    let service = configuration.service(black_box(&service)).expect("the service is there");
                    let question = Question { client: &client, service: service.id(), method: Method::Get, path, now };
                    let groups = configuration.memberships(&global);
                    let decision = configuration.access_rights().decide(&question, &groups);
                    assert_eq!(matches!(decision, Decision::Allowed(_)), expected);
                });
            });
        }
        let server = "BO/GOV/0/ss1".parse().expect("a server");
        let client: ClientId = format!("BO/GOV/{last}/app").parse().expect("a client");
        criterion.bench_function(&format!("find the servers of a client, {size} members"), |bencher| {
            bencher.iter(|| global.is_registered(black_box(&client), &server));
        });
    }
}

/// One service with a right for each of `size` subsystems, and one for a global group.
fn server_configuration(size: usize) -> ServerConfiguration {
    let mut text = String::from(
        "[[client]]\nid = \"BO/GOV/0/s\"\n[[client.service]]\ncode = \"personas\"\nurl = \"http://127.0.0.1:9001\"\n\
         [[client.service.access]]\nsubject = \"global-group:BO/all\"\n",
    );
    for number in 0..size {
        let _ = write!(
            text,
            "[[client.service.access]]\nsubject = \"BO/GOV/{number}/app\"\nmethod = \"GET\"\npath = \"/personas/*\"\n"
        );
    }
    text.parse().expect("a configuration")
}

/// `size` members with a subsystem each, all of them in one group.
fn global_configuration(size: usize) -> GlobalConfiguration {
    let shared = SharedDocument {
        format: format::SHARED.to_owned(),
        instance: "BO".to_owned(),
        registry: RegistryDocument { address: "registry:5501".to_owned(), certificates: vec![] },
        certification_services: vec![],
        time_stamping_services: vec![],
        ocsp_freshness_seconds: 3600,
    };
    let subsystem = || SubsystemDocument {
        code: "app".to_owned(),
        name: "App".to_owned(),
        servers: vec!["BO/GOV/0/ss1".parse().expect("a server")],
    };
    let member = |number: usize| MemberDocument {
        id: format!("BO/COM/{number}").parse().expect("a member"),
        name: "A member".to_owned(),
        subsystems: vec![subsystem()],
        signing_certificates: vec![],
        servers: vec![],
    };
    let mut members: Vec<ClientId> =
        (0..size).map(|number| format!("BO/COM/{number}/app").parse().expect("a client")).collect();
    members.sort();
    let all = GroupDocument { id: "BO/all".parse().expect("a group"), description: "All".to_owned(), members };
    let groups = GroupsDocument { format: format::GROUPS.to_owned(), groups: vec![all] };
    GlobalConfiguration::from_documents(&shared, &groups, (0..size).map(member).collect()).expect("a configuration")
}

criterion_group!(benches, lookup);
criterion_main!(benches);
