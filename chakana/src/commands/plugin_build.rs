//! Making a package of a plugin's folder.

use crate::arguments::PluginBuild;
use crate::output::{self, Audience};
use crate::{Exit, files};
use anyhow::{Context as _, Result, bail, ensure};
use plugin_host::manifest::Manifest;
use plugin_host::package::Package;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use trust::file_container::{File, FileContainer, FileName, MAX_FILES};

pub(super) fn run(asked: PluginBuild) -> Result<Exit> {
    let manifest = content(&asked.folder.join(Manifest::FILE_NAME))?;
    let text = std::str::from_utf8(&manifest).context("plugin.toml is not text in UTF-8")?;
    let parsed: Manifest = text.parse().with_context(|| format!("{} is refused", asked.folder.display()))?;
    let component = match &asked.component {
        Some(path) => path.clone(),
        None => built_by_cargo(&asked.folder)?,
    };
    let mut named =
        vec![(Manifest::FILE_NAME.to_owned(), manifest.clone()), (Package::COMPONENT.to_owned(), content(&component)?)];
    for service in parsed.services() {
        let name = service.openapi().as_str();
        if !named.iter().any(|(other, _)| other == name) {
            named.push((name.to_owned(), content(&asked.folder.join(name))?));
        }
    }
    for folder in ["assets", "locales"] {
        take_in(&asked.folder, folder, &mut named)?;
    }
    let files = named.into_iter().map(|(name, content)| Ok((name.parse::<FileName>()?, File::new(content))));
    let package = Package::of(FileContainer::new(files.collect::<Result<Vec<_>>>()?)?)?;
    let out = asked.out.as_ref().unwrap_or(&asked.folder).join(package.file_name());
    files::replace(&out, &package.write()?)?;
    match Audience::of(&asked.json) {
        Audience::Machine => {
            output::json(&json!({ "package": out.display().to_string(), "digest": package.digest().to_string() }));
        }
        Audience::Person => {
            println!("Wrote {}.", out.display());
            output::next(&format!("chakana plugin sign {}", out.display()));
        }
    }
    Ok(Exit::Success)
}

/// Has cargo build the folder's crate, and says which component it made.
fn built_by_cargo(folder: &Path) -> Result<PathBuf> {
    ensure!(
        folder.join("Cargo.toml").is_file(),
        "{} has no Cargo.toml: name what your language's tool has built with --component FILE",
        folder.display()
    );
    let output = Command::new("cargo")
        .args(["rustc", "--lib", "--crate-type", "cdylib", "--release", "--target", TARGET])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(folder)
        .stderr(Stdio::inherit())
        .output()
        .context("failed to run cargo: install Rust, or name a component with --component FILE")?;
    ensure!(
        output.status.success(),
        "cargo could not build {}; where it misses the target: rustup target add {TARGET}",
        folder.display()
    );
    let messages = String::from_utf8_lossy(&output.stdout);
    let components: Vec<PathBuf> = messages.lines().flat_map(components_of).collect();
    match components.as_slice() {
        [component] => Ok(component.clone()),
        [] => bail!("{} builds no component: it needs a library for {TARGET}", folder.display()),
        _ => bail!("{} builds several components: name one with --component FILE", folder.display()),
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

/// Takes in every file below a folder of the plugin, where that is there. Links are not followed: what they lead to may be
/// anything.
fn take_in(plugin: &Path, folder: &str, named: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let path = plugin.join(&folder);
        let entries = match fs::read_dir(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            read => read.with_context(|| format!("failed to read {}", path.display()))?,
        };
        for entry in entries {
            let entry = entry?;
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type()?;
            ensure!(!kind.is_symlink(), "{name} is a link: put the file itself there");
            ensure!(named.len() + folders.len() <= MAX_FILES, "{} holds more files than a package", plugin.display());
            if kind.is_dir() { folders.push(name) } else { named.push((name, content(&entry.path())?)) }
        }
    }
    Ok(())
}

fn content(path: &Path) -> Result<Vec<u8>> {
    let size_bytes = fs::metadata(path).with_context(|| format!("failed to read {}", path.display()))?.len();
    ensure!(size_bytes <= Package::MAX_BYTES as u64, "{} is larger than a package may be", path.display());
    fs::read(path).with_context(|| format!("failed to read {}", path.display()))
}

const TARGET: &str = "wasm32-wasip2";

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

    fn build(folder: &Path) -> Result<Exit> {
        let component = Some(folder.join("made.wasm"));
        run(PluginBuild {
            folder: folder.to_owned(),
            component,
            out: None,
            json: crate::arguments::Json { json: true },
        })
    }

    #[test]
    fn makes_a_package_that_can_be_read() {
        let folder = folder();
        fs::create_dir_all(folder.path().join("assets/icons")).unwrap();
        fs::write(folder.path().join("assets/icons/logo.svg"), "<svg/>").unwrap();
        build(folder.path()).unwrap();
        let package = super::super::plugin::read(&folder.path().join("p-1.0.0.chakana")).unwrap();
        assert_eq!(package.container().content("assets/icons/logo.svg"), Some(&b"<svg/>"[..]));
        assert_eq!(package.container().signature_count(), 0);
    }

    #[test]
    fn refuses_links_and_names_that_packages_do_not_have() {
        let linked = folder();
        fs::create_dir(linked.path().join("assets")).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", linked.path().join("assets/a.txt")).unwrap();
        assert!(build(linked.path()).unwrap_err().to_string().contains("is a link"));
        let named = folder();
        fs::create_dir(named.path().join("locales")).unwrap();
        fs::write(named.path().join("locales/ES.ftl"), "").unwrap();
        assert!(build(named.path()).unwrap_err().to_string().contains("locales/ES.ftl"));
    }

    #[test]
    fn finds_what_cargo_made() {
        let made = r#"{"reason":"compiler-artifact","filenames":["/t/libp.rlib","/t/p.wasm"]}"#;
        assert_eq!(components_of(made), [PathBuf::from("/t/p.wasm")]);
        assert!(components_of(r#"{"reason":"build-finished","success":true}"#).is_empty());
        assert!(components_of("   Compiling p").is_empty());
    }

    #[test]
    fn says_what_is_missing_in_a_folder_without_rust() {
        let error = built_by_cargo(folder().path()).unwrap_err().to_string();
        assert!(error.contains("--component"), "{error}");
    }
}
