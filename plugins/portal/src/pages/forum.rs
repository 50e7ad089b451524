//! The forum: topics, threads, answers, and what moderators do.

mod list;
mod moderate;
mod thread;
mod write;

pub(crate) use list::{search, topic, topics};
pub(crate) use moderate::{dismiss, hide, lock, make, reports, restore, staff};
pub(crate) use thread::thread;
pub(crate) use write::{answer, open, report, speak};

use crate::forum::Thread;

/// Where a thread is.
fn path(thread: &Thread) -> String {
    format!("/forum/{}/{}", thread.topic, thread.id)
}
