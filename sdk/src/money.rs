//! Amounts of bolivianos.

use std::fmt::{self, Display};
use std::iter::Sum;

use serde::{Deserialize, Serialize};

/// An amount of bolivianos (ISO 4217 BOB) in whole centavos, written `Bs 1.234,50`. As JSON it is the number of centavos.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many centavos.
    #[must_use]
    pub const fn from_centavos(centavos: i64) -> Self {
        Self(centavos)
    }

    /// The centavos.
    #[must_use]
    pub const fn centavos(self) -> i64 {
        self.0
    }

    /// The sum, if there is an amount so large.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, if there is an amount so large.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// It without its sign, as it stands in a field in which somebody types one.
    #[must_use]
    pub fn typed(self) -> String {
        self.to_string().replace("Bs ", "")
    }

    /// An amount as people write it: `1234`, `1234,5`, `1.234,50`, `1234.50`, with `Bs` before it or not.
    ///
    /// A point with three digits after it separates thousands, as in Bolivia; with one or two, it is a decimal point, as
    /// telephones write it.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("Bs").map_or(text, |rest| rest.trim_start_matches('.').trim_start());
        let (minus, text) = text.strip_prefix(['-', '−']).map_or((1, text), |rest| (-1, rest));
        let (whole, fraction) = match text.split_once(',') {
            Some(split) => split,
            None => text.rsplit_once('.').filter(|(_, end)| end.len() != 3).unwrap_or((text, "")),
        };
        let whole = whole_number(whole)?;
        let fraction = match fraction.len() {
            0 if !text.ends_with([',', '.']) => 0,
            1 => number(fraction)? * 10,
            2 => number(fraction)?,
            _ => return None,
        };
        whole.checked_mul(100)?.checked_add(fraction)?.checked_mul(minus).map(Self)
    }
}

/// A whole number whose thousands may be apart.
pub(crate) fn whole_number(text: &str) -> Option<i64> {
    let mut groups = text.split(['.', ' ', '\u{a0}', '\u{202f}']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    if rest.is_empty() {
        return number(first);
    }
    let grouped = (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
    grouped.then(|| number(&format!("{first}{}", rest.concat())))?
}

fn number(digits: &str) -> Option<i64> {
    let all = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if all { digits.parse().ok() } else { None }
}

impl Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (centavos, minus) = (self.0.unsigned_abs(), if self.0 < 0 { "−" } else { "" });
        let digits = (centavos / 100).to_string();
        write!(formatter, "{minus}Bs ")?;
        for (index, digit) in digits.char_indices() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                formatter.write_str(".")?;
            }
            write!(formatter, "{digit}")?;
        }
        write!(formatter, ",{:02}", centavos % 100)
    }
}

impl html::Render for Money {
    /// A space that does not break stands between sign and amount.
    fn render_to(&self, out: &mut String) {
        out.push_str(&self.to_string().replace(' ', "\u{a0}"));
    }
}

impl Sum for Money {
    /// The sum, or the largest amount there is.
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.fold(0, |sum, amount| sum.saturating_add(amount.0)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_written_as_in_bolivia() {
        for (centavos, text) in [
            (0, "Bs 0,00"),
            (5, "Bs 0,05"),
            (123_450, "Bs 1.234,50"),
            (100_000_000, "Bs 1.000.000,00"),
            (-99_999, "−Bs 999,99"),
        ] {
            assert_eq!(Money(centavos).to_string(), text);
        }
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for text in ["1234,50", "1234,5", "1.234,50", "1234.50", "1234.5", "Bs 1.234,50", "Bs. 1234,50", " 1 234,50 "] {
            assert_eq!(Money::read(text), Some(Money(123_450)), "{text}");
        }
        assert_eq!(Money::read("1.234"), Some(Money(123_400)));
        assert_eq!(Money::read("-3"), Some(Money(-300)));
    }

    #[test]
    fn what_is_no_amount_is_none() {
        for text in
            ["", "Bs", "x", "1,", "1.", "1,234", "1.23.4", "12.34,5.6", "1,2,3", ",5", "1e3", "99999999999999999999"]
        {
            assert_eq!(Money::read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn amounts_read_back(centavos in -i64::MAX..=i64::MAX) {
            let text = Money(centavos).to_string().replace("−Bs ", "−");
            prop_assert_eq!(Money::read(&text), Some(Money(centavos)));
        }

        #[test]
        fn no_text_stops_the_reading(text in ".*") {
            let _ = Money::read(&text);
        }
    }
}
