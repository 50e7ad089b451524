//! A thread: what was said, by whom, and what is hidden and why.

use sdk::collections::PageRequest;
use sdk::html::{ButtonLink, Markup, Notice, Tag, Tone, html};
use sdk::i18n::Argument;
use sdk::web::{PathPair, Response, Visit, pagination};
use sdk::{Failure, ensure};

use super::list::title;
use super::path;
use crate::definition::Code;
use crate::forum::{self, Post, Refused, Speaker, Thread};
use crate::office::ThisEntity;
use crate::pages::{paragraphs, say, say_with, translated, under_own_title};

/// The posts of a thread, page by page.
pub(crate) fn thread(
    visit: &Visit,
    PathPair(topic, id): PathPair<Code, String>,
    page: PageRequest,
) -> Result<Response, Failure> {
    let thread = of(&topic, &id)?;
    let (topic, posts, title) = (forum::topic(&topic)?, forum::of_thread(&id, &page)?, title(&thread)?);
    let this = ThisEntity::configured()?;
    let entity = this.name().in_language(visit.language());
    let content = html! {
        p { a href=(format!("/forum/{}", topic.code)) { (translated(&topic.title, visit.language())) } }
        h1 { (title) }
        (locked(&thread, entity))
        @for post in &posts.items { (shown(visit, &thread, post, entity)) }
        (pagination(visit, &posts))
        @if thread.locked().is_none() {
            p { (ButtonLink::primary(&say("forum-answer"), &format!("{}/answer", path(&thread)))) }
        }
        p .hint { a href=(format!("{}/staff", path(&thread))) { (say("forum-for-staff")) } }
    };
    Ok(under_own_title(visit, &title, content))
}

/// A thread of a topic.
pub(super) fn of(topic: &Code, id: &str) -> Result<Thread, Failure> {
    let thread = forum::find_thread(id)?;
    ensure!(thread.topic == *topic, Refused::NoThread { id: id.to_owned() });
    Ok(thread)
}

/// Where a post is: the page that it is on begins with it.
pub(super) fn at(thread: &Thread, number: u32) -> String {
    match number.checked_sub(1) {
        // A page begins after the post that its cursor names: cursors are the ends of keys.
        Some(before) => {
            let cursor: String = sdk::key::encode(&before).iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{}?cursor={cursor}", path(thread))
        }
        None => path(thread),
    }
}

fn locked(thread: &Thread, entity: &str) -> Markup {
    let Some(locked) = thread.locked() else { return html! {} };
    let (title, said) = (say("forum-locked"), say_with("forum-locked-by", &because(entity, locked.reason)));
    html! { (Notice::new(Tone::Information, &title, &html! { p { (said) } })) }
}

/// By whom something was done, and why.
fn because(entity: &str, reason: &str) -> [Argument; 2] {
    [Argument::text("entity", entity), Argument::text("reason", reason)]
}

fn shown(visit: &Visit, thread: &Thread, post: &Post, entity: &str) -> Markup {
    let report = format!("{}/report/{}", path(thread), post.number);
    html! {
        article .card id=(format!("post-{}", post.number)) {
            h2 { (speaker(&post.speaker, entity)) }
            p .hint lang=[visit.language().borrowed_from()] { (post.at.in_words(visit.language())) }
            @match post.hidden() {
                Some(hidden) => p { em { (say_with("forum-hidden-by", &because(entity, hidden.reason))) } },
                None => {
                    (paragraphs(&post.text))
                    @let number = Argument::number("number", i64::from(post.number) + 1);
                    p { a href=(report) { (say_with("forum-report-post", &[number])) } }
                },
            }
        }
    }
}

/// Who speaks.
pub(super) fn speaker(speaker: &Speaker, entity: &str) -> Markup {
    match speaker {
        Speaker::Person(Some(name)) => html! { (name) },
        Speaker::Person(None) => html! { (say("forum-somebody")) },
        Speaker::Entity => html! { (entity) " " (Tag::new(&say("forum-official"), Tone::Information)) },
    }
}
