//! What an administrator gives a plugin, given by its author while it is tried: `dev/given.toml` of its folder.
//!
//! ```toml
//! subsystem = "BO/GOB/1001/notas"      # in whose name it acts; else DEV/DEV/1/NAME
//! [config]
//! greeting = "hola"
//! [secrets]
//! pin = "1234"                         # of no use anywhere else: this file is no place for a real secret
//! ```

use plugin_host::Given;
use protocol::identifier::{IdentifierError, SubsystemId};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where it stands in a plugin's folder.
pub const GIVEN: &str = "dev/given.toml";

/// A longer file gives no plugin what it asks for.
const MOST_BYTES: u64 = 1 << 20;

/// Why nothing is given.
#[derive(Debug, thiserror::Error)]
pub enum GivenFileError {
    /// The file cannot be read.
    #[error("failed to read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not as it must be.
    #[error("{} is refused: it has a subsystem, and tables of texts [config] and [secrets]", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// Which line, and why.
        source: Box<toml::de::Error>,
    },
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenFile {
    subsystem: Option<String>,
    #[serde(default)]
    config: BTreeMap<String, String>,
    #[serde(default)]
    secrets: BTreeMap<String, String>,
}

impl GivenFile {
    /// Reads what stands in a plugin's folder; nothing where there is no such file.
    pub(super) fn read(folder: &Path) -> Result<Self, GivenFileError> {
        let path = folder.join(GIVEN);
        let text = match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Ok(about) if about.len() > MOST_BYTES => Err(io::Error::from(io::ErrorKind::FileTooLarge)),
            _ => fs::read_to_string(&path),
        };
        let text = text.map_err(|source| GivenFileError::Read { path: path.clone(), source })?;
        toml::from_str(&text).map_err(|source| GivenFileError::Form { path, source: Box::new(source) })
    }

    pub(super) fn subsystem(&self, name: &str) -> Result<SubsystemId, IdentifierError> {
        self.subsystem.as_ref().map_or_else(|| format!("DEV/DEV/1/{name}").parse(), |given| given.parse())
    }

    pub(super) fn given(self) -> Given {
        Given { config: self.config, secrets: self.secrets, ..Given::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: Option<&str>) -> Result<GivenFile, GivenFileError> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("dev")).unwrap();
        if let Some(text) = text {
            fs::write(folder.path().join(GIVEN), text).unwrap();
        }
        GivenFile::read(folder.path())
    }

    #[test]
    fn without_a_file_nothing_is_given_and_the_plugin_acts_for_a_subsystem_of_its_name() {
        let nothing = read(None).unwrap();
        assert_eq!(nothing.subsystem("notes").unwrap().to_string(), "DEV/DEV/1/notes");
        assert!(nothing.given().config.is_empty());
    }

    #[test]
    fn gives_what_the_file_says() {
        let file = read(Some("subsystem = 'BO/GOB/1/notas'\n[config]\na = 'b'\n[secrets]\npin = '1'\n")).unwrap();
        assert_eq!(file.subsystem("notes").unwrap().to_string(), "BO/GOB/1/notas");
        let given = file.given();
        assert_eq!((given.config["a"].as_str(), given.secrets["pin"].as_str()), ("b", "1"));
    }

    #[test]
    fn refuses_what_it_does_not_know_and_names_the_file() {
        let refused = read(Some("[secret]\npin = '1'\n")).err().unwrap();
        assert!(refused.to_string().contains("given.toml"), "{refused}");
        assert!(read(Some("subsystem = 'x'")).unwrap().subsystem("notes").is_err());
    }
}
