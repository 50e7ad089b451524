//! The signer process: it alone loads the module, and lives as long as the socket to its server.
//!
//! The first request opens the token. Then one thread for each session takes requests from a bounded queue. When the
//! server closes the socket, or dies, or anything else than a request comes, the process ends.

mod attributes;
mod keys;
mod sign;
mod token;
mod worker;

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rustix::process::{
    DumpableBehavior, Resource, Rlimit, Signal, getpid, kill_process, set_dumpable_behavior,
    set_parent_process_death_signal, setrlimit,
};
use thiserror::Error;

use super::wire::{self, Answer, Ask, Failure, Frame, MAX_SESSIONS};
use crate::Pin;
use token::Token;
use worker::Worker;

/// Why a signer process does not serve.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The process cannot be protected.
    #[error("failed to {doing}")]
    Protect {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// What came is no request, or the server cannot be answered.
    #[error("the socket to the server failed")]
    Socket(#[from] io::Error),
    /// The first request did not open a token.
    #[error("the first request did not open a token")]
    NotOpened,
}

/// A request under way: its id, and what is asked.
type Job = (u32, Ask);

/// Serves the server at the other end of `socket` until it closes it. Nothing else happens in the process that calls this.
///
/// # Errors
/// When the process cannot be protected against being read, or the server sends what is no request.
pub fn serve(socket: OwnedFd) -> Result<(), ServeError> {
    protect()?;
    let mut requests = UnixStream::from(socket);
    let replies = Replies(Arc::new(Mutex::new(requests.try_clone()?)));
    let Some(Frame::Request { id, ask: Ask::Open { module, token, pin, sessions } }) = wire::read(&mut requests)?
    else {
        return Err(ServeError::NotOpened);
    };
    // That this does not arrive is found out with the next answer.
    let logging_in = || drop(replies.send(id, Answer::LoggingIn));
    let opened = Token::open(&module, token, Pin::new(pin.as_bytes()), logging_in).and_then(|token| {
        let facts = token.facts()?;
        Ok((Arc::new(token), facts))
    });
    drop(pin);
    let token = match opened {
        Ok((token, facts)) => {
            replies.send(id, Answer::Opened(facts))?;
            token
        }
        Err(failure) => return Ok(replies.send(id, Answer::Failed(failure))?),
    };
    // However it ended, the server is gone for this process. Its module may be in the middle of something, or hang in what it
    // does at exit: so nothing of it is run any more, and the token sees the connection close.
    let _ = dispatch(&mut requests, &token, &replies, sessions.clamp(1, MAX_SESSIONS));
    let _ = kill_process(getpid(), Signal::KILL);
    Ok(())
}

/// Gives each request to whichever session is free.
fn dispatch(requests: &mut UnixStream, token: &Arc<Token>, replies: &Replies, sessions: u16) -> Result<(), ServeError> {
    let (queue, jobs) = sync_channel::<Job>(usize::from(sessions));
    let jobs = Arc::new(Mutex::new(jobs));
    for _ in 0..sessions {
        let (worker, jobs, replies) = (Worker::new(token.clone()), jobs.clone(), replies.clone());
        thread::spawn(move || work(worker, &jobs, &replies));
    }
    while let Some(frame) = wire::read(requests)? {
        let Frame::Request { id, ask } = frame else { return Err(ServeError::NotOpened) };
        if queue.send((id, ask)).is_err() {
            break;
        }
    }
    Ok(())
}

fn work(mut worker: Worker, jobs: &Mutex<Receiver<Job>>, replies: &Replies) {
    loop {
        // Whoever waits here holds the lock; who gets a job releases it before working on it.
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((id, ask)) = job else { return };
        let answer = worker.answer(ask).unwrap_or_else(Answer::Failed);
        if replies.send(id, answer).is_err() {
            return;
        }
    }
}

/// Nobody reads this process's memory, where the PIN is, and it does not outlive its server.
fn protect() -> Result<(), ServeError> {
    let failed = |doing| move |source: rustix::io::Errno| ServeError::Protect { doing, source: source.into() };
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(failed("forbid reading this process"))?;
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).map_err(failed("forbid core dumps"))?;
    set_parent_process_death_signal(Some(Signal::KILL)).map_err(failed("ask to end with the server"))
}

/// Where answers go, one at a time.
#[derive(Clone)]
struct Replies(Arc<Mutex<UnixStream>>);

impl Replies {
    fn send(&self, id: u32, answer: Answer) -> io::Result<()> {
        let mut socket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match wire::write(&mut *socket, Frame::Reply { id, answer }) {
            // What a module makes too long for a frame must not end the process for everybody else.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                let why = "its answer is longer than a frame".to_owned();
                wire::write(&mut *socket, Frame::Reply { id, answer: Answer::Failed(Failure::Refused { why }) })
            }
            written => written,
        }
    }
}
