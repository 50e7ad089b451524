//! What a doctor found, in words: what is wrong, why it matters and what to do next.

use serde::{Deserialize, Serialize};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What was found, for example `the signing certificate of BO/GOV/1001 ends in 12 days`.
    pub what: String,
    /// What follows from it.
    pub why: String,
    /// What to do; empty where nothing is to be done.
    pub next_step: String,
}

/// How bad a finding is; the worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// As it should be.
    Ok,
    /// Works today; something is to be done.
    Warning,
    /// Does not work, or is about to stop working.
    Problem,
}
