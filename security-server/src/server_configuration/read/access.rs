//! Reads `[[client.service.access]]`.

use super::super::wire::AccessTable;
use super::super::{ServerConfigurationError, limits, subject};
use super::{MAX_QUOTED_CHARACTERS, Place, Rule};
use protocol::access::{AccessRight, Endpoint, PathGlob, Subject};
use protocol::head::Method;
use protocol::identifier::ServiceId;
use std::collections::HashSet;

pub(super) fn read(
    place: &Place,
    service: &ServiceId,
    tables: &[AccessTable],
    local_groups: &HashSet<&str>,
) -> Result<Vec<AccessRight>, ServerConfigurationError> {
    place.count("access rights", tables.len(), limits::RIGHTS)?;
    let mut seen = HashSet::with_capacity(tables.len());
    let mut rights = Vec::with_capacity(tables.len());
    for (index, table) in tables.iter().enumerate() {
        let refused = |rule| place.inner("client.service.access", index, &table.subject).refused(rule);
        let (subject, endpoint) = what(table, local_groups).map_err(refused)?;
        if !seen.insert((subject.clone(), endpoint.clone())) {
            return Err(refused(Rule::DuplicateRight));
        }
        let expires = table.expires.as_deref().map(|text| text.parse().map_err(Rule::Expires)).transpose();
        let expires = expires.map_err(refused)?;
        let window = table.when.as_deref().map(|text| text.parse().map_err(Rule::When)).transpose();
        let rate = table.rate.as_deref().map(|text| text.parse().map_err(Rule::Rate)).transpose();
        let (window, rate) = (window.map_err(refused)?, rate.map_err(refused)?);
        rights.push(AccessRight { subject, service: service.clone(), endpoint, expires, window, rate });
    }
    Ok(rights)
}

fn what(table: &AccessTable, local_groups: &HashSet<&str>) -> Result<(Subject, Endpoint), Rule> {
    let subject = subject::read(&table.subject, local_groups)?;
    let method = table.method.as_deref().map(method).transpose()?;
    let path = table.path.as_deref().map_or(Ok(PathGlob::anything()), str::parse).map_err(Rule::Path)?;
    Ok((subject, Endpoint { method, path }))
}

fn method(text: &str) -> Result<Method, Rule> {
    text.parse().map_err(|_| Rule::Method { method: text.chars().take(MAX_QUOTED_CHARACTERS).collect() })
}
