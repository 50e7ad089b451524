//! What is put into a text, and how it is written there.

use std::borrow::Cow;

use fluent_bundle::FluentValue;
use html::Language;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::format;

/// A value for a variable of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    name: Cow<'static, str>,
    value: Value,
}

/// What a variable stands for. Numbers, amounts and dates are written as in Bolivia.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text. Characters that steer the direction of writing are left out of it, and a text of a language that is written
    /// from right to left is set apart (Unicode, UAX #9).
    Text(String),
    /// A whole number; texts may have variants for one and for several.
    Number(i64),
    /// An amount in centavos of a boliviano.
    Money(i64),
    /// A day.
    Date(Date),
    /// A moment, said by the clock of La Paz.
    Time(Timestamp),
}

impl Argument {
    /// A value for the variable `name`.
    pub fn new(name: impl Into<Cow<'static, str>>, value: Value) -> Self {
        Self { name: name.into(), value }
    }

    /// A text.
    pub fn text(name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self::new(name, Value::Text(value.into()))
    }

    /// A whole number.
    pub fn number(name: impl Into<Cow<'static, str>>, value: i64) -> Self {
        Self::new(name, Value::Number(value))
    }

    /// An amount in centavos of a boliviano.
    pub fn money(name: impl Into<Cow<'static, str>>, centavos: i64) -> Self {
        Self::new(name, Value::Money(centavos))
    }

    /// A day.
    pub fn date(name: impl Into<Cow<'static, str>>, day: Date) -> Self {
        Self::new(name, Value::Date(day))
    }

    /// A moment.
    pub fn time(name: impl Into<Cow<'static, str>>, moment: Timestamp) -> Self {
        Self::new(name, Value::Time(moment))
    }

    /// The name of the variable, without its `$`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }
}

impl Value {
    /// The value as Fluent takes it.
    pub(crate) fn fluent(&self, language: Language) -> FluentValue<'static> {
        match self {
            Self::Text(text) => plain(text).into(),
            // Fluent counts in floating point: what that cannot hold is written by ourselves, and has no variants.
            Self::Number(number) if number.unsigned_abs() <= EXACT => (*number).into(),
            Self::Number(number) => format::number(*number).into(),
            Self::Money(centavos) => format::money(*centavos).into(),
            Self::Date(day) => format::date(*day, language).into(),
            Self::Time(moment) => format::time(*moment, language).into(),
        }
    }
}

/// A text that leaves the direction of what stands around it alone.
fn plain(text: &str) -> String {
    let steers =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let kept: String = text.chars().filter(|c| !steers(*c)).collect();
    if kept.chars().any(is_right_to_left) { format!("\u{2068}{kept}\u{2069}") } else { kept }
}

/// Whether a character is of a block of Unicode that is written from right to left.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// The largest whole number up to which floating point has all of them.
pub(crate) const EXACT: u64 = 1 << 53;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_turn_what_stands_around_it() {
        assert_eq!(plain("Ana\u{202e} Mamani"), "Ana Mamani");
        assert_eq!(plain("\u{5d0}\u{5d1}"), "\u{2068}\u{5d0}\u{5d1}\u{2069}");
        assert_eq!(plain("Ñuflo Chávez 12"), "Ñuflo Chávez 12");
    }
}
