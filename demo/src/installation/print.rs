//! The configuration as files that an operator could begin with.

use super::{Installation, TRUST_SETTINGS};
use anyhow::{Context as _, Result};
use std::fs;
use std::path::Path;

impl Installation {
    /// Copies what an operator could use into `to`: settings and documents, no keys, no certificates and no PIN; and says in
    /// a README how those are made.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn print_configuration(&self, to: &Path) -> Result<()> {
        let copy = |name: &str, file: &str| -> Result<()> {
            let (from, folder) = (self.folder_of(name).join(file), to.join(name));
            fs::create_dir_all(&folder).with_context(|| format!("failed to make {}", folder.display()))?;
            fs::copy(&from, folder.join(file)).with_context(|| format!("failed to copy {}", from.display()))?;
            Ok(())
        };
        copy("trust-services", TRUST_SETTINGS)?;
        for file in ["registry-server.toml", "registry.toml"] {
            copy("registry", file)?;
        }
        for entity in &self.state.entities {
            for file in ["server.toml", "configuration.toml"] {
                copy(&entity.folder, file)?;
            }
        }
        let readme = to.join("README.md");
        let trust = self.addresses.trust_services.to_string();
        let text = README.replace("{trust}", &trust).replace("{token}", super::CERTIFICATION_TOKEN);
        fs::write(&readme, text).with_context(|| format!("failed to write {}", readme.display()))
    }
}

const README: &str = include_str!("print-config.md");
