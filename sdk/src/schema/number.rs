//! Exact numbers: no binary fractions, in which 0.1 is not a tenth.

use std::fmt::{self, Display};
use std::str::FromStr;

use crate::money::whole_number;

/// A number with six decimals at most, exact, written `-1234.5`.
///
/// What a field may hold has fifteen digits at most ([`Number::fits`]): so many come unchanged through every program that reads
/// the numbers of JSON as binary fractions of 64 bits (RFC 8259 §6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(i128);

/// A text that is no number of six decimals at most, or one that is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no number such as -1234.5, with six decimals at most")]
pub struct NotANumber;

/// A calculation without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    DivisionByZero,
    Overflow,
}

/// Decimals of a number at most.
pub(super) const MOST_DECIMALS: u8 = 6;
const ONE: i128 = 1_000_000;
const MOST_DIGITS: u32 = 15;
/// More than any number has that fits: a text that is longer is not worth reading.
const MOST_LETTERS: usize = 60;

impl Number {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Whether it has no more decimals than these, and no more than fifteen digits with all of them.
    #[must_use]
    pub fn fits(self, decimals: u8) -> bool {
        let step = step(decimals);
        self.0 % step == 0 && (self.0 / step).abs() < 10_i128.pow(MOST_DIGITS)
    }

    /// The most that fits with so many decimals.
    pub(super) fn most(decimals: u8) -> Self {
        Self((10_i128.pow(MOST_DIGITS) - 1) * step(decimals))
    }

    /// The least that fits with so many decimals.
    pub(super) fn least(decimals: u8) -> Self {
        Self(-Self::most(decimals).0)
    }

    /// The number as an integer, if it is whole and not too large.
    #[must_use]
    pub fn whole(self) -> Option<i64> {
        if self.0 % ONE == 0 { i64::try_from(self.0 / ONE).ok() } else { None }
    }

    /// As people write it in Bolivia: `1234,5`, `1.234,5`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (minus, text) = text.strip_prefix(['-', '−']).map_or((1, text), |rest| (-1, rest));
        let (whole, fraction) = match text.split_once(',') {
            Some((_, "")) => return None,
            Some(split) => split,
            // A point before three digits separates thousands, unless what is before it begins no such number.
            None if text.starts_with("0.") || whole_number(text).is_none() => {
                text.rsplit_once('.').filter(|(_, fraction)| !fraction.is_empty())?
            }
            None => (text, ""),
        };
        if whole.starts_with("0.") {
            return None;
        }
        let whole = Self::from(whole_number(whole)?);
        let fraction = fraction_of(fraction)?;
        Some(Self((whole.0 + fraction) * minus))
    }

    /// The number of a JSON number, by its digits.
    pub(super) fn of_json(number: &serde_json::Number) -> Result<Self, NotANumber> {
        number.to_string().parse()
    }

    /// As a JSON number, for one that fits.
    pub(super) fn json(self) -> serde_json::Value {
        let fraction = || self.to_string().parse::<f64>().ok().and_then(serde_json::Number::from_f64);
        match self.whole() {
            Some(whole) => whole.into(),
            None => fraction().map_or(serde_json::Value::Null, serde_json::Value::Number),
        }
    }

    pub(super) fn plus(self, other: Self) -> Result<Self, Fault> {
        self.0.checked_add(other.0).map(Self).ok_or(Fault::Overflow)
    }

    pub(super) fn minus(self, other: Self) -> Result<Self, Fault> {
        self.0.checked_sub(other.0).map(Self).ok_or(Fault::Overflow)
    }

    /// The product, rounded to six decimals.
    pub(super) fn times(self, other: Self) -> Result<Self, Fault> {
        let product = self.0.checked_mul(other.0).ok_or(Fault::Overflow)?;
        Ok(Self(half_away(product, ONE)))
    }

    /// The quotient, rounded to six decimals.
    pub(super) fn over(self, other: Self) -> Result<Self, Fault> {
        if other.0 == 0 {
            return Err(Fault::DivisionByZero);
        }
        let scaled = self.0.checked_mul(ONE).ok_or(Fault::Overflow)?;
        let (scaled, by) =
            if other.0 < 0 { (scaled.checked_neg(), other.0.checked_neg()) } else { (Some(scaled), Some(other.0)) };
        Ok(Self(half_away(scaled.ok_or(Fault::Overflow)?, by.ok_or(Fault::Overflow)?)))
    }

    pub(super) fn negative(self) -> Result<Self, Fault> {
        self.0.checked_neg().map(Self).ok_or(Fault::Overflow)
    }

    /// Rounded to so many decimals, a half away from zero.
    pub(super) fn rounded(self, decimals: u8) -> Result<Self, Fault> {
        let step = step(decimals);
        half_away(self.0, step).checked_mul(step).map(Self).ok_or(Fault::Overflow)
    }

    pub(super) fn floor(self) -> Result<Self, Fault> {
        self.0.div_euclid(ONE).checked_mul(ONE).map(Self).ok_or(Fault::Overflow)
    }

    pub(super) fn ceil(self) -> Result<Self, Fault> {
        self.negative()?.floor()?.negative()
    }

    /// As people read it in Bolivia: `1.234,5`.
    pub(super) fn for_people(self) -> String {
        let plain = self.to_string();
        let (minus, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |plain| ("−", plain));
        let (whole, fraction) = plain.split_once('.').map_or((plain, None), |(whole, end)| (whole, Some(end)));
        let mut text = minus.to_owned();
        for (index, digit) in whole.char_indices() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                text.push('.');
            }
            text.push(digit);
        }
        if let Some(fraction) = fraction {
            text.push(',');
            text.push_str(fraction);
        }
        text
    }
}

/// A unit of the last of so many decimals.
fn step(decimals: u8) -> i128 {
    10_i128.pow(u32::from(MOST_DECIMALS.saturating_sub(decimals)))
}

/// The quotient by a positive number, a half rounded away from zero.
fn half_away(number: i128, by: i128) -> i128 {
    let (quotient, rest) = (number / by, number % by);
    let up = i128::from(rest.unsigned_abs() >= by.unsigned_abs() - rest.unsigned_abs());
    if number < 0 { quotient - up } else { quotient + up }
}

/// The millionths that digits after the point are.
fn fraction_of(digits: &str) -> Option<i128> {
    let fits = digits.len() <= usize::from(MOST_DECIMALS) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if fits { format!("{digits:0<6}").parse().ok() } else { None }
}

impl From<i64> for Number {
    fn from(whole: i64) -> Self {
        Self(i128::from(whole) * ONE)
    }
}

impl FromStr for Number {
    type Err = NotANumber;

    /// Reads what JSON writes, with an exponent too.
    fn from_str(text: &str) -> Result<Self, NotANumber> {
        parse(text).ok_or(NotANumber)
    }
}

fn parse(text: &str) -> Option<Number> {
    if text.len() > MOST_LETTERS {
        return None;
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    let (minus, plain) = mantissa.strip_prefix('-').map_or((1, mantissa), |plain| (-1, plain));
    let (whole, fraction) = match plain.split_once('.') {
        Some((_, "")) => return None,
        Some(split) => split,
        None => (plain, ""),
    };
    let digits = format!("{whole}{fraction}");
    let all = !whole.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let digits: i128 = if all { digits.parse().ok()? } else { return None };
    if digits == 0 {
        return Some(Number::ZERO);
    }
    let shift = exponent.checked_add(i32::from(MOST_DECIMALS))?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let power = 10_i128.checked_pow(shift.unsigned_abs())?;
    let millionths = if shift >= 0 { digits.checked_mul(power)? } else { digits / power };
    let exact = shift >= 0 || digits % power == 0;
    exact.then_some(Number(millionths * minus))
}

impl Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, minus) = (self.0.unsigned_abs(), if self.0 < 0 { "-" } else { "" });
        let (whole, fraction) = (number / ONE.unsigned_abs(), number % ONE.unsigned_abs());
        write!(formatter, "{minus}{whole}")?;
        let fraction = format!("{fraction:06}");
        match fraction.trim_end_matches('0') {
            "" => Ok(()),
            digits => write!(formatter, ".{digits}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Number {
        text.parse().expect("a number")
    }

    #[test]
    fn numbers_are_read_by_their_digits() {
        for (text, written) in [
            ("12", "12"),
            ("12.50", "12.5"),
            ("-0.000001", "-0.000001"),
            ("1e3", "1000"),
            ("1.5E-3", "0.0015"),
            ("0e999", "0"),
            ("-0.0", "0"),
        ] {
            assert_eq!(number(text).to_string(), written, "{text}");
        }
        for text in
            ["", "-", ".5", "5.", "1e", "0.0000001", "1e40", "1e-40", "NaN", "+1", "1_000", "--1", &"9".repeat(61)]
        {
            assert_eq!(text.parse::<Number>(), Err(NotANumber), "{text}");
        }
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, written) in [
            ("1234,5", "1234.5"),
            ("1.234,5", "1234.5"),
            ("1.234", "1234"),
            ("1234.5", "1234.5"),
            ("0.125", "0.125"),
            ("1234.567", "1234.567"),
            ("-3", "-3"),
            ("−0,25", "-0.25"),
        ] {
            assert_eq!(Number::read(text), Some(number(written)), "{text}");
        }
        for text in ["", ",5", "5,", "5.", "0.125.5", "1,2,3", "1,0000001", "x", "1e3", "12.34,5", "--1", "٣"] {
            assert_eq!(Number::read(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_shown_as_in_bolivia() {
        for (plain, shown) in [("1234.5", "1.234,5"), ("-1000000", "−1.000.000"), ("0.05", "0,05"), ("999", "999")] {
            assert_eq!(number(plain).for_people(), shown);
        }
    }

    #[test]
    fn a_half_is_rounded_away_from_zero() {
        for (text, whole, floor, ceil) in
            [("2.5", "3", "2", "3"), ("-2.5", "-3", "-3", "-2"), ("2.499999", "2", "2", "3"), ("-7", "-7", "-7", "-7")]
        {
            assert_eq!(number(text).rounded(0), Ok(number(whole)), "{text}");
            assert_eq!(number(text).floor(), Ok(number(floor)), "{text}");
            assert_eq!(number(text).ceil(), Ok(number(ceil)), "{text}");
        }
        assert_eq!(number("0.125").rounded(2), Ok(number("0.13")));
    }

    #[test]
    fn what_has_no_result_is_a_fault() {
        let (one, most) = (number("1"), Number(i128::MAX));
        assert_eq!(one.over(Number::ZERO), Err(Fault::DivisionByZero));
        for result in [
            most.plus(one),
            Number(i128::MIN).minus(one),
            most.times(most),
            most.over(one),
            Number(i128::MIN).negative(),
        ] {
            assert_eq!(result, Err(Fault::Overflow));
        }
        assert_eq!(number("2").over(number("-3")), Ok(number("-0.666667")));
        assert_eq!(number("0.1").plus(number("0.2")), Ok(number("0.3")));
    }

    proptest! {
        #[test]
        fn numbers_that_fit_read_back_in_every_way(digits in -999_999_999_999_999_i64..=999_999_999_999_999, decimals in 0_u8..=6) {
            let number = Number(i128::from(digits) * step(decimals));
            prop_assert!(number.fits(decimals));
            prop_assert_eq!(number.to_string().parse(), Ok(number));
            prop_assert_eq!(Number::read(&number.for_people()), Some(number));
            let json = serde_json::to_string(&number.json()).expect("a number is written");
            let read: serde_json::Number = serde_json::from_str(&json).expect("a number is read");
            prop_assert_eq!(Number::of_json(&read), Ok(number));
        }

        #[test]
        fn no_text_stops_the_reading(text in "[-−0-9.,eE+ ]{0,40}|.*") {
            let _ = (text.parse::<Number>(), Number::read(&text));
        }

        #[test]
        fn no_calculation_stops(one in any::<i128>(), other in any::<i128>()) {
            let (one, other) = (Number(one), Number(other));
            let _ = (one.plus(other), one.minus(other), one.times(other), one.over(other), one.floor(), one.ceil(), one.rounded(2));
        }
    }
}
