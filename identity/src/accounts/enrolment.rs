//! The code by which somebody sets up how she signs in, once.

use super::{AccountError, account};
use crate::tables::{self, ENROLMENTS};
use crate::{Unavailable, random};
use clock::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;
use storage::Transaction;
use zeroize::Zeroizing;

/// So long an enrolment code can be used.
pub const ENROLMENT_LASTS: Duration = Duration::from_secs(7 * 24 * 3600);

/// An enrolment code: 100 bits as twenty letters and digits, that are read out without mistakes. The store has its digest.
pub struct EnrolmentCode(Zeroizing<String>);

#[derive(Serialize, Deserialize)]
struct Enrolment {
    account: String,
    until: i64,
}

/// No letters that are taken for others (Crockford's base 32).
pub(crate) const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LETTERS: usize = 20;
const GROUP_LETTERS: usize = 5;

impl EnrolmentCode {
    /// The code, in four groups.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnrolmentCode(..)")
    }
}

/// Gives an account a new enrolment code: she lost what she signs in with. Codes from before end.
///
/// # Errors
/// [`AccountError`].
pub fn renew_enrolment(tx: &mut Transaction, id: &str, now: Timestamp) -> Result<EnrolmentCode, AccountError> {
    account(tx, id)?.ok_or_else(|| AccountError::none(id))?;
    end_all(tx, id)?;
    let code = grouped(&letters::<CODE_LETTERS>()?);
    let until = tables::after(now, ENROLMENT_LASTS);
    let digest = key(&code);
    tables::put_until(tx, ENROLMENTS, digest, &Enrolment { account: id.to_owned(), until }, until)?;
    tx.put(ENROLMENTS, current(id), digest);
    Ok(EnrolmentCode(Zeroizing::new(code)))
}

/// Whose code it is, if it can be used now.
pub(crate) fn account_of_code(tx: &mut Transaction, code: &str, now: Timestamp) -> Result<Option<String>, Unavailable> {
    let found: Option<Enrolment> = tables::get(tx, ENROLMENTS, key(code))?;
    Ok(found.filter(|found| found.until > now.as_second()).map(|found| found.account))
}

/// Takes an account's code: it was used.
pub(crate) fn used(tx: &mut Transaction, id: &str) -> Result<(), Unavailable> {
    end_all(tx, id)
}

fn end_all(tx: &mut Transaction, id: &str) -> Result<(), Unavailable> {
    if let Some(before) = tx.get(ENROLMENTS, current(id))? {
        tx.delete(ENROLMENTS, before);
        tx.delete(ENROLMENTS, current(id));
    }
    Ok(())
}

/// As many random letters.
pub(crate) fn letters<const N: usize>() -> Result<String, Unavailable> {
    let bytes = random::bytes::<N>()?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}

/// In groups that can be read out.
pub(crate) fn grouped(letters: &str) -> String {
    let letters: Vec<char> = letters.chars().collect();
    letters.chunks(GROUP_LETTERS).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What somebody typed, as it was shown: she leaves out dashes, and takes O for 0.
pub(crate) fn as_shown(typed: &str) -> String {
    let letter = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    typed.chars().filter(char::is_ascii_alphanumeric).map(letter).collect()
}

fn key(code: &str) -> [u8; 32] {
    random::digest(&as_shown(code))
}

fn current(id: &str) -> Vec<u8> {
    format!("of/{id}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_was_typed() {
        let code = grouped(&letters::<CODE_LETTERS>().unwrap());
        assert_eq!(code.len(), 23);
        assert_eq!(key(&code), key(&code.to_lowercase().replace('-', " ")));
        assert_eq!(as_shown("o0-il"), "0011");
    }
}
