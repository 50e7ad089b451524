//! One session, and the requests that it works on one after the other.

use std::collections::HashMap;
use std::sync::Arc;

use cryptoki::error::Error;
use cryptoki::object::ObjectHandle;
use cryptoki::session::Session;

use super::keys::{self, FoundKey};
use super::sign;
use super::token::{Access, Token, failure, is_stale};
use crate::KeyAlgorithm;
use crate::pkcs11::wire::{Answer, Ask, Failure, Purpose};

/// One session.
pub(super) struct Worker {
    token: Arc<Token>,
    session: Option<Session>,
    // Handles count within the session; they are looked for again in the next.
    handles: HashMap<String, (ObjectHandle, KeyAlgorithm)>,
}

/// Why a call failed.
pub(super) enum Trouble {
    /// In a new session it may go.
    Stale(Error),
    /// It is as it is.
    Failed(Failure),
}

impl Worker {
    pub(super) fn new(token: Arc<Token>) -> Self {
        Self { token, session: None, handles: HashMap::new() }
    }

    /// Does what is asked. A session, a login or a handle that was lost is made anew, once.
    pub(super) fn answer(&mut self, ask: Ask) -> Result<Answer, Failure> {
        match self.attempt(&ask) {
            Err(Trouble::Stale(_)) => {
                self.forget();
                self.attempt(&ask).map_err(Failure::from)
            }
            done => done.map_err(Failure::from),
        }
        .inspect_err(|_| self.forget())
    }

    fn attempt(&mut self, ask: &Ask) -> Result<Answer, Trouble> {
        match ask {
            Ask::Open { .. } => Err(Failure::OutOfOrder.into()),
            Ask::Examine => {
                self.token.examine()?;
                self.session()?.get_session_info()?;
                Ok(Answer::Well)
            }
            Ask::Sign { key, purpose, message } => self.sign(key, *purpose, message).map(Answer::Signature),
            Ask::Keys => Ok(Answer::Keys(keys::list(self.session()?)?)),
            Ask::Generate { key, algorithm } => {
                let session = self.token.session(Access::Write)?;
                Ok(Answer::Key(keys::generate(&self.token, &session, key, *algorithm)?))
            }
            Ask::Import { key, private_key } => {
                let session = self.token.session(Access::Write)?;
                Ok(Answer::Key(keys::import(&session, key, private_key.as_bytes())?))
            }
        }
    }

    fn sign(&mut self, key: &str, purpose: Purpose, message: &[u8]) -> Result<Vec<u8>, Trouble> {
        let (handle, algorithm) = match self.handles.get(key) {
            Some(known) => *known,
            None => {
                let FoundKey { handle, facts } = keys::find(self.session()?, key)?;
                if self.handles.len() == MAX_HANDLES {
                    self.handles.clear();
                }
                self.handles.insert(key.to_owned(), (handle, facts.algorithm));
                (handle, facts.algorithm)
            }
        };
        let token = self.token.clone();
        sign::sign(&token, self.session()?, handle, algorithm, purpose, message)
    }

    fn session(&mut self) -> Result<&Session, Trouble> {
        if self.session.is_none() {
            self.session = Some(self.token.session(Access::Read)?);
        }
        // Just put there, if it was not.
        self.session.as_ref().ok_or(Trouble::Failed(Failure::OutOfOrder))
    }

    fn forget(&mut self) {
        self.handles.clear();
        self.session = None;
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        if is_stale(&error) { Self::Stale(error) } else { Self::Failed(failure(&error)) }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Stale(error) => failure(&error),
            Trouble::Failed(failure) => failure,
        }
    }
}

/// Keys whose handles one session remembers.
const MAX_HANDLES: usize = 256;
