//! Who a citizen is: accounts, credentials, and an OpenID Connect provider over them.
//!
//! This crate never keeps a password, a token or a code that it could show again, never tells two sectors that they know the
//! same person, and never says whether a document has an account.
//!
//! Read it along a sign-in: [`Provider`] takes a request; `endpoints` speak to clients, `people` show pages; `credentials` say
//! whether it is her, `session` that she is in, `grants` what a client got. [`accounts`] is for whoever registers people.

pub mod accounts;

mod provider;
mod settings;

mod endpoints;
mod people;

mod credentials;
mod grants;
mod session;

mod assurance;
mod client;
mod error;
mod keys;
mod language;
mod notify;
mod random;
mod secret;
mod tables;
mod words;

pub use assurance::Assurance;
pub use client::{
    Client, ClientAuthentication, ClientError, ClientSecretDigest, Clients, Consent, Scope, SigningAlgorithm,
};
pub use credentials::password::PasswordCost;
pub use endpoints::{MAX_QUERY_BYTES, parameters};
pub use error::Unavailable;
pub use keys::{KeyError, KeySource, TokenKeys};
pub use notify::{Notify, SecurityEvent};
pub use provider::{Consented, Provider};
pub use secret::HostSecret;
pub use session::{SESSION_LASTS, Session};
pub use settings::{Deliver, Issuer, IssuerError, OverNetwork, Parts, Settings};
