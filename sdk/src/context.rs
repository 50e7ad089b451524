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

impl Assurance {
    /// Whether it is known as well as that who somebody is, or better.
    #[must_use]
    pub fn is_at_least(self, least: Self) -> bool {
        let rank = |assurance| match assurance {
            Self::None => 0,
            Self::Low => 1,
            Self::Substantial => 2,
            Self::High => 3,
        };
        rank(self) >= rank(least)
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
