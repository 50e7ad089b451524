//! How well a person is known (eIDAS Regulation, Article 8: low, substantial, high).

use serde::{Deserialize, Serialize};

/// How well a person is known, and as what `acr` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Assurance {
    /// She says who she is.
    #[default]
    Low,
    /// A counter or a register says so too.
    Substantial,
    /// She was there in person, with her document.
    High,
}

impl Assurance {
    /// All of them, lowest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Substantial, Self::High];

    /// As it stands in `acr`.
    #[must_use]
    pub fn acr(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Substantial => "substantial",
            Self::High => "high",
        }
    }

    /// The level that an `acr` value names.
    #[must_use]
    pub fn of_acr(acr: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.acr() == acr)
    }
}
