//! Publishing: the state as a TUF repository in a folder that mirrors copy.
//!
//! ```text
//! public/metadata/N.root.json      each root; root.json is a copy of the newest, for administrators
//! public/metadata/timestamp.json   names the newest snapshot; replaced last
//! public/metadata/N.snapshot.json
//! public/metadata/N.targets.json   names every document by its hash
//! public/targets/<sha256>.<name>   shared.json, groups.json, members-00.json … members-ff.json
//! ```
//! All of it is derived: from the state, and from the numbers and roots that the store keeps.

mod change;
mod draft;
mod error;
mod folder;
mod keys;
mod ledger;
mod metadata;
mod publisher;
mod root;

pub use change::{ChangeError, RefusedDraft, RootChange, Rotation};
pub use draft::{DraftError, DraftStanding, KeyStanding, RootDraft, Signatures};
pub use error::PublishError;
pub(crate) use folder::{Part, PublicFolder};
pub(crate) use metadata::Lifetimes;
pub(crate) use publisher::{NextRoot, Publisher, Standing};
pub use root::{PublicationRole, UnknownRole};
