//! A server's declarative configuration: planned, applied, looked back on.

use super::client;
use crate::arguments::{Configuration, Diff, Document, Server};
use crate::output::{self, Audience};
use crate::{Exit, files};
use admin::{ClientError, Plan};
use anyhow::{Context as _, Result};
use serde_json::json;

pub(super) async fn plan(asked: Document) -> Result<Exit> {
    let text = read(&asked)?;
    let plan = client(&asked.server).plan(text).await.map_err(|error| of_file(error, &asked))?;
    let audience = Audience::of(&asked.server.json);
    output::plan(&plan, audience)?;
    if audience == Audience::Person && !plan.is_empty() {
        output::next(&format!("chakana apply {} --data {}", asked.file.display(), asked.server.data.display()));
    }
    Ok(Exit::Success)
}

pub(super) async fn apply(asked: Document) -> Result<Exit> {
    let text = read(&asked)?;
    let client = client(&asked.server);
    let current = client.configuration().await?;
    let applied = client.apply(text, current.version).await.map_err(|error| of_file(error, &asked))?;
    match Audience::of(&asked.server.json) {
        Audience::Machine => output::json(&serde_json::to_value(&applied)?),
        Audience::Person => {
            output::plan(&applied.plan, Audience::Person)?;
            println!("Version {} is in force.", applied.version);
        }
    }
    Ok(Exit::Success)
}

/// What is refused is refused in a file: who has many wants to know in which.
fn of_file(error: ClientError, asked: &Document) -> anyhow::Error {
    match error {
        ClientError::Answered { ref kind, .. } if kind == "refused" => {
            anyhow::Error::new(error).context(asked.file.display().to_string())
        }
        error => error.into(),
    }
}

fn read(asked: &Document) -> Result<String> {
    std::fs::read_to_string(&asked.file).with_context(|| format!("failed to read {}", asked.file.display()))
}

pub(super) async fn show(asked: Configuration) -> Result<Exit> {
    let client = client(&asked.server);
    let document = match asked.version {
        Some(version) => client.configuration_of(version).await?,
        None => client.configuration().await?,
    };
    match (Audience::of(&asked.server.json), &asked.out) {
        (Audience::Machine, None) => output::json(&serde_json::to_value(&document)?),
        _ => files::give(asked.out.as_deref(), document.text.as_bytes())?,
    }
    Ok(Exit::Success)
}

pub(super) async fn history(asked: Server) -> Result<Exit> {
    let history = client(&asked).history().await?;
    match Audience::of(&asked.json) {
        Audience::Machine => output::json(&json!({ "history": history })),
        Audience::Person => {
            let row = |entry: &admin::HistoryEntry| {
                vec![
                    entry.version.to_string(),
                    output::moment(entry.time),
                    entry.author.clone(),
                    entry.bytes.to_string(),
                ]
            };
            output::table(&["version", "time", "author", "bytes"], history.iter().map(row));
        }
    }
    Ok(Exit::Success)
}

pub(super) async fn diff(asked: Diff) -> Result<Exit> {
    let plan: Plan = client(&asked.server).diff(asked.from, asked.to).await?;
    output::plan(&plan, Audience::of(&asked.server.json))?;
    Ok(Exit::Success)
}
