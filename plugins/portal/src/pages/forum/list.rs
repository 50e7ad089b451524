//! Topics, the threads of one, and what is found by words.

use sdk::Failure;
use sdk::collections::PageRequest;
use sdk::html::{Button, ButtonLink, Field, Markup, Pagination, Tag, Text, TextKind, Tone, html};
use sdk::i18n::Argument;
use sdk::web::{Path, Response, Visit, pagination, query};

use super::path;
use crate::definition::Code;
use crate::forum::{self, Thread};
use crate::pages::{say, say_with, translated, under_own_title};

/// Posts on one page of a search, letters of a search, and the last page.
const ON_PAGE: u32 = 20;
const MOST_LETTERS: usize = 200;
const LAST_PAGE: u32 = 50;
/// Letters of a post that are shown where it was found.
const SHOWN: usize = 200;

/// All topics.
pub(crate) fn topics(visit: &Visit) -> Result<Response, Failure> {
    let topics = forum::topics()?;
    let content = html! {
        p .lead { (say("forum-lead")) }
        (search_form(visit, ""))
        @if topics.is_empty() { p { (say("forum-no-topics")) } } @else {
            ul .cards { @for topic in &topics { li .card {
                h2 { a href=(format!("/forum/{}", topic.code)) { (translated(&topic.title, visit.language())) } }
                p { (translated(&topic.about, visit.language())) }
            } } }
        }
        p .hint { (say("forum-rules")) }
        p { a href="/forum/reports" { (say("forum-for-moderators")) } }
    };
    Ok(visit.titled("forum", content))
}

/// The threads of a topic.
pub(crate) fn topic(visit: &Visit, Path(code): Path<Code>, page: PageRequest) -> Result<Response, Failure> {
    let topic = forum::topic(&code)?;
    let threads = forum::threads(&code, &page)?;
    let language = visit.language();
    let content = html! {
        p { a href="/forum" { (say("forum")) } }
        h1 { (translated(&topic.title, language)) }
        p .lead { (translated(&topic.about, language)) }
        p { (ButtonLink::primary(&say("forum-ask"), &format!("/forum/{code}/new"))) }
        @if threads.items.is_empty() { p { (say("forum-no-threads")) } } @else {
            ul .cards { @for thread in &threads.items { li .card { (card(thread)?) } } }
        }
        (pagination(visit, &threads))
    };
    Ok(under_own_title(visit, topic.title.in_language(language), content))
}

fn card(thread: &Thread) -> Result<Markup, Failure> {
    let answers = Argument::number("answers", i64::from(thread.posts.saturating_sub(1)));
    let last = Argument::time("time", thread.last);
    let title = title(thread)?;
    Ok(html! {
        h2 { a href=(path(thread)) { (title) } }
        p { (say_with("forum-answers", &[answers]))
            @if thread.locked().is_some() { " " (Tag::new(&say("forum-locked"), Tone::Neutral)) } }
        p .hint { (say_with("forum-last", &[last])) }
    })
}

/// The title of a thread; of one whose first post is hidden, that it is.
pub(super) fn title(thread: &Thread) -> Result<String, Failure> {
    let hidden = forum::find(&thread.id, 0)?.hidden().is_some();
    Ok(if hidden { say("forum-hidden-title") } else { thread.title.clone() })
}

/// Posts by their words.
pub(crate) fn search(visit: &Visit) -> Result<Response, Failure> {
    let text: String = visit.query("q").unwrap_or_default().chars().take(MOST_LETTERS).collect();
    let number = visit.query_as::<u32>("page")?.unwrap_or(1).clamp(1, LAST_PAGE);
    let (found, total) =
        if text.trim().is_empty() { (Vec::new(), 0) } else { forum::search(&text, (number - 1) * ON_PAGE, ON_PAGE)? };
    let to = |number: u32| format!("/forum/search{}", query([("q", text.as_str()), ("page", &number.to_string())]));
    let previous = (number > 1).then(|| to(number - 1));
    let next = (number.saturating_mul(ON_PAGE) < total && number < LAST_PAGE).then(|| to(number + 1));
    let content = html! {
        p { a href="/forum" { (say("forum")) } }
        (search_form(visit, &text))
        p role="status" { (say_with("forum-found", &[Argument::number("count", i64::from(total))])) }
        ul .cards { @for (thread, post) in &found { li .card {
            h2 { a href=(super::thread::at(thread, post.number)) { (title(thread)?) } }
            p { (beginning(&post.text)) }
        } } }
        (Pagination::new(previous.as_deref(), next.as_deref()).language(visit.language()))
    };
    Ok(visit.titled("forum-search", content))
}

fn search_form(visit: &Visit, text: &str) -> Markup {
    let label = say("forum-search-for");
    let field = Field::new("q", &label).language(visit.language());
    html! { form method="get" action="/forum/search" role="search" {
        (Text::new(field).value(text).kind(TextKind::Search).autocomplete("off"))
        (Button::secondary(&say("forum-find")))
    } }
}

fn beginning(text: &str) -> String {
    let mut beginning: String = text.chars().take(SHOWN).collect();
    if text.chars().count() > SHOWN {
        beginning.push('…');
    }
    beginning
}
