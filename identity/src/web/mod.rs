//! What browsers see: which request goes where, and the pages.

mod account;
mod enrol;
mod flow;
mod layout;
pub(crate) mod pages;
mod passkey;
mod refusal;
mod router;
mod script;
mod setup;
mod sign_in;
mod visit;

pub(crate) use flow::Flow;
pub(crate) use refusal::Refusal;
pub(crate) use script::own_assets;
pub(crate) use sign_in::{language_asked_for, speak, to_sign_in};
pub(crate) use visit::{Visit, Visitor};
