//! `getOpenAPI`: the OpenAPI document of one service (X-Road PR-MREST §4.3).

use super::{Answer, Descriptions};
use crate::server_configuration::{Backend, ServerConfiguration};
use plugin_host::manifest::PluginName;
use protocol::identifier::{ServiceId, SubsystemId};
use thiserror::Error;

/// Why there is no document; the words are X-Road's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OpenApiError {
    /// The query names no service.
    #[error("Missing serviceCode in message body")]
    MissingServiceCode,
    /// The subsystem has no such service.
    #[error("Service not found: SERVICE:{provider}/{code}")]
    NotFound {
        /// The subsystem.
        provider: SubsystemId,
        /// The code, as asked.
        code: String,
    },
    /// The service has no document.
    #[error("Invalid service type: REST")]
    InvalidServiceType,
    /// The document has not been imported.
    #[error("Failed reading service description from {url}. Status: none Reason: not imported yet")]
    NotImported {
        /// Where the provider keeps it.
        url: String,
    },
    /// The plugin that has it is not loaded.
    #[error("Failed reading service description of plugin {plugin}. Status: none Reason: it is not running")]
    NotRunning {
        /// Which.
        plugin: PluginName,
    },
}

/// The document of the service that the query names as `serviceCode`, as consumers may have it.
///
/// # Errors
/// When no service is named, or it has no document.
pub fn open_api(
    configuration: &ServerConfiguration,
    provider: &SubsystemId,
    query: Option<&str>,
    descriptions: &Descriptions,
) -> Result<Answer, OpenApiError> {
    let code = service_code(query.unwrap_or_default()).ok_or(OpenApiError::MissingServiceCode)?;
    let service = ServiceId::new(provider.clone(), &code).ok().and_then(|id| configuration.service(&id));
    let service = service.ok_or_else(|| OpenApiError::NotFound {
        provider: provider.clone(),
        code: code.chars().take(MAX_QUOTED_CHARACTERS).filter(|character| !character.is_control()).collect(),
    })?;
    let missing = match service.backend() {
        Backend::InformationSystem(system) => {
            let document = system.description().ok_or(OpenApiError::InvalidServiceType)?;
            OpenApiError::NotImported { url: document.to_string() }
        }
        Backend::Plugin(name) => OpenApiError::NotRunning { plugin: name.clone() },
    };
    let description = descriptions.of(service).ok_or(missing)?;
    Ok(Answer {
        content_type: description.format().media_type(),
        body: description.for_consumers_of(service.id()).into_bytes(),
    })
}

/// As X-Road: the name in any case, the last one counts, an empty one is none.
fn service_code(query: &str) -> Option<String> {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let named = pairs.filter(|(name, _)| name.eq_ignore_ascii_case("serviceCode"));
    named.last().map(|(_, code)| code.into_owned()).filter(|code| !code.is_empty())
}

const MAX_QUOTED_CHARACTERS: usize = 255;
