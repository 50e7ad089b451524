//! Power cuts that drop whatever was not flushed, on a real ext4 over a disk that forgets.

use super::disk::{Disk, KINDS};
use super::load::Load;
use super::{CONSUMER, PROVIDER, examine, two_entities};
use anyhow::{Context as _, Result};
use clock::SystemClock;
use demo::installation::{Installation, Protection};
use demo::ports::Ports;
use demo::processes::Processes;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// So many power cuts on a disk in `work`, made by `tool`, with servers of `binary`.
///
/// # Errors
/// What was lost, or does not verify.
pub async fn power_rounds(work: &Path, tool: &Path, binary: &Path, rounds: u32) -> Result<()> {
    let mut disk = Disk::start(tool, work).await?;
    let clock = Arc::new(SystemClock);
    let folder = disk.folder().join("state");
    let installation = Installation::create(&folder, &two_entities(), &Ports::Free, Protection::Quick, clock).await?;
    small_logs(&installation)?;
    let shutdown = CancellationToken::new();
    let providers = TcpListener::bind(installation.providers_address()).await?;
    tokio::spawn(demo::providers::serve(providers, shutdown.clone()));
    let mut processes = Processes::start(&installation, binary).await?;
    demo::onboard(&installation).await?;
    let mut acknowledged = BTreeSet::new();
    let mut lost = Ok(());
    for round in 1..=rounds {
        lost = cut(&mut disk, &installation, &mut acknowledged, round).await;
        if lost.is_err() {
            break;
        }
    }
    processes.stop().await;
    shutdown.cancel();
    disk.stop().await?;
    lost
}

/// The power goes in the middle of a load, in two ways; the disk itself goes on, and so do the servers.
async fn cut(
    disk: &mut Disk,
    installation: &Installation,
    acknowledged: &mut BTreeSet<String>,
    round: u32,
) -> Result<()> {
    let load = Load::start(installation.addresses_of(CONSUMER).clients_http, &format!("power{round}"));
    load.until_some_moment().await?;
    acknowledged.extend(load.acknowledged());
    disk.ask(&format!("snap cut{round}")).await?;
    // Nothing more needs to come while the images are examined.
    let afterwards = load.stop().await;
    for kind in KINDS {
        let image = format!("cut{round}.{kind}");
        let mounted = PathBuf::from(disk.ask(&format!("mount {image}")).await?);
        let found = survivors(&mounted.join("state"), acknowledged).await;
        disk.ask(&format!("umount {image}")).await?;
        let records = found.with_context(|| format!("after cut {round} ({kind})"))?;
        println!(
            "cut {round} ({kind}): all {} acknowledged exchanges are there, {records} records verify",
            acknowledged.len()
        );
        disk.forget(&image);
    }
    acknowledged.extend(afterwards);
    Ok(())
}

async fn survivors(folder: &Path, acknowledged: &BTreeSet<String>) -> Result<u64> {
    let mut records = 0;
    for server in [CONSUMER, PROVIDER] {
        records += examine(&folder.join(server), acknowledged).await?;
    }
    Ok(records)
}

/// The disk is held in memory: segments of 8 MiB do.
fn small_logs(installation: &Installation) -> Result<()> {
    for server in [CONSUMER, PROVIDER] {
        let path = installation.folder_of(server).join("server.toml");
        let text = std::fs::read_to_string(&path)?;
        let keep = "[message_log]\nsegment_bytes = 8388608\nfree_bytes_floor = 33554432\n";
        std::fs::write(&path, text.replace("[message_log]\n", keep))?;
    }
    Ok(())
}
