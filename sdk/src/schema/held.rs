//! Values as their fields hold them.

use serde_json::Value;

use super::number::Number;
use crate::time::Date;

/// The value of a field, in its one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Text(String),
    Number(Number),
    Date(Date),
    Flag(bool),
    Codes(Vec<String>),
}

impl Held {
    /// As answers have it.
    pub(super) fn json(&self) -> Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Number(number) => number.json(),
            Self::Date(date) => date.to_string().into(),
            Self::Flag(flag) => (*flag).into(),
            Self::Codes(codes) => codes.as_slice().into(),
        }
    }

    pub(super) fn number(&self) -> Option<Number> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    pub(super) fn date(&self) -> Option<Date> {
        if let Self::Date(date) = self { Some(*date) } else { None }
    }
}
