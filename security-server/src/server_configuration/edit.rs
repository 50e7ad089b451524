//! Changes of the plugins in a document as it is written: what is not touched keeps its order, comments and spaces.
//!
//! A command that changes a plugin changes the document, which is then planned and applied like any other.

use plugin_host::manifest::PluginName;
use protocol::hash::Sha256Hash;
use protocol::identifier::{ClientId, SubsystemId};
use std::collections::BTreeMap;
use thiserror::Error;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, value};

/// A document that is being changed.
#[derive(Debug, Clone)]
pub struct Edit(DocumentMut);

/// A plugin that is added to a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition<'a> {
    /// In whose name it acts.
    pub client: &'a SubsystemId,
    /// Its name.
    pub name: &'a PluginName,
    /// The digest of its package.
    pub package: &'a Sha256Hash,
    /// What it is granted.
    pub grants: &'a [String],
    /// Its configuration.
    pub config: &'a BTreeMap<String, String>,
    /// The codes of the services that it answers.
    pub services: &'a [String],
}

/// Why a document is not changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    /// It is no TOML, or its clients are not written as tables.
    #[error("the document cannot be changed by a command: {reason}; change it by hand, then plan and apply it")]
    Form {
        /// What the TOML reader says, or which part is written otherwise.
        reason: String,
    },
    /// It has no such client.
    #[error("the document has no client {client}; add its [[client]], or name another subsystem")]
    NoClient {
        /// Which.
        client: SubsystemId,
    },
    /// It has no such plugin.
    #[error("the document has no plugin {name}")]
    NoPlugin {
        /// Which.
        name: PluginName,
    },
}

impl Edit {
    /// Begins with a document.
    ///
    /// # Errors
    /// When it is no TOML.
    pub fn of(text: &str) -> Result<Self, EditError> {
        text.parse().map(Self).map_err(|error: toml_edit::TomlError| EditError::Form { reason: error.to_string() })
    }

    /// The document as it is now.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.to_string()
    }

    /// Adds a plugin and those of its services that the client does not have yet.
    ///
    /// # Errors
    /// When the document has no such client.
    pub fn add(&mut self, addition: &Addition<'_>) -> Result<(), EditError> {
        let wanted = ClientId::Subsystem(addition.client.clone());
        let is_wanted = |table: &Table| text_of(table, "id").and_then(|id| id.parse().ok()).as_ref() == Some(&wanted);
        let client = self.clients()?.iter_mut().find(|table| is_wanted(table));
        let client = client.ok_or_else(|| EditError::NoClient { client: addition.client.clone() })?;
        let mut plugin = Table::new();
        plugin.insert("name", value(addition.name.as_str()));
        plugin.insert("package", value(addition.package.to_string()));
        plugin.insert("grants", list(addition.grants));
        if !addition.config.is_empty() {
            plugin.insert("config", pairs(addition.config));
        }
        tables(client, "plugin")?.push(plugin);
        let services = tables(client, "service")?;
        for code in addition.services {
            if services.iter().all(|service| text_of(service, "code") != Some(code)) {
                let mut service = Table::new();
                service.insert("code", value(code.as_str()));
                service.insert("plugin", value(addition.name.as_str()));
                services.push(service);
            }
        }
        Ok(())
    }

    /// Has a plugin loaded from another package, for all its calls.
    ///
    /// # Errors
    /// When the document has no such plugin.
    pub fn set_package(&mut self, name: &PluginName, package: &Sha256Hash) -> Result<(), EditError> {
        let plugin = self.plugin(name)?;
        plugin.insert("package", value(package.to_string()));
        plugin.remove("trial");
        Ok(())
    }

    /// Gives the version of another package a share of a plugin's calls, on trial.
    ///
    /// # Errors
    /// When the document has no such plugin.
    pub fn set_trial(&mut self, name: &PluginName, package: &Sha256Hash, percent: u8) -> Result<(), EditError> {
        let mut trial = InlineTable::new();
        trial.insert("package", package.to_string().into());
        trial.insert("percent", i64::from(percent).into());
        self.plugin(name)?.insert("trial", value(trial));
        Ok(())
    }

    /// Ends a trial.
    ///
    /// # Errors
    /// When the document has no such plugin.
    pub fn end_trial(&mut self, name: &PluginName) -> Result<(), EditError> {
        self.plugin(name)?.remove("trial");
        Ok(())
    }

    /// Grants a plugin these capabilities and no others.
    ///
    /// # Errors
    /// When the document has no such plugin.
    pub fn set_grants(&mut self, name: &PluginName, grants: &[String]) -> Result<(), EditError> {
        self.plugin(name)?.insert("grants", list(grants));
        Ok(())
    }

    /// Gives a plugin this configuration and no other.
    ///
    /// # Errors
    /// When the document has no such plugin.
    pub fn set_config(&mut self, name: &PluginName, config: &BTreeMap<String, String>) -> Result<(), EditError> {
        let plugin = self.plugin(name)?;
        if config.is_empty() {
            plugin.remove("config");
        } else {
            plugin.insert("config", pairs(config));
        }
        Ok(())
    }

    /// Takes a plugin out, with the services that it answers.
    ///
    /// # Errors
    /// When the document has no such plugin.
    pub fn remove(&mut self, name: &PluginName) -> Result<(), EditError> {
        self.plugin(name)?;
        for client in self.clients()?.iter_mut() {
            for (key, of_plugin) in [("plugin", "name"), ("service", "plugin")] {
                if let Some(tables) = client.get_mut(key).and_then(Item::as_array_of_tables_mut) {
                    tables.retain(|table| text_of(table, of_plugin) != Some(name.as_str()));
                }
            }
        }
        Ok(())
    }

    fn plugin(&mut self, name: &PluginName) -> Result<&mut Table, EditError> {
        let plugins =
            self.clients()?.iter_mut().filter_map(|client| client.get_mut("plugin")?.as_array_of_tables_mut());
        let mut tables = plugins.flat_map(ArrayOfTables::iter_mut);
        let found = tables.find(|table| text_of(table, "name") == Some(name.as_str()));
        found.ok_or_else(|| EditError::NoPlugin { name: name.clone() })
    }

    fn clients(&mut self) -> Result<&mut ArrayOfTables, EditError> {
        tables(self.0.as_table_mut(), "client")
    }
}

/// The tables under a key, made where there are none.
fn tables<'a>(of: &'a mut Table, key: &str) -> Result<&'a mut ArrayOfTables, EditError> {
    let item = of.entry(key).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let form = || EditError::Form { reason: format!("{key} is not written as [[…]] tables") };
    item.as_array_of_tables_mut().ok_or_else(form)
}

fn text_of<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    table.get(key)?.as_str()
}

fn list(texts: &[String]) -> Item {
    value(texts.iter().collect::<Array>())
}

fn pairs(config: &BTreeMap<String, String>) -> Item {
    value(config.iter().collect::<InlineTable>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server_configuration::{ServerConfiguration, plan_between};

    const DOCUMENT: &str = "# The civil registry.\n[[client]]\nid = \"BO/GOV/1/s\"   # as registered\n\n  [[client.service]]\n  code = \"x\"\n  url = \"http://h\"\n\n[[client]]\nid = \"BO/GOV/1/t\"\n";

    fn digest(byte: &str) -> Sha256Hash {
        byte.repeat(32).parse().unwrap()
    }

    fn name() -> PluginName {
        "cases".parse().unwrap()
    }

    fn edited() -> Edit {
        let config = BTreeMap::from([("register".to_owned(), "BO/GOV/2/r/people".to_owned())]);
        let mut edit = Edit::of(DOCUMENT).unwrap();
        let added = edit.add(&Addition {
            client: &"BO/GOV/1/s".parse().unwrap(),
            name: &name(),
            package: &digest("ab"),
            grants: &["kv".to_owned(), "log".to_owned()],
            config: &config,
            services: &["x".to_owned(), "cases".to_owned()],
        });
        added.unwrap();
        edit
    }

    #[test]
    fn what_is_not_touched_stays_as_it_is_written() {
        let text = edited().text();
        let begins = DOCUMENT.split("\n[[client]]\nid = \"BO/GOV/1/t\"").next().unwrap();
        assert!(text.starts_with(begins), "{text}");
        assert!(text.trim_end().ends_with("[[client]]\nid = \"BO/GOV/1/t\""), "{text}");
    }

    #[test]
    fn a_plugin_is_added_with_the_services_that_the_client_lacks() {
        let configuration: ServerConfiguration = edited().text().parse().unwrap();
        let plugin = configuration.plugin("cases").unwrap();
        assert_eq!((plugin.client().to_string().as_str(), *plugin.package()), ("BO/GOV/1/s", digest("ab")));
        assert_eq!(plugin.config()["register"], "BO/GOV/2/r/people");
        let services: Vec<_> = configuration.services_by(plugin).map(|service| service.id().code()).collect();
        assert_eq!(services, ["cases"], "x is there already, and is not taken away from its url");
    }

    #[test]
    fn a_plugin_is_changed_in_place_and_taken_out_whole() {
        let mut edit = edited();
        edit.set_package(&name(), &digest("cd")).unwrap();
        edit.set_grants(&name(), &["kv".to_owned()]).unwrap();
        edit.set_config(&name(), &BTreeMap::new()).unwrap();
        edit.end_trial(&name()).unwrap();
        let plan = plan_between(&edited().text(), &edit.text()).unwrap().to_string();
        let what = "plugin cases of BO/GOV/1/s";
        let expected = [
            format!("- {what}, config register: BO/GOV/2/r/people"),
            format!("- {what}, grant log"),
            format!("~ {what}, package: {} → {}", digest("ab"), digest("cd")),
        ];
        assert_eq!(plan.lines().collect::<Vec<_>>(), expected);
        edit.set_trial(&name(), &digest("ef"), 5).unwrap();
        let configuration: ServerConfiguration = edit.text().parse().unwrap();
        let trial = configuration.plugin("cases").unwrap().trial().cloned();
        assert_eq!(trial.map(|trial| (trial.package, trial.percent)), Some((digest("ef"), 5)));
        edit.remove(&name()).unwrap();
        assert!(plan_between(DOCUMENT, &edit.text()).unwrap().is_empty(), "{}", edit.text());
        assert_eq!(edit.remove(&name()), Err(EditError::NoPlugin { name: name() }));
    }

    #[test]
    fn a_document_that_cannot_be_changed_is_left_alone() {
        assert!(matches!(Edit::of("[[client]"), Err(EditError::Form { .. })));
        let mut inline = Edit::of("client = [{ id = \"BO/GOV/1/s\" }]").unwrap();
        assert!(matches!(inline.remove(&name()), Err(EditError::Form { .. })));
        let mut edit = Edit::of(DOCUMENT).unwrap();
        let client: SubsystemId = "BO/GOV/9/x".parse().unwrap();
        let (grants, config, services) = ([], BTreeMap::new(), []);
        let package = digest("ab");
        let addition = Addition {
            client: &client,
            name: &name(),
            package: &package,
            grants: &grants,
            config: &config,
            services: &services,
        };
        assert_eq!(edit.add(&addition), Err(EditError::NoClient { client: client.clone() }));
        assert_eq!(edit.text(), DOCUMENT);
    }
}
