//! Recovery codes: for who lost her authenticator app. Each works once.

use crate::accounts::codes::{as_shown, grouped, letters};
use crate::{Unavailable, random};
use aws_lc_rs::constant_time;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// What is kept of an account's recovery codes: digests of 75 random bits each, which nobody finds by trying.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct RecoveryCodes(Vec<String>);

const CODES: usize = 10;
const CODE_LETTERS: usize = 15;

impl RecoveryCodes {
    /// New ones, and the codes themselves, which are shown this once.
    pub(crate) fn new() -> Result<(Self, Zeroizing<Vec<String>>), Unavailable> {
        let codes: Result<Vec<_>, _> =
            (0..CODES).map(|_| letters::<CODE_LETTERS>().map(|code| grouped(&code))).collect();
        let codes = Zeroizing::new(codes?);
        Ok((Self(codes.iter().map(|code| digest(code)).collect()), codes))
    }

    /// Whether somebody typed one of them; then it is none any more.
    pub(crate) fn take(&mut self, typed: &str) -> bool {
        let typed = digest(typed);
        let before = self.0.len();
        self.0.retain(|kept| constant_time::verify_slices_are_equal(kept.as_bytes(), typed.as_bytes()).is_err());
        self.0.len() < before
    }

    /// How many are left.
    pub(crate) fn left(&self) -> usize {
        self.0.len()
    }

    /// Whether what was typed is long enough to be one, and not an app's code.
    pub(crate) fn looks_like_one(typed: &str) -> bool {
        as_shown(typed).len() == CODE_LETTERS
    }
}

fn digest(code: &str) -> String {
    hex::encode(random::digest(&as_shown(code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_ten_codes_works_once() {
        let (mut kept, codes) = RecoveryCodes::new().unwrap();
        assert_eq!((codes.len(), kept.left()), (10, 10));
        assert!(RecoveryCodes::looks_like_one(&codes[0]) && !RecoveryCodes::looks_like_one("123 456"));
        assert!(!kept.take("00000-00000-00000"));
        assert!(kept.take(&codes[3].to_lowercase().replace('-', "")));
        assert!(!kept.take(&codes[3]));
        assert_eq!(kept.left(), 9);
    }
}
