//! Who does or says something.

use serde::{Deserialize, Serialize};

use crate::{Caller, Context};

/// Who does something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Author {
    /// A citizen, by her subject.
    Citizen(String),
    /// Somebody who works at the entity, by her id.
    Operator(String),
    /// Another subsystem.
    Subsystem(String),
    /// Somebody who did not say who she is.
    Anonymous,
    /// The plugin by itself: a deadline has passed.
    System,
}

impl Author {
    /// Whoever calls.
    #[must_use]
    pub fn of(context: &Context) -> Self {
        match &context.caller {
            Caller::Anonymous => Self::Anonymous,
            Caller::Citizen(citizen) => Self::Citizen(citizen.subject.clone()),
            Caller::Operator(operator) => Self::Operator(operator.id.clone()),
            Caller::Entity(subsystem) => Self::Subsystem(subsystem.clone()),
            Caller::System => Self::System,
        }
    }
}
