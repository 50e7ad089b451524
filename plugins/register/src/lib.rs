//! A register of persons: it answers look-ups by number and by name, keeps what it is told, and says what changed.
//!
//! This crate never looks a person up without being asked, and never notes who asked: questions only read.

#[cfg(not(target_arch = "wasm32"))]
pub mod behaviour;
mod people;
mod person;

use sdk::{Answer, Context, Failure, Method, Request, Service};

pub use person::{Particulars, Person, PersonId};

/// The plugin.
pub struct Register;

sdk::plugin!(Register: service);

impl Service for Register {
    fn handle(_: Context, request: Request) -> Result<Answer, Failure> {
        let steps = request.steps()?;
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        match (request.method, steps.as_slice()) {
            (Method::Get, ["people"]) => people::find(&request),
            (Method::Get, ["people", id]) => people::show(id),
            (Method::Put, ["people", id]) => people::keep(id, &request),
            _ => Err(request.not_found()),
        }
    }
}
