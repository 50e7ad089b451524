//! Certification, OCSP and time-stamping services for development and small installations.
//!
//! This crate never is required in production, where the registry lists real services; it knows nothing of members and never
//! checks whether who asks for a certificate is whom it names: who holds the bearer token decides that.
//!
//! [`TrustServices`] is all of it: a data folder, functions to call in process, and [`TrustServices::run`] to serve over HTTP.
//! Read `authority.rs` (certificates), `responder.rs` (OCSP), `time_stamping.rs` (RFC 3161), then `http.rs` (the doors).

mod authority;
mod durable;
mod extension;
mod http;
mod index;
mod misbehaviour;
mod profile;
mod request;
mod responder;
mod service_key;
mod services;
mod settings;
mod time_stamping;

pub use authority::{IssueError, RevokeError};
pub use index::{IndexError, RevocationReason};
pub use misbehaviour::{Misbehaviour, Service};
pub use profile::Profile;
pub use request::CertificateRequestError;
pub use services::{RunError, ServicesError, TOKEN, TrustServices};
pub use settings::{BearerToken, Certification, Ocsp, Reach, Settings, SettingsError, TimeStamping};
