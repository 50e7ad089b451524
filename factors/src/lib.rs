//! The factors that somebody signs in with: passwords, codes of an authenticator app, recovery codes; and how often one may try.
//!
//! This crate never stores anything, knows who somebody is, or shows a secret in a log. It judges what was typed; who keeps
//! the hashes and the counts is `identity` for citizens and `admin` for administrators.

mod failures;
mod letters;
mod password;
mod recovery;
mod secret;
mod throttle;
mod totp;

pub use failures::{FailureKey, Failures, TooSoon, Try, Trying};
pub use letters::{bare, base32, grouped};
pub use password::{HashError, Hasher, MAX_BYTES, MIN_LETTERS, Password, PasswordCost, WeakPassword};
pub use recovery::{CODES, RecoveryCodes};
pub use secret::{HostSecret, NoRandomness, Seal, VALUE_BYTES, digest_of, is_same, random, random_value};
pub use throttle::Throttle;
pub use totp::{Authenticator, TotpSecret};
