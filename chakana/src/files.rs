//! What commands write: to a file whole or not at all, or to standard output.

use anyhow::{Context as _, Result};
use std::io::Write as _;
use std::path::Path;

/// Replaces a file, so that who reads meanwhile sees the old one or the new one.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<()> {
    let written = || -> std::io::Result<()> {
        let mut draft = path.as_os_str().to_owned();
        draft.push(".new");
        let mut file = std::fs::File::create(&draft)?;
        file.write_all(content)?;
        file.sync_all()?;
        std::fs::rename(&draft, path)
    };
    written()
        .with_context(|| format!("failed to write {}: see that its folder is there and may be written", path.display()))
}

/// Writes to a file, or to standard output where none is named.
pub(crate) fn give(path: Option<&Path>, content: &[u8]) -> Result<()> {
    match path {
        Some(path) => {
            replace(path, content)?;
            println!("Wrote {}.", path.display());
            Ok(())
        }
        None => std::io::stdout().write_all(content).context("failed to write to standard output"),
    }
}
