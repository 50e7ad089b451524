//! What an authenticator says (WebAuthn Level 3 §6.1).

use super::PasskeyError;
use ciborium::Value;

/// Authenticator data.
#[derive(Debug)]
pub(crate) struct AuthenticatorData<'a> {
    /// SHA-256 of the relying party's id.
    pub(crate) relying_party: &'a [u8; 32],
    pub(crate) is_user_present: bool,
    pub(crate) is_user_verified: bool,
    pub(crate) counter: u32,
    pub(crate) credential: Option<Credential<'a>>,
}

/// Attested credential data (§6.5.2).
#[derive(Debug)]
pub(crate) struct Credential<'a> {
    pub(crate) id: &'a [u8],
    /// A COSE key.
    pub(crate) key: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    pub(crate) fn parse(data: &'a [u8]) -> Result<Self, PasskeyError> {
        Self::read(data).ok_or(PasskeyError::Form)
    }

    fn read(data: &'a [u8]) -> Option<Self> {
        let (relying_party, rest) = data.split_first_chunk::<32>()?;
        let (flags, rest) = rest.split_first()?;
        let (counter, mut rest) = rest.split_first_chunk::<4>()?;
        let has = |flag: u8| flags & flag != 0;
        let mut credential = None;
        if has(ATTESTED) {
            // First the model of the authenticator, which nothing is decided by.
            let (_, after) = rest.split_first_chunk::<16>()?;
            let (length, after) = after.split_first_chunk::<2>()?;
            let length = usize::from(u16::from_be_bytes(*length));
            if !(1..=MAX_ID_BYTES).contains(&length) {
                return None;
            }
            let (id, after) = after.split_at_checked(length)?;
            let (key, after) = after.split_at_checked(value_length(after)?)?;
            credential = Some(Credential { id, key });
            rest = after;
        }
        if has(EXTENSIONS) {
            rest = rest.split_at_checked(value_length(rest)?)?.1;
        }
        rest.is_empty().then_some(Self {
            relying_party,
            is_user_present: has(PRESENT),
            is_user_verified: has(VERIFIED),
            counter: u32::from_be_bytes(*counter),
            credential,
        })
    }
}

/// Where the first value of CBOR ends.
fn value_length(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    ciborium::from_reader::<Value, _>(&mut rest).ok()?;
    bytes.len().checked_sub(rest.len())
}

const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const ATTESTED: u8 = 1 << 6;
const EXTENSIONS: u8 = 1 << 7;
/// WebAuthn Level 3 §7.1, step 25.
const MAX_ID_BYTES: usize = 1023;
