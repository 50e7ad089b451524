//! Looks after the signer process of a token: starts it, starts it again with a pause that grows, and never has a PIN
//! tried again that was refused.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::connection::{CallError, Connection, StartFailure};
use super::{HardwareError, Health, TokenSettings};
use crate::Pin;
use crate::pkcs11::wire::{Answer, Ask, Failure, TokenFacts};

/// A token whose process is looked after.
pub(super) struct Supervised {
    settings: TokenSettings,
    // Held for look-ups and changes, never while a process is started or asked.
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    health: Health,
    pin: GivenPin,
    connection: Option<Arc<Connection>>,
    facts: Option<TokenFacts>,
    /// What the token said before its process was ended for it.
    complaint: Option<Health>,
    /// Ends of the process since the token last did what it was asked.
    ends: u32,
}

/// A PIN, and what is known of it.
struct GivenPin {
    /// `None` once it was refused.
    pin: Option<Pin>,
    /// Which of those that were given.
    number: u64,
    /// Whether the token has taken it.
    standing: PinStanding,
    /// The one that was refused last, which is not taken again.
    refused: Option<Pin>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PinStanding {
    /// It was tried so often, and nobody knows the outcome.
    Untold(u32),
    Accepted,
}

impl Supervised {
    /// Starts the thread that looks after the process.
    pub(super) fn start(settings: TokenSettings, pin: Pin) -> Result<Arc<Self>, HardwareError> {
        let pin = GivenPin { pin: Some(pin), number: 0, standing: PinStanding::Untold(0), refused: None };
        let (connection, facts, complaint) = (None, None, None);
        let state = State { health: Health::Starting, pin, connection, facts, complaint, ends: 0 };
        let supervised = Arc::new(Self { settings, state: Mutex::new(state), changed: Condvar::new() });
        let looked_after = supervised.clone();
        // The process ends with the thread that started it (PR_SET_PDEATHSIG), so this one lives as long as the token.
        let thread = thread::Builder::new().name("hardware-token".to_owned()).spawn(move || looked_after.run());
        match thread {
            Ok(_) => Ok(supervised),
            Err(source) => Err(HardwareError::Thread { token: supervised.settings.name.clone(), source }),
        }
    }

    pub(super) fn settings(&self) -> &TokenSettings {
        &self.settings
    }

    pub(super) fn health(&self) -> Health {
        self.state().health.clone()
    }

    pub(super) fn facts(&self) -> Option<TokenFacts> {
        self.state().facts.clone()
    }

    pub(super) fn give_pin(&self, pin: Pin) {
        let mut state = self.state();
        if state.pin.refused.as_ref().is_some_and(|refused| refused.is_same(&pin)) {
            tracing::warn!(
                token = self.settings.name,
                "the PIN that was given is the one that was refused, and is not tried"
            );
            return;
        }
        state.pin.number += 1;
        (state.pin.pin, state.pin.standing) = (Some(pin), PinStanding::Untold(0));
        if state.health.waits_for_an_administrator() && state.health != Health::Stopped {
            state.health = Health::Starting;
            state.ends = 0;
        }
        drop(state);
        self.changed.notify_all();
    }

    pub(super) fn stop(&self) {
        let mut state = self.state();
        state.health = Health::Stopped;
        state.pin.pin = None;
        let connection = state.connection.take();
        drop(state);
        self.changed.notify_all();
        if let Some(connection) = connection {
            connection.kill("it was stopped");
        }
    }

    /// Asks the process. One that is being started for the first time, or again, is waited for.
    pub(super) fn ask(&self, ask: Ask) -> Result<Answer, HardwareError> {
        let connection = self.ready()?;
        let token = || self.settings.name.clone();
        match connection.call(ask) {
            Ok(Answer::Failed(failure)) => {
                self.complained(&connection, &failure);
                Err(HardwareError::Failed { token: token(), failure })
            }
            Ok(answer) => {
                self.state().ends = 0;
                Ok(answer)
            }
            Err(CallError::Busy) => Err(HardwareError::Busy { token: token(), waited: self.settings.timeout }),
            Err(CallError::Hanging) => {
                self.lost(&connection, None);
                Err(HardwareError::Hanging { token: token(), within: self.settings.timeout })
            }
            Err(CallError::Ended) => {
                self.lost(&connection, None);
                Err(HardwareError::Ended { token: token() })
            }
            Err(CallError::Unsendable(source)) => Err(HardwareError::Unsendable { token: token(), source }),
        }
    }

    pub(super) fn nonsense(&self) -> HardwareError {
        HardwareError::Nonsense { token: self.settings.name.clone() }
    }

    pub(super) fn process_id(&self) -> Option<u32> {
        self.state().connection.as_ref().and_then(|connection| connection.process_id())
    }

    pub(super) fn settled(&self, within: Duration) -> Health {
        let starting = |state: &mut State| state.health == Health::Starting;
        let waited = self.changed.wait_timeout_while(self.state(), within, starting);
        waited.unwrap_or_else(PoisonError::into_inner).0.health.clone()
    }

    fn ready(&self) -> Result<Arc<Connection>, HardwareError> {
        let starting = |state: &mut State| state.connection.is_none() && state.health == Health::Starting;
        let waited = self.changed.wait_timeout_while(self.state(), self.settings.timeout, starting);
        let state = waited.unwrap_or_else(PoisonError::into_inner).0;
        let not_ready = || HardwareError::NotReady { token: self.settings.name.clone(), health: state.health.clone() };
        state.connection.clone().ok_or_else(not_ready)
    }

    /// A token that is gone, or refuses its PIN, is looked for by a new process: that much every module can.
    fn complained(&self, connection: &Arc<Connection>, failure: &Failure) {
        if let Some(health) = Health::after(failure) {
            self.lost(connection, Some(health));
            connection.kill(&failure.to_string());
        }
    }

    /// Nobody asks this process any more, even before it is seen to have ended.
    fn lost(&self, connection: &Arc<Connection>, complaint: Option<Health>) {
        let mut state = self.state();
        if !state.connection.as_ref().is_some_and(|current| Arc::ptr_eq(current, connection)) {
            return;
        }
        state.connection = None;
        state.health = Health::Starting;
        state.complaint = complaint;
    }

    fn run(&self) {
        while let Some((pin, number)) = self.next_start() {
            match Connection::start(&self.settings, &pin) {
                Ok((connection, reader, facts)) => {
                    drop(pin);
                    let connection = Arc::new(connection);
                    self.opened(&connection, facts);
                    let why = connection.serve(reader);
                    self.ended(why, number);
                }
                Err(failure) => self.not_started(failure, number),
            }
        }
    }

    /// Waits until the process is to be started; `None` when it never is again.
    fn next_start(&self) -> Option<(Pin, u64)> {
        let mut state = self.state();
        let mut pause = pause(state.ends);
        loop {
            if state.health == Health::Stopped {
                return None;
            }
            let number = state.pin.number;
            match &state.pin.pin {
                Some(pin) if !state.health.waits_for_an_administrator() && pause.is_zero() => {
                    return Some((pin.clone(), number));
                }
                Some(_) if !state.health.waits_for_an_administrator() => {
                    let is_same = |state: &mut State| state.pin.number == number && state.health != Health::Stopped;
                    let waited = self.changed.wait_timeout_while(state, pause, is_same);
                    state = waited.unwrap_or_else(PoisonError::into_inner).0;
                    pause = Duration::ZERO;
                }
                _ => {
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                    pause = Duration::ZERO;
                }
            }
        }
    }

    fn opened(&self, connection: &Arc<Connection>, facts: TokenFacts) {
        let mut state = self.state();
        if state.health == Health::Stopped {
            drop(state);
            return connection.kill("it was stopped");
        }
        tracing::info!(
            token = self.settings.name,
            serial = facts.serial,
            model = facts.model,
            "a hardware token is open"
        );
        state.health = Health::Ready;
        (state.pin.standing, state.pin.refused) = (PinStanding::Accepted, None);
        state.facts = Some(facts);
        state.connection = Some(connection.clone());
        drop(state);
        self.changed.notify_all();
    }

    fn ended(&self, why: String, number: u64) {
        let mut state = self.state();
        state.connection = None;
        let health = match state.complaint.take() {
            Some(health) => health,
            // Callers wait for one that is started again at once, and are refused while it pauses.
            None if state.ends == 0 => {
                tracing::warn!(token = self.settings.name, why, "a signer process is started again");
                Health::Starting
            }
            None => Health::Restarting { why },
        };
        self.fell(state, health, number);
    }

    fn not_started(&self, failure: StartFailure, number: u64) {
        let mut state = self.state();
        let health = match failure {
            StartFailure::Failed(failure) => {
                let why = failure.to_string();
                Health::after(&failure).unwrap_or(Health::ModuleFailed { why })
            }
            StartFailure::Process(why) => Health::Restarting { why },
            StartFailure::LoginUnfinished(why) => match state.pin.standing {
                PinStanding::Untold(tries) if tries + 1 >= MAX_UNTOLD_TRIES => Health::LoginUnfinished,
                PinStanding::Untold(tries) => {
                    state.pin.standing = PinStanding::Untold(tries + 1);
                    Health::Restarting { why }
                }
                PinStanding::Accepted => Health::Restarting { why },
            },
        };
        self.fell(state, health, number);
    }

    fn fell(&self, mut state: MutexGuard<'_, State>, health: Health, number: u64) {
        if state.health == Health::Stopped {
            return;
        }
        state.ends = state.ends.saturating_add(1);
        let is_newer_pin = state.pin.number != number;
        if health.waits_for_an_administrator() && is_newer_pin {
            // Another PIN was given meanwhile; what was said is about the one before.
            state.health = Health::Starting;
        } else {
            if health.waits_for_an_administrator() {
                let pin = state.pin.pin.take();
                // A token that is locked, or was not asked, has said nothing about the PIN.
                state.pin.refused = if health == Health::WrongPin { pin } else { None };
            }
            if state.health != health && health != Health::Starting {
                tracing::warn!(token = self.settings.name, state = health.word(), why = %health, "a hardware token cannot sign");
            }
            state.health = health;
        }
        drop(state);
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nothing after the first end, then a tenth of a second that doubles up to half a minute.
fn pause(ends: u32) -> Duration {
    match ends {
        0 | 1 => Duration::ZERO,
        more => (SHORTEST_PAUSE * 2_u32.saturating_pow(more - 2)).min(LONGEST_PAUSE),
    }
}

const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Tokens lock after three tries and more; a PIN whose outcome is not known is tried twice.
const MAX_UNTOLD_TRIES: u32 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_and_has_a_bound() {
        let pauses: Vec<_> = (0..14).map(|ends| pause(ends).as_millis()).collect();
        assert_eq!(pauses[..6], [0, 0, 100, 200, 400, 800]);
        assert_eq!(pauses[13], 30_000);
        assert_eq!(pause(u32::MAX), LONGEST_PAUSE);
    }
}
