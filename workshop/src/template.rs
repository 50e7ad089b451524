//! How a plugin begins: a small one that is complete, in each language, under the name that its author chose.
//!
//! The templates are plugins themselves, with the name `my-plugin`; they lie in `templates/`, and are built in CI as they are.

mod files;
mod name;
mod sdk;

pub use name::{NewName, NewNameError};
pub use sdk::{Sdk, SdkError};

use crate::folder::Language;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What a template could not be made into a plugin for.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// Something lies there that would be lost.
    #[error("{path} is not empty: choose another folder with --folder, or another name")]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("failed to write {path}")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// What the template of a language needs beside its files.
#[derive(Debug, Clone)]
pub enum Template {
    /// The library, by its path.
    Rust(Sdk),
    /// The contract, as WIT in the plugin's folder.
    JavaScript,
    /// The contract, as WIT in the plugin's folder.
    Python,
}

impl Template {
    /// The language that it is in.
    #[must_use]
    pub const fn language(&self) -> Language {
        match self {
            Self::Rust(_) => Language::Rust,
            Self::JavaScript => Language::JavaScript,
            Self::Python => Language::Python,
        }
    }

    /// Makes a plugin in a folder that is not there or is empty, and names the files that it has now.
    ///
    /// # Errors
    /// [`TemplateError`] when something lies there, or a file cannot be written.
    pub fn make(&self, name: &NewName, folder: &Path) -> Result<Vec<String>, TemplateError> {
        if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) || folder.is_file() {
            return Err(TemplateError::Occupied { path: folder.to_owned() });
        }
        let mut made = Vec::new();
        for (file, text) in files::of(self.language()) {
            let text = name.written_into(text);
            // A file with this name would be a rule for the checkout that the templates lie in.
            let file = if *file == "gitignore" { ".gitignore" } else { file };
            write(folder, file, text.as_bytes(), &mut made)?;
        }
        match self {
            Self::Rust(sdk) => {
                let cargo = sdk.written_into(&name.written_into(files::CARGO), folder);
                write(folder, "Cargo.toml", cargo.as_bytes(), &mut made)?;
                // The versions that the library was tested with. Cargo takes out what this plugin has no use for.
                if let Some(lock) = sdk.lock() {
                    write(folder, "Cargo.lock", &lock, &mut made)?;
                }
            }
            Self::JavaScript | Self::Python => {
                for (file, text) in files::CONTRACT {
                    write(folder, &format!("wit/deps/chakana-plugin/{file}"), text.as_bytes(), &mut made)?;
                }
            }
        }
        made.sort();
        Ok(made)
    }
}

fn write(folder: &Path, file: &str, content: &[u8], made: &mut Vec<String>) -> Result<(), TemplateError> {
    let path = folder.join(file);
    let failed = |source| TemplateError::Write { path: path.clone(), source };
    if let Some(above) = path.parent() {
        fs::create_dir_all(above).map_err(failed)?;
    }
    fs::write(&path, content).map_err(failed)?;
    made.push(file.to_owned());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::PluginFolder;

    fn template(language: Language) -> Template {
        match language {
            Language::Rust => Template::Rust(Sdk::at(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk")).unwrap()),
            Language::JavaScript => Template::JavaScript,
            Language::Python => Template::Python,
        }
    }

    #[test]
    fn a_new_plugin_has_its_name_everywhere_and_a_manifest_that_holds() {
        for language in Language::ALL {
            let folder = tempfile::tempdir().unwrap();
            let name: NewName = "water-bills".parse().unwrap();
            let made = template(language).make(&name, folder.path()).unwrap();
            let opened = PluginFolder::open(folder.path()).unwrap();
            assert_eq!((opened.name(), opened.language().unwrap()), ("water-bills", language));
            for file in made.iter().filter(|file| *file != "Cargo.lock") {
                let text = fs::read_to_string(folder.path().join(file)).unwrap();
                assert!(!text.contains("my-plugin") && !text.contains("my_plugin"), "{language} {file}");
            }
            assert!(made.iter().any(|file| file == ".gitignore") && made.iter().any(|file| file == "README.md"));
        }
    }

    #[test]
    fn nothing_that_lies_there_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.txt"), "years of work").unwrap();
        let refused = Template::Python.make(&"notes".parse().unwrap(), folder.path()).unwrap_err();
        assert!(refused.to_string().contains("--folder"), "{refused}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn every_file_of_a_template_is_in_it() {
        for language in Language::ALL {
            let known: Vec<&str> = files::of(language).iter().map(|(file, _)| *file).chain(["Cargo.toml"]).collect();
            let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
            let root = templates.join(language.name());
            for found in below(&root) {
                let file = found.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                let built = ["target/", "build/", "node_modules/", "wit/deps/", ".venv/", "Cargo.lock"];
                if !built.iter().any(|built| file.starts_with(built)) && !file.contains("__pycache__") {
                    assert!(known.contains(&file.as_str()), "{file} of {language} is not embedded");
                }
            }
        }
    }

    #[test]
    fn every_file_of_the_contract_goes_with_a_template() {
        let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk/wit");
        let known: Vec<&str> = files::CONTRACT.iter().map(|(file, _)| *file).collect();
        for entry in fs::read_dir(contract).unwrap() {
            let file = entry.unwrap().file_name().into_string().unwrap();
            assert!(!file.ends_with(".wit") || known.contains(&file.as_str()), "{file}");
        }
    }

    fn below(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
    }
}
