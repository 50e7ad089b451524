//! Typed collections over the plugin's keys and values: tables with indexes, queues, counters.
//!
//! Each has a name of its own within the plugin; all of them are part of the call's transaction. Records are JSON behind
//! one byte of version (see [`Record`]), so that an operator can read them and added fields do not matter.

mod counter;
mod error;
mod index;
mod page;
mod queue;
mod record;
mod scan;
mod space;
mod table;

pub use counter::Counter;
pub use error::TableError;
pub use index::{Index, Maintained};
pub use page::{Page, PageRequest};
pub use queue::Queue;
pub use record::Record;
pub use table::{Lookup, Table};
