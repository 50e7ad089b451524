//! What commands write: to a file whole or not at all, or to standard output.

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
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

/// Bytes as PEM.
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(PEM_LINE).map(|line| std::str::from_utf8(line).unwrap_or_default()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

const PEM_LINE: usize = 64;
