//! What moderators do: topics, reports, hiding, locking.

use sdk::collections::PageRequest;
use sdk::form::{Fields, View};
use sdk::html::{Button, ButtonLink, Language, Markup, html};
use sdk::web::{Operator, PathPair, Response, Visit, pagination};
use sdk::{Failure, Translated};

use super::path;
use super::thread::{self, at};
use crate::definition::Code;
use crate::forum::{self, Done, MOST_OF_REASON, MOST_OF_TITLE, Moderator, Post};
use crate::office::ThisEntity;
use crate::pages::{paragraphs, say};

/// Letters of what belongs to a topic.
const MOST_OF_ABOUT: usize = 500;

/// A thread as staff see it: they answer for the entity; who moderates hides posts and locks it.
pub(crate) fn staff(
    visit: &Visit,
    operator: Operator,
    PathPair(topic, id): PathPair<Code, String>,
    page: PageRequest,
) -> Result<Response, Failure> {
    let thread = thread::of(&topic, &id)?;
    let posts = forum::of_thread(&id, &page)?;
    let moderates = Moderator::of(&operator).is_ok();
    let this = ThisEntity::configured()?;
    let entity = this.name().in_language(visit.language());
    let to = |what: &str| format!("{}/{what}", path(&thread));
    let is_locked = thread.locked().is_some();
    let content = html! {
        p { a href=(path(&thread)) { (super::list::title(&thread)?) } }
        @if !is_locked { p { (ButtonLink::primary(&say("forum-answer-as-entity"), &to("entity"))) } }
        @if moderates { p { a href=(to("lock")) { (say(if is_locked { "forum-unlock" } else { "forum-lock" })) } } }
        @for post in posts.items.iter().filter(|_| moderates) { article .card {
            h2 { (thread::speaker(&post.speaker, entity)) }
            (paragraphs(&post.text))
            (done(post))
            @if post.hidden().is_some() {
                p { a href=(format!("{}/{}", to("restore"), post.number)) { (say("forum-restore")) } }
            } @else {
                p { a href=(format!("{}/{}", to("hide"), post.number)) { (say("forum-hide")) } }
            }
        } }
        (pagination(visit, &posts))
    };
    Ok(visit.titled("forum-for-staff", content))
}

/// What was done about a post.
fn done(post: &Post) -> Markup {
    let what = |done: Done| {
        say(match done {
            Done::Hidden => "forum-done-hidden",
            Done::Restored => "forum-done-restored",
            Done::Kept => "forum-done-kept",
            Done::Locked => "forum-done-locked",
            Done::Unlocked => "forum-done-unlocked",
        })
    };
    html! { @if !post.deeds.is_empty() {
        ul { @for deed in &post.deeds { li { (deed.at.short()) " · " (what(deed.what)) ": " (deed.reason) } } }
    } }
}

/// Makes a topic.
pub(crate) fn make(visit: &Visit, moderator: Moderator) -> Result<Response, Failure> {
    let form = visit.form(|fields: &mut Fields<'_>| {
        let code = fields.line("code", &say("forum-code")).hint(say("forum-code-hint")).most_letters(Code::MAX_LETTERS);
        let code = code.parse(|text| text.parse::<Code>().map_err(|_| say("forum-code-wrong")));
        let title = fields.line("title", &say("forum-topic-title")).most_letters(MOST_OF_TITLE).text();
        let in_english = say("forum-topic-title-english");
        let title_english = fields.line("title-en", &in_english).most_letters(MOST_OF_TITLE).optional().text();
        let about = fields.lines("about", &say("forum-topic-about")).rows(3).most_letters(MOST_OF_ABOUT).text();
        let in_english = say("forum-topic-about-english");
        let about_english = fields.lines("about-en", &in_english).rows(3).most_letters(MOST_OF_ABOUT).optional().text();
        Some((code?, both(title?, title_english?), both(about?, about_english?)))
    });
    let page = |form: &View| {
        let content = html! {
            p { a href="/forum/reports" { (say("forum-moderation")) } }
            (form.around(html! { (Button::primary(&say("forum-make-topic"))) }))
        };
        visit.titled("forum-new-topic", content)
    };
    form.submit(page, |(code, title, about)| {
        let topic = forum::make(&moderator, visit.context(), code, title, about)?;
        Ok(Response::redirect(format!("/forum/{}", topic.code)))
    })
}

fn both(spanish: String, english: Option<String>) -> Translated {
    let text = Translated::new(spanish);
    match english {
        Some(english) => text.with(Language::English, english),
        None => text,
    }
}

/// The posts that were reported and nobody has looked at, with the reports.
pub(crate) fn reports(visit: &Visit, moderator: Moderator, page: PageRequest) -> Result<Response, Failure> {
    let waiting = forum::reported(&page)?;
    let content = html! {
        p { (ButtonLink::secondary(&say("forum-new-topic"), "/forum/new")) }
        h2 { (say("forum-reports")) }
        @if waiting.items.is_empty() { p { (say("forum-no-reports")) } } @else {
            ul .cards { @for post in &waiting.items { li .card { (card(&moderator, post)?) } } }
        }
        (pagination(visit, &waiting))
        p { a href="/forum" { (say("forum")) } }
    };
    Ok(visit.titled("forum-moderation", content))
}

fn card(moderator: &Moderator, post: &Post) -> Result<Markup, Failure> {
    let thread = forum::find_thread(&post.thread)?;
    let to = |what: &str| format!("{}/{what}/{}", path(&thread), post.number);
    Ok(html! {
        h3 { a href=(at(&thread, post.number)) { (thread.title) } }
        blockquote { (paragraphs(&post.text)) }
        p { strong { (say("forum-reported-because")) } }
        ul { @for report in forum::reports(moderator, post)? { li { (report.reason) } } }
        p { a href=(to("hide")) { (say("forum-hide")) } " · " a href=(to("dismiss")) { (say("forum-dismiss")) } }
    })
}

/// Hides a post.
pub(crate) fn hide(
    visit: &Visit,
    moderator: Moderator,
    PathPair(topic, id): PathPair<Code, String>,
) -> Result<Response, Failure> {
    deed(visit, &topic, &id, "forum-hide", |number, reason| {
        forum::hide(&moderator, visit.context(), &id, number, reason)
    })
}

/// Shows a post again.
pub(crate) fn restore(
    visit: &Visit,
    moderator: Moderator,
    PathPair(topic, id): PathPair<Code, String>,
) -> Result<Response, Failure> {
    deed(visit, &topic, &id, "forum-restore", |number, reason| {
        forum::restore(&moderator, visit.context(), &id, number, reason)
    })
}

/// Leaves a post that was reported as it is.
pub(crate) fn dismiss(
    visit: &Visit,
    moderator: Moderator,
    PathPair(topic, id): PathPair<Code, String>,
) -> Result<Response, Failure> {
    deed(visit, &topic, &id, "forum-dismiss", |number, reason| {
        forum::dismiss(&moderator, visit.context(), &id, number, reason)
    })
}

/// Something that is done about a post, for a reason.
fn deed(
    visit: &Visit,
    topic: &Code,
    id: &str,
    title: &str,
    act: impl FnOnce(u32, &str) -> Result<(), Failure>,
) -> Result<Response, Failure> {
    let number: u32 = visit.parameter("post")?;
    let thread = thread::of(topic, id)?;
    let post = forum::find(id, number)?;
    let form = visit.form(reason);
    let page = |form: &View| {
        let content = html! {
            blockquote { (paragraphs(&post.text)) }
            (form.around(html! { (Button::primary(&say(title))) }))
            p { a href=(at(&thread, number)) { (say("forum-back-to-thread")) } }
        };
        visit.titled(title, content)
    };
    form.submit(page, |reason| {
        act(number, &reason)?;
        Ok(Response::redirect(at(&thread, number)))
    })
}

/// Locks a thread, or unlocks one that is locked.
pub(crate) fn lock(
    visit: &Visit,
    moderator: Moderator,
    PathPair(topic, id): PathPair<Code, String>,
) -> Result<Response, Failure> {
    let thread = thread::of(&topic, &id)?;
    let is_locked = thread.locked().is_some();
    let title = if is_locked { "forum-unlock" } else { "forum-lock" };
    let form = visit.form(reason);
    let page = |form: &View| {
        let content = html! {
            p { a href=(path(&thread)) { (thread.title) } }
            (form.around(html! { (Button::primary(&say(title))) }))
        };
        visit.titled(title, content)
    };
    form.submit(page, |reason| {
        let act = if is_locked { forum::unlock } else { forum::lock };
        act(&moderator, visit.context(), &id, &reason)?;
        Ok(Response::redirect(path(&thread)))
    })
}

fn reason(fields: &mut Fields<'_>) -> Option<String> {
    let reason = fields.lines("reason", &say("forum-why")).hint(say("forum-why-public")).rows(3);
    reason.most_letters(MOST_OF_REASON).text()
}
