//! What the host offers to guests: one file for each interface of the contract.

mod accounts;
mod blobs;
mod calendar;
mod clock;
mod config;
mod crypto;
mod evidence;
mod exchange;
mod i18n;
mod kv;
mod log;
mod metrics;
mod notices;
mod outbox;
mod rng;
mod rows;
mod search;
mod timers;

use wasmtime::component::{HasSelf, Linker};

use crate::contract::imports as offered;
use crate::contract::limits::MAX_NAME_BYTES;
use crate::sandbox::{Broken, Sandbox, Stop};

/// Offers every interface of the contract.
pub(crate) fn add_to_linker(linker: &mut Linker<Sandbox>) -> wasmtime::Result<()> {
    macro_rules! offer {
        ($($interface:ident)*) => {
            $(offered::$interface::add_to_linker::<_, HasSelf<Sandbox>>(linker, |sandbox| sandbox)?;)*
        };
    }
    offer!(types kv search blobs outbox exchange timers evidence clock calendar i18n notices accounts config secrets log);
    offer!(metrics rng crypto);
    Ok(())
}

/// Refuses an argument that is longer than it may be.
fn at_most(function: &'static str, what: &str, length: usize, limit: usize) -> Result<(), Stop> {
    if length <= limit {
        return Ok(());
    }
    let rule = format!("{what} has {length} bytes, and may have {limit}");
    Err(Broken::Argument { function, rule }.into())
}

/// Refuses a name that is empty or too long.
fn a_name(function: &'static str, what: &str, name: &str) -> Result<(), Stop> {
    if name.is_empty() {
        return Err(Broken::Argument { function, rule: format!("{what} is empty") }.into());
    }
    at_most(function, what, name.len(), MAX_NAME_BYTES)
}
