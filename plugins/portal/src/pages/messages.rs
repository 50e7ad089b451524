//! The thread of an application, as both sides see it.

use sdk::collections::{Page, PageRequest};
use sdk::form::View;
use sdk::html::{Button, Hidden, Markup, Tag, Tone, html};
use sdk::i18n::Argument;
use sdk::thread::{Audience, Message, ThreadError, Threads};
use sdk::web::{Visit, pagination};
use sdk::{Author, Failure};

use super::{say, say_with};
use crate::application::Application;

/// By the numbers of applications.
pub(super) static THREADS: Threads = Threads::new("applications");

/// Letters of a message.
pub(super) const MOST_LETTERS: usize = 2_000;
/// What the button sends that says that all was read.
pub(super) const READ: &str = "read";

/// How much one side has not read, with the way to it.
pub(super) fn link(application: &Application, path: &str, reader: Audience) -> Result<Markup, Failure> {
    let unread = THREADS.unread(&application.number, reader)?;
    Ok(html! {
        p { a href=(format!("{path}/messages")) { (say("help-messages")) }
            @if unread > 0 { " " (tag(unread)) } }
    })
}

/// How much is unread, in words; nothing, where nothing is.
pub(super) fn unread(application: &Application, reader: Audience) -> Result<Markup, Failure> {
    let unread = THREADS.unread(&application.number, reader)?;
    Ok(html! { @if unread > 0 { p { (tag(unread)) } } })
}

fn tag(unread: u32) -> Markup {
    let said = say_with("help-unread", &[Argument::number("messages", i64::from(unread))]);
    html! { (Tag::new(&said, Tone::Information)) }
}

/// Says something in the thread of an application.
pub(super) fn write(visit: &Visit, application: &Application, audience: Audience, text: &str) -> Result<(), Failure> {
    match THREADS.say(visit.context(), &application.number, audience, text) {
        Ok(_) => Ok(()),
        Err(ThreadError::Full { .. }) => Err(Failure::Conflict(say("help-thread-full"))),
        Err(other) => Err(other.into()),
    }
}

/// A thread as a side sees it.
pub(super) struct Thread<'v> {
    visit: &'v Visit,
    reader: Audience,
    messages: Page<Message>,
    /// Those on this page that the side has not read: the newest of the other side.
    new: Vec<bool>,
    unread: u32,
}

impl<'v> Thread<'v> {
    /// A part of the thread of an application.
    pub(super) fn of(
        visit: &'v Visit,
        application: &Application,
        reader: Audience,
        page: &PageRequest,
    ) -> Result<Self, Failure> {
        let messages = THREADS.newest(&application.number, reader, page)?;
        let unread = THREADS.unread(&application.number, reader)?;
        let mut left = if page.cursor.is_none() { unread } else { 0 };
        let mut is_new = |message: &Message| {
            let is_new = left > 0 && message.is_of_office() == (reader == Audience::Citizen);
            left -= u32::from(is_new);
            is_new
        };
        let new = messages.items.iter().map(&mut is_new).collect();
        Ok(Self { visit, reader, messages, new, unread })
    }

    /// The form, the way to say that all was read, and what was said, the newest first. Who has said it is called by the page.
    pub(super) fn with(&self, form: &View, called: &dyn Fn(&Author) -> String) -> Markup {
        let nothing = self.messages.items.is_empty() && self.messages.next.is_none();
        html! {
            (form.around(html! { (Button::primary(&say("help-send"))) }))
            h2 { (say("help-said")) }
            @if self.unread > 0 { form method="post" {
                (Hidden::new(READ, "yes")) (Button::secondary(&say("help-mark-read")))
            } }
            @if nothing { p { (say("help-nothing-said")) } } @else {
                ul .cards { @for (message, is_new) in self.messages.items.iter().zip(&self.new) {
                    li .card { (self.message(message, *is_new, &called(&message.author))) }
                } }
                (pagination(self.visit, &self.messages))
            }
        }
    }

    fn message(&self, message: &Message, is_new: bool, called: &str) -> Markup {
        let is_note = self.reader == Audience::Staff && message.audience == Audience::Staff;
        html! {
            p { strong { (called) } " · " (message.at.in_words(self.visit.language()))
                @if is_new { " " (Tag::new(&say("help-new"), Tone::Information)) }
                @if is_note { " " (Tag::new(&say("help-note"), Tone::Warning)) } }
            @for line in message.text.lines().filter(|line| !line.is_empty()) { p { (line) } }
        }
    }
}
