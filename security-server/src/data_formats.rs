//! Of which formats the parts of a security server's data folder are, whether it runs or not: for who is about to upgrade it.

use crate::administration::{STATE, STATE_FORMAT};
use crate::app::PLUGINS_FOLDER;
use crate::log_verification::LOG_FOLDER;
use crate::plugins::{DATA, DATA_FORMAT, PACKAGES, Packages};
use crate::settings::Settings;
use crate::start::GLOBAL_CONFIGURATION;
use crate::upkeep::words;
use admin::{DataFormat, Mark};
use protocol::hash::Sha256Hash;
use std::io;
use std::path::Path;

/// The parts that bear marks.
#[must_use]
pub fn data_formats(folder: &Path, settings: &Settings) -> Vec<DataFormat> {
    let part = |what, place: &Path, mark: fn(&Path) -> Mark, reads: String| {
        let path = folder.join(place);
        DataFormat { what, mark: mark(&path), path, reads }
    };
    let token = |path: &Path| Mark::required(signer::format_of_token(path));
    let log = |path: &Path| Mark::required(message_log::format_of(path));
    let snapshot = |path: &Path| Mark::required(global_configuration::format_of(path));
    vec![
        part("token", &settings.keys.token, token, signer::TOKEN_FORMAT.to_owned()),
        part("server configuration", Path::new(STATE), Mark::of_store, STATE_FORMAT.to_string()),
        part("message log", Path::new(LOG_FOLDER), log, message_log::FORMAT.to_owned()),
        part(
            "global configuration",
            Path::new(GLOBAL_CONFIGURATION),
            snapshot,
            global_configuration::FORMAT.to_owned(),
        ),
        part("plugins' data", &Path::new(PLUGINS_FOLDER).join(DATA), Mark::of_store, DATA_FORMAT.to_string()),
    ]
}

/// A package of a plugin that was handed over.
#[derive(Debug)]
pub struct KeptPackage {
    /// The digest that the server configuration names it by.
    pub digest: Sha256Hash,
    /// The plugin and its version; or why this program does not run it.
    pub plugin: Result<String, String>,
}

/// Every package in the data folder `folder`, in the order of their digests. No signature is verified: that takes the global
/// configuration, and is done at each start. Blocks.
///
/// # Errors
/// When the folder cannot be listed.
pub fn kept_packages(folder: &Path) -> io::Result<Vec<KeptPackage>> {
    let packages = Packages::in_folder(folder.join(PLUGINS_FOLDER).join(PACKAGES));
    let kept = packages.digests()?.into_iter().map(|digest| {
        let plugin = packages.read(&digest).map_err(|refusal| words(&refusal)).map(|package| {
            let manifest = package.manifest();
            format!("{} {}", manifest.name(), manifest.version())
        });
        KeptPackage { digest, plugin }
    });
    Ok(kept.collect())
}
