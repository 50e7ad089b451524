//! A guestbook: citizens write and add pictures, another entity looks at what they wrote, moderators decide where it does not
//! answer, everybody reads and searches, in two languages.
//!
//! Read `book` for what it does, `pages` for what is seen of it, `words` for what is said.

mod book;
mod pages;
mod words;

use sdk::web::{Pages, Routes};
use sdk::{Context, Event, Events, Failure};

/// The plugin.
pub struct Guestbook;

sdk::plugin!(Guestbook: events, pages);

impl Pages for Guestbook {
    const ROUTES: &'static Routes = &sdk::routes! {
        Get "/" => pages::list,
        Get "/pictures/{number}" => pages::picture,
        Get "/write" => pages::write,
        Post "/write" => pages::write,
        Get "/moderation" => pages::moderation,
        Post "/moderation" => pages::decide,
        Get "/entries.csv" => pages::export,
    };
}

impl Events for Guestbook {
    fn handle(_: Context, event: Event) -> Result<(), Failure> {
        match event {
            Event::Timer(timer) => book::out_of_patience(&timer.name),
            Event::Reply(reply) => book::reviewed(&reply),
            // It stays with the moderators, and the clock. The manifest has neither schedules nor subscriptions.
            Event::Undelivered(_) | Event::Cron(_) | Event::Topic(_) => Ok(()),
        }
    }
}
