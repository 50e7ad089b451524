//! `listMethods` and `allowedMethods`: the services of a subsystem and their endpoints (X-Road PR-MREST §4).

use super::coverage::covers;
use super::{Answer, Descriptions};
use crate::server_configuration::{ServerConfiguration, Service};
use jiff::Timestamp;
use protocol::access::{Endpoint, GroupMembership, Question, Verdict};
use protocol::global_configuration::GlobalConfiguration;
use protocol::head::Method;
use protocol::identifier::{ClientId, SubsystemId};
use serde::Serialize;
use std::collections::BTreeSet;

/// Who asks what it may call, and when.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// The client.
    pub client: &'a ClientId,
    /// By which snapshot it is in global groups.
    pub global_configuration: &'a GlobalConfiguration,
    /// Rights that have expired by then do not count.
    pub now: Timestamp,
}

/// Every service of a subsystem with its endpoints.
#[must_use]
pub fn list_methods(
    configuration: &ServerConfiguration,
    provider: &SubsystemId,
    descriptions: &Descriptions,
) -> Answer {
    let services = configuration.services_of(provider);
    answer(services.iter().map(|service| ServiceEntry::new(service, endpoints(service, descriptions).iter())))
}

/// The services of a subsystem that the caller has a right to, each with the endpoints that its rights cover.
#[must_use]
pub fn allowed_methods(
    configuration: &ServerConfiguration,
    provider: &SubsystemId,
    descriptions: &Descriptions,
    caller: Caller<'_>,
) -> Answer {
    let groups = configuration.memberships(caller.global_configuration);
    answer(configuration.services_of(provider).iter().filter_map(|service| {
        let rights = rights(configuration, service, caller, &groups);
        let covered = |endpoint: &&Endpoint| rights.iter().any(|right| covers(right, endpoint));
        let endpoints = endpoints(service, descriptions);
        (!rights.is_empty()).then(|| ServiceEntry::new(service, endpoints.iter().filter(covered)))
    }))
}

/// What the imported document describes, and what access rights name beside it.
fn endpoints(service: &Service, descriptions: &Descriptions) -> BTreeSet<Endpoint> {
    let described = descriptions.of(service).map(|description| description.endpoints());
    described.into_iter().flatten().chain(service.endpoints()).cloned().collect()
}

/// What the caller's rights to a service open, those left out that have expired.
fn rights(
    configuration: &ServerConfiguration,
    service: &Service,
    caller: Caller<'_>,
    groups: &dyn GroupMembership,
) -> Vec<Endpoint> {
    // Method and path decide nothing here: each right that concerns the caller is considered, and says why it is out.
    let question =
        Question { client: caller.client, service: service.id(), method: Method::Get, path: "", now: caller.now };
    let considered = configuration.access_rights().explain(&question, groups);
    considered.into_iter().filter(|one| one.verdict != Verdict::Expired).map(|one| one.right.endpoint.clone()).collect()
}

fn answer<'a>(services: impl Iterator<Item = ServiceEntry<'a>>) -> Answer {
    let list = MethodList { service: services.collect() };
    let body = serde_json::to_vec(&list).expect("the list holds only texts and lists, which always serialise");
    Answer { content_type: "application/json", body }
}

#[derive(Serialize)]
struct MethodList<'a> {
    service: Vec<ServiceEntry<'a>>,
}

#[derive(Serialize)]
struct ServiceEntry<'a> {
    member_class: &'a str,
    member_code: &'a str,
    object_type: &'static str,
    service_code: &'a str,
    service_type: &'static str,
    subsystem_code: &'a str,
    xroad_instance: &'a str,
    endpoint_list: Vec<EndpointEntry>,
}

#[derive(Serialize)]
struct EndpointEntry {
    method: &'static str,
    path: String,
}

impl<'a> ServiceEntry<'a> {
    fn new<'e>(service: &'a Service, endpoints: impl Iterator<Item = &'e Endpoint>) -> Self {
        let (id, member) = (service.id(), service.id().subsystem().member());
        Self {
            member_class: member.class(),
            member_code: member.code(),
            object_type: "SERVICE",
            service_code: id.code(),
            service_type: if service.is_described() { "OPENAPI3" } else { "REST" },
            subsystem_code: id.subsystem().code(),
            xroad_instance: member.instance(),
            endpoint_list: endpoints.map(EndpointEntry::from).collect(),
        }
    }
}

impl From<&Endpoint> for EndpointEntry {
    fn from(endpoint: &Endpoint) -> Self {
        Self { method: endpoint.method.map_or("*", Method::as_str), path: endpoint.path.to_string() }
    }
}
