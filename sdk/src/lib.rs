//! For authors of plugins: the guest library over the contract in `wit/`, and a native harness to test plugins with.
//!
//! A plugin implements [`Service`], [`Events`], [`Lifecycle`] or [`web::Pages`] and names them in [`plugin!`]. Every call
//! is one serializable transaction in a fresh sandbox: `Ok` commits it, `Err` leaves nothing of it, and a conflict runs
//! the handler again from its beginning. State is kept in [`collections`]; what else the host offers is in the modules
//! named like the interfaces of the contract.
//!
//! This crate never depends on a server's crate, and never keeps anything between two calls.

mod author;
#[doc(hidden)]
pub mod bindings;
pub mod case;
pub mod chain;
pub mod collections;
mod context;
pub mod conversation;
mod events;
mod failure;
pub mod form;
#[cfg(not(target_arch = "wasm32"))]
pub mod harness;
#[cfg(target_arch = "wasm32")]
mod heap;
mod imports;
pub mod json;
pub mod key;
mod lifecycle;
#[path = "../wit/limits.rs"]
pub mod limits;
mod money;
mod plugin;
pub mod printable;
pub mod schema;
mod service;
pub mod text;
pub mod thread;
pub mod time;
mod translated;
pub mod web;

/// Markup, fields and the other pieces that pages are written with. Whoever writes templates depends on `maud` as well.
pub use html;

pub use author::Author;
pub use context::{Assurance, Caller, Citizen, Context, Operator, Represented, RepresentedKind};
pub use events::{Event, Events, Published, Reply, Timer, Undelivered};
pub use failure::{Failure, FieldError, FieldErrors, OtherFailure};
pub use imports::{
    accounts, blobs, calendar, clock, config, crypto, evidence, exchange, i18n, kv, log, metrics, notices, outbox, rng,
    search, secrets, timers,
};
pub use lifecycle::Lifecycle;
pub use money::Money;
pub use service::{Answer, Field, Method, Request, Service};
pub use time::{Date, Timestamp};
pub use translated::{NotTranslated, Translated};
