//! Codes that open something to whoever has them.

use sdk::{crypto, rng};

use crate::number;

/// The plugin's key under which digests are made: who reads the store cannot try all codes.
const KEY: &str = "help";
/// Digits of a code that is read out.
const DIGITS: usize = 8;

/// A code as somebody holds it. It is shown once, and compared by its digest.
pub(crate) struct Secret(String);

/// What a code is for: the same code has another digest elsewhere.
#[derive(Clone, Copy)]
pub(crate) enum Purpose<'a> {
    /// Letting somebody help.
    Consent,
    /// What was filed at a counter under a number.
    Claim(&'a str),
}

impl Secret {
    /// Eight random digits, to be read out on the telephone.
    pub(crate) fn digits() -> Self {
        let random = rng::random(8).into_iter().fold(0_u64, |number, byte| number << 8 | u64::from(byte));
        Self(format!("{:08}", random % 10_u64.pow(8)))
    }

    /// Sixty random bits, to be printed.
    pub(crate) fn letters() -> Self {
        Self(number::new())
    }

    /// Eight digits as people write them, with whatever between them.
    pub(crate) fn read_digits(text: &str) -> Option<Self> {
        let written: String = text.chars().filter(|letter| !matches!(letter, ' ' | '-' | '.')).collect();
        let fits = written.len() == DIGITS && written.bytes().all(|byte| byte.is_ascii_digit());
        fits.then_some(Self(written))
    }

    /// A printed code as people write it.
    pub(crate) fn read_letters(text: &str) -> Option<Self> {
        number::read(text).map(Self)
    }

    /// As it is shown, once.
    pub(crate) fn shown(&self) -> &str {
        &self.0
    }

    /// As it is kept.
    pub(crate) fn digest(&self, purpose: Purpose<'_>) -> Vec<u8> {
        let text = match purpose {
            Purpose::Consent => format!("consent/{}", self.0),
            Purpose::Claim(number) => format!("claim/{number}/{}", self.0),
        };
        crypto::mac(KEY, text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_as_people_write_them() {
        for text in ["12345678", "1234 5678", " 1234-5678 ", "12.34.56.78"] {
            assert_eq!(Secret::read_digits(text).map(|secret| secret.0), Some("12345678".to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_code_of_eight_digits_is_none() {
        for text in ["", "1234567", "123456789", "1234567x", "１２３４５６７８", "1234 567O"] {
            assert!(Secret::read_digits(text).is_none(), "{text}");
        }
    }
}
