//! The plugins of a server, and how each stands.

use super::client_of_security_server;
use super::plugin_change::{named, told};
use crate::Exit;
use crate::arguments::{PluginReload, Server};
use crate::output::{self, Audience, text};
use anyhow::Result;
use serde_json::Value;

pub(super) async fn list(asked: Server) -> Result<Exit> {
    let listed: Value = client_of_security_server(&asked)?.get("/v1/plugins").await?;
    let plugins = listed["plugins"].as_array().cloned().unwrap_or_default();
    match Audience::of(&asked.json) {
        Audience::Machine => output::json(&listed),
        Audience::Person if plugins.is_empty() => {
            println!("No plugin runs here.");
            output::next(&format!("chakana plugin install PACKAGE --data {}", asked.data.display()));
        }
        Audience::Person => {
            let columns = ["name", "version", "state", "calls", "faults", "p50", "p99", "stored", "waiting", "late"];
            output::table(&columns, plugins.iter().map(row));
            for plugin in plugins.iter().filter(|plugin| !plugin["refused"].is_null()) {
                println!("{}: {}", text(plugin, "name"), text(plugin, "refused"));
            }
            if let Some(since) = listed["waitingSince"].as_str() {
                println!("Since the restore at {since} all that they have ordered waits.");
                output::next(&format!("chakana doctor --data {}", asked.data.display()));
            }
        }
    }
    let settled = plugins.iter().all(|plugin| plugin["refused"].is_null());
    Ok(if settled { Exit::Success } else { Exit::Failure })
}

/// Loads a plugin anew, with its secrets as they are now.
pub(super) async fn reload(asked: PluginReload) -> Result<Exit> {
    let (client, name) = (client_of_security_server(&asked.server)?, named(&asked.name)?);
    let _: Value = client.post(&format!("/v1/plugins/{name}/reload"), &Value::Null).await?;
    if Audience::of(&asked.server.json) == Audience::Person {
        println!("Loaded {name} anew.");
    }
    told(&client, &asked.server, name.as_str(), None).await
}

/// Ends the wait after a restore.
pub(super) async fn resume(asked: Server) -> Result<Exit> {
    let resumed: Value = client_of_security_server(&asked)?.post("/v1/plugins/resume", &Value::Null).await?;
    match (Audience::of(&asked.json), resumed["waitedSince"].as_str()) {
        (Audience::Machine, _) => output::json(&resumed),
        (Audience::Person, Some(since)) => {
            println!("What plugins have ordered is done again; it waited since {since}.");
            output::next(&format!("chakana plugin list --data {}", asked.data.display()));
        }
        (Audience::Person, None) => println!("Nothing waited."),
    }
    Ok(Exit::Success)
}

fn row(plugin: &Value) -> Vec<String> {
    let mut version = text(&plugin["running"], "version");
    if !plugin["trial"].is_null() {
        version =
            format!("{version} ({} for {} %)", text(&plugin["trial"], "version"), text(&plugin["trial"], "percent"));
    }
    let at_most = |field: &str| plugin[field].as_u64().map(|us| format!("≤ {}", time(us))).unwrap_or_default();
    vec![
        text(plugin, "name"),
        version,
        text(plugin, "state"),
        text(plugin, "calls"),
        text(plugin, "faults"),
        at_most("p50Us"),
        at_most("p99Us"),
        plugin["storedBytes"].as_u64().map(size).unwrap_or_default(),
        text(&plugin["agenda"], "entries"),
        plugin["agenda"]["lateSeconds"].as_u64().map(|seconds| format!("{seconds} s")).unwrap_or_default(),
    ]
}

fn time(us: u64) -> String {
    if us < 1_000 { format!("{us} µs") } else { format!("{} ms", us / 1_000) }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KiB", bytes / 1_024),
        _ => format!("{} MiB", bytes / 1_048_576),
    }
}
