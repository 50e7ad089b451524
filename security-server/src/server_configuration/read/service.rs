//! Reads `[[client.service]]`.

use super::super::wire::{ServiceTable, VerifyProvider};
use super::super::{
    Availability, HttpUrl, ProviderTls, Scheme, ServerConfigurationError, Service, ServiceKind, limits,
};
use super::{Place, Rule, certificates, is_line};
use protocol::access::{AccessRight, Endpoint};
use protocol::identifier::{ServiceCode, ServiceCodeError, ServiceId, SubsystemId};
use std::time::Duration;

pub(super) fn id(place: &Place, of: &SubsystemId, code: &str) -> Result<ServiceId, ServerConfigurationError> {
    match ServiceCode::new(code) {
        Ok(code) => Ok(ServiceId::of(of.clone(), &code)),
        Err(ServiceCodeError::Reserved) => Err(place.refused(Rule::ReservedServiceCode)),
        Err(ServiceCodeError::Identifier(source)) => Err(place.refused(Rule::ServiceCode(source))),
    }
}

pub(super) fn read(
    place: &Place,
    id: ServiceId,
    table: ServiceTable,
    rights: &[AccessRight],
) -> Result<Service, ServerConfigurationError> {
    let base_url = url(place, "url", &table.url)?;
    if base_url.query().is_some() {
        return Err(place.refused(Rule::BaseUrlWithQuery));
    }
    let document = table.openapi.as_deref().map(|text| url(place, "openapi", text)).transpose()?;
    let over_tls = [Some(&base_url), document.as_ref()].into_iter().flatten().any(|url| url.scheme() == Scheme::Https);
    let seconds = table.timeout_seconds.unwrap_or(limits::DEFAULT_TIMEOUT_SECONDS);
    if !(1..=limits::TIMEOUT_SECONDS).contains(&seconds) {
        return Err(place.refused(Rule::Timeout { seconds }));
    }
    let whole = Endpoint::whole_service();
    let named = rights.iter().map(|right| &right.endpoint).filter(|endpoint| **endpoint != whole);
    Ok(Service {
        id,
        kind: document.map_or(ServiceKind::Rest, |document| ServiceKind::OpenApi { document }),
        base_url,
        timeout: Duration::from_secs(u64::from(seconds)),
        tls: tls(place, over_tls, &table)?,
        availability: availability(place, table.disabled)?,
        endpoints: named.cloned().collect(),
    })
}

fn url(place: &Place, key: &'static str, text: &str) -> Result<HttpUrl, ServerConfigurationError> {
    text.parse().map_err(|source| place.refused(Rule::Url { key, source }))
}

fn tls(place: &Place, over_tls: bool, table: &ServiceTable) -> Result<ProviderTls, ServerConfigurationError> {
    let listed = !table.provider_certificates.is_empty();
    match (over_tls, listed, table.verify_provider) {
        (false, false, None) => Ok(ProviderTls::Plain),
        (false, ..) => Err(place.refused(Rule::NothingToVerify)),
        (true, false, None) => Err(place.refused(Rule::UnsaidVerification)),
        (true, true, Some(VerifyProvider::Off)) => Err(place.refused(Rule::ContradictoryVerification)),
        (true, false, Some(VerifyProvider::Off)) => Ok(ProviderTls::Unverified),
        (true, true, None) => {
            certificates(place, "provider_certificates", &table.provider_certificates).map(ProviderTls::Pinned)
        }
    }
}

fn availability(place: &Place, disabled: Option<String>) -> Result<Availability, ServerConfigurationError> {
    match disabled {
        None => Ok(Availability::Enabled),
        Some(notice) if is_line(&notice, limits::NOTICE_BYTES) => Ok(Availability::Disabled { notice }),
        Some(_) => Err(place.refused(Rule::Notice)),
    }
}
