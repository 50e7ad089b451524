//! Power cuts that drop whatever was not flushed, on a real ext4 over a disk that forgets.

use super::load::Load;
use super::{CONSUMER, PROVIDER, examine, two_entities};
use anyhow::{Context as _, Result, bail};
use clock::SystemClock;
use demo::installation::{Installation, Protection};
use demo::ports::Ports;
use demo::processes::Processes;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio_util::sync::CancellationToken;

/// A disk that forgets.
struct Disk {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    folder: PathBuf,
}

/// Both kinds of image that a power cut leaves: nothing unflushed survives, or a random half.
const KINDS: [&str; 2] = ["lose", "random"];

impl Disk {
    async fn start(tool: &Path, work: &Path) -> Result<Self> {
        let mut child = Command::new(tool)
            .arg(work)
            .args(["--size-mib", "1024"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("failed to start {}", tool.display()))?;
        let input = child.stdin.take().context("a pipe")?;
        let output = BufReader::new(child.stdout.take().context("a pipe")?).lines();
        let mut disk = Self { child, input, output, folder: PathBuf::new() };
        disk.folder = PathBuf::from(disk.answer().await?);
        Ok(disk)
    }

    async fn answer(&mut self) -> Result<String> {
        let line = self.output.next_line().await?.context("the disk's process ended")?;
        match line.split_once(' ') {
            Some(("error", why)) => bail!("the disk says: {why}"),
            Some((_, rest)) => Ok(rest.to_owned()),
            None => Ok(line),
        }
    }

    async fn ask(&mut self, line: &str) -> Result<String> {
        self.input.write_all(format!("{line}\n").as_bytes()).await?;
        self.answer().await
    }

    async fn stop(mut self) -> Result<()> {
        self.input.write_all(b"quit\n").await?;
        self.child.wait().await?;
        Ok(())
    }
}

/// So many power cuts on a disk in `work`, made by `tool`, with servers of `binary`.
///
/// # Errors
/// What was lost, or does not verify.
pub async fn power_rounds(work: &Path, tool: &Path, binary: &Path, rounds: u32) -> Result<()> {
    let mut disk = Disk::start(tool, work).await?;
    let clock = Arc::new(SystemClock);
    let folder = disk.folder.join("state");
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
        let _ = std::fs::remove_file(disk.folder.parent().unwrap_or(Path::new(".")).join(&image));
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
