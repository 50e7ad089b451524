//! The forum: people ask and answer by topic, in public.
//!
//! Moderators make topics, hide posts with a reason that stays, and lock threads. Nothing is deleted: what is hidden is kept, and
//! what was done about it is noted. Who writes is shown under her first name, or under none. What the entity says is marked.

mod post;
mod posts;
mod rate;
mod refused;
mod topics;

pub use post::{Deed, Done, Hidden, Moderator, Post, Report, Shown, Speaker, Thread, Topic};
pub use posts::{
    answer, dismiss, find, find_thread, hide, lock, of_thread, open, report, reported, reports, restore, search,
    threads, unlock,
};
pub use rate::{MOST_PER_HOUR, REPORTS_PER_HOUR};
pub use refused::Refused;
pub use topics::{make, topic, topics};

/// Letters of a title, of a post, and of a reason.
pub const MOST_OF_TITLE: usize = 120;
/// See [`MOST_OF_TITLE`].
pub const MOST_OF_TEXT: usize = 4_000;
/// See [`MOST_OF_TITLE`].
pub const MOST_OF_REASON: usize = 500;
