//! JavaScript: npm, with the scripts `build` and `test` of the folder's own package.

use super::tool::{Call, Tools, is_installed, note_installed};
use super::{BuildError, ToolError, clear, made};
use crate::folder::PluginFolder;
use std::path::PathBuf;

const INSTALL: &str = "install Node.js 20 or later, with npm (Debian: apt-get install nodejs npm)";
/// What was installed, in the folder that it was installed into.
const NOTE: &str = "node_modules/.installed-lock.json";

pub(super) fn component(folder: &PluginFolder, tools: &Tools) -> Result<PathBuf, BuildError> {
    install(folder, tools)?;
    clear(folder)?;
    Call::new(&tools.npm, folder.path(), INSTALL).arguments(["run", "build"]).run()?;
    made(folder, "npm run build", "have the script `build` of package.json write it there")
}

pub(super) fn test(folder: &PluginFolder, tools: &Tools) -> Result<(), BuildError> {
    install(folder, tools)?;
    Ok(Call::new(&tools.npm, folder.path(), INSTALL).arguments(["test"]).run()?)
}

/// Installs what the lock file names; without one, what the package names, which writes one.
fn install(folder: &PluginFolder, tools: &Tools) -> Result<(), ToolError> {
    let (lock, note) = (folder.path().join("package-lock.json"), folder.path().join(NOTE));
    if is_installed(&lock, &note) {
        return Ok(());
    }
    let how = if lock.is_file() { "ci" } else { "install" };
    Call::new(&tools.npm, folder.path(), INSTALL).arguments([how, "--no-audit", "--no-fund"]).run()?;
    // A package that needs nothing has no folder to note it in, and is installed in no time.
    if lock.is_file() && note.parent().is_some_and(std::path::Path::is_dir) {
        note_installed(&lock, &note)?;
    }
    Ok(())
}
