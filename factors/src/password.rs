//! Passwords: Argon2id (RFC 9106), so many at once as the machine bears.

use crate::secret::{NoRandomness, is_same, random};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use std::sync::Arc;
use thiserror::Error;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// What a password costs whoever guesses it, and whoever checks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// A password, as she typed it.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WeakPassword {
    /// It is too short.
    #[error("a password has at least {MIN_LETTERS} letters")]
    Short,
    /// It is too long.
    #[error("a password has at most {MAX_BYTES} bytes")]
    Long,
    /// It is guessed at once.
    #[error("the password is among the first that anybody guesses")]
    Common,
}

/// Hashes passwords and compares them.
pub struct Hasher {
    cost: PasswordCost,
    at_once: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

/// Why a password was not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HashError {
    /// Too many wait already.
    #[error("too many sign in at once")]
    Busy,
    /// The cryptographic library failed, or the hash is none of ours.
    #[error("a password could not be hashed")]
    Failed,
}

impl Default for PasswordCost {
    /// The second choice of RFC 9106 §4: 64 MiB, three passes, four lanes.
    fn default() -> Self {
        Self { memory_kib: 64 << 10, passes: 3, lanes: 4 }
    }
}

impl PasswordCost {
    fn params(self) -> Option<Params> {
        Params::new(self.memory_kib, self.passes, self.lanes, Some(HASH_BYTES)).ok()
    }

    /// Whether Argon2 takes it.
    #[must_use]
    pub fn is_possible(self) -> bool {
        self.memory_kib <= MAX_MEMORY_KIB && self.params().is_some()
    }
}

impl Password {
    /// What was typed, whatever it is: to be compared.
    #[must_use]
    pub fn typed(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// A password that may be set (NIST SP 800-63B §5.1.1.2: length and lists, no rules of composition). `own` is what is known
    /// of whoever chose it.
    ///
    /// # Errors
    /// Why it may not be set.
    pub fn chosen(text: String, own: &[&str]) -> Result<Self, WeakPassword> {
        let password = Self::typed(text);
        if password.0.chars().count() < MIN_LETTERS {
            return Err(WeakPassword::Short);
        }
        if password.0.len() > MAX_BYTES {
            return Err(WeakPassword::Long);
        }
        if password.is_guessed_first(own) { Err(WeakPassword::Common) } else { Ok(password) }
    }

    /// Whether hardly anything is left of it without what everybody tries first, and what is known of whoever chose it.
    fn is_guessed_first(&self, own: &[&str]) -> bool {
        let mut rest = Zeroizing::new(self.0.to_lowercase());
        let first = rest.chars().next();
        if rest.chars().all(|letter| Some(letter) == first) {
            return true;
        }
        let own = own.iter().map(|own| own.to_lowercase()).filter(|own| own.chars().count() >= MIN_OWN_LETTERS);
        for word in own.chain(COMMON.map(str::to_owned)) {
            rest = Zeroizing::new(rest.replace(&word, ""));
        }
        rest.chars().count() < MIN_LEFT
    }

    /// Whether it is longer than any that may be set.
    #[must_use]
    pub fn is_too_long(&self) -> bool {
        self.0.len() > MAX_BYTES
    }
}

impl Hasher {
    /// Hashes so many at once, each at this cost.
    #[must_use]
    pub fn new(cost: PasswordCost, at_once: usize) -> Self {
        let at_once = at_once.max(1);
        let waiting = Arc::new(Semaphore::new(at_once.saturating_mul(WAITING_FOR_EACH)));
        Self { cost, at_once: Arc::new(Semaphore::new(at_once)), waiting }
    }

    /// The hash of a password, in the PHC string format.
    ///
    /// # Errors
    /// When too many wait, or it cannot be hashed.
    pub async fn hash(&self, password: Password) -> Result<String, HashError> {
        let salt = random::<SALT_BYTES>().map_err(|NoRandomness| HashError::Failed)?;
        let cost = self.cost;
        let hash = self.run(move || hash(cost, &password, &salt)).await?;
        let PasswordCost { memory_kib, passes, lanes } = self.cost;
        let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
        Ok(format!("$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${salt}${hash}"))
    }

    /// Whether a password is the one that was hashed. Without a hash it takes as long and is not.
    ///
    /// # Errors
    /// As [`Self::hash`].
    pub async fn is_right(&self, password: Password, hashed: Option<&str>) -> Result<bool, HashError> {
        let known = match hashed {
            Some(hashed) => Some(parse(hashed).ok_or(HashError::Failed)?),
            None => None,
        };
        let (cost, salt) =
            known.as_ref().map_or((self.cost, vec![0; SALT_BYTES]), |known| (known.cost, known.salt.clone()));
        let found = self.run(move || hash(cost, &password, &salt)).await?;
        Ok(known.is_some_and(|known| is_same(&found, &known.hash)))
    }

    async fn run(
        &self,
        work: impl FnOnce() -> Result<[u8; HASH_BYTES], HashError> + Send + 'static,
    ) -> Result<[u8; HASH_BYTES], HashError> {
        let waits = self.waiting.clone().try_acquire_owned().map_err(|_| HashError::Busy)?;
        let permit = self.at_once.clone().acquire_owned().await.map_err(|_| HashError::Busy)?;
        let task = tokio::task::spawn_blocking(move || {
            let _held = (waits, permit);
            work()
        });
        task.await.map_err(|_| HashError::Failed)?
    }
}

struct Known {
    cost: PasswordCost,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

fn hash(cost: PasswordCost, password: &Password, salt: &[u8]) -> Result<[u8; HASH_BYTES], HashError> {
    let params = cost.params().ok_or(HashError::Failed)?;
    let mut out = [0; HASH_BYTES];
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password_into(password.0.as_bytes(), salt, &mut out).map_err(|_| HashError::Failed)?;
    Ok(out)
}

fn parse(hashed: &str) -> Option<Known> {
    let mut parts = hashed.strip_prefix("$argon2id$v=19$")?.split('$');
    let mut numbers = parts.next()?.split(',');
    let mut number = |name: &str| numbers.next()?.strip_prefix(name)?.parse().ok();
    let cost = PasswordCost { memory_kib: number("m=")?, passes: number("t=")?, lanes: number("p=")? };
    let mut bytes = || STANDARD_NO_PAD.decode(parts.next()?).ok();
    Some(Known { cost, salt: bytes()?, hash: bytes()? }).filter(|known| known.cost.is_possible())
}

/// The letters that a password has at least.
pub const MIN_LETTERS: usize = 12;
/// The bytes that a password has at most.
pub const MAX_BYTES: usize = 256;
/// Shorter words stand in longer ones by chance.
const MIN_OWN_LETTERS: usize = 4;
const MIN_LEFT: usize = 6;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;
const MAX_MEMORY_KIB: u32 = 2 << 20;
/// Who comes when so many wait for each that is hashed is told to come again.
const WAITING_FOR_EACH: usize = 64;
/// What every list of leaked passwords begins with, the longer before what is within it.
const COMMON: [&str; 24] = [
    "123456789012",
    "1234567890",
    "qwertyuiop",
    "password",
    "contraseña",
    "contrasena",
    "bolivia",
    "lapaz",
    "cochabamba",
    "santacruz",
    "iloveyou",
    "teamo",
    "tequiero",
    "administrador",
    "admin",
    "letmein",
    "welcome",
    "bienvenido",
    "qwerty",
    "asdfghjkl",
    "abcdefghijkl",
    "1q2w3e4r5t6y",
    "987654321",
    "jesucristo",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CHEAP: PasswordCost = PasswordCost { memory_kib: 8, passes: 1, lanes: 1 };

    fn typed(text: &str) -> Password {
        Password::typed(text.to_owned())
    }

    #[tokio::test]
    async fn a_password_is_right_only_if_it_is_the_one() {
        let hasher = Hasher::new(CHEAP, 1);
        let hashed = hasher.hash(typed("un zorro en el salar")).await.expect("a hash");
        assert!(hashed.starts_with("$argon2id$v=19$m=8,t=1,p=1$") && !hashed.contains("zorro"));
        assert_eq!(hasher.is_right(typed("un zorro en el salar"), Some(&hashed)).await, Ok(true));
        assert_eq!(hasher.is_right(typed("un zorro en el salar "), Some(&hashed)).await, Ok(false));
        assert_eq!(hasher.is_right(typed("un zorro en el salar"), None).await, Ok(false));
        // A cost that was raised since does not make old hashes worthless.
        let dearer = Hasher::new(PasswordCost { memory_kib: 16, passes: 2, lanes: 1 }, 1);
        assert_eq!(dearer.is_right(typed("un zorro en el salar"), Some(&hashed)).await, Ok(true));
    }

    #[tokio::test]
    async fn who_would_wait_behind_too_many_is_told_so() {
        let hasher = Hasher::new(CHEAP, 1);
        let _all = hasher.waiting.clone().acquire_many_owned(64).await.expect("permits");
        assert_eq!(hasher.is_right(typed("x"), None).await, Err(HashError::Busy));
    }

    #[test]
    fn refuses_passwords_that_are_guessed_first() {
        let refused = |text: &str| Password::chosen(text.to_owned(), &["Mamani", "1234567"]).err();
        assert_eq!(refused("corta"), Some(WeakPassword::Short));
        assert_eq!(refused(&"x y ".repeat(100)), Some(WeakPassword::Long));
        for common in ["aaaaaaaaaaaaaa", "bolivia bolivia", "passwordpassword", "Mamani-1234", "1234567-2024"] {
            assert!(matches!(refused(common), Some(WeakPassword::Common | WeakPassword::Short)), "{common}");
        }
        for good in ["un zorro en el salar", "bolivia, un zorro y el salar"] {
            assert_eq!(refused(good), None, "{good}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_parser(text in "(\\$argon2id\\$v=19\\$)?.{0,60}") {
            let _ = parse(&text);
        }
    }
}
