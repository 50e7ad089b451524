//! The address book of an instance: takes signed management requests, publishes the signed global configuration.
//!
//! This crate never sees traffic between members, never approves what did not pass every check, and never publishes
//! what a security server would refuse.
//!
//! Read `operator` (what an operator decides), `state` (events, and what they make), `requests` (the checks), `publication`
//! (the TUF repository), `registry` (all of these together), then `doors` and `app` (the running server).

pub mod settings;

pub mod operator;

mod state;

mod requests;

pub mod publication;

mod registry;

mod doors;

pub mod app;
mod start;

pub use app::{CentralRegistry, data_formats};
pub use registry::{DecisionError, EventEntry, HistoryError, Registry, RootError};
pub use requests::{HttpStatusSource, ProofRefusal, StatusFailure, StatusRefusal, StatusSource, SubmitError};
pub use settings::Settings;
pub use start::{Sockets, StartError};
pub use state::{JournalError, RequestRefusal};

/// An error with its causes, as one line for a person.
fn words(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string().trim_end().to_owned();
    let mut source = error.source();
    while let Some(error) = source {
        // TOML's own words end their line.
        text = format!("{text}: {}", error.to_string().trim_end());
        source = error.source();
    }
    text
}
