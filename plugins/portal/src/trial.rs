//! Trying a definition before it is published: what people might answer, and what would happen then.
//!
//! What happens is not told anew here: the application is submitted, paid and decided by the same rules as every other one,
//! and nothing of it is kept.

mod journey;
mod sample;

pub use journey::{End, Journey, last_of_calendar, run};
pub use sample::{Sample, sample};
