//! How a component is made, and tested, by the ordinary tools of its language.
//!
//! What the tools say goes to standard error as they say it. They run as long as they need: whoever waits can stop them.

mod javascript;
mod python;
mod rust;
mod tool;

pub use tool::{ToolError, Tools};

use crate::folder::{FolderError, Language, PluginFolder};
use std::path::PathBuf;

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The folder does not show what builds it.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A tool is not there, or did not do it.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// A tool ended well, and there is nothing.
    #[error("{tool} made no component{}: {remedy}", .at.as_ref().map(|at| format!(" at {}", at.display())).unwrap_or_default())]
    Nothing {
        /// Which tool.
        tool: &'static str,
        /// Where it was looked for, if it has one place.
        at: Option<PathBuf>,
        /// What to do.
        remedy: &'static str,
    },
}

/// Where JavaScript's and Python's tools leave a component.
const COMPONENT: &str = "build/component.wasm";

/// Builds the component of a folder, and says where it lies.
///
/// # Errors
/// [`BuildError`].
pub fn component(folder: &PluginFolder, tools: &Tools) -> Result<PathBuf, BuildError> {
    match folder.language()? {
        Language::Rust => rust::component(folder, tools),
        Language::JavaScript => javascript::component(folder, tools),
        Language::Python => python::component(folder, tools),
    }
}

/// Runs the tests that the author wrote, as plain code of the language.
///
/// # Errors
/// [`BuildError`], when one fails as well.
pub fn test(folder: &PluginFolder, tools: &Tools) -> Result<(), BuildError> {
    match folder.language()? {
        Language::Rust => rust::test(folder, tools),
        Language::JavaScript => javascript::test(folder, tools),
        Language::Python => python::test(folder, tools),
    }
}

/// The component at its usual place; an old one was taken away before.
fn made(folder: &PluginFolder, tool: &'static str, remedy: &'static str) -> Result<PathBuf, BuildError> {
    let component = folder.path().join(COMPONENT);
    if component.is_file() {
        return Ok(component);
    }
    Err(BuildError::Nothing { tool, at: Some(component), remedy })
}

/// Makes the place of the component, and takes an old one away, so that nobody takes it for the new one.
fn clear(folder: &PluginFolder) -> Result<(), ToolError> {
    let component = folder.path().join(COMPONENT);
    let failed = |source| ToolError::File { path: component.clone(), source };
    if let Some(above) = component.parent() {
        std::fs::create_dir_all(above).map_err(failed)?;
    }
    match std::fs::remove_file(&component) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    const MANIFEST: &str = "[plugin]\nname = 'p'\nversion = '1.0.0'\ncontract = '0.1'\ntitle = { es = 'P' }\n";

    fn folder(language: Language) -> (tempfile::TempDir, PluginFolder) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("plugin.toml"), MANIFEST).unwrap();
        fs::write(folder.path().join(language.mark()), "").unwrap();
        let opened = PluginFolder::open(folder.path()).unwrap();
        (folder, opened)
    }

    /// A program in a folder that writes down how it was called, and then runs a line of shell.
    fn program(folder: &Path, line: &str) -> Tools {
        use std::os::unix::fs::PermissionsExt as _;
        let path = folder.join("tool");
        fs::write(&path, format!("#!/bin/sh\necho \"$@\" >> '{}'\n{line}\n", folder.join("calls").display())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Tools { cargo: path.clone(), npm: path.clone(), python: path }
    }

    #[test]
    fn a_tool_that_is_not_there_is_named_with_what_to_install() {
        for (language, install) in
            [(Language::Rust, "rustup"), (Language::JavaScript, "Node.js"), (Language::Python, "Python")]
        {
            let (_kept, opened) = folder(language);
            let nowhere = PathBuf::from("/nowhere/tool");
            let tools = Tools { cargo: nowhere.clone(), npm: nowhere.clone(), python: nowhere };
            let said = component(&opened, &tools).unwrap_err().to_string();
            assert!(said.contains(install), "{said}");
        }
    }

    #[test]
    fn a_tool_that_fails_makes_no_component_and_no_test_passes() {
        for language in Language::ALL {
            let (kept, opened) = folder(language);
            let tools = program(kept.path(), "exit 3");
            assert!(
                matches!(component(&opened, &tools), Err(BuildError::Tool(ToolError::Failed { .. }))),
                "{language}"
            );
            assert!(matches!(test(&opened, &tools), Err(BuildError::Tool(ToolError::Failed { .. }))), "{language}");
        }
    }

    #[test]
    fn a_component_of_an_earlier_build_is_not_taken_for_a_new_one() {
        for language in [Language::JavaScript, Language::Python] {
            let (kept, opened) = folder(language);
            fs::create_dir(kept.path().join("build")).unwrap();
            fs::write(kept.path().join(COMPONENT), "old").unwrap();
            // Python's tools are called from its environment, which the fake one does not make.
            fs::create_dir_all(kept.path().join(".venv/bin")).unwrap();
            let tools = program(kept.path(), "true");
            fs::copy(&tools.python, kept.path().join(".venv/bin/python")).unwrap();
            fs::copy(&tools.python, kept.path().join(".venv/bin/componentize-py")).unwrap();
            let refused = component(&opened, &tools).unwrap_err();
            assert!(matches!(refused, BuildError::Nothing { .. }), "{language} {refused}");
        }
    }

    #[test]
    fn what_is_installed_already_is_not_installed_again() {
        let (kept, opened) = folder(Language::JavaScript);
        fs::write(kept.path().join("package-lock.json"), "{}").unwrap();
        let tools = program(kept.path(), "mkdir -p node_modules build && touch build/component.wasm");
        component(&opened, &tools).unwrap();
        component(&opened, &tools).unwrap();
        let calls = fs::read_to_string(kept.path().join("calls")).unwrap();
        assert_eq!(calls, "ci --no-audit --no-fund\nrun build\nrun build\n");
        fs::write(kept.path().join("package-lock.json"), "{ }").unwrap();
        component(&opened, &tools).unwrap();
        assert!(
            fs::read_to_string(kept.path().join("calls")).unwrap().ends_with("ci --no-audit --no-fund\nrun build\n")
        );
    }
}
