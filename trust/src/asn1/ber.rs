//! Brings BER to DER: some time-stamping authorities and `openssl cms -stream` use indefinite lengths, constructed
//! strings and padded lengths. Only framing changes; every signed piece is DER already and stays byte for byte.

use super::write;

/// Deeper nesting than any message in use has.
const MAX_DEPTH: usize = 32;
const CONSTRUCTED: u8 = 0x20;
const OCTET_STRING: u8 = 0x04;
const CONSTRUCTED_OCTET_STRING: u8 = OCTET_STRING | CONSTRUCTED;
const INDEFINITE: u8 = 0x80;
const END_OF_CONTENTS: [u8; 2] = [0, 0];

/// Why bytes are not one BER element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BerError {
    /// The input ends inside an element.
    #[error("the element ends too early")]
    Truncated,
    /// Bytes follow the element.
    #[error("{0} bytes follow the element")]
    Trailing(usize),
    /// Nested deeper than any message in use.
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// A tag or length that no message in use needs.
    #[error("unsupported tag or length")]
    Unsupported,
}

/// The DER form of one BER element that fills `bytes`. The result is never longer than the input.
pub(crate) fn to_der(bytes: &[u8]) -> Result<Vec<u8>, BerError> {
    let mut rest = bytes;
    let element = element(&mut rest, 0)?;
    if rest.is_empty() { Ok(element) } else { Err(BerError::Trailing(rest.len())) }
}

fn element(rest: &mut &[u8], depth: usize) -> Result<Vec<u8>, BerError> {
    if depth > MAX_DEPTH {
        return Err(BerError::TooDeep);
    }
    let tag = take_byte(rest)?;
    // Tag numbers above 30 take several octets; nothing we read uses them.
    if tag & 0x1f == 0x1f || tag == 0 {
        return Err(BerError::Unsupported);
    }
    let elements = match length(rest)? {
        Some(length) if tag & CONSTRUCTED == 0 => return Ok(write::tlv(tag, &[take(rest, length)?])),
        Some(length) => definite(take(rest, length)?, depth)?,
        None if tag & CONSTRUCTED == 0 => return Err(BerError::Unsupported),
        None => indefinite(rest, depth)?,
    };
    if tag == CONSTRUCTED_OCTET_STRING {
        return joined_octet_string(&elements);
    }
    Ok(write::tlv(tag, &[&elements.concat()]))
}

fn definite(mut contents: &[u8], depth: usize) -> Result<Vec<Vec<u8>>, BerError> {
    let mut elements = Vec::new();
    while !contents.is_empty() {
        elements.push(element(&mut contents, depth + 1)?);
    }
    Ok(elements)
}

fn indefinite(rest: &mut &[u8], depth: usize) -> Result<Vec<Vec<u8>>, BerError> {
    let mut elements = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix(&END_OF_CONTENTS) {
            *rest = after;
            return Ok(elements);
        }
        elements.push(element(rest, depth + 1)?);
    }
}

/// The segments are primitive by now: a header and a value each.
fn joined_octet_string(segments: &[Vec<u8>]) -> Result<Vec<u8>, BerError> {
    let mut value = Vec::new();
    for segment in segments {
        let mut rest = segment.as_slice();
        if take_byte(&mut rest)? != OCTET_STRING {
            return Err(BerError::Unsupported);
        }
        length(&mut rest)?;
        value.extend_from_slice(rest);
    }
    Ok(write::octet_string(&value))
}

/// None for the indefinite form.
fn length(rest: &mut &[u8]) -> Result<Option<usize>, BerError> {
    let first = take_byte(rest)?;
    if first == INDEFINITE {
        return Ok(None);
    }
    if first < INDEFINITE {
        return Ok(Some(usize::from(first)));
    }
    let octets = take(rest, usize::from(first & 0x7f))?;
    let significant = octets.iter().position(|octet| *octet != 0).map_or(&octets[..0], |first| &octets[first..]);
    if significant.len() > 4 {
        return Err(BerError::Unsupported);
    }
    Ok(Some(significant.iter().fold(0, |length, octet| length << 8 | usize::from(*octet))))
}

fn take_byte(rest: &mut &[u8]) -> Result<u8, BerError> {
    let (first, after) = rest.split_first().ok_or(BerError::Truncated)?;
    *rest = after;
    Ok(*first)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], BerError> {
    let (taken, after) = rest.split_at_checked(length).ok_or(BerError::Truncated)?;
    *rest = after;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn indefinite_lengths_and_constructed_strings_become_der() {
        let ber = [0x30, 0x80, 0x24, 0x80, 4, 1, b'a', 4, 0x81, 2, b'b', b'c', 0, 0, 2, 1, 5, 0, 0];
        assert_eq!(to_der(&ber).unwrap(), [0x30, 8, 4, 3, b'a', b'b', b'c', 2, 1, 5]);
    }

    #[test]
    fn der_stays_as_it_is() {
        let der = [0x30, 6, 2, 1, 1, 0xa0, 1, 0];
        assert_eq!(to_der(&der[..5]), Err(BerError::Truncated));
        let der = [0x30, 7, 2, 1, 1, 0xa0, 2, 5, 0];
        assert_eq!(to_der(&der).unwrap(), der);
    }

    #[test]
    fn broken_framing_is_refused() {
        assert_eq!(to_der(&[]), Err(BerError::Truncated));
        assert_eq!(to_der(&[0x30, 0x80, 2, 1, 1]), Err(BerError::Truncated));
        assert_eq!(to_der(&[5, 0, 5, 0]), Err(BerError::Trailing(2)));
        assert_eq!(to_der(&[0x1f, 0x81, 1, 0]), Err(BerError::Unsupported));
        assert_eq!(to_der(&[0x04, 0x80, 0, 0]), Err(BerError::Unsupported));
        assert_eq!(to_der(&[0x24, 3, 2, 1, 1]), Err(BerError::Unsupported));
        assert_eq!(to_der(&[0x30, 0x85, 1, 0, 0, 0, 0]), Err(BerError::Unsupported));
        assert_eq!(to_der(&[0x30, 0x80].repeat(40)), Err(BerError::TooDeep));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic_and_the_result_is_stable(bytes: Vec<u8>) {
            if let Ok(der) = to_der(&bytes) {
                prop_assert!(der.len() <= bytes.len());
                prop_assert_eq!(to_der(&der).unwrap(), der);
            }
        }
    }
}
