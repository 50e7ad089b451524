//! Who a citizen is: accounts, credentials, and an OpenID Connect provider over them.
//!
//! This crate never opens a socket, reads a file or decides who somebody is: registration says so ([`accounts`]), and a
//! security server mounts a [`Provider`] on an origin of its own. It never stores a password, a code or a token that could be
//! used, and never shows one in a log.
//!
//! Read it along a sign-in: `oauth` takes the client's request, `web` shows the pages, `credentials` judges what is typed,
//! `sessions` keeps who signed in, `grants` what a client got of it, `keys` signs it, and `logouts` tells when it is over.

pub mod accounts;
mod clients;
mod consents;
mod counter;
mod credentials;
mod grants;
mod keys;
mod logouts;
mod notify;
mod oauth;
mod provider;
mod registration;
mod sessions;
mod table;
mod web;
mod words;

pub use clients::{Client, ClientSecretDigest, Clients, ClientsError, Consent, IdTokenAlgorithm, Scope};
pub use consents::GivenConsent;
pub use credentials::passkey::PasskeyError;
#[doc(hidden)]
pub use credentials::passkey::parse_passkey;
pub use factors::{HostSecret, NoRandomness, PasswordCost};
pub use keys::{KeyError, KeySource, KeySourceError, TokenKeys};
pub use notify::{NoNotices, Notify, SecurityEvent};
#[doc(hidden)]
pub use oauth::parse_authorization_request;
pub use provider::{Http, OpenError, OverNetwork, Parts, Provider, Settings, SiteNames};
pub use sessions::{Session, SessionId};
pub use table::StoreError;
