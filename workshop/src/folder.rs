//! A plugin's folder: its manifest, and the language that it is written in, which shows in what lies beside it.

use plugin_host::manifest::{Manifest, ManifestError};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A language that plugins are written in, with the tools that its authors have anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Built by cargo.
    Rust,
    /// Built by npm, with QuickJS in it.
    JavaScript,
    /// Built by pip's componentize-py, with CPython in it.
    Python,
}

/// A plugin's folder whose manifest was read.
#[derive(Debug, Clone)]
pub struct PluginFolder {
    path: PathBuf,
    manifest: Manifest,
    manifest_bytes: Vec<u8>,
}

/// Why a folder is not a plugin's.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is no manifest in it, or it cannot be read.
    #[error("{path} cannot be read: name the folder of a plugin, or make one with `chakana plugin new NAME`")]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The manifest is no text.
    #[error("{path} is not text in UTF-8")]
    NotText {
        /// The manifest.
        path: PathBuf,
    },
    /// The manifest breaks a rule.
    #[error("{path} is refused")]
    Refused {
        /// The manifest.
        path: PathBuf,
        /// Which rule.
        source: ManifestError,
    },
    /// Nothing says what builds it.
    #[error(
        "{path} has no Cargo.toml (Rust), package.json (JavaScript) or requirements.txt (Python): add one, or name what another tool has built with --component FILE"
    )]
    NoLanguage {
        /// The folder.
        path: PathBuf,
    },
}

/// A name of no language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no language of the templates: use rust, javascript or python")]
pub struct UnknownLanguage(String);

/// A larger manifest is none.
const MOST_MANIFEST_BYTES: u64 = 1 << 20;

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rust, Self::JavaScript, Self::Python];

    /// As it is named on a command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::JavaScript => "javascript",
            Self::Python => "python",
        }
    }

    /// The file of a plugin's folder that shows it.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Rust => "Cargo.toml",
            Self::JavaScript => "package.json",
            Self::Python => "requirements.txt",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL.into_iter().find(|language| language.name() == text).ok_or_else(|| UnknownLanguage(text.to_owned()))
    }
}

impl PluginFolder {
    /// Reads the manifest of a folder.
    ///
    /// # Errors
    /// [`FolderError`] when there is none, or it breaks a rule.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let file = path.join(Manifest::FILE_NAME);
        let manifest_bytes = read(&file).map_err(|source| FolderError::Manifest { path: file.clone(), source })?;
        let Ok(text) = std::str::from_utf8(&manifest_bytes) else { return Err(FolderError::NotText { path: file }) };
        let manifest = text.parse().map_err(|source| FolderError::Refused { path: file, source })?;
        Ok(Self { path: path.to_owned(), manifest, manifest_bytes })
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What its author says of the plugin.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The manifest as it is written.
    #[must_use]
    pub fn manifest_bytes(&self) -> &[u8] {
        &self.manifest_bytes
    }

    /// The plugin's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.manifest.name().as_str()
    }

    /// The language that the plugin is written in.
    ///
    /// # Errors
    /// [`FolderError::NoLanguage`] when nothing in the folder shows it.
    pub fn language(&self) -> Result<Language, FolderError> {
        let found = Language::ALL.into_iter().find(|language| self.path.join(language.mark()).is_file());
        found.ok_or_else(|| FolderError::NoLanguage { path: self.path.clone() })
    }
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(file)?.len() > MOST_MANIFEST_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the file is larger than any manifest"));
    }
    fs::read(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[plugin]\nname = 'p'\nversion = '1.0.0'\ncontract = '0.1'\ntitle = { es = 'P' }\n";

    #[test]
    fn refuses_a_folder_without_a_manifest_and_says_how_to_make_one() {
        let folder = tempfile::tempdir().unwrap();
        let said = PluginFolder::open(folder.path()).unwrap_err().to_string();
        assert!(said.contains("plugin.toml") && said.contains("plugin new"), "{said}");
    }

    #[test]
    fn refuses_a_manifest_that_is_no_text_or_breaks_a_rule() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("plugin.toml"), [0xFF]).unwrap();
        assert!(matches!(PluginFolder::open(folder.path()), Err(FolderError::NotText { .. })));
        fs::write(folder.path().join("plugin.toml"), "[plugin]\nname = 'P P'\n").unwrap();
        assert!(matches!(PluginFolder::open(folder.path()), Err(FolderError::Refused { .. })));
    }

    #[test]
    fn knows_a_language_by_the_file_that_its_tools_want() {
        for language in Language::ALL {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("plugin.toml"), MANIFEST).unwrap();
            let opened = PluginFolder::open(folder.path()).unwrap();
            assert!(opened.language().unwrap_err().to_string().contains("--component"));
            fs::write(folder.path().join(language.mark()), "").unwrap();
            assert_eq!(opened.language().unwrap(), language);
            assert_eq!(language.name().parse(), Ok(language));
        }
        assert!("cobol".parse::<Language>().unwrap_err().to_string().contains("rust, javascript or python"));
    }
}
