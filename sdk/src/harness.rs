//! Runs plugins as plain Rust against a host in memory, so that their behaviour is tested without a server.
//!
//! A [`Harness`] has a clock of its own, a transaction for every call, an outbox whose messages it delivers to other
//! plugins or to [`Scripted`] services, timers and schedules that fire when the clock is advanced, and conflicts where a
//! test wants them. What a plugin may do is what its manifest says.
//!
//! Tests that should also hold for the component itself are written against the trait [`Host`], which the sandbox's
//! tests implement too: `pub fn opens_a_case(host: &mut dyn Host)`. It has the limits that the contract names
//! (`limits`).
//!
//! A [`Browser`] visits a plugin's pages as somebody, follows their links, fills in their forms and sees what is wrong; it is
//! also the gateway, which asks people to sign in, and takes what is sent twice once.
//!
//! The harness is not the server: it has one thread, no limits of time or memory, and a signature is a line of
//! text.

mod answer;
mod attempt;
mod browser;
mod calendar;
mod call;
mod commit;
mod delivery;
pub(crate) mod guest;
mod host;
mod manifest;
mod page_call;
mod plugin;
mod run;
mod schedule;
mod state;
mod weight;
mod world;

pub use browser::{Browser, Person, ShownPage};
pub use calendar::HolidayCalendar;
pub use call::{Call, NoAnswer};
pub use host::{Behaviour, Host, Installation, Received, Scripted, Waiting};
pub use page_call::{PageCall, SentFile};
pub use plugin::Plugin;
pub use run::{LogLine, Told};
pub use world::{Deliveries, Harness, Outcome};
