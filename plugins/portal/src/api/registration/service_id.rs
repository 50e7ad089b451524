//! The ids of services: a UUID for each procedure, made of its code.

use std::fmt::{self, Display};
use std::str::FromStr;

use sdk::Failure;

use crate::definition::Code;
use crate::procedures::{self, Offered};

/// The UUID of a procedure (RFC 9562, version 8): the FNV-1a hash of its code, with 128 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ServiceId(u128);

/// The parameters of FNV-1a with 128 bits.
const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

impl ServiceId {
    pub(super) fn of(code: &Code) -> Self {
        let hash = code.as_str().bytes().fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
        let version = hash & !(0xf << 76) | 8 << 76;
        Self(version & !(0b11 << 62) | 0b10 << 62)
    }

    /// The procedure of an id, with its newest version.
    pub(super) fn find(text: &str) -> Result<(Code, u32, Offered), Failure> {
        let none = || Failure::NotFound("there is no such service".to_owned());
        let id: Self = text.parse().map_err(|NoUuid| none())?;
        procedures::all()?.into_iter().find(|(code, ..)| Self::of(code) == id).ok_or_else(none)
    }
}

/// A text that is no UUID.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoUuid;

impl FromStr for ServiceId {
    type Err = NoUuid;

    fn from_str(text: &str) -> Result<Self, NoUuid> {
        let parts = text.split('-').map(str::len);
        let digits = text.replace('-', "");
        let is_uuid = parts.eq([8, 4, 4, 4, 12]) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u128::from_str_radix(&digits, 16).ok().filter(|_| is_uuid).map(Self).ok_or(NoUuid)
    }
}

impl Display for ServiceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:032x}", self.0);
        let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
        formatter.write_str(&parts.join("-"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_procedure_has_a_uuid_of_its_own_and_keeps_it() {
        let id = |code: &str| ServiceId::of(&code.parse().expect("a code")).to_string();
        assert_eq!(id("permiso-feria"), id("permiso-feria"));
        assert_ne!(id("permiso-feria"), id("permiso-ferib"));
        let id = id("a");
        assert_eq!((id.len(), id.as_bytes()[14], b"89ab".contains(&id.as_bytes()[19])), (36, b'8', true), "{id}");
    }
}
