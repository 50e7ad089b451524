//! Help: codes by which people let somebody help them, the pages of who answers the telephone and of who works at a counter, and
//! adding what was filed there to an account.

mod assist;
mod claim;
mod consents;
mod counter;

pub(crate) use assist::assist;
pub(crate) use claim::claim;
pub(crate) use consents::consents;
pub(crate) use counter::{counter, filed, find};
