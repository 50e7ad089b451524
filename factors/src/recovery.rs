//! Recovery codes: ten, each in the place of an authenticator app's code, once.

use crate::letters;
use crate::secret::{HostSecret, NoRandomness, is_same, random};
use serde::{Deserialize, Serialize};

/// What is kept of the codes of one account: a MAC of each that was not used.
#[derive(Default, Clone, Serialize, Deserialize)]
pub struct RecoveryCodes(Vec<String>);

/// How many there are.
pub const CODES: usize = 10;
/// 48 bits, behind a password and a limit.
const CODE_BYTES: usize = 6;

impl RecoveryCodes {
    /// New codes, and what is kept of them.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new(secret: &HostSecret, account: &str) -> Result<(Vec<String>, Self), NoRandomness> {
        let mut codes = Vec::with_capacity(CODES);
        for _ in 0..CODES {
            codes.push(letters::grouped(&random::<CODE_BYTES>()?, 5));
        }
        let kept = codes.iter().map(|code| kept(secret, account, code)).collect();
        Ok((codes, Self(kept)))
    }

    /// Uses a code up, if it is one.
    pub fn take(&mut self, secret: &HostSecret, account: &str, code: &str) -> bool {
        let said = kept(secret, account, code);
        let before = self.0.len();
        self.0.retain(|kept| !is_same(kept.as_bytes(), said.as_bytes()));
        self.0.len() < before
    }

    /// How many were not used.
    #[must_use]
    pub fn left(&self) -> usize {
        self.0.len()
    }
}

fn kept(secret: &HostSecret, account: &str, code: &str) -> String {
    hex::encode(secret.mac(&["recovery code", account, &letters::bare(code)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_good_once_and_for_its_account() {
        let secret = HostSecret::new([1; 32]);
        let (codes, mut kept) = RecoveryCodes::new(&secret, "ana").expect("codes");
        assert_eq!((codes.len(), kept.left()), (10, 10));
        assert!(!kept.take(&secret, "eva", &codes[0]));
        assert!(kept.take(&secret, "ana", &codes[0].to_lowercase().replace('-', " ")));
        assert!(!kept.take(&secret, "ana", &codes[0]));
        assert!(!kept.take(&secret, "ana", ""));
        assert_eq!(kept.left(), 9);
        assert!(!serde_json::to_string(&kept).expect("kept").contains(&codes[1]));
    }
}
