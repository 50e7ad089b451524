//! Installing: a package is handed over, what it asks for is shown, and the server configuration names it.

use super::client_of_security_server;
use super::plugin_change::{change, named, told};
use crate::Exit;
use crate::arguments::PluginInstall;
use crate::output::{self, Audience, text};
use anyhow::{Context as _, Result, bail, ensure};
use plugin_host::package::Package;
use protocol::hash::Sha256Hash;
use protocol::identifier::SubsystemId;
use security_server::server_configuration::edit::{Addition, Edit, EditError};
use security_server::server_configuration::{Plugin, ServerConfiguration};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

pub(super) async fn run(asked: PluginInstall) -> Result<Exit> {
    let client = client_of_security_server(&asked.server)?;
    let taken: Value = client.upload("/v1/plugins/packages", read(&asked.package)?).await?;
    let audience = Audience::of(&asked.server.json);
    if audience == Audience::Person {
        show(&taken);
    }
    let name = named(&text(&taken, "name"))?;
    let configuration: ServerConfiguration = client.configuration().await?.text.parse()?;
    let before = configuration.plugin(name.as_str());
    if let Some(percent) = asked.trial {
        ensure!(before.is_some(), "no version of {name} runs here that another could be tried beside");
        let package = digest(&taken)?;
        let applied =
            change(&client, &asked.server, &asked.apply, |edit| edit.set_trial(&name, &package, percent)).await?;
        return told(&client, &asked.server, name.as_str(), applied.as_ref()).await;
    }
    if before.is_none() && asked.subsystem.is_none() {
        match audience {
            Audience::Machine => output::json(&taken),
            Audience::Person => output::next(&format!(
                "chakana plugin install {} --subsystem ID --grant all --data {}",
                asked.package.display(),
                asked.server.data.display()
            )),
        }
        return Ok(Exit::Success);
    }
    let grants = grants(&asked, &taken, before.map(AsRef::as_ref))?;
    let wanted = Wanted { taken: &taken, grants, config: config(&asked, before.map(AsRef::as_ref)) };
    let applied = match before {
        Some(plugin) => change(&client, &asked.server, &asked.apply, |edit| wanted.replace(edit, plugin)).await?,
        None => {
            let subsystem = asked.subsystem.as_deref().unwrap_or_default();
            let subsystem = subsystem.parse().with_context(|| format!("{subsystem:?} is no subsystem"))?;
            change(&client, &asked.server, &asked.apply, |edit| wanted.add(edit, &subsystem, &name)).await?
        }
    };
    told(&client, &asked.server, name.as_str(), applied.as_ref()).await
}

/// What the document is to say of the plugin.
struct Wanted<'a> {
    taken: &'a Value,
    grants: Vec<String>,
    config: BTreeMap<String, String>,
}

impl Wanted<'_> {
    fn replace(&self, edit: &mut Edit, plugin: &Plugin) -> Result<(), EditError> {
        edit.set_package(plugin.name(), &self.package()?)?;
        edit.set_grants(plugin.name(), &self.grants)?;
        edit.set_config(plugin.name(), &self.config)
    }

    fn add(
        &self,
        edit: &mut Edit,
        client: &SubsystemId,
        name: &plugin_host::manifest::PluginName,
    ) -> Result<(), EditError> {
        edit.add(&Addition {
            client,
            name,
            package: &self.package()?,
            grants: &self.grants,
            config: &self.config,
            services: &strings(&self.taken["services"]),
        })
    }

    fn package(&self) -> Result<Sha256Hash, EditError> {
        digest(self.taken)
    }
}

fn digest(taken: &Value) -> Result<Sha256Hash, EditError> {
    let digest = text(taken, "package");
    digest.parse().map_err(|_| EditError::Form { reason: format!("the server's answer has the digest {digest:?}") })
}

/// What it is granted: what was said, else what it asks for, if that is confirmed.
fn grants(asked: &PluginInstall, taken: &Value, before: Option<&Plugin>) -> Result<Vec<String>> {
    let wants: Vec<String> =
        taken["capabilities"].as_array().into_iter().flatten().map(|capability| text(capability, "key")).collect();
    if asked.grant.iter().any(|grant| grant == "all") {
        return Ok(wants);
    }
    if !asked.grant.is_empty() {
        return Ok(asked.grant.clone());
    }
    let has: Vec<&str> =
        before.into_iter().flat_map(|plugin| plugin.grants().iter().map(|grant| grant.key())).collect();
    let new: Vec<&str> = wants.iter().map(String::as_str).filter(|key| !has.contains(key)).collect();
    if new.is_empty() {
        return Ok(wants);
    }
    ensure!(
        Audience::of(&asked.server.json) == Audience::Person,
        "say what the plugin is granted: --grant all, or --grant {}",
        wants.join(",")
    );
    if output::confirm(&format!("Grant {}?", new.join(", ")))? {
        return Ok(wants);
    }
    bail!("nothing was granted, and the plugin was not installed; its package is kept")
}

/// What was said, over what the document has.
fn config(asked: &PluginInstall, before: Option<&Plugin>) -> BTreeMap<String, String> {
    let mut config = before.map(|plugin| plugin.config().clone()).unwrap_or_default();
    config.extend(asked.config.iter().cloned());
    config
}

fn show(taken: &Value) {
    let title = taken["title"].as_object().into_iter().flatten();
    let title: Vec<String> =
        title.map(|(language, title)| format!("{} ({language})", title.as_str().unwrap_or_default())).collect();
    let mut rows = vec![
        vec!["plugin".to_owned(), format!("{} {}", text(taken, "name"), text(taken, "version"))],
        vec!["title".to_owned(), title.join(", ")],
        vec!["package".to_owned(), text(taken, "package")],
        vec!["author".to_owned(), text(&taken["author"], "member")],
        vec!["services".to_owned(), strings(&taken["services"]).join(", ")],
    ];
    for heard in taken["hears"].as_array().into_iter().flatten() {
        let (topic, publisher) = (text(heard, "topic"), text(heard, "publisher"));
        rows.push(vec!["hears".to_owned(), format!("topic {topic} of {publisher}")]);
    }
    if !taken["authority"].is_null() {
        rows.push(vec!["approved by".to_owned(), text(&taken["authority"], "member")]);
    }
    for capability in taken["capabilities"].as_array().into_iter().flatten() {
        let topics = strings(&capability["topics"]).into_iter().map(|topic| format!("topic {topic}"));
        let scope = strings(&capability["services"]).into_iter().chain(topics).chain(strings(&capability["names"]));
        let scope = scope.collect::<Vec<_>>().join(", ");
        let key = text(capability, "key");
        rows.push(vec!["asks for".to_owned(), if scope.is_empty() { key } else { format!("{key}: {scope}") }]);
    }
    output::table(&["what", "is"], rows);
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(ToOwned::to_owned).collect()
}

/// What is longer than any package is not read to its end: the server says so.
fn read(path: &Path) -> Result<Vec<u8>> {
    let failed = || format!("failed to read {}", path.display());
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).with_context(failed)?;
    file.take(Package::MAX_BYTES as u64 + 1).read_to_end(&mut bytes).with_context(failed)?;
    Ok(bytes)
}
