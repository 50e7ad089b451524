//! What each fuzz target does with its input: it must not panic, and what is accepted must say the same when written again.
//!
//! This crate never decides what is right: a finding becomes a test beside the parser.

mod contacts;
mod fixtures;
mod forms;
mod host;
mod identity;
mod keys;
mod log_files;
mod messages;
mod pages;
mod plugins;
mod registry;
mod schemas;
mod servers;
mod signer;
mod texts;
mod trust_parsers;

pub use contacts::contacts;
pub use forms::forms;
pub use host::host;
pub use identity::identity;
pub use keys::keys;
pub use log_files::log_files;
pub use messages::{context, credentials, frames, identifiers, message_head, request_uri};
pub use pages::pages;
pub use plugins::{file_container, plugin_manifest};
pub use registry::{global_configuration, management, tuf};
pub use schemas::schema;
pub use servers::{openapi, server_configuration};
pub use signer::signer_frames;
pub use texts::texts;
pub use trust_parsers::{certificate, cms, container, leaf, log_notes, manifest, ocsp, timestamp};

/// A target: its name, which is that of its corpus, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 31] = [
    ("identifiers", identifiers),
    ("request_uri", request_uri),
    ("message_head", message_head),
    ("context", context),
    ("frames", frames),
    ("credentials", credentials),
    ("management", management),
    ("global_configuration", global_configuration),
    ("tuf", tuf),
    ("leaf", leaf),
    ("manifest", manifest),
    ("container", container),
    ("certificate", certificate),
    ("cms", cms),
    ("ocsp", ocsp),
    ("timestamp", timestamp),
    ("log_notes", log_notes),
    ("log_files", log_files),
    ("server_configuration", server_configuration),
    ("openapi", openapi),
    ("keys", keys),
    ("file_container", file_container),
    ("plugin_manifest", plugin_manifest),
    ("forms", forms),
    ("schema", schema),
    ("host", host),
    ("pages", pages),
    ("texts", texts),
    ("contacts", contacts),
    ("identity", identity),
    ("signer_frames", signer_frames),
];
