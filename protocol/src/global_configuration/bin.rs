//! The 256 bins that members are divided into, so that one change costs one small download.

use super::check::Check;
use super::wire::{self, BinDocument};
use super::{ConfigurationError, Member, limits};
use crate::hash::Sha256Hash;
use crate::identifier::MemberId;
use std::collections::HashMap;

/// Which of the 256 bins: the first byte of the SHA-256 of the member's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BinNumber(u8);

/// How many bins there are.
pub const BINS: usize = 256;

/// The members of one bin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bin(HashMap<MemberId, Member>);

impl BinNumber {
    /// The bin where a member is found.
    #[must_use]
    pub fn of(member: &MemberId) -> Self {
        Self(Sha256Hash::of(member.to_string().as_bytes()).as_bytes()[0])
    }

    /// All bins, ascending.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).map(Self)
    }

    /// The name of the bin's target, `members-00.json` … `members-ff.json`.
    ///
    /// It has no folder in it, because TUF clients disagree on where the hash of a consistent
    /// snapshot goes in a name with one.
    #[must_use]
    pub fn target(self) -> String {
        format!("members-{:02x}.json", self.0)
    }

    /// The bin whose target has this name.
    #[must_use]
    pub fn of_target(name: &str) -> Option<Self> {
        let digits = name.strip_prefix("members-")?.strip_suffix(".json")?;
        let number = u8::from_str_radix(digits, 16).ok().map(Self)?;
        (number.target() == name).then_some(number)
    }

    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl Bin {
    /// Reads one `members-xx.json`.
    ///
    /// # Errors
    /// When the bytes are not that document, name another instance, or hold a member of another bin.
    pub fn parse(instance: &str, number: BinNumber, bytes: &[u8]) -> Result<Self, ConfigurationError> {
        let target = number.target();
        let document: BinDocument = wire::parse(&target, bytes)?;
        let check = Check { document: &target, instance };
        check.format(&document.format, wire::format::MEMBERS)?;
        check.count("members", document.members.len(), limits::BIN_MEMBERS)?;
        check.ascending("members", document.members.iter().map(|member| &member.id))?;
        let mut members = HashMap::with_capacity(document.members.len());
        for member in document.members {
            let belongs = BinNumber::of(&member.id);
            if belongs != number {
                let (member, expected) = (member.id.to_string(), belongs.target());
                return Err(ConfigurationError::WrongBin { document: target, member, expected });
            }
            members.insert(member.id.clone(), Member::read(check, member)?);
        }
        Ok(Self(members))
    }

    pub(super) fn member(&self, id: &MemberId) -> Option<&Member> {
        self.0.get(id)
    }

    pub(super) fn members(&self) -> impl Iterator<Item = &Member> {
        self.0.values()
    }
}
