//! Passwords: Argon2id (RFC 9106), a bounded number at once, and the same work for who has none.

use crate::{Unavailable, random};
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::constant_time;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// What checking a password costs (RFC 9106 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordCost {
    /// Memory, in KiB; at least 8.
    pub memory_kib: u32,
    /// Passes over it; at least 1.
    pub passes: u32,
}

/// What is kept of a password.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PasswordHash {
    cost: PasswordCost,
    salt: String,
    hash: String,
}

/// Checks and makes hashes, not more at once than the machine has memory for.
pub(crate) struct Hasher {
    cost: PasswordCost,
    turns: Arc<Semaphore>,
    nobodys: PasswordHash,
}

/// Why a password is not taken (NIST SP 800-63B-4 §3.1.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PasswordRefusal {
    Short,
    Long,
    /// It is one of those that everybody tries first, or the own document's number.
    Guessable,
}

impl PasswordHash {
    pub(crate) fn salt(&self) -> &str {
        &self.salt
    }
}

impl PasswordCost {
    /// The second recommended option of RFC 9106 §4, with one lane.
    pub const RECOMMENDED: Self = Self { memory_kib: 64 * 1024, passes: 3 };
}

impl Hasher {
    pub(crate) fn new(cost: PasswordCost, at_once: usize) -> Result<Self, Unavailable> {
        let nobodys = hash(cost, &random::token()?)?;
        Ok(Self { cost, turns: Arc::new(Semaphore::new(at_once.max(1))), nobodys })
    }

    /// Makes the hash of a new password.
    pub(crate) async fn hash(&self, password: Zeroizing<String>) -> Result<PasswordHash, Unavailable> {
        let cost = self.cost;
        self.in_turn(move || hash(cost, &password)).await?
    }

    /// Whether a password is the one of this hash. Where there is none, it takes as long, and it is not.
    pub(crate) async fn is_right(
        &self,
        password: Zeroizing<String>,
        kept: Option<PasswordHash>,
    ) -> Result<bool, Unavailable> {
        let (kept, is_somebodys) = match kept {
            Some(kept) => (kept, true),
            None => (self.nobodys.clone(), false),
        };
        let is_right = self.in_turn(move || verify(&kept, &password)).await??;
        Ok(is_right && is_somebodys)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Unavailable> {
        let turn = timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        let turn = turn.ok().and_then(Result::ok).ok_or(Unavailable::Busy)?;
        // The turn goes along: who goes away while it is checked frees no memory yet.
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(|_| Unavailable::Busy)
    }
}

/// Judges a password that somebody wants to have.
pub(crate) fn judge(password: &str, document_number: &str) -> Result<(), PasswordRefusal> {
    let letters = password.chars().count();
    if letters < LEAST_LETTERS {
        return Err(PasswordRefusal::Short);
    }
    if password.len() > MOST_BYTES {
        return Err(PasswordRefusal::Long);
    }
    let small = password.to_lowercase();
    let is_one_letter = small.chars().all(|c| small.starts_with(c));
    let is_run = small.as_bytes().windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1));
    let is_common = COMMON.iter().any(|common| small.starts_with(common) && small.len() <= common.len() + 4);
    let is_number = small.trim_matches(|c: char| !c.is_ascii_digit()) == document_number.to_lowercase();
    if is_one_letter || is_run || is_common || is_number { Err(PasswordRefusal::Guessable) } else { Ok(()) }
}

fn hash(cost: PasswordCost, password: &str) -> Result<PasswordHash, Unavailable> {
    let salt = random::bytes::<16>()?;
    let hash = derive(cost, &salt, password)?;
    Ok(PasswordHash { cost, salt: hex::encode(salt), hash: hex::encode(hash.as_slice()) })
}

fn verify(kept: &PasswordHash, password: &str) -> Result<bool, Unavailable> {
    let damaged = |_| Unavailable::Damaged { keyspace: "identity-credentials" };
    let (salt, hash) = (hex::decode(&kept.salt).map_err(damaged)?, hex::decode(&kept.hash).map_err(damaged)?);
    let derived = derive(kept.cost, &salt, password)?;
    Ok(constant_time::verify_slices_are_equal(derived.as_slice(), &hash).is_ok())
}

fn derive(cost: PasswordCost, salt: &[u8], password: &str) -> Result<Zeroizing<[u8; 32]>, Unavailable> {
    let damaged = |_| Unavailable::Damaged { keyspace: "identity-credentials" };
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32)).map_err(damaged)?;
    let mut derived = Zeroizing::new([0; 32]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    // Longer ones are never taken; cut, so that a long one is no more work than another.
    let password = &password.as_bytes()[..password.len().min(MOST_BYTES)];
    argon2.hash_password_into(password, salt, derived.as_mut_slice()).map_err(damaged)?;
    Ok(derived)
}

const PATIENCE: Duration = Duration::from_secs(10);
pub(crate) const LEAST_LETTERS: usize = 10;
const MOST_BYTES: usize = 256;
const COMMON: [&str; 8] =
    ["contraseña", "contrasena", "password", "1234567890", "qwertyuiop", "administrador", "ciudadania", "bolivia2025"];

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: PasswordCost = PasswordCost { memory_kib: 8, passes: 1 };

    fn secret(text: &str) -> Zeroizing<String> {
        Zeroizing::new(text.to_owned())
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other() {
        let hasher = Hasher::new(CHEAP, 2).unwrap();
        let kept = hasher.hash(secret("una llama en la puna")).await.unwrap();
        assert!(hasher.is_right(secret("una llama en la puna"), Some(kept.clone())).await.unwrap());
        assert!(!hasher.is_right(secret("una llama en la Puna"), Some(kept)).await.unwrap());
        assert!(!hasher.is_right(secret("una llama en la puna"), None).await.unwrap());
    }

    #[test]
    fn refuses_passwords_that_are_short_long_or_guessed_first() {
        assert_eq!(judge("corta", "1"), Err(PasswordRefusal::Short));
        assert_eq!(judge(&"x1y2".repeat(65), "1"), Err(PasswordRefusal::Long));
        for guessable in ["aaaaaaaaaaaa", "abcdefghijkl", "contraseña123", "Password1234", "12345678901"] {
            assert_eq!(judge(guessable, "1"), Err(PasswordRefusal::Guessable), "{guessable}");
        }
        assert_eq!(judge("CI-1234567!!", "1234567"), Err(PasswordRefusal::Guessable));
        assert_eq!(judge("una llama en la puna", "1234567"), Ok(()));
    }
}
