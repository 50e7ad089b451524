//! Cases of persons: opened for whom the register knows, decided before a deadline, with a notice to another subsystem.
//!
//! This crate never keeps more of a person than the number and the name, and never notices twice what happened once:
//! that is the host's promise, which its service `notices` makes visible.

#[cfg(not(target_arch = "wasm32"))]
pub mod behaviour;
mod case;
mod cases;
mod happenings;
mod notices;
mod opening;

use sdk::{Answer, Context, Event, Events, Failure, Method, Request, Service};

pub use case::{Case, NoticeState, State};

/// The plugin.
pub struct Cases;

sdk::plugin!(Cases: service, events);

impl Service for Cases {
    fn handle(context: Context, request: Request) -> Result<Answer, Failure> {
        let steps = request.steps()?;
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        match (request.service.as_str(), request.method, steps.as_slice()) {
            ("cases", Method::Post, ["cases"]) => opening::open(&context, &request),
            ("cases", Method::Get, ["cases"]) => cases::list(&request),
            ("cases", Method::Get, ["cases", id]) => cases::show(id),
            ("cases", Method::Post, ["cases", id, "decision"]) => cases::decide(&context, id, &request),
            ("notices", Method::Post, ["notices"]) => notices::keep(&context, &request),
            ("notices", Method::Get, ["notices", "count"]) => notices::count(&context, &request),
            _ => Err(request.not_found()),
        }
    }
}

impl Events for Cases {
    fn handle(_: Context, event: Event) -> Result<(), Failure> {
        match event {
            Event::Timer(timer) => happenings::deadline(&timer),
            Event::Reply(reply) => happenings::noticed(&reply),
            Event::Undelivered(undelivered) => happenings::not_noticed(&undelivered),
            Event::Topic(published) => happenings::person_changed(&published),
            // The manifest has no schedules.
            Event::Cron(_) => Ok(()),
        }
    }
}
