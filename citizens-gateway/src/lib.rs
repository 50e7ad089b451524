//! The door for people: an origin per plugin, sessions, sign-in, page layout, limits.
//!
//! This crate never has a feature's logic: what a page says is a plugin's.
//!
//! Read it along a request: [`Gateway`] admits a client and finds the origin; `plugin` judges who may come, takes in what was
//! posted, calls the plugin, and dresses what it says; `files` shows what was uploaded on an origin without sessions; `apex` is
//! the gateway's own, with `verification` of evidence; `sign_in` sends people to their issuer and takes them back, `session` knows them from then on;
//! `own_issuer` is that issuer where the state has none; `refusal` says in words why something is not shown.

mod address;
mod gateway;
mod site;

mod apex;
mod aside;
mod files;
mod plugin;
mod room;

mod own_issuer;
mod session;
mod sign_in;

mod verification;

mod client;
mod language;
mod layout;
mod refusal;
mod visitor;
mod words;

pub use address::{AddressError, PublicAddress};
pub use gateway::{Gateway, GatewayParts, Limits};
pub use own_issuer::{OwnIssuer, OwnIssuerError, OwnIssuerParts};
pub use session::Document;
pub use sign_in::{ClientSecret, IssuerAccess, IssuerSettings, NoStaff, OverNetwork, SignInParts, Staff};
pub use verification::EvidenceJudge;
