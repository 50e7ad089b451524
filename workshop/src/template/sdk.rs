//! Where the library of Rust's plugins lies.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the library, in a checkout of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sdk {
    folder: PathBuf,
}

/// Why there is no library.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SdkError {
    /// None was named, and the folder is in no checkout.
    #[error("{from} is in no checkout that holds the SDK: clone the project, and name its folder with --sdk PATH")]
    NotFound {
        /// Where it was looked for, and above.
        from: PathBuf,
    },
    /// What was named is something else.
    #[error("{path} holds no SDK: name a checkout of the project, or its folder sdk, with --sdk PATH")]
    NotThere {
        /// What was named.
        path: PathBuf,
    },
}

/// What the library's package is called.
const PACKAGE: &str = "name = \"chakana-sdk\"";
/// What stands in the template for its path.
const PLACE: &str = "\"../../../sdk\"";
/// A larger lock file is none.
const MOST_LOCK_BYTES: u64 = 4 << 20;

impl Sdk {
    /// The library in this folder, or in the checkout that this folder is.
    ///
    /// # Errors
    /// [`SdkError::NotThere`].
    pub fn at(path: &Path) -> Result<Self, SdkError> {
        let not_there = || SdkError::NotThere { path: path.to_owned() };
        let folder =
            [path.to_owned(), path.join("sdk")].into_iter().find(|folder| is_sdk(folder)).ok_or_else(not_there)?;
        Ok(Self { folder: folder.canonicalize().map_err(|_| not_there())? })
    }

    /// The library of the checkout that holds a folder.
    ///
    /// # Errors
    /// [`SdkError::NotFound`].
    pub fn around(folder: &Path) -> Result<Self, SdkError> {
        let not_found = || SdkError::NotFound { from: folder.to_owned() };
        let folder = folder.canonicalize().map_err(|_| not_found())?;
        folder.ancestors().find_map(|above| Self::at(&above.join("sdk")).ok()).ok_or_else(not_found)
    }

    /// The text of a package with the library's path in it: from the plugin's folder where it lies in the same checkout, so that
    /// both can be moved; else absolute.
    pub(super) fn written_into(&self, cargo: &str, plugin: &Path) -> String {
        let path = self.from(plugin).unwrap_or_else(|| self.folder.clone());
        let quoted = toml::Value::String(path.to_string_lossy().into_owned()).to_string();
        cargo.replace(PLACE, &quoted)
    }

    /// The versions that the library was tested with.
    pub(super) fn lock(&self) -> Option<Vec<u8>> {
        let path = self.folder.parent()?.join("Cargo.lock");
        if fs::metadata(&path).ok()?.len() > MOST_LOCK_BYTES {
            return None;
        }
        fs::read(path).ok()
    }

    fn from(&self, plugin: &Path) -> Option<PathBuf> {
        let plugin = plugin.canonicalize().ok()?;
        let steps = plugin.strip_prefix(self.folder.parent()?).ok()?.components().count();
        Some((0..steps).map(|_| "..").collect::<PathBuf>().join("sdk"))
    }
}

fn is_sdk(folder: &Path) -> bool {
    fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|text| text.lines().any(|line| line.trim() == PACKAGE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkout() -> tempfile::TempDir {
        let checkout = tempfile::tempdir().unwrap();
        fs::create_dir_all(checkout.path().join("sdk")).unwrap();
        fs::write(checkout.path().join("sdk/Cargo.toml"), "[package]\nname = \"chakana-sdk\"\n").unwrap();
        fs::write(checkout.path().join("Cargo.lock"), "version = 4\n").unwrap();
        fs::create_dir_all(checkout.path().join("plugins/notes")).unwrap();
        checkout
    }

    #[test]
    fn is_found_above_the_folder_of_a_plugin_and_in_a_checkout_that_is_named() {
        let checkout = checkout();
        let sdk = Sdk::at(checkout.path()).unwrap();
        assert_eq!(Sdk::around(&checkout.path().join("plugins/notes")).unwrap(), sdk);
        assert_eq!(Sdk::at(&checkout.path().join("sdk")).unwrap(), sdk);
        assert_eq!(sdk.lock().unwrap(), b"version = 4\n");
    }

    #[test]
    fn is_named_from_the_plugin_within_a_checkout_and_absolutely_elsewhere() {
        let (checkout, elsewhere) = (checkout(), tempfile::tempdir().unwrap());
        let sdk = Sdk::at(checkout.path()).unwrap();
        let near = sdk.written_into("sdk = { path = \"../../../sdk\" }", &checkout.path().join("plugins/notes"));
        assert_eq!(near, "sdk = { path = \"../../sdk\" }");
        let far = sdk.written_into("sdk = { path = \"../../../sdk\" }", elsewhere.path());
        let there = checkout.path().canonicalize().unwrap().join("sdk");
        assert_eq!(far, format!("sdk = {{ path = \"{}\" }}", there.display()));
    }

    #[test]
    fn is_refused_where_it_is_not_and_says_what_to_name() {
        let nowhere = tempfile::tempdir().unwrap();
        assert!(matches!(Sdk::around(nowhere.path()), Err(SdkError::NotFound { .. })));
        assert!(Sdk::at(nowhere.path()).unwrap_err().to_string().contains("--sdk"));
    }
}
