//! What administrators and providers of services write.

use std::str::FromStr;

use openapi::Description;
use security_server::server_configuration::ServerConfiguration;
use security_server::settings::Settings;

/// The documents that tell a security server what to do.
pub fn server_configuration(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = ServerConfiguration::from_str(text);
    let _ = toml::from_str::<Settings>(text);
}

/// OpenAPI documents of providers.
pub fn openapi(data: &[u8]) {
    if let Ok(description) = Description::import(data) {
        let again = Description::import(data).expect("the same document is imported again");
        assert!(description.refresh(&again).is_empty());
    }
}
