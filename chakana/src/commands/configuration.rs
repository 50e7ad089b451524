//! A server's declarative configuration: planned, applied, looked back on.

use super::client;
use crate::Exit;
use crate::arguments::{Diff, Document, Server};
use crate::output::{self, Audience};
use admin::Plan;
use anyhow::{Context as _, Result};
use serde_json::json;

pub(super) async fn plan(asked: Document) -> Result<Exit> {
    let text = read(&asked)?;
    let plan = client(&asked.server).plan(text).await?;
    match Audience::of(&asked.server.json) {
        Audience::Machine => output::json(&serde_json::to_value(&plan)?),
        Audience::Person => {
            println!("{plan}");
            if !plan.is_empty() {
                output::next(&format!("chakana apply {} --data {}", asked.file.display(), asked.server.data.display()));
            }
        }
    }
    Ok(Exit::Success)
}

pub(super) async fn apply(asked: Document) -> Result<Exit> {
    let text = read(&asked)?;
    let client = client(&asked.server);
    let current = client.configuration().await?;
    let applied = client.apply(text, current.version).await?;
    match Audience::of(&asked.server.json) {
        Audience::Machine => output::json(&serde_json::to_value(&applied)?),
        Audience::Person => {
            println!("{}", applied.plan);
            println!("Version {} is in force.", applied.version);
        }
    }
    Ok(Exit::Success)
}

fn read(asked: &Document) -> Result<String> {
    std::fs::read_to_string(&asked.file).with_context(|| format!("failed to read {}", asked.file.display()))
}

pub(super) async fn history(asked: Server) -> Result<Exit> {
    let history = client(&asked).history().await?;
    match Audience::of(&asked.json) {
        Audience::Machine => output::json(&json!({ "history": history })),
        Audience::Person => {
            let row = |entry: &admin::HistoryEntry| {
                vec![entry.version.to_string(), entry.time.to_string(), entry.author.clone(), entry.bytes.to_string()]
            };
            output::table(&["version", "time", "author", "bytes"], history.iter().map(row));
        }
    }
    Ok(Exit::Success)
}

pub(super) async fn diff(asked: Diff) -> Result<Exit> {
    let plan: Plan = client(&asked.server).diff(asked.from, asked.to).await?;
    match Audience::of(&asked.server.json) {
        Audience::Machine => output::json(&serde_json::to_value(&plan)?),
        Audience::Person => println!("{plan}"),
    }
    Ok(Exit::Success)
}
