//! Changes of a server's plugins: each is a change of its configuration document, planned, confirmed and applied.

use super::client_of_security_server;
use crate::Exit;
use crate::arguments::{Applying, PluginGrant, PluginRemove, PluginRollback, Server};
use crate::output::{self, Audience};
use admin::{Applied, Client};
use anyhow::{Context as _, Result, bail};
use plugin_host::manifest::PluginName;
use protocol::hash::Sha256Hash;
use security_server::server_configuration::ServerConfiguration;
use security_server::server_configuration::edit::{Edit, EditError};
use serde_json::{Value, json};

pub(super) async fn grant(asked: PluginGrant) -> Result<Exit> {
    let (client, name) = (client_of_security_server(&asked.server)?, named(&asked.name)?);
    let applied = change(&client, &asked.server, &asked.apply, |edit| edit.set_grants(&name, &asked.grants)).await?;
    told(&client, &asked.server, name.as_str(), applied.as_ref()).await
}

pub(super) async fn roll_back(asked: PluginRollback) -> Result<Exit> {
    let (client, name) = (client_of_security_server(&asked.server)?, named(&asked.name)?);
    let current: ServerConfiguration = client.configuration().await?.text.parse()?;
    let plugin = current.plugin(name.as_str()).with_context(|| format!("the server has no plugin {name}"))?;
    let applied = if plugin.trial().is_some() {
        change(&client, &asked.server, &asked.apply, |edit| edit.end_trial(&name)).await?
    } else {
        let before = package_before(&client, &name, plugin.package()).await?;
        change(&client, &asked.server, &asked.apply, |edit| edit.set_package(&name, &before)).await?
    };
    told(&client, &asked.server, name.as_str(), applied.as_ref()).await
}

pub(super) async fn remove(asked: PluginRemove) -> Result<Exit> {
    let (client, name) = (client_of_security_server(&asked.server)?, named(&asked.name)?);
    let audience = Audience::of(&asked.server.json);
    let configuration: ServerConfiguration = client.configuration().await?.text.parse()?;
    // One that was removed before is erased all the same, once that is confirmed.
    let done = if configuration.plugin(name.as_str()).is_none() && asked.erase {
        asked.apply.yes || output::confirm(&format!("Erase what {name} kept?"))?
    } else {
        change(&client, &asked.server, &asked.apply, |edit| edit.remove(&name)).await?.is_some()
    };
    if !done {
        return Ok(Exit::Failure);
    }
    if asked.erase {
        let _: Value = client.post(&format!("/v1/plugins/{name}/erase"), &Value::Null).await?;
    }
    match audience {
        Audience::Machine => output::json(&json!({ "removed": name.as_str(), "erased": asked.erase })),
        Audience::Person if asked.erase => println!("Removed {name}, and erased what it kept."),
        Audience::Person => {
            println!("Removed {name}. What it kept is there, for when it is installed again.");
        }
    }
    Ok(Exit::Success)
}

/// Changes the document in force, if that is wanted once the plan is seen. `None` where it is not, or nothing changes.
pub(super) async fn change(
    client: &Client,
    server: &Server,
    apply: &Applying,
    edit: impl FnOnce(&mut Edit) -> Result<(), EditError>,
) -> Result<Option<Applied>> {
    let current = client.configuration().await?;
    let mut document = Edit::of(&current.text)?;
    edit(&mut document)?;
    let text = document.text();
    let plan = client.plan(text.clone()).await?;
    if Audience::of(&server.json) == Audience::Person {
        output::plan(&plan, Audience::Person)?;
    }
    if plan.is_empty() || !(apply.yes || output::confirm("Apply this?")?) {
        return Ok(None);
    }
    Ok(Some(client.apply(text, current.version).await?))
}

/// Says what became of a plugin.
pub(super) async fn told(client: &Client, server: &Server, name: &str, applied: Option<&Applied>) -> Result<Exit> {
    let listed: Value = client.get("/v1/plugins").await?;
    let plugins = listed["plugins"].as_array().cloned().unwrap_or_default();
    let plugin = plugins.into_iter().find(|plugin| plugin["name"] == name).unwrap_or_default();
    let refused = output::text(&plugin, "refused");
    match Audience::of(&server.json) {
        Audience::Machine => output::json(&json!({ "applied": applied, "plugin": plugin })),
        Audience::Person => {
            if let Some(applied) = applied {
                println!(
                    "Version {} of the configuration is in force; {name} is {}.",
                    applied.version,
                    output::text(&plugin, "state")
                );
            }
            if !refused.is_empty() {
                println!("{refused}");
                output::next(&format!("chakana doctor --data {}", server.data.display()));
            }
        }
    }
    Ok(if refused.is_empty() { Exit::Success } else { Exit::Failure })
}

/// The package that the plugin had before this one, by the history of the document.
async fn package_before(client: &Client, name: &PluginName, now: &Sha256Hash) -> Result<Sha256Hash> {
    for entry in client.history().await? {
        let document = client.configuration_of(entry.version).await?;
        // A version that this program does not accept any more says nothing.
        let Ok(configuration) = document.text.parse::<ServerConfiguration>() else { continue };
        if let Some(plugin) = configuration.plugin(name.as_str()).filter(|plugin| plugin.package() != now) {
            return Ok(*plugin.package());
        }
    }
    bail!("no version of the configuration has another package of {name}: there is nothing to go back to")
}

pub(super) fn named(name: &str) -> Result<PluginName> {
    name.parse().with_context(|| format!("{name:?} is no name of a plugin"))
}
