//! Python: componentize-py in a virtual environment of the folder's own, for the module `app`.

use super::tool::{Call, Tools, is_installed, note_installed};
use super::{BuildError, ToolError, clear, made};
use crate::folder::PluginFolder;
use std::env;
use std::path::PathBuf;

const INSTALL: &str =
    "install Python 3.10 or later, with its module venv (Debian: apt-get install python3 python3-venv)";
const ENVIRONMENT: &str = ".venv";
/// The contract as Python's modules, for tests and editors; a component has its own.
const BINDINGS: &str = "build/bindings";

pub(super) fn component(folder: &PluginFolder, tools: &Tools) -> Result<PathBuf, BuildError> {
    install(folder, tools)?;
    clear(folder)?;
    let arguments = ["-d", "wit", "componentize", "--stub-wasi", "app", "-o", super::COMPONENT];
    Call::new(&of_environment(folder, "componentize-py"), folder.path(), INSTALL).arguments(arguments).run()?;
    made(folder, "componentize-py", "the module `app` has to implement the world in wit/")
}

pub(super) fn test(folder: &PluginFolder, tools: &Tools) -> Result<(), BuildError> {
    install(folder, tools)?;
    clear(folder)?;
    let bindings = folder.path().join(BINDINGS);
    if bindings.is_dir() {
        let failed = |source| ToolError::File { path: bindings.clone(), source };
        std::fs::remove_dir_all(&bindings).map_err(failed)?;
    }
    let arguments = ["-d", "wit", "bindings", BINDINGS];
    Call::new(&of_environment(folder, "componentize-py"), folder.path(), INSTALL).arguments(arguments).run()?;
    // Relative, because the name of the folder may have a colon.
    let path = env::join_paths([BINDINGS, "."]).unwrap_or_default();
    let python = of_environment(folder, "python");
    let unittest =
        Call::new(&python, folder.path(), INSTALL).arguments(["-m", "unittest"]).variable("PYTHONPATH", path);
    Ok(unittest.remedy("the tests above fail; correct the plugin or its tests").run()?)
}

fn install(folder: &PluginFolder, tools: &Tools) -> Result<(), ToolError> {
    let wanted = folder.path().join("requirements.txt");
    let note = folder.path().join(ENVIRONMENT).join("installed.txt");
    if is_installed(&wanted, &note) {
        return Ok(());
    }
    Call::new(&tools.python, folder.path(), INSTALL).arguments(["-m", "venv", ENVIRONMENT]).remedy(INSTALL).run()?;
    let arguments = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"];
    Call::new(&of_environment(folder, "python"), folder.path(), INSTALL).arguments(arguments).run()?;
    note_installed(&wanted, &note)
}

/// A program of the folder's environment.
fn of_environment(folder: &PluginFolder, program: &str) -> PathBuf {
    let path = folder.path().join(ENVIRONMENT).join("bin").join(program);
    // It is run within the folder, from which a relative path would lead elsewhere.
    std::path::absolute(&path).unwrap_or(path)
}
