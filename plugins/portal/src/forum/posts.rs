//! Threads and posts: opened, answered, reported, hidden with a reason, found again.

mod moderate;

use sdk::case::Author;
use sdk::collections::{Index, Page, PageRequest, Table};
use sdk::kv::Order;
use sdk::search::{self, Document, Query};
use sdk::{Context, Failure, Timestamp};

use super::{MOST_OF_REASON, MOST_OF_TEXT, MOST_OF_TITLE};
use super::{Post, Refused, Report, Shown, Speaker, Thread, rate, topics};
use crate::definition::Code;
use crate::number;

pub use moderate::{dismiss, hide, lock, reports, restore, unlock};

static BY_LAST: Index<String, Thread, (Code, Timestamp)> =
    Index::many("forum.threads.by-last", |_, thread| vec![(thread.topic.clone(), thread.last)]);
static THREADS: Table<String, Thread> = Table::new("forum.threads", &[&BY_LAST]);
/// Those that were reported and nobody has looked at, by when they were written.
static BY_WAITING: Index<(String, u32), Post, (Timestamp,)> =
    Index::many("forum.posts.by-waiting", |_, post| if post.waiting > 0 { vec![(post.at,)] } else { Vec::new() });
static POSTS: Table<(String, u32), Post> = Table::new("forum.posts", &[&BY_WAITING]);
/// By the thread, the post, and the report's number.
static REPORTS: Table<(String, u32, u32), Report> = Table::new("forum.reports", &[]);

/// The index of posts.
const INDEX: &str = "forum";
/// So many posts a thread has at most.
const MOST_POSTS: u32 = 1_000;
/// So many reports of one post are kept: more say nothing new.
const MOST_REPORTS: u32 = 20;

/// Opens a thread under a topic with its first post.
///
/// # Errors
/// If there is no such topic, the texts are too long or empty, or she has written too much within the hour.
pub fn open(context: &Context, topic: &Code, title: &str, text: &str, shown: Shown) -> Result<Thread, Failure> {
    topics::topic(topic)?;
    sdk::ensure!(fits(title, MOST_OF_TITLE), Refused::Text);
    let now = context.time();
    let thread = Thread {
        id: number::new().to_lowercase(),
        topic: topic.clone(),
        title: title.to_owned(),
        opened: now,
        last: now,
        posts: 0,
        deeds: Vec::new(),
    };
    add(context, thread, text, shown)
}

/// Answers in a thread.
///
/// # Errors
/// If there is none, it is locked or full, the text is too long or empty, or she has written too much within the hour.
pub fn answer(context: &Context, thread: &str, text: &str, shown: Shown) -> Result<Thread, Failure> {
    let thread = find_thread(thread)?;
    sdk::ensure!(thread.locked().is_none(), Refused::Locked);
    sdk::ensure!(thread.posts < MOST_POSTS, Refused::Full);
    add(context, thread, text, shown)
}

fn add(context: &Context, mut thread: Thread, text: &str, shown: Shown) -> Result<Thread, Failure> {
    sdk::ensure!(fits(text, MOST_OF_TEXT), Refused::Text);
    rate::writes(context)?;
    let post = Post {
        thread: thread.id.clone(),
        number: thread.posts,
        at: context.time(),
        author: Author::of(context),
        speaker: Speaker::of(&context.caller, shown),
        text: text.to_owned(),
        deeds: Vec::new(),
        reported: 0,
        waiting: 0,
    };
    POSTS.insert(&key(&post), &post)?;
    put_in_index(&thread, &post);
    thread.posts += 1;
    thread.last = context.time();
    THREADS.put(&thread.id, &thread)?;
    Ok(thread)
}

/// Reports a post, for moderators to look at. Anybody may.
///
/// # Errors
/// If there is none, the reason is missing or too long, or she has reported too much within the hour.
pub fn report(context: &Context, thread: &str, number: u32, reason: &str) -> Result<(), Failure> {
    let mut post = find(thread, number)?;
    sdk::ensure!(fits(reason, MOST_OF_REASON), Refused::NoReason);
    // What is hidden was looked at.
    sdk::ensure!(post.hidden().is_none(), Refused::Already);
    rate::reports(context)?;
    if post.waiting >= MOST_REPORTS {
        return Ok(());
    }
    let report = Report { at: context.time(), author: Author::of(context), reason: reason.to_owned() };
    REPORTS.insert(&(post.thread.clone(), post.number, post.reported), &report)?;
    post.reported = post.reported.saturating_add(1);
    post.waiting = post.waiting.saturating_add(1);
    put(&post)
}

/// A thread.
///
/// # Errors
/// If there is none.
pub fn find_thread(id: &str) -> Result<Thread, Failure> {
    Ok(THREADS.get(&id.to_owned())?.ok_or_else(|| Refused::NoThread { id: id.to_owned() })?)
}

/// A post.
///
/// # Errors
/// If there is none.
pub fn find(thread: &str, number: u32) -> Result<Post, Failure> {
    let post = POSTS.get(&(thread.to_owned(), number))?;
    Ok(post.ok_or_else(|| Refused::NoPost { thread: thread.to_owned(), number })?)
}

/// The threads of a topic, those in which something was said last first.
///
/// # Errors
/// If the cursor is none.
pub fn threads(topic: &Code, page: &PageRequest) -> Result<Page<Thread>, Failure> {
    let found = THREADS.by(&BY_LAST).page(&(topic.clone(),), Order::Descending, page)?;
    Ok(Page { items: found.items.into_iter().map(|(_, thread)| thread).collect(), next: found.next })
}

/// The posts of a thread, from the first on.
///
/// # Errors
/// If the cursor is none.
pub fn of_thread(thread: &str, page: &PageRequest) -> Result<Page<Post>, Failure> {
    let found = POSTS.page(&(thread.to_owned(),), Order::Ascending, page)?;
    Ok(Page { items: found.items.into_iter().map(|(_, post)| post).collect(), next: found.next })
}

/// The posts that were reported and nobody has looked at, the oldest first.
///
/// # Errors
/// If the cursor is none.
pub fn reported(page: &PageRequest) -> Result<Page<Post>, Failure> {
    let found = POSTS.by(&BY_WAITING).page(&(), Order::Ascending, page)?;
    Ok(Page { items: found.items.into_iter().map(|(_, post)| post).collect(), next: found.next })
}

/// The posts that have these words, without those that are hidden; the best first, and how many there are in all.
///
/// # Errors
/// If a post does not read back.
pub fn search(text: &str, offset: u32, limit: u32) -> Result<(Vec<(Thread, Post)>, u32), Failure> {
    let query = Query { index: INDEX.to_owned(), text: text.to_owned(), filters: Vec::new(), offset, limit };
    let hits = search::find(&query);
    let keys = hits.ids.iter().filter_map(|id| sdk::key::decode::<(String, u32)>(id).ok());
    let found = keys.map(|(thread, number)| Ok((find_thread(&thread)?, find(&thread, number)?)));
    Ok((found.collect::<Result<_, Failure>>()?, hits.total))
}

/// A post is found by what it says; the first one of a thread by the thread's title too.
fn put_in_index(thread: &Thread, post: &Post) {
    let title = (post.number == 0).then(|| thread.title.clone());
    let text = title.into_iter().chain([post.text.clone()]).collect();
    search::put(INDEX, &Document { id: sdk::key::encode(&key(post)), text, filters: Vec::new() });
}

fn put(post: &Post) -> Result<(), Failure> {
    Ok(POSTS.put(&key(post), post)?)
}

fn key(post: &Post) -> (String, u32) {
    (post.thread.clone(), post.number)
}

/// Whether a text is there, and no longer than it may be.
fn fits(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most
}
