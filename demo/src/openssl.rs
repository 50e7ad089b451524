//! The independent judge: openssl on the parts of a container.

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use tokio::process::Command;
use trust::zip::ZipReader;

/// Largest part of a container that is taken out for openssl.
const MAX_PART_BYTES: usize = 64 << 20;

/// Takes a container apart.
///
/// # Errors
/// When it is no stored ZIP.
pub(crate) fn unpack(container: &[u8]) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut reader = ZipReader::open(Cursor::new(container))?;
    let names: Vec<String> = reader.entries().map(|entry| entry.name.to_owned()).collect();
    let parts = names.into_iter().enumerate().map(|(index, name)| Ok((name, reader.read(index, MAX_PART_BYTES)?)));
    parts.collect()
}

/// What openssl says of the signature, the digests and the timestamp; `trust` is the folder with `root.pem` and `issuing.pem`.
///
/// # Errors
/// What openssl refused, in its words.
pub(crate) async fn verify(container: &[u8], trust: &Path, scratch: &Path) -> Result<Vec<String>> {
    let parts = unpack(container)?;
    let file = |name: &str| scratch.join(name.replace('/', "_"));
    for (name, bytes) in &parts {
        std::fs::write(file(name), bytes)?;
    }
    let (root, issuing) = (trust.join("root.pem"), trust.join("issuing.pem"));
    let path = |path: &Path| path.display().to_string();
    let (signature, manifest) = (file("META-INF/signature001.p7s"), file("META-INF/ASiCManifest001.xml"));
    let mut said = Vec::new();
    run(&[
        "cms",
        "-verify",
        "-cades",
        "-inform",
        "DER",
        "-in",
        &path(&signature),
        "-content",
        &path(&manifest),
        "-binary",
        "-CAfile",
        &path(&root),
        "-out",
        "/dev/null",
    ])
    .await?;
    said.push("openssl cms -verify -cades: the signature holds".to_owned());
    let manifest = String::from_utf8(parts["META-INF/ASiCManifest001.xml"].clone())?;
    let signed = parts.keys().filter(|name| *name != "mimetype" && !name.starts_with("META-INF/"));
    for name in signed {
        let digest = run(&["dgst", "-sha512", "-binary", &path(&file(name))]).await?;
        let digest = base64::engine::general_purpose::STANDARD.encode(digest);
        if !manifest.contains(&format!("URI=\"{name}\"")) || !manifest.contains(&digest) {
            bail!("openssl dgst: {name} is not what the manifest says");
        }
    }
    said.push("openssl dgst: every part is what the manifest says".to_owned());
    if parts.contains_key("META-INF/checkpoint.tst") {
        let (token, checkpoint) = (file("META-INF/checkpoint.tst"), file("META-INF/checkpoint.txt"));
        run(&[
            "ts",
            "-verify",
            "-in",
            &path(&token),
            "-token_in",
            "-data",
            &path(&checkpoint),
            "-CAfile",
            &path(&root),
            "-untrusted",
            &path(&issuing),
        ])
        .await?;
        said.push("openssl ts -verify: the checkpoint was stamped".to_owned());
    }
    Ok(said)
}

async fn run(arguments: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new("openssl").args(arguments).output().await.context("openssl is not installed")?;
    if !output.status.success() {
        bail!("openssl {}: {}", arguments[0], String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output.stdout)
}
