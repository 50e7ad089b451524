//! The entities that publish.

use std::fmt::{self, Display};
use std::str::FromStr;

use sdk::collections::Record;
use sdk::key::{Key, KeyError, Reader};
use sdk::{Failure, Translated};
use serde::{Deserialize, Serialize};

use crate::definition::{Code, NoCode};

/// An entity: a member of the exchange, with what it says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entity {
    /// The member: `INSTANCE/CLASS/MEMBER`, as its signature says.
    pub member: String,
    /// What it is called.
    pub name: Translated,
    /// The place whose calendar it keeps and that it is for: `BO`, or a department.
    pub place: String,
    /// Its own page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
}

impl Record for Entity {}

/// The code of an entity in addresses, made of its class and its member code: `mun-2001`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityCode(Code);

impl Entity {
    /// Its code.
    ///
    /// # Panics
    /// Never: [`Entity::of_subsystem`] makes no other.
    #[must_use]
    pub fn code(&self) -> EntityCode {
        EntityCode::of_member(&self.member).expect("an entity has a code")
    }

    /// The entity whose subsystem says this.
    ///
    /// # Errors
    /// If its member cannot be named in an address.
    pub fn of_subsystem(subsystem: &str, said: EntityOf) -> Result<Self, Failure> {
        EntityCode::of_subsystem(subsystem)?;
        let member = member_of(subsystem).to_owned();
        let EntityOf { name, place, homepage } = said;
        Ok(Self { member, name, place, homepage })
    }
}

/// What an entity says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EntityOf {
    /// What it is called.
    pub name: Translated,
    /// The place whose calendar it keeps and that it is for: `BO`, or a department.
    pub place: String,
    /// Its own page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
}

impl EntityCode {
    /// The code of the entity whose subsystem this is.
    ///
    /// # Errors
    /// If its member cannot be named in an address.
    pub fn of_subsystem(subsystem: &str) -> Result<Self, Failure> {
        let member = member_of(subsystem);
        Self::of_member(member).map_err(|error| Failure::Denied(format!("{member}: {error}")))
    }

    fn of_member(member: &str) -> Result<Self, NoCode> {
        let mut parts = member.split('/').skip(1);
        let (class, code) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        format!("{class}-{code}").to_lowercase().parse().map(Self)
    }
}

/// The member of a subsystem.
fn member_of(subsystem: &str) -> &str {
    subsystem.rsplit_once('/').map_or(subsystem, |(member, _)| member)
}

impl FromStr for EntityCode {
    type Err = NoCode;

    fn from_str(text: &str) -> Result<Self, NoCode> {
        text.parse().map(Self)
    }
}

impl Key for EntityCode {
    fn write(&self, to: &mut Vec<u8>) {
        self.0.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, KeyError> {
        Code::read(from).map(Self)
    }
}

impl Display for EntityCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(&self.0, formatter)
    }
}

impl fmt::Debug for EntityCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, formatter)
    }
}
