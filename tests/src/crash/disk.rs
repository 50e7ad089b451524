//! A disk whose power can be cut: a real ext4 that forgets what was not flushed.

use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// A disk that forgets.
pub(super) struct Disk {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    folder: PathBuf,
}

impl Disk {
    /// Makes one in `work`, by `tool`.
    pub(super) async fn start(tool: &Path, work: &Path) -> Result<Self> {
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

    /// Where it is mounted.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Asks for one of the tool's services; what it answers.
    ///
    /// # Errors
    /// What it says against it.
    pub(super) async fn ask(&mut self, line: &str) -> Result<String> {
        self.input.write_all(format!("{line}\n").as_bytes()).await?;
        self.answer().await
    }

    /// Removes an image that is not mounted any more.
    pub(super) fn forget(&self, image: &str) {
        let _ = std::fs::remove_file(self.folder.parent().unwrap_or(Path::new(".")).join(image));
    }

    /// Ends it, once nobody uses it.
    pub(super) async fn stop(mut self) -> Result<()> {
        self.input.write_all(b"quit\n").await?;
        self.child.wait().await?;
        Ok(())
    }
}

/// Both kinds of image that a power cut leaves: nothing unflushed survives, or a random half.
pub(super) const KINDS: [&str; 2] = ["lose", "random"];
