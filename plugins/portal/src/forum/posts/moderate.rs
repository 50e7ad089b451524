//! What moderators do: each deed has a reason, and is noted where it was done.

use sdk::kv::Order;
use sdk::{Context, Failure, search};

use super::{INDEX, REPORTS, THREADS, find, find_thread, fits, key, put, put_in_index};
use crate::forum::{Deed, Done, MOST_OF_REASON, Moderator, Post, Refused, Report, Thread};

/// So much is done about one post or one thread at most.
const MOST_DEEDS: usize = 50;

/// Hides a post. Its place stays, with the reason; its text is kept, and shown to moderators only.
///
/// # Errors
/// If there is none, it is hidden, or there is no reason.
pub fn hide(moderator: &Moderator, context: &Context, thread: &str, number: u32, reason: &str) -> Result<(), Failure> {
    let mut post = find(thread, number)?;
    sdk::ensure!(post.hidden().is_none(), Refused::Already);
    note(&mut post.deeds, moderator, context, Done::Hidden, reason)?;
    post.waiting = 0;
    search::remove(INDEX, &sdk::key::encode(&key(&post)));
    put(&post)
}

/// Shows a post again.
///
/// # Errors
/// If there is none, it is not hidden, or there is no reason.
pub fn restore(
    moderator: &Moderator,
    context: &Context,
    thread: &str,
    number: u32,
    reason: &str,
) -> Result<(), Failure> {
    let mut post = find(thread, number)?;
    sdk::ensure!(post.hidden().is_some(), Refused::Already);
    note(&mut post.deeds, moderator, context, Done::Restored, reason)?;
    put_in_index(&find_thread(thread)?, &post);
    put(&post)
}

/// Leaves a post that was reported as it is.
///
/// # Errors
/// If there is none, nothing waits, or there is no reason.
pub fn dismiss(
    moderator: &Moderator,
    context: &Context,
    thread: &str,
    number: u32,
    reason: &str,
) -> Result<(), Failure> {
    let mut post = find(thread, number)?;
    sdk::ensure!(post.waiting > 0, Refused::Already);
    note(&mut post.deeds, moderator, context, Done::Kept, reason)?;
    post.waiting = 0;
    put(&post)
}

/// Locks a thread: it is read, and nobody answers in it.
///
/// # Errors
/// If there is none, it is locked, or there is no reason.
pub fn lock(moderator: &Moderator, context: &Context, thread: &str, reason: &str) -> Result<Thread, Failure> {
    let mut thread = find_thread(thread)?;
    sdk::ensure!(thread.locked().is_none(), Refused::Already);
    note(&mut thread.deeds, moderator, context, Done::Locked, reason)?;
    THREADS.put(&thread.id, &thread)?;
    Ok(thread)
}

/// Lets people answer in a thread again.
///
/// # Errors
/// If there is none, it is not locked, or there is no reason.
pub fn unlock(moderator: &Moderator, context: &Context, thread: &str, reason: &str) -> Result<Thread, Failure> {
    let mut thread = find_thread(thread)?;
    sdk::ensure!(thread.locked().is_some(), Refused::Already);
    note(&mut thread.deeds, moderator, context, Done::Unlocked, reason)?;
    THREADS.put(&thread.id, &thread)?;
    Ok(thread)
}

/// The reports of a post that nobody has looked at, the oldest first.
///
/// # Errors
/// If one does not read back.
pub fn reports(_: &Moderator, post: &Post) -> Result<Vec<Report>, Failure> {
    let all = REPORTS.scan(&(post.thread.clone(), post.number), Order::Descending);
    let waiting = usize::try_from(post.waiting).unwrap_or(usize::MAX);
    let mut newest: Vec<Report> =
        all.take(waiting).map(|report| report.map(|(_, report)| report)).collect::<Result<_, _>>()?;
    newest.reverse();
    Ok(newest)
}

fn note(
    deeds: &mut Vec<Deed>,
    moderator: &Moderator,
    context: &Context,
    what: Done,
    reason: &str,
) -> Result<(), Refused> {
    sdk::ensure!(fits(reason, MOST_OF_REASON), Refused::NoReason);
    sdk::ensure!(deeds.len() < MOST_DEEDS, Refused::Full);
    deeds.push(Deed { at: context.time(), by: moderator.id().to_owned(), reason: reason.to_owned(), what });
    Ok(())
}
