//! The imports as the harness answers them: the same functions as the generated ones, for the attempt of this thread.

pub(crate) mod accounts;
mod crypto_keys;
mod effects;
mod environment;
mod finding;
mod people;
mod state;

pub(crate) use effects::{evidence, exchange, outbox, timers};
pub(crate) use environment::{calendar, clock, config, crypto, log, metrics, rng, secrets};
pub(crate) use people::{i18n, notices};
pub(crate) use state::{blobs, kv, search};
