//! What an administrator does once: the configuration applied, everything registered, until each server is ready.

use crate::installation::Installation;
use admin::Client;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const READY_WITHIN: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);

/// Brings every server of a small state to where it takes messages; one that is there already stays as it is.
///
/// # Errors
/// When one does not get there in time; the error says what is missing.
pub async fn onboard(installation: &Installation) -> Result<()> {
    let folders = installation.state().entities.iter().map(|entity| installation.folder_of(&entity.folder));
    let mut servers = tokio::task::JoinSet::new();
    for folder in folders {
        servers.spawn(
            async move { bring_up(&folder).await.with_context(|| format!("{} is not ready", folder.display())) },
        );
    }
    while let Some(done) = servers.join_next().await {
        done??;
    }
    same_configuration(installation).await
}

/// Waits until every server judges by the newest configuration: one that is behind does not know the others' clients yet.
async fn same_configuration(installation: &Installation) -> Result<()> {
    let deadline = Instant::now() + READY_WITHIN;
    while Instant::now() < deadline {
        let mut versions = Vec::new();
        for entity in &installation.state().entities {
            let status = Client::of(installation.folder_of(&entity.folder)).status().await?;
            versions.push(status["configuration"]["version"].as_u64());
        }
        if versions.iter().all(|version| version.is_some() && *version == versions[0]) {
            return Ok(());
        }
        sleep(POLL).await;
    }
    bail!("the servers did not come to the same configuration within {READY_WITHIN:?}")
}

/// Brings one server to where it takes messages.
///
/// # Errors
/// When it does not get there in time.
pub async fn bring_up(folder: &Path) -> Result<()> {
    let client = Client::of(folder);
    let deadline = Instant::now() + READY_WITHIN;
    apply(&client, folder, deadline).await?;
    let mut last = String::new();
    while Instant::now() < deadline {
        let status: Value = client.get("/v1/status").await?;
        if status["ready"] == true {
            return Ok(());
        }
        if !status["configuration"].is_null() && status["registrationMissing"] != 0 {
            let answer: Value = client.post("/v1/registration", &Value::Null).await?;
            last = answer.to_string();
        }
        sleep(POLL).await;
    }
    bail!("it did not become ready within {READY_WITHIN:?}; the registry's last answer: {last}")
}

async fn apply(client: &Client, folder: &Path, deadline: Instant) -> Result<()> {
    let text = std::fs::read_to_string(folder.join("configuration.toml"))?;
    loop {
        match client.configuration().await {
            Ok(current) => {
                client.apply(text, current.version).await?;
                return Ok(());
            }
            // The socket comes with the server.
            Err(_) if Instant::now() < deadline => sleep(POLL).await,
            Err(error) => return Err(error.into()),
        }
    }
}
