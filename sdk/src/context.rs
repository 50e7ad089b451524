//! What is true for the whole call, and who is calling.

use crate::time::Timestamp;

pub use crate::bindings::types::{
    Assurance, Citizen, Context, Operator, Principal as Caller, Represented, RepresentedKind,
};

impl Context {
    /// The time of the transaction.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        Timestamp::from_millisecond(self.now)
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
