//! A guestbook: citizens write, with a picture if they like; a moderator publishes or refuses; what is published can be found,
//! and is sent to the archive of another entity; what nobody judges in seven days lapses.
//!
//! Read [`entry`] for what is kept, then the pages in the order in which an entry passes them: `write`, `desk`, `book`; and
//! `happenings` for what nobody asks for.

mod book;
mod desk;
mod entry;
mod happenings;
mod texts;
mod write;

use sdk::web::{Pages, Routes};
use sdk::{Context, Event, Events, Failure};

pub use entry::{Archived, Entry, State};

/// The plugin.
pub struct Guestbook;

sdk::plugin!(Guestbook: pages, events);

impl Pages for Guestbook {
    const ROUTES: &'static Routes = &sdk::routes! {
        Get "/" => book::list,
        Get "/entries/{id}" => book::show,
        Get "/entries/{id}/picture" => book::picture,
        Get "/write" => write::write,
        Post "/write" => write::write,
        Get "/thanks" => write::thanks,
        Get "/desk" => desk::list,
        Get "/desk/{id}" => desk::judge,
        Post "/desk/{id}" => desk::judge,
        Get "/desk/{id}/picture" => desk::picture,
        Get "/guestbook.csv" => desk::export,
    };
}

impl Events for Guestbook {
    fn handle(_: Context, event: Event) -> Result<(), Failure> {
        match event {
            Event::Timer(timer) => happenings::lapse(&timer),
            Event::Reply(reply) => happenings::archived(&reply),
            Event::Undelivered(undelivered) => happenings::not_archived(&undelivered),
            // The manifest subscribes to no topic and has no schedule.
            Event::Topic(_) | Event::Cron(_) => Ok(()),
        }
    }
}
