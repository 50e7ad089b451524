//! Brings the registry's signed word to whoever needs it, by The Update Framework.
//!
//! This crate never decides what an expired configuration means, asks a clock, or hands out a configuration whose
//! signatures it has not verified. (`tough` itself reads the system clock to notice that it went backwards; expiry is
//! judged here, by the `now` that the caller gives.)
//!
//! A [`Source`] holds a folder and a list of mirrors. [`Source::refresh`] asks the mirrors what is new, verifies it
//! against the trust anchor, keeps it durably and only then shows it as [`Source::current`]. Every snapshot that was
//! ever shown stays in the folder, and [`Source::bundle`] packs one for a judge, who opens it with [`open_bundle`].

mod archive;
mod bundle;
mod fetch;
mod http;
mod load;
mod open;
mod refresh;
mod snapshot;
mod source;
mod store;
mod transport;

pub use archive::ArchiveError;
pub use bundle::{BundleError, open_bundle};
pub use fetch::{Fetch, FetchError, Fetched, FileFetch, Validator};
pub use http::MirrorFetch;
pub use load::LoadError;
pub use open::OpenError;
pub use refresh::{AttemptError, MirrorFailure, Refresh, RefreshError};
pub use snapshot::Snapshot;
pub use source::Source;
pub use store::{FORMAT, StoreError, format_of};
