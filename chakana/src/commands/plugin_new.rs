//! Making a new plugin of a template.

use crate::Exit;
use crate::arguments::{NewLanguage, PluginNew};
use crate::output::{self, Audience};
use anyhow::{Context as _, Result};
use serde_json::json;
use std::env;
use std::path::PathBuf;
use workshop::template::{NewName, Sdk, Template};

pub(super) fn run(asked: PluginNew) -> Result<Exit> {
    let name: NewName = asked.name.parse()?;
    let folder = asked.folder.unwrap_or_else(|| PathBuf::from(name.as_str()));
    let template = match asked.language {
        NewLanguage::Rust => Template::Rust(match &asked.sdk {
            Some(path) => Sdk::at(path)?,
            None => Sdk::around(&env::current_dir().context("the current folder is not known")?)?,
        }),
        NewLanguage::Javascript => Template::JavaScript,
        NewLanguage::Python => Template::Python,
    };
    let files = template.make(&name, &folder)?;
    match Audience::of(&asked.json) {
        Audience::Machine => {
            let language = template.language().name();
            output::json(&json!({ "folder": folder.display().to_string(), "language": language, "files": files }));
        }
        Audience::Person => {
            let rows = files.iter().filter(|file| !file.starts_with("wit/deps/")).map(|file| vec![file.clone()]);
            output::table(&["file"], rows);
            println!("Made the plugin {} in {}.", name.as_str(), folder.display());
            output::next(&format!("cd {}; chakana plugin test, then chakana plugin dev", folder.display()));
        }
    }
    Ok(Exit::Success)
}
