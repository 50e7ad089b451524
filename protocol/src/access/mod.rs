//! Access rights: who may call what. Deny by default; the decision is a value that says why.

mod decision;
mod glob;
mod rate;
mod rights;
mod window;

pub use decision::{Considered, Decision, Question, Verdict};
pub use glob::{GlobError, PathGlob};
pub use rate::{Rate, RateError};
pub use rights::{AccessRight, AccessRights, Endpoint, GroupMembership, Subject};
pub use window::{TimeWindow, WindowError};
