//! Programs of others.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// The programs that build plugins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tools {
    /// Rust's.
    pub cargo: PathBuf,
    /// JavaScript's.
    pub npm: PathBuf,
    /// Python's.
    pub python: PathBuf,
}

/// Why a program did not do what it was to.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// It cannot be run.
    #[error("{} cannot be run: {install}", program.display())]
    Missing {
        /// Which program.
        program: PathBuf,
        /// What to install.
        install: &'static str,
        /// Why.
        source: io::Error,
    },
    /// It ended badly.
    #[error("`{command}` in {} ended with {status}: {remedy}", folder.display())]
    Failed {
        /// What was run.
        command: String,
        /// Where.
        folder: PathBuf,
        /// How it ended.
        status: ExitStatus,
        /// What to do.
        remedy: &'static str,
    },
    /// A file of the folder cannot be read or written.
    #[error("{} cannot be read or written", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Default for Tools {
    /// As they are found on the path.
    fn default() -> Self {
        Self { cargo: "cargo".into(), npm: "npm".into(), python: "python3".into() }
    }
}

/// One call of a program in a plugin's folder.
pub(super) struct Call<'a> {
    command: Command,
    program: &'a Path,
    folder: &'a Path,
    install: &'static str,
    remedy: &'static str,
}

impl<'a> Call<'a> {
    /// A call, and what to install where the program is not there.
    pub(super) fn new(program: &'a Path, folder: &'a Path, install: &'static str) -> Self {
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null());
        Self { command, program, folder, install, remedy: "it says above why" }
    }

    pub(super) fn arguments<T: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = T>) -> Self {
        self.command.args(arguments);
        self
    }

    pub(super) fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// What to do when it fails, where it does not say so itself.
    pub(super) fn remedy(self, remedy: &'static str) -> Self {
        Self { remedy, ..self }
    }

    /// Runs it; what it says goes to standard error, for standard output may be for machines.
    pub(super) fn run(mut self) -> Result<(), ToolError> {
        self.command.stdout(io::stderr()).stderr(Stdio::inherit());
        let status = self.command.status().map_err(|source| self.missing(source))?;
        self.judge(status)
    }

    /// Runs it, and returns what it wrote to standard output.
    pub(super) fn output(mut self) -> Result<Vec<u8>, ToolError> {
        let output = self.command.stderr(Stdio::inherit()).output().map_err(|source| self.missing(source))?;
        self.judge(output.status)?;
        Ok(output.stdout)
    }

    fn missing(&self, source: io::Error) -> ToolError {
        ToolError::Missing { program: self.program.to_owned(), install: self.install, source }
    }

    fn judge(&self, status: ExitStatus) -> Result<(), ToolError> {
        if status.success() {
            return Ok(());
        }
        let words = [self.program.as_os_str()].into_iter().chain(self.command.get_args());
        let command = words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ");
        Err(ToolError::Failed { command, folder: self.folder.to_owned(), status, remedy: self.remedy })
    }
}

/// Whether what was installed by `wanted` is noted in `note`, word by word.
pub(super) fn is_installed(wanted: &Path, note: &Path) -> bool {
    match (std::fs::read(wanted), std::fs::read(note)) {
        (Ok(wanted), Ok(noted)) => wanted == noted,
        _ => false,
    }
}

/// Notes what was installed.
pub(super) fn note_installed(wanted: &Path, note: &Path) -> Result<(), ToolError> {
    let failed = |source| ToolError::File { path: note.to_owned(), source };
    std::fs::copy(wanted, note).map(drop).map_err(failed)
}
