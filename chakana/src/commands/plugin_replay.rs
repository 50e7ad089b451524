//! Calls of a plugin that failed: which are kept, and what becomes of one now.

use super::client_of_security_server;
use super::plugin_change::named;
use crate::Exit;
use crate::arguments::PluginReplay;
use crate::output::{self, Audience, moment_of, text};
use admin::percent_encoded;
use anyhow::Result;
use serde_json::{Value, json};

pub(super) async fn run(asked: PluginReplay) -> Result<Exit> {
    let (client, name) = (client_of_security_server(&asked.server)?, named(&asked.name)?);
    let (audience, of_plugin) = (Audience::of(&asked.server.json), format!("/v1/plugins/{name}/failed-calls"));
    let Some(id) = &asked.id else {
        let kept: Value = client.get(&of_plugin).await?;
        match audience {
            Audience::Machine => output::json(&kept),
            Audience::Person => list(&kept, &asked),
        }
        return Ok(Exit::Success);
    };
    let of_call = format!("{of_plugin}/{}", percent_encoded(id));
    if asked.forget {
        let forgotten: Value = client.post(&format!("{of_call}/forget"), &Value::Null).await?;
        match audience {
            Audience::Machine => output::json(&forgotten),
            Audience::Person => println!("The failed call {id} is forgotten."),
        }
        return Ok(Exit::Success);
    }
    let replayed: Value = client.post(&format!("{of_call}/replay"), &json!({ "trial": asked.trial })).await?;
    match audience {
        Audience::Machine => output::json(&replayed),
        Audience::Person => show(&replayed, id),
    }
    Ok(if replayed["end"] == "answered" { Exit::Success } else { Exit::Failure })
}

fn list(kept: &Value, asked: &PluginReplay) {
    let (name, data) = (&asked.name, asked.server.data.display());
    let calls = kept["failedCalls"].as_array().cloned().unwrap_or_default();
    if let Some(first) = calls.first() {
        output::table(&["id", "called", "kept until", "version", "what", "sent", "failure"], calls.iter().map(row));
        output::next(&format!("chakana plugin replay {name} {} --data {data}", text(first, "id")));
        return;
    }
    match kept["keptForDays"].as_u64() {
        Some(days) => println!("No call of {name} failed that is kept; one that does is kept for {days} days."),
        None => {
            println!("Calls of {name} that fail are not kept.");
            output::next("write failed_calls_days = 7 for the plugin in the server configuration, and apply it");
        }
    }
}

fn row(call: &Value) -> Vec<String> {
    let field = |name| text(call, name);
    let names: Vec<&str> = call["fields"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut sent = names.join(", ");
    for (count, what) in [("bodyBytes", "bytes"), ("files", "files"), ("answers", "answers of others")] {
        if call[count] != 0 {
            let comma = if sent.is_empty() { "" } else { "; " };
            sent = format!("{sent}{comma}{} {what}", text(call, count));
        }
    }
    let what = format!("{} {} {}", field("kind"), field("method"), field("of"));
    let (called, until) = (moment_of(call, "calledAt"), moment_of(call, "keptUntil"));
    vec![field("id"), called, until, field("version"), what, sent, field("failure")]
}

fn show(replayed: &Value, id: &str) {
    let (version, why, status) = (text(replayed, "version"), text(replayed, "why"), text(replayed, "status"));
    match replayed["end"].as_str().unwrap_or_default() {
        "answered" => println!(
            "Version {version} answers {status}. It would have written {} rows and ordered {} things; nothing was kept.",
            text(replayed, "writes"),
            text(replayed, "orders")
        ),
        "failed" => println!("Version {version} refuses it with {status}: {why}"),
        "asked" => {
            println!("Version {version} asks {why}, which was not asked then. A replay asks nobody: it ends here.")
        }
        _ => println!("Version {version} fails: {why}"),
    }
    println!("What the plugin logged is in the server's log, with request.id={id}.");
}
