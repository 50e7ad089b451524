//! Funds that people compete for (*fondos en concurso*): calls, proposals, their evaluation, and a result that anybody can
//! compute again.
//!
//! A [`Call`] says for whom it is, until when proposals come in, and by which criteria they are judged. Until it closes nobody
//! of the office can read a proposal: what reads them takes an [`Opened`] call, and there is none before. Nothing is submitted
//! after it closes: what submits takes an [`Accepting`] call. Evaluators do not see each other's points before all have
//! finished. The rule by which points become grants is [`ranking`]; it reads no store, and [`Published`] is all that it needs.
//! Whatever happens leaves an entry with its author and its time, and no entry is ever changed or taken away.

mod call;
pub mod calls;
mod check;
pub mod drafts;
pub mod evaluation;
pub mod history;
mod party;
mod points;
mod proposal;
pub mod proposals;
mod published;
pub mod ranking;
mod receipt;
mod refused;
pub mod resolve;

pub use call::{Accepting, Call, Criterion, Named, Opened, Phase, Resolution, Stage};
pub use check::{Problem, check};
pub use drafts::{Draft, Missing};
pub use evaluation::{Evaluator, Mark, Part, Reader, Verdict};
pub use party::{Officer, Party, Seat};
pub use points::Points;
pub use proposal::{Competing, Content, Project, Proposal, State};
pub use published::{Judged, NotComputed, Published};
pub use refused::Refused;
