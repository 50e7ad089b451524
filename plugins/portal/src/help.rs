//! Helping people: codes by which they let somebody help, who helps whom, and what was filed at a counter for somebody who has
//! no account yet.
//!
//! An operator sees nothing of a citizen by her role alone: the citizen's code opens it, for a while, and she can end it. Codes
//! are shown once and kept as digests under a key that is the plugin's own.

pub(crate) mod call;
pub(crate) mod claim;
pub(crate) mod consent;
mod secret;
mod tries;

pub(crate) use secret::Secret;
