//! Reads `[[client.service]]`.

use super::super::wire::{ServiceTable, VerifyProvider};
use super::super::{
    Availability, Backend, HttpUrl, InformationSystem, ProviderTls, Scheme, ServerConfigurationError, Service, limits,
};
use super::{MAX_QUOTED_CHARACTERS, Place, Rule, certificates, is_line};
use plugin_host::manifest::PluginName;
use protocol::access::{AccessRight, Endpoint};
use protocol::identifier::{ServiceCode, ServiceCodeError, ServiceId, SubsystemId};
use std::collections::BTreeSet;
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
    plugins: &BTreeSet<PluginName>,
) -> Result<Service, ServerConfigurationError> {
    let backend = match (&table.url, &table.plugin) {
        (Some(url), None) => Backend::InformationSystem(information_system(place, &id, url, &table)?),
        (None, Some(name)) => Backend::Plugin(plugin(place, name, &table, plugins)?),
        (Some(_), Some(_)) | (None, None) => return Err(place.refused(Rule::Backend)),
    };
    let whole = Endpoint::whole_service();
    let named = rights.iter().map(|right| &right.endpoint).filter(|endpoint| **endpoint != whole);
    Ok(Service { id, backend, availability: availability(place, table.disabled)?, endpoints: named.cloned().collect() })
}

fn information_system(
    place: &Place,
    id: &ServiceId,
    base_url: &str,
    table: &ServiceTable,
) -> Result<InformationSystem, ServerConfigurationError> {
    let base_url = url(place, "url", base_url)?;
    if base_url.query().is_some() {
        return Err(place.refused(Rule::BaseUrlWithQuery));
    }
    let description = table.openapi.as_deref().map(|text| url(place, "openapi", text)).transpose()?;
    let urls = [Some(&base_url), description.as_ref()];
    let over_tls = urls.into_iter().flatten().any(|url| url.scheme() == Scheme::Https);
    let seconds = table.timeout_seconds.unwrap_or(limits::DEFAULT_TIMEOUT_SECONDS);
    if !(1..=limits::TIMEOUT_SECONDS).contains(&seconds) {
        return Err(place.refused(Rule::Timeout { seconds }));
    }
    let tls = tls(place, over_tls, table)?;
    Ok(InformationSystem {
        service: id.clone(),
        base_url,
        description,
        timeout: Duration::from_secs(u64::from(seconds)),
        tls,
    })
}

fn plugin(
    place: &Place,
    name: &str,
    table: &ServiceTable,
    plugins: &BTreeSet<PluginName>,
) -> Result<PluginName, ServerConfigurationError> {
    let of_a_url = [
        ("timeout_seconds", table.timeout_seconds.is_some()),
        ("openapi", table.openapi.is_some()),
        ("provider_certificates", !table.provider_certificates.is_empty()),
        ("verify_provider", table.verify_provider.is_some()),
    ];
    if let Some((key, _)) = of_a_url.into_iter().find(|(_, is_there)| *is_there) {
        return Err(place.refused(Rule::OfUrl { key }));
    }
    let unknown = || Rule::UnknownPlugin { name: name.chars().take(MAX_QUOTED_CHARACTERS).collect() };
    plugins.get(name).cloned().ok_or_else(|| place.refused(unknown()))
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
