//! Making a package of a plugin's folder.

use crate::arguments::PluginBuild;
use crate::output::{self, Audience};
use crate::{Exit, files};
use anyhow::Result;
use serde_json::json;
use workshop::build::{self, Tools};
use workshop::folder::PluginFolder;
use workshop::package::pack;

pub(super) fn run(asked: PluginBuild) -> Result<Exit> {
    let folder = PluginFolder::open(&asked.folder)?;
    let component = match &asked.component {
        Some(path) => path.clone(),
        None => build::component(&folder, &Tools::default())?,
    };
    let package = pack(&folder, &component)?;
    let out = asked.out.as_ref().unwrap_or(&asked.folder).join(package.file_name());
    files::replace(&out, &package.write()?)?;
    match Audience::of(&asked.json) {
        Audience::Machine => {
            output::json(&json!({ "package": out.display().to_string(), "digest": package.digest().to_string() }));
        }
        Audience::Person => {
            println!("Wrote {}.", out.display());
            output::next(&format!("chakana plugin sign {}", out.display()));
        }
    }
    Ok(Exit::Success)
}
