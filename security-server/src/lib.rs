//! The exchange: what its information systems say goes out signed and logged; what peers say is verified, authorised and handed on.
//!
//! This crate never calls the central registry's code.
//!
//! Read it along the life of a message: [`client_proxy`] takes what an information system says, [`message`] seals it,
//! [`evidence`] logs it, [`transport`] carries it; [`server_proxy`] verifies, authorises and logs it at the other end and
//! has a [`provider`] or a metaservice answer; the response comes back the same way.

pub mod settings;

mod app;
mod data_formats;
mod start;
mod transport_door;

mod asic_query;
pub mod client_proxy;
mod documents;
mod key_store;

mod body;
pub mod credentials;
pub mod evidence;
pub mod message;
mod messaging;
mod streaming;
pub mod transport;
mod upload;

pub mod server_proxy;

mod citizens;
mod plugins;

pub mod metaservices;
pub mod provider;
pub mod server_configuration;

pub mod configuration;

mod administration;
mod client_tls;
mod completeness;
pub mod log_keys;
mod log_upkeep;
mod log_verification;
pub mod registration;
mod restored;
mod secrets;
#[cfg(test)]
mod test_instance;
mod trust_services;
mod upkeep;

mod certainty;
pub mod refusal;

pub use app::SecurityServer;
pub use data_formats::{KeptPackage, data_formats, kept_packages};
pub use log_verification::verify_stopped as verify_log;
pub use settings::{PluginSettings, Settings};
pub use start::StartError;
pub use start::sockets::Sockets;
pub use trust_services::TrustServices;
pub use upkeep::Upkeep;
