//! The parent's side: a child with limits, and what became of it.

use rustix::process::{Pid, Resource, Rlimit, Signal, prlimit};
use std::fs::File;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use thiserror::Error;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// What a child may use up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompileLimits {
    /// Address space.
    pub memory_bytes: u64,
    /// Time on a processor, in whole seconds.
    pub processor_time: Duration,
    /// Time on the clock.
    pub wall_time: Duration,
    /// Length of the compiled form.
    pub output_bytes: u64,
}

/// Compiles components, each in a child process of its own.
#[derive(Debug)]
pub struct Compiler {
    program: PathBuf,
    arguments: Vec<String>,
    limits: CompileLimits,
}

/// Why a component was not compiled.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CompileError {
    /// No child could be started, or it could not be limited.
    #[error("failed to {doing} the process that compiles")]
    Process {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// The child refused the component.
    #[error("the component cannot be compiled: {reason}")]
    Refused {
        /// In the child's words.
        reason: String,
    },
    /// A limit was reached.
    #[error("compiling the component took more than {limit}; it is refused, build a smaller one")]
    Limit {
        /// Which limit.
        limit: &'static str,
    },
    /// The child ended in a way that it never should.
    #[error("the process that compiles ended with {status}: {reason}")]
    Ended {
        /// How.
        status: ExitStatus,
        /// Its last words.
        reason: String,
    },
}

impl Default for CompileLimits {
    fn default() -> Self {
        Self {
            // Twice what the largest of the measured languages needs; a bomb of 100,000 functions needs half a gigabyte.
            memory_bytes: 2 * 1024 * 1024 * 1024,
            // Ten times what the largest of the measured languages needs.
            processor_time: Duration::from_secs(60),
            // A server under load compiles slowly.
            wall_time: Duration::from_secs(180),
            // Three times the component, and four times what was measured of the largest.
            output_bytes: 128 * 1024 * 1024,
        }
    }
}

impl Compiler {
    /// A compiler that starts `program` with `arguments`, which must run [`super::run_child`] between standard input and output.
    #[must_use]
    pub fn new(program: PathBuf, arguments: Vec<String>, limits: CompileLimits) -> Self {
        Self { program, arguments, limits }
    }

    /// Compiles a component into `output`, from where it stands.
    ///
    /// # Errors
    /// [`CompileError`]; what is in the file is then worth nothing.
    pub async fn compile(&self, component: &[u8], output: File) -> Result<(), CompileError> {
        let mut child = self.start(output)?;
        self.limit(&child)?;
        let finished = timeout(self.limits.wall_time, finish(&mut child, component)).await;
        let Ok(finished) = finished else {
            child.kill().await.map_err(failed("stop"))?;
            return Err(CompileError::Limit { limit: "the time that it may take" });
        };
        let (status, reason) = finished?;
        judge(status, reason)
    }

    fn start(&self, output: File) -> Result<Child, CompileError> {
        Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(output)
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed("start"))
    }

    /// The child reads its input to the end before it begins, and gets nothing before this: no limit comes too late.
    fn limit(&self, child: &Child) -> Result<(), CompileError> {
        let gone = || failed("limit")(io::Error::from(io::ErrorKind::NotFound));
        let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw).ok_or_else(gone)?;
        let limits = [
            (Resource::As, self.limits.memory_bytes),
            (Resource::Cpu, self.limits.processor_time.as_secs().max(1)),
            (Resource::Fsize, self.limits.output_bytes),
            (Resource::Core, 0),
        ];
        for (resource, most) in limits {
            let limit = Rlimit { current: Some(most), maximum: Some(most) };
            prlimit(Some(id), resource, limit).map_err(|error| failed("limit")(error.into()))?;
        }
        Ok(())
    }
}

/// Hands the component over, and waits for the end of the child and its words.
async fn finish(child: &mut Child, component: &[u8]) -> Result<(ExitStatus, String), CompileError> {
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    let hand_over = async {
        if let Some(mut stdin) = stdin {
            // A child that ended reads no further: how it ended says why.
            let _ = stdin.write_all(component).await;
        }
    };
    let listen = async {
        let mut words = Vec::new();
        if let Some(stderr) = stderr {
            let _ = stderr.take(MAX_WORDS_BYTES).read_to_end(&mut words).await;
        }
        words
    };
    let ((), words) = tokio::join!(hand_over, listen);
    let status = child.wait().await.map_err(failed("wait for"))?;
    Ok((status, words_of(&words)))
}

fn judge(status: ExitStatus, reason: String) -> Result<(), CompileError> {
    match (status.code(), status.signal().and_then(Signal::from_named_raw)) {
        (Some(0), _) => Ok(()),
        (Some(1), _) => Err(CompileError::Refused { reason }),
        (_, Some(Signal::XCPU | Signal::KILL)) => {
            Err(CompileError::Limit { limit: "the processor time that it may take" })
        }
        (_, Some(Signal::ABORT | Signal::SEGV)) if reason.contains("memory") => {
            Err(CompileError::Limit { limit: "the memory that it may take" })
        }
        (_, Some(Signal::XFSZ)) => Err(CompileError::Limit { limit: "the length that its compiled form may have" }),
        _ => Err(CompileError::Ended { status, reason }),
    }
}

/// What a child said, in one line that is safe to log.
fn words_of(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.split(|character: char| character.is_control()).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

fn failed(doing: &'static str) -> impl FnOnce(io::Error) -> CompileError {
    move |source| CompileError::Process { doing, source }
}

const MAX_WORDS_BYTES: u64 = 4096;
