//! The packages that were handed to this server, each a file named by what it holds.

use super::PluginRefusal;
use plugin_host::package::{Package, VerifiedPackage};
use protocol::hash::Sha256Hash;
use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Their folder, in the folder of the plugins.
pub(crate) const PACKAGES: &str = "packages";

/// The packages of a server.
pub(crate) struct Packages {
    folder: PathBuf,
}

impl Packages {
    pub(crate) fn in_folder(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Keeps the file of a package that was verified. Blocks.
    ///
    /// # Errors
    /// When it cannot be written; what was there before stays.
    pub(crate) fn keep(&self, package: &VerifiedPackage, bytes: &[u8]) -> Result<(), PluginRefusal> {
        let path = self.path(&package.package().digest());
        let failed = |source| PluginRefusal::File { doing: "write", path: path.clone(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).map_err(failed)?;
        write_whole(&path, bytes).map_err(failed)
    }

    /// Reads a package. Blocks.
    ///
    /// # Errors
    /// When it is not there, or is not what its name says.
    pub(crate) fn read(&self, digest: &Sha256Hash) -> Result<Package, PluginRefusal> {
        let path = self.path(digest);
        let failed = |source| PluginRefusal::File { doing: "read", path: path.clone(), source };
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(PluginRefusal::NotHandedOver { digest: *digest });
            }
            opened => opened.map_err(failed)?,
        };
        let mut bytes = Vec::new();
        file.take(Package::MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
        let package = Package::read(&bytes)?;
        let found = package.digest();
        if found == *digest { Ok(package) } else { Err(PluginRefusal::Changed { path, found }) }
    }

    /// What is there, by name. Blocks.
    ///
    /// # Errors
    /// When the folder is there and cannot be listed.
    pub(crate) fn digests(&self) -> io::Result<BTreeSet<Sha256Hash>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
            entries => entries?,
        };
        let mut digests = BTreeSet::new();
        for entry in entries {
            let path = entry?.path();
            let is_package = path.extension().is_some_and(|extension| extension == Package::EXTENSION);
            let name = path.file_stem().and_then(|name| name.to_str()).filter(|_| is_package);
            digests.extend(name.and_then(|name| name.parse::<Sha256Hash>().ok()));
        }
        Ok(digests)
    }

    fn path(&self, digest: &Sha256Hash) -> PathBuf {
        self.folder.join(format!("{digest}.{}", Package::EXTENSION))
    }
}

/// Under another name first: there is the whole file under its name, or what was there before.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beginning = path.with_added_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beginning)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beginning, path)?;
    let folder = path.parent().unwrap_or(path);
    File::open(folder)?.sync_all()
}
