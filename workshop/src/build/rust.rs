//! Rust: cargo, for `wasm32-wasip2`.

use super::tool::{Call, Tools};
use super::{BuildError, ToolError};
use crate::folder::PluginFolder;
use serde_json::Value;
use std::path::PathBuf;

const INSTALL: &str = "install Rust with rustup (https://rustup.rs), and then `rustup target add wasm32-wasip2`";
const TARGET: &str = "wasm32-wasip2";

pub(super) fn component(folder: &PluginFolder, tools: &Tools) -> Result<PathBuf, BuildError> {
    let messages = Call::new(&tools.cargo, folder.path(), INSTALL)
        .arguments(["rustc", "--lib", "--crate-type", "cdylib", "--release", "--target", TARGET])
        .arguments(["--message-format", "json-render-diagnostics"])
        .remedy("it says above why; where it misses the target: rustup target add wasm32-wasip2")
        .output()?;
    let messages = String::from_utf8_lossy(&messages);
    // The folder's own crate comes last; what it depends on builds no component.
    let made = messages.lines().flat_map(components_of).next_back();
    let remedy = "its package needs a library for wasm32-wasip2";
    made.ok_or(BuildError::Nothing { tool: "cargo", at: None, remedy })
}

pub(super) fn test(folder: &PluginFolder, tools: &Tools) -> Result<(), BuildError> {
    Ok(Call::new(&tools.cargo, folder.path(), INSTALL).arguments(["test", "--quiet"]).run().map_err(tests_fail)?)
}

fn tests_fail(error: ToolError) -> ToolError {
    match error {
        ToolError::Failed { command, folder, status, .. } => ToolError::Failed {
            command,
            folder,
            status,
            remedy: "the tests above fail; correct the plugin or its tests",
        },
        other => other,
    }
}

/// The components that a message of cargo says were made.
fn components_of(message: &str) -> Vec<PathBuf> {
    let Ok(message) = serde_json::from_str::<Value>(message) else { return Vec::new() };
    if message["reason"] != "compiler-artifact" {
        return Vec::new();
    }
    let files = message["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str);
    files.filter(|file| file.ends_with(".wasm")).map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_cargo_made() {
        let made = r#"{"reason":"compiler-artifact","filenames":["/t/libp.rlib","/t/p.wasm"]}"#;
        assert_eq!(components_of(made), [PathBuf::from("/t/p.wasm")]);
        assert!(components_of(r#"{"reason":"build-finished","success":true}"#).is_empty());
        assert!(components_of("   Compiling p").is_empty());
    }
}
