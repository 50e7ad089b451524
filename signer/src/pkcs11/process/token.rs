//! The module, the token in one of its slots, and the login that all sessions of this process share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::MechanismType;
use cryptoki::session::{Session, SessionState, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::RawAuthPin;

use crate::Pin;
use crate::pkcs11::wire::{Failure, TokenFacts};

/// A token that was found and logged in to.
pub(super) struct Token {
    module: Pkcs11,
    name: String,
    slot: Mutex<Slot>,
    mechanisms: Vec<MechanismType>,
    // `None` once the token has refused it: a PIN that was refused is never tried again. The lock is held while logging
    // in, so that no two sessions spend a try each.
    pin: Mutex<Option<Pin>>,
    // The login ends with the last session; this one stays while those that sign come and go.
    anchor: Mutex<Option<Session>>,
}

/// How a session is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// To sign and look.
    Read,
    /// To make keys.
    Write,
}

impl Token {
    /// Loads the module at this path, finds the token, says so by `found`, and logs in.
    pub(super) fn open(path: &str, name: String, pin: Pin, found: impl FnOnce()) -> Result<Self, Failure> {
        let unusable = |error: Error| Failure::Module { module: path.to_owned(), why: error.to_string() };
        let module = Pkcs11::new(path).map_err(unusable)?;
        module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).map_err(unusable)?;
        let slot = find(&module, &name)?;
        let mechanisms = module.get_mechanism_list(slot).map_err(|error| failure(&error))?;
        let (slot, pin, anchor) = (Mutex::new(slot), Mutex::new(Some(pin)), Mutex::new(None));
        let token = Self { module, name, slot, mechanisms, pin, anchor };
        found();
        drop(token.session(Access::Read)?);
        Ok(token)
    }

    /// What the token says of itself.
    pub(super) fn facts(&self) -> Result<TokenFacts, Failure> {
        let token = self.module.get_token_info(*lock(&self.slot)).map_err(|error| failure(&error))?;
        let model = format!("{} {}", token.manufacturer_id(), token.model());
        Ok(TokenFacts { label: token.label().to_owned(), serial: token.serial_number().to_owned(), model })
    }

    /// Whether the token has a mechanism.
    pub(super) fn has(&self, mechanism: MechanismType) -> bool {
        self.mechanisms.contains(&mechanism)
    }

    /// A new session that is logged in. The slot is looked for again: a token may come back in another.
    pub(super) fn session(&self, access: Access) -> Result<Session, Failure> {
        let slot = find(&self.module, &self.name)?;
        *lock(&self.slot) = slot;
        let session = match access {
            Access::Read => self.module.open_ro_session(slot),
            Access::Write => self.module.open_rw_session(slot),
        };
        let session = session.map_err(|error| failure(&error))?;
        self.log_in(&session, slot)?;
        Ok(session)
    }

    /// Whether the token is in its slot.
    pub(super) fn examine(&self) -> Result<(), Failure> {
        find(&self.module, &self.name).map(drop)
    }

    fn log_in(&self, session: &Session, slot: Slot) -> Result<(), Failure> {
        let mut pin = lock(&self.pin);
        let state = session.get_session_info().map_err(|error| failure(&error))?.session_state();
        if matches!(state, SessionState::RoUser | SessionState::RwUser) {
            return Ok(());
        }
        let Some(tried) = pin.as_ref() else { return Err(Failure::WrongPin) };
        let token = self.module.get_token_info(slot).map_err(|error| failure(&error))?;
        if token.user_pin_locked() {
            return Err(Failure::PinLocked);
        }
        if token.user_pin_final_try() {
            return Err(Failure::LastTry);
        }
        let secret = RawAuthPin::new(Box::new(tried.as_bytes().to_vec()));
        match session.login_with_raw(UserType::User, &secret) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {
                *lock(&self.anchor) = self.module.open_ro_session(slot).ok();
                Ok(())
            }
            Err(error) => {
                let failed = failure(&error);
                if matches!(failed, Failure::WrongPin | Failure::PinLocked) {
                    *pin = None;
                }
                Err(failed)
            }
        }
    }
}

/// The slot that has the token of this name.
fn find(module: &Pkcs11, name: &str) -> Result<Slot, Failure> {
    let slots = module.get_slots_with_token().map_err(|error| failure(&error))?;
    let tokens = slots.into_iter().take(MAX_SLOTS).filter_map(|slot| Some((slot, module.get_token_info(slot).ok()?)));
    let tokens: Vec<(Slot, TokenInfo)> = tokens.filter(|(_, token)| token.token_initialized()).collect();
    let is_it = |token: &TokenInfo| match name.strip_prefix("serial:") {
        Some(serial) => token.serial_number() == serial.trim(),
        None => token.label() == name,
    };
    let mut found = tokens.iter().filter(|(_, token)| is_it(token));
    match (found.next(), found.next()) {
        (Some((slot, _)), None) => Ok(*slot),
        (None, _) => {
            let shown: Vec<_> = tokens.iter().map(|(_, token)| token.label()).collect();
            let shown = if shown.is_empty() { "none".to_owned() } else { shown.join(", ") };
            Err(Failure::TokenMissing { token: name.to_owned(), shown })
        }
        (Some(_), Some(_)) => {
            let same = tokens.iter().filter(|(_, token)| is_it(token));
            let serials: Vec<_> = same.map(|(_, token)| token.serial_number()).collect();
            Err(Failure::AmbiguousToken { token: name.to_owned(), serials: serials.join(", ") })
        }
    }
}

/// What the module's answer means.
pub(super) fn failure(error: &Error) -> Failure {
    let why = error.to_string().chars().take(200).collect();
    match error {
        Error::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange | RvError::PinExpired, _) => {
            Failure::WrongPin
        }
        Error::Pkcs11(RvError::PinLocked, _) => Failure::PinLocked,
        Error::Pkcs11(
            RvError::DeviceRemoved
            | RvError::DeviceError
            | RvError::TokenNotPresent
            | RvError::TokenNotRecognized
            | RvError::SlotIdInvalid
            | RvError::CryptokiNotInitialized
            // What modules say when they do not know better, such as that their network is away: a new process helps.
            | RvError::GeneralError
            | RvError::FunctionFailed
            | RvError::HostMemory
            | RvError::DeviceMemory
            | RvError::VendorDefined(_),
            _,
        ) => Failure::TokenGone { why },
        _ => Failure::Refused { why },
    }
}

/// Whether a new session may mend it.
pub(super) fn is_stale(error: &Error) -> bool {
    let Error::Pkcs11(code, _) = error else { return false };
    matches!(
        code,
        RvError::SessionHandleInvalid
            | RvError::SessionClosed
            | RvError::UserNotLoggedIn
            | RvError::KeyHandleInvalid
            | RvError::ObjectHandleInvalid
            | RvError::OperationActive
            | RvError::DeviceRemoved
            | RvError::TokenNotPresent
            | RvError::SlotIdInvalid
    )
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Slots that are looked at, at most.
const MAX_SLOTS: usize = 256;
