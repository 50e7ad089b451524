//! How a register is asked, over the exchange.

use sdk::exchange::Refusal;
use sdk::{Failure, Timestamp, config, exchange, log};
use serde::de::DeserializeOwned;

/// What came of a question to a register.
pub(crate) enum Asked<T> {
    Known(T),
    /// The register has nothing under this number.
    Unknown,
    /// There is no answer, or none that can be believed.
    Unanswered,
}

/// That somebody may act for another: until a time, or until a register says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Power {
    pub(crate) until: Option<Timestamp>,
}

/// Asks the register that a configuration key names. What it answers has to be what was asked for.
pub(crate) fn ask<T: DeserializeOwned>(
    key: &str,
    path: String,
    is_asked_for: impl FnOnce(&T) -> bool,
) -> Result<Asked<T>, Failure> {
    let answer = match exchange::ask(config::required(key)?, path) {
        Ok(answer) => answer,
        Err(refusal) => {
            let fault = match &refusal {
                Refusal::Refused(fault) => fault.code.as_str(),
                Refusal::Unavailable(_) => "unavailable",
            };
            log::warn("register not reached", &[("register", &key), ("fault.code", &fault)]);
            return Ok(Asked::Unanswered);
        }
    };
    if answer.status == 404 {
        return Ok(Asked::Unknown);
    }
    let read = if answer.is_success() { answer.read::<T>().ok() } else { None };
    if let Some(record) = read.filter(is_asked_for) {
        return Ok(Asked::Known(record));
    }
    log::warn("register not understood", &[("register", &key), ("status", &answer.status)]);
    Ok(Asked::Unanswered)
}
