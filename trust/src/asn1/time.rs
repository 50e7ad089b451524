//! Times as ASN.1 writes them.

use super::write;
use der::{Tag, Tagged, asn1::AnyRef};
use jiff::{Timestamp, civil, tz::TimeZone};
use std::time::Duration;

const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// From 2050 on times are `GeneralizedTime` (RFC 5280 §4.1.2.5, RFC 5652 §11.3).
const FIRST_GENERALIZED_YEAR: i16 = 2050;
/// Nothing finer than a nanosecond is told apart.
const MAX_FRACTION_DIGITS: usize = 9;

/// Reads `UTCTime` or `GeneralizedTime`, the latter with or without a fraction (RFC 3161 §2.4.2), always in UTC.
pub(crate) fn read(value: AnyRef<'_>) -> der::Result<Timestamp> {
    let malformed = || der::Error::from(der::ErrorKind::DateTime);
    let text = std::str::from_utf8(value.value()).map_err(|_| malformed())?;
    let text = text.strip_suffix('Z').ok_or_else(malformed)?;
    match value.tag() {
        Tag::UtcTime if text.len() == 12 => {
            // Years 50 to 99 would be before 1970 or in the last century; certificates from then are no use to us.
            let century = if text.as_bytes()[0] >= b'7' { "19" } else { "20" };
            read_digits(&format!("{century}{text}")).filter(|time| year(*time) < FIRST_GENERALIZED_YEAR)
        }
        Tag::GeneralizedTime => match text.split_once('.') {
            None => read_digits(text),
            Some((seconds, fraction)) => read_digits(seconds)
                .zip(read_fraction(fraction))
                .and_then(|(time, fraction)| time.checked_add(fraction).ok()),
        },
        _ => None,
    }
    .ok_or_else(malformed)
}

fn read_digits(text: &str) -> Option<Timestamp> {
    if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let two = |from: usize| text[from..from + 2].parse::<i8>().ok();
    let year = text[..4].parse::<i16>().ok()?;
    let time = civil::DateTime::new(year, two(4)?, two(6)?, two(8)?, two(10)?, two(12)?, 0).ok()?;
    TimeZone::UTC.to_timestamp(time).ok().filter(|time| *time >= Timestamp::UNIX_EPOCH)
}

/// DER forbids an empty fraction and one with a trailing zero.
fn read_fraction(digits: &str) -> Option<Duration> {
    let well_formed = (1..=MAX_FRACTION_DIGITS).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.ends_with('0');
    let nanoseconds = format!("{digits:0<9}").parse::<u64>().ok().filter(|_| well_formed)?;
    Some(Duration::from_nanos(nanoseconds))
}

/// `later - earlier`; zero if `later` is the earlier one.
pub(crate) fn elapsed(earlier: Timestamp, later: Timestamp) -> Duration {
    later.duration_since(earlier).try_into().unwrap_or(Duration::ZERO)
}

/// The time that many seconds after the epoch, as a certificate path wants it; zero for anything earlier.
pub(crate) fn since_epoch(time: Timestamp) -> Duration {
    elapsed(Timestamp::UNIX_EPOCH, time)
}

/// `Time`: `UTCTime` until 2049, `GeneralizedTime` after; whole seconds.
pub(crate) fn time(time: Timestamp) -> Vec<u8> {
    let digits = digits(time);
    if year(time) < FIRST_GENERALIZED_YEAR {
        write::tlv(UTC_TIME, &[&digits.as_bytes()[2..], b"Z"])
    } else {
        write::tlv(GENERALIZED_TIME, &[digits.as_bytes(), b"Z"])
    }
}

/// `GeneralizedTime` in whole seconds.
pub(crate) fn generalized(time: Timestamp) -> Vec<u8> {
    write::tlv(GENERALIZED_TIME, &[digits(time).as_bytes(), b"Z"])
}

/// `GeneralizedTime` with milliseconds but, as DER demands, without trailing zeros.
pub(crate) fn generalized_millis(time: Timestamp) -> Vec<u8> {
    let fraction = format!(".{:03}", civil(time).millisecond());
    let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
    write::tlv(GENERALIZED_TIME, &[digits(time).as_bytes(), fraction.as_bytes(), b"Z"])
}

/// Nothing we write happened before 1970; an earlier time is a clock that was never set.
fn civil(time: Timestamp) -> civil::DateTime {
    TimeZone::UTC.to_datetime(time.max(Timestamp::UNIX_EPOCH))
}

fn year(time: Timestamp) -> i16 {
    civil(time).year()
}

fn digits(time: Timestamp) -> String {
    let time = civil(time);
    let (year, month, day) = (time.year(), time.month(), time.day());
    format!("{year:04}{month:02}{day:02}{:02}{:02}{:02}", time.hour(), time.minute(), time.second())
}

#[cfg(test)]
mod tests {
    use super::*;
    use der::Decode;
    use proptest::prelude::*;

    fn parse(tag: u8, text: &str) -> Option<Timestamp> {
        let bytes = write::tlv(tag, &[text.as_bytes()]);
        read(AnyRef::from_der(&bytes).unwrap()).ok()
    }

    #[test]
    fn fractions_of_a_second_are_read() {
        let expected: Timestamp = "2026-11-21T01:20:03.25Z".parse().unwrap();
        assert_eq!(parse(GENERALIZED_TIME, "20261121012003.25Z"), Some(expected));
    }

    #[test]
    fn anything_but_the_der_form_is_refused() {
        for text in [
            "",
            "Z",
            "20261121012003",
            "20261121012003.Z",
            "20261121012003.10Z",
            "20261121012003.1234567891Z",
            "202611210120Z",
            "20261121012003+0000",
            "20261321012003Z",
            "2026112101200\u{e9}Z",
            "+0261121012003Z",
        ] {
            assert_eq!(parse(GENERALIZED_TIME, text), None, "{text}");
        }
        for text in ["2611210120Z", "261121012003.5Z", "261121012003", "26112101200aZ", "\u{e9}6112101200Z"] {
            assert_eq!(parse(UTC_TIME, text), None, "{text}");
        }
        assert_eq!(parse(0x0c, "261121012003Z"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(millis in 0_i64..250_000_000_000_000) {
            let exact = Timestamp::from_millisecond(millis).unwrap();
            let seconds = Timestamp::from_second(millis / 1000).unwrap();
            for (bytes, expected) in
                [(time(exact), seconds), (generalized(exact), seconds), (generalized_millis(exact), exact)]
            {
                prop_assert_eq!(read(AnyRef::from_der(&bytes).unwrap()), Ok(expected));
            }
        }

        #[test]
        fn reading_never_panics(tag in prop_oneof![Just(Tag::UtcTime), Just(Tag::GeneralizedTime)], bytes: Vec<u8>) {
            let _ = read(AnyRef::new(tag, &bytes).unwrap());
        }
    }
}
