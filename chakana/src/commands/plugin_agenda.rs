//! What a plugin is to do, and what was given up.

use super::client_of_security_server;
use super::plugin_change::named;
use crate::Exit;
use crate::arguments::PluginAgenda;
use crate::output::{self, Audience, text};
use anyhow::Result;
use serde_json::Value;

pub(super) async fn run(asked: PluginAgenda) -> Result<Exit> {
    let (client, name) = (client_of_security_server(&asked.server)?, named(&asked.name)?);
    let audience = Audience::of(&asked.server.json);
    if asked.retry {
        let retried: Value = client.post(&format!("/v1/plugins/{name}/retry"), &Value::Null).await?;
        match audience {
            Audience::Machine => output::json(&retried),
            Audience::Person => println!("{} of what was given up is on the agenda again.", text(&retried, "retried")),
        }
        return Ok(Exit::Success);
    }
    let agenda: Value = client.get(&format!("/v1/plugins/{name}/agenda")).await?;
    match audience {
        Audience::Machine => output::json(&agenda),
        Audience::Person => show(&agenda, &asked),
    }
    Ok(Exit::Success)
}

fn show(agenda: &Value, asked: &PluginAgenda) {
    let entries = |list: &str, state: &str| {
        let entries = agenda[list].as_array().cloned().unwrap_or_default();
        entries.into_iter().map(|entry| row(&entry, state)).collect::<Vec<_>>()
    };
    let (waiting, given_up) = (entries("waiting", "waiting"), entries("givenUp", "given up"));
    if waiting.is_empty() && given_up.is_empty() {
        println!("Nothing stands on the agenda of {}, and nothing was given up.", asked.name);
        return;
    }
    let retry = !given_up.is_empty();
    output::table(&["due", "what", "of", "ordered", "tries", "state"], waiting.into_iter().chain(given_up));
    if agenda["more"] == true {
        println!("There is more.");
    }
    if retry {
        output::next(&format!("chakana plugin agenda {} --retry --data {}", asked.name, asked.server.data.display()));
    }
}

fn row(entry: &Value, state: &str) -> Vec<String> {
    let field = |name| text(entry, name);
    vec![field("due"), field("kind"), field("of"), field("ordered"), field("tries"), state.to_owned()]
}
