//! One life of a signer process: started, opened, asked, and gone.

use std::collections::HashMap;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::TokenSettings;
use crate::Pin;
use crate::pkcs11::wire::{self, Answer, Ask, Failure, Frame, SecretBytes, TokenFacts};

/// A signer process that has opened its token.
pub(super) struct Connection {
    writer: Mutex<UnixStream>,
    // Taken by who waits for its end, so that nobody kills a process that took over the number.
    child: Mutex<Option<Child>>,
    calls: Mutex<Calls>,
    freed: Condvar,
    sessions: usize,
    timeout: Duration,
}

/// What is under way. There are never more requests at the process than it has sessions, so that the time since one was
/// sent is the time that the module has had.
#[derive(Default)]
struct Calls {
    answers: HashMap<u32, SyncSender<Answer>>,
    last_id: u32,
    queued: usize,
    /// Why no more can be asked.
    ended: Option<String>,
}

/// Why a process did not start.
pub(super) enum StartFailure {
    /// It could not be run, or ended before it tried the PIN.
    Process(String),
    /// It ended, or hung, while the PIN was tried.
    LoginUnfinished(String),
    /// It said why.
    Failed(Failure),
}

/// Why a call has no answer.
#[derive(Debug)]
pub(super) enum CallError {
    Busy,
    Hanging,
    Ended,
    Unsendable(io::Error),
}

impl Connection {
    /// Starts a process and has it open the token; the socket that comes along is what [`Self::serve`] reads.
    pub(super) fn start(settings: &TokenSettings, pin: &Pin) -> Result<(Self, UnixStream, TokenFacts), StartFailure> {
        let failed = |error: io::Error| StartFailure::Process(format!("it cannot be started: {error}"));
        let (socket, theirs) = UnixStream::pair().map_err(failed)?;
        let reader = socket.try_clone().map_err(failed)?;
        let child = Command::new(&settings.program)
            .args(&settings.arguments)
            .env_clear()
            .envs(settings.environment.iter().map(|(name, value)| (name, value)))
            // What a terminal sends to the server's group is for the server, which drains before it ends.
            .process_group(0)
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            // Modules print what they like; the log is the server's.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let connection = Self {
            writer: Mutex::new(socket),
            child: Mutex::new(Some(child)),
            calls: Mutex::default(),
            freed: Condvar::new(),
            sessions: usize::from(settings.sessions),
            timeout: settings.timeout,
        };
        match connection.open(&reader, settings, pin) {
            Ok(facts) => Ok((connection, reader, facts)),
            Err(failure) => {
                connection.kill("it could not open the token");
                connection.wait();
                Err(failure)
            }
        }
    }

    fn open(&self, mut reader: &UnixStream, settings: &TokenSettings, pin: &Pin) -> Result<TokenFacts, StartFailure> {
        let process = |error: io::Error| StartFailure::Process(format!("it does not answer: {error}"));
        let ask = Ask::Open {
            module: settings.module.to_string_lossy().into_owned(),
            token: settings.token.clone(),
            pin: SecretBytes::new(pin.as_bytes().to_vec()),
            sessions: settings.sessions,
        };
        reader.set_read_timeout(Some(settings.start_within)).map_err(process)?;
        let mut writer = lock(&self.writer);
        writer.set_write_timeout(Some(self.timeout)).map_err(process)?;
        wire::write(&mut *writer, Frame::Request { id: 0, ask }).map_err(process)?;
        let mut unanswered: fn(String) -> StartFailure = StartFailure::Process;
        loop {
            let what = match wire::read(&mut reader) {
                Ok(Some(Frame::Reply { id: 0, answer: Answer::LoggingIn })) => {
                    unanswered = StartFailure::LoginUnfinished;
                    continue;
                }
                Ok(Some(Frame::Reply { id: 0, answer: Answer::Opened(facts) })) => {
                    reader.set_read_timeout(None).map_err(process)?;
                    return Ok(facts);
                }
                Ok(Some(Frame::Reply { id: 0, answer: Answer::Failed(failure) })) => {
                    return Err(StartFailure::Failed(failure));
                }
                Ok(Some(_)) => "it answered something else than it was asked".to_owned(),
                Ok(None) => "it ended before the token was open".to_owned(),
                Err(error) if is_timeout(&error) => {
                    format!("it did not open the token within {:?}", settings.start_within)
                }
                Err(error) => format!("it does not answer: {error}"),
            };
            return Err(unanswered(what));
        }
    }

    /// Hands out answers until the process is gone, and says why it is.
    pub(super) fn serve(&self, mut reader: UnixStream) -> String {
        while let Ok(Some(Frame::Reply { id, answer })) = wire::read(&mut reader) {
            let mut calls = lock(&self.calls);
            if let Some(waiting) = calls.answers.remove(&id) {
                // Who gave up in this moment does not want it any more.
                let _ = waiting.try_send(answer);
            }
            drop(calls);
            self.freed.notify_one();
        }
        let known = lock(&self.calls).ended.clone();
        self.kill("its process ended");
        let status = self.wait();
        known.unwrap_or_else(|| format!("its process ended ({status})"))
    }

    /// Asks, and waits for the answer: for a session to be free, and then for the answer, each no longer than the timeout.
    pub(super) fn call(&self, ask: Ask) -> Result<Answer, CallError> {
        let (id, answer) = self.begin()?;
        let sent = wire::write(&mut *lock(&self.writer), Frame::Request { id, ask });
        match sent {
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                self.give_up(id);
                return Err(CallError::Unsendable(error));
            }
            Err(_) => self.kill("it takes no requests"),
            Ok(()) => {}
        }
        match answer.recv_timeout(self.timeout) {
            Ok(answer) => Ok(answer),
            Err(RecvTimeoutError::Disconnected) => Err(CallError::Ended),
            Err(RecvTimeoutError::Timeout) => {
                self.kill(&format!("it did not answer within {:?}", self.timeout));
                Err(CallError::Hanging)
            }
        }
    }

    fn begin(&self) -> Result<(u32, Receiver<Answer>), CallError> {
        let until = Instant::now() + self.timeout;
        let mut calls = lock(&self.calls);
        if calls.queued >= MAX_QUEUED {
            return Err(CallError::Busy);
        }
        calls.queued += 1;
        let full = |calls: &mut Calls| calls.answers.len() >= self.sessions && calls.ended.is_none();
        let left = until.saturating_duration_since(Instant::now());
        let waited = self.freed.wait_timeout_while(calls, left, full).unwrap_or_else(PoisonError::into_inner);
        let mut calls = waited.0;
        calls.queued -= 1;
        if calls.ended.is_some() {
            return Err(CallError::Ended);
        }
        if calls.answers.len() >= self.sessions {
            return Err(CallError::Busy);
        }
        let (sender, receiver) = sync_channel(1);
        calls.last_id = calls.last_id.wrapping_add(1);
        let id = calls.last_id;
        calls.answers.insert(id, sender);
        Ok((id, receiver))
    }

    fn give_up(&self, id: u32) {
        lock(&self.calls).answers.remove(&id);
        self.freed.notify_one();
    }

    /// Ends the process, for this reason if there was none before. Whoever waits for an answer learns it at once.
    pub(super) fn kill(&self, why: &str) {
        {
            let mut calls = lock(&self.calls);
            calls.ended.get_or_insert_with(|| why.to_owned());
            calls.answers.clear();
        }
        self.freed.notify_all();
        if let Some(child) = lock(&self.child).as_mut() {
            // It has ended by itself where this fails.
            let _ = child.kill();
        }
    }

    pub(super) fn process_id(&self) -> Option<u32> {
        lock(&self.child).as_ref().map(Child::id)
    }

    fn wait(&self) -> String {
        let child = lock(&self.child).take();
        child.and_then(|mut child| child.wait().ok()).map_or_else(String::new, |status| status.to_string())
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Callers that wait for a session, at most: at a millisecond a signature, the last of them waits a quarter of a second.
const MAX_QUEUED: usize = 256;
