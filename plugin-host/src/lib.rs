//! The sandbox: loads, limits, meters and runs plugins, one transaction a call.
//!
//! This crate never opens a socket, and nothing else knows the engine. A call of a plugin is attempted in a fresh sandbox
//! and a transaction of its own, until the transaction is committed or the call is refused; what it orders is done
//! after that, by the plugin's agenda.
//!
//! Read `host` for what a server does with plugins, [`call`](CallError) for the life of a call, `sandbox` for what a guest
//! runs in, `imports` for what it may do, `agenda` for what happens without a caller; [`package`], [`manifest`] and [`compile`]
//! for what comes before.

mod host;
mod host_error;
mod reconciliation;
mod standing;

mod call;
mod plugin;
mod plugins;

pub mod contract;
mod imports;
mod sandbox;

mod agenda;
mod failed_calls;
mod handled;
mod loading;
mod migration;
mod rows;
mod signings;
mod topics;

mod blobs;
pub mod calendar;
pub mod citizens;
mod locales;
mod search;

mod breaker;
mod kept_answers;
mod keys;
mod rate;
mod vitals;

pub mod compile;
mod engine_config;
pub mod manifest;
pub mod package;
mod seams;

#[cfg(test)]
mod testing;

pub use agenda::{AgendaEntry, AgendaError, EntryKind, OutgoingMessage};
pub use blobs::{BlobFileError, OpenBlob, OpenBlobError, Upload, UploadError, Uploaded};
pub use call::headers::{answer_headers, page_request_headers, request_headers};
pub use call::service::{Answer, Field, Method, Request, of_failure as answer_of_failure, split as split_path};
pub use call::{
    Assurance, CallError, Caller, Citizen, Failure, FieldError, Operator, OtherFailure, Principal, Represented,
    RepresentedKind, events, web,
};
pub use contract::limits::{OUT_OF_BOUNDS, is_own_path};
pub use failed_calls::{Called, FailedCall, FailedCallError, ReplayEnd, Replayed, ReplayedBy};
pub use handled::Sender;
pub use host::{HostParts, PluginHost, Version};
pub use host_error::{HostError, LoadError};
pub use keys::HostSecret;
pub use locales::LocalesError;
pub use plugin::{Given, GivenError, Loaded};
pub use reconciliation::Agendas;
pub use sandbox::{Broken, EngineError, Fault, Refused};
pub use seams::{
    Again, Document, DocumentError, Documents, Exchange, ExchangeAnswer, ExchangeCall, ExchangeMethod, ExchangeRefusal,
    Neighbour, NoDocuments, NoExchange, Verification,
};
pub use search::RebuildError;
pub use standing::{AgendaStanding, Standing};
pub use vitals::{Count, LATENCY_BOUNDS_US, Vitals};
