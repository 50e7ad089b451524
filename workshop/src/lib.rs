//! The author's workshop: makes, builds and tries plugins.
//!
//! This crate never signs or installs anything, runs no plugin but the author's own, and opens no socket but on this machine's
//! loopback. What it runs is what servers run: the host with its limits, the gateway with its forms and headers.
//!
//! Read [`template`] for how a plugin begins, [`folder`] for what a plugin's folder is, [`build`] for how each language makes a
//! component, [`package`] for what is installed; [`stage`] for where a plugin is tried, [`run`] for one call, [`dev`] for a plugin
//! that is written while it runs; [`contract`] for whether a contract may take the place of another.

pub mod answers;
pub mod build;
pub mod contract;
pub mod dev;
pub mod folder;
pub mod package;
pub mod run;
pub mod stage;
pub mod template;

/// An error with all its causes, for a person.
fn words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        words = format!("{words}: {error}");
        source = error.source();
    }
    words
}
