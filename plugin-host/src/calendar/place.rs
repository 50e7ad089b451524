//! Codes of places.

use std::fmt;
use std::str::FromStr;

/// A country (ISO 3166-1, two letters) or a part of one (ISO 3166-2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PlaceCode(String);

/// A text that is no code of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoPlaceCode;

impl PlaceCode {
    /// The country that a part lies in; `None` for a country.
    pub(super) fn country(&self) -> Option<Self> {
        let (country, _) = self.0.split_once('-')?;
        Some(Self(country.to_owned()))
    }
}

impl FromStr for PlaceCode {
    type Err = NoPlaceCode;

    fn from_str(text: &str) -> Result<Self, NoPlaceCode> {
        let (country, part) = text.split_once('-').map_or((text, None), |(country, part)| (country, Some(part)));
        let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        let is_part = |part: &str| {
            (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        };
        if is_country && part.is_none_or(is_part) { Ok(Self(text.to_owned())) } else { Err(NoPlaceCode) }
    }
}

impl fmt::Display for PlaceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
