//! A package of a plugin's folder: its manifest, a component, the descriptions of its services, and what lies in `assets` and
//! `locales`.

use crate::folder::PluginFolder;
use plugin_host::manifest::Manifest;
use plugin_host::package::{Package, PackageError};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use trust::file_container::{File, FileContainer, FileContainerError, FileName, MAX_FILES, NameError};

/// Why a folder does not make a package.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// A file cannot be read.
    #[error("failed to read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is too large.
    #[error("{} is larger than a package may be: move what is large into blobs", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// A link leads to what may be anything.
    #[error("{name} is a link: put the file itself there")]
    Link {
        /// The link.
        name: String,
    },
    /// There are more files than a package has.
    #[error("{} holds more files than a package, at most {MAX_FILES}: put several into one", folder.display())]
    TooMany {
        /// The folder.
        folder: PathBuf,
    },
    /// A file has a name that packages do not have.
    #[error("{name} cannot be the name of a file in a package: rename it")]
    Name {
        /// The name.
        name: String,
        /// Why.
        source: NameError,
    },
    /// The files make no container.
    #[error("the files make no package")]
    Container(#[from] FileContainerError),
    /// The parts do not fit each other.
    #[error("{} makes no package", folder.display())]
    Package {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: PackageError,
    },
}

type Named = Vec<(String, Vec<u8>)>;

/// Makes the package of a folder, with a component that was built; the component is checked against the contract and the
/// manifest.
///
/// # Errors
/// [`PackError`].
pub fn pack(folder: &PluginFolder, component: &Path) -> Result<Package, PackError> {
    let mut named = vec![
        (Manifest::FILE_NAME.to_owned(), folder.manifest_bytes().to_vec()),
        (Package::COMPONENT.to_owned(), content(component)?),
    ];
    for service in folder.manifest().services() {
        let name = service.openapi().as_str();
        if !named.iter().any(|(other, _)| other == name) {
            named.push((name.to_owned(), content(&folder.path().join(name))?));
        }
    }
    for below in ["assets", "locales"] {
        take_in(folder.path(), below, &mut named)?;
    }
    let files = named.into_iter().map(|(name, content)| match name.parse::<FileName>() {
        Ok(name) => Ok((name, File::new(content))),
        Err(source) => Err(PackError::Name { name, source }),
    });
    let container = FileContainer::new(files.collect::<Result<Vec<_>, _>>()?)?;
    Package::of(container).map_err(|source| PackError::Package { folder: folder.path().to_owned(), source })
}

/// Takes in every file below a folder of the plugin, where that is there. Links are not followed: what they lead to may be
/// anything.
fn take_in(plugin: &Path, folder: &str, named: &mut Named) -> Result<(), PackError> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let path = plugin.join(&folder);
        let failed = |source| PackError::Read { path: path.clone(), source };
        let entries = match fs::read_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            read => read.map_err(failed)?,
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_symlink() {
                return Err(PackError::Link { name });
            }
            if named.len() + folders.len() > MAX_FILES {
                return Err(PackError::TooMany { folder: plugin.to_owned() });
            }
            if kind.is_dir() { folders.push(name) } else { named.push((name, content(&entry.path())?)) }
        }
    }
    Ok(())
}

fn content(path: &Path) -> Result<Vec<u8>, PackError> {
    let failed = |source| PackError::Read { path: path.to_owned(), source };
    if fs::metadata(path).map_err(failed)?.len() > Package::MAX_BYTES as u64 {
        return Err(PackError::TooLarge { path: path.to_owned() });
    }
    fs::read(path).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let manifest = "[plugin]\nname = 'p'\nversion = '1.0.0'\ncontract = '0.1'\ntitle = { es = 'P' }\n";
        fs::write(folder.path().join("plugin.toml"), manifest).unwrap();
        // The shortest component: a magic number and the version of the component model.
        fs::write(folder.path().join("made.wasm"), b"\0asm\x0d\0\x01\0").unwrap();
        folder
    }

    fn package(folder: &Path) -> Result<Package, PackError> {
        pack(&PluginFolder::open(folder).unwrap(), &folder.join("made.wasm"))
    }

    #[test]
    fn takes_in_what_lies_in_the_folders_of_a_package() {
        let folder = folder();
        fs::create_dir_all(folder.path().join("assets/icons")).unwrap();
        fs::write(folder.path().join("assets/icons/logo.svg"), "<svg/>").unwrap();
        let package = Package::read(&package(folder.path()).unwrap().write().unwrap()).unwrap();
        assert_eq!(package.file_name(), "p-1.0.0.chakana");
        assert_eq!(package.container().content("assets/icons/logo.svg"), Some(&b"<svg/>"[..]));
        assert_eq!(package.container().signature_count(), 0);
    }

    #[test]
    fn refuses_links_and_names_that_packages_do_not_have() {
        let linked = folder();
        fs::create_dir(linked.path().join("assets")).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", linked.path().join("assets/a.txt")).unwrap();
        assert!(matches!(package(linked.path()), Err(PackError::Link { .. })));
        let named = folder();
        fs::create_dir(named.path().join("locales")).unwrap();
        fs::write(named.path().join("locales/ES.ftl"), "").unwrap();
        assert!(package(named.path()).unwrap_err().to_string().contains("locales/ES.ftl"));
    }

    #[test]
    fn refuses_a_component_that_is_none_or_is_not_there() {
        let folder = folder();
        fs::write(folder.path().join("made.wasm"), "no wasm").unwrap();
        assert!(matches!(package(folder.path()), Err(PackError::Package { .. })));
        fs::remove_file(folder.path().join("made.wasm")).unwrap();
        assert!(package(folder.path()).unwrap_err().to_string().contains("made.wasm"));
    }
}
