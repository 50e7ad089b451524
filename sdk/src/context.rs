//! What is true for the whole call, and who is calling.

use jiff::Timestamp;

use crate::time::timestamp;

pub use crate::bindings::types::{Assurance, Citizen, Context, Operator, Principal as Caller};

impl Context {
    /// The time of the transaction.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        timestamp(self.now)
    }
}

impl Caller {
    /// The subsystem that calls, `INSTANCE/CLASS/MEMBER/SUBSYSTEM`, if one does.
    #[must_use]
    pub fn subsystem(&self) -> Option<&str> {
        match self {
            Self::Entity(subsystem) => Some(subsystem),
            _ => None,
        }
    }
}
