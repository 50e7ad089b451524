//! `timers`: events at a time of the plugin's choice.

use wasmtime::Result;

use super::{a_name, at_most};
use crate::contract::imports::timers::Host;
use crate::contract::limits::MAX_PAYLOAD_BYTES;
use crate::rows::{Entry, Kind, Work, agenda_key, encode, key, milliseconds, time_at};
use crate::sandbox::{Broken, Sandbox, Stop};

impl Host for Sandbox {
    fn set(&mut self, name: String, at: u64, payload: Vec<u8>) -> Result<()> {
        a_name("timers.set", "the name", &name)?;
        at_most("timers.set", "the payload", payload.len(), MAX_PAYLOAD_BYTES)?;
        self.unset("timers.set", &name)?;
        let ordered = milliseconds(self.call.now);
        let row = agenda_key(time_at(at), &timer_id(&name, &self.call.request_id));
        let entry = Entry::new(ordered, Work::Timer { name: name.clone(), payload });
        self.put_row("timers.set", key(Kind::Timer, name.as_bytes()), row.clone())?;
        self.put_row("timers.set", row, encode(&entry))?;
        self.effects.wake = true;
        Ok(())
    }

    fn cancel(&mut self, name: String) -> Result<()> {
        a_name("timers.cancel", "the name", &name)?;
        Ok(self.unset("timers.cancel", &name)?)
    }
}

impl Sandbox {
    fn unset(&mut self, function: &'static str, name: &str) -> Result<(), Stop> {
        let by_name = key(Kind::Timer, name.as_bytes());
        self.view.writing(function)?;
        let Some(row) = self.read_row(&by_name)? else { return Ok(()) };
        if row.first() != Some(&(Kind::Agenda as u8)) {
            return Err(Broken::Damaged { what: "a timer" }.into());
        }
        self.delete_row(function, row)?;
        self.delete_row(function, by_name)
    }
}

/// The id of a timer's entry: none that a call orders has a slash in it. One that is set anew to the same time is another
/// entry, and its handler has another request id.
fn timer_id(name: &str, request_id: &str) -> String {
    format!("timer/{name}/{request_id}")
}
