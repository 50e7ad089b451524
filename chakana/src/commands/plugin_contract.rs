//! Whether a contract may take the place of a published one.

use crate::Exit;
use crate::arguments::PluginCheckContract;
use crate::output::{self, Audience};
use anyhow::Result;
use serde_json::json;
use workshop::contract::{Contract, breaks};

pub(super) fn run(asked: &PluginCheckContract) -> Result<Exit> {
    let (old, new) = (Contract::read(&asked.old)?, Contract::read(&asked.new)?);
    let breaks: Vec<String> = breaks(&old, &new).iter().map(ToString::to_string).collect();
    match Audience::of(&asked.json) {
        Audience::Machine => output::json(&json!({ "breaks": breaks })),
        Audience::Person if breaks.is_empty() => {
            println!("{} may take the place of {}.", asked.new.display(), asked.old.display());
        }
        Audience::Person => output::table(&["what breaks"], breaks.iter().map(|said| vec![said.clone()])),
    }
    Ok(if breaks.is_empty() { Exit::Success } else { Exit::Failure })
}
