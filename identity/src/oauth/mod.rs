//! The protocol: what clients ask, and what they are answered.

mod authorize;
mod client_auth;
mod discovery;
mod end_session;
mod introspection;
mod params;
mod request;
mod token;
mod userinfo;

pub(crate) use authorize::{authorize, consented, proceed};
pub(crate) use discovery::{configuration, jwks};
pub(crate) use end_session::{confirmed, end_session};
pub(crate) use introspection::{introspect, revoke};
pub(crate) use request::AuthorizationRequest;
pub use request::parse_authorization_request;
pub(crate) use token::token;
pub(crate) use userinfo::userinfo;
