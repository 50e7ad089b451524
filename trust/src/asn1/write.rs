//! A DER writer: each function returns one finished TLV, nested as the ASN.1 notation nests.

use der::asn1::ObjectIdentifier;

const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const NULL: u8 = 0x05;
const OBJECT_IDENTIFIER: u8 = 0x06;
const ENUMERATED: u8 = 0x0a;
const UTF8_STRING: u8 = 0x0c;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const CONTEXT_PRIMITIVE: u8 = 0x80;
const CONTEXT_CONSTRUCTED: u8 = 0xa0;

/// One TLV with the given identifier octet and the concatenated `parts` as value.
pub(crate) fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut bytes = Vec::with_capacity(length + 6);
    bytes.push(tag);
    push_length(&mut bytes, length);
    for part in parts {
        bytes.extend_from_slice(part);
    }
    bytes
}

fn push_length(bytes: &mut Vec<u8>, length: usize) {
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => bytes.push(short),
        _ => {
            let octets = length.to_be_bytes();
            let used = octets.iter().position(|octet| *octet != 0).map_or(&octets[..0], |first| &octets[first..]);
            // At most eight octets: `0x80 | count` never overflows.
            bytes.push(0x80 | u8::try_from(used.len()).unwrap_or(0));
            bytes.extend_from_slice(used);
        }
    }
}

/// `SEQUENCE { parts }`.
pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(SEQUENCE, parts)
}

/// `SET { part }` with one element.
pub(crate) fn set_of_one(element: &[u8]) -> Vec<u8> {
    tlv(SET, &[element])
}

/// `SET OF` with the elements in the order DER demands, each once.
pub(crate) fn set_of(elements: Vec<Vec<u8>>) -> Vec<u8> {
    tlv(SET, &[&sorted(elements)])
}

/// `[number] IMPLICIT SET OF` with the elements in the order DER demands, each once.
pub(crate) fn implicit_set_of(number: u8, elements: Vec<Vec<u8>>) -> Vec<u8> {
    tlv(CONTEXT_CONSTRUCTED | number, &[&sorted(elements)])
}

fn sorted(mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort_unstable();
    elements.dedup();
    elements.concat()
}

/// `[number] EXPLICIT`, or a constructed `IMPLICIT` whose value is the concatenated parts.
pub(crate) fn context(number: u8, parts: &[&[u8]]) -> Vec<u8> {
    tlv(CONTEXT_CONSTRUCTED | number, parts)
}

/// A primitive `[number] IMPLICIT` value.
pub(crate) fn context_primitive(number: u8, value: &[u8]) -> Vec<u8> {
    tlv(CONTEXT_PRIMITIVE | number, &[value])
}

/// `OBJECT IDENTIFIER`.
pub(crate) fn oid(oid: ObjectIdentifier) -> Vec<u8> {
    tlv(OBJECT_IDENTIFIER, &[oid.as_bytes()])
}

/// A non-negative `INTEGER`.
pub(crate) fn integer(value: u64) -> Vec<u8> {
    unsigned(INTEGER, &value.to_be_bytes())
}

/// `ENUMERATED`.
pub(crate) fn enumerated(value: u8) -> Vec<u8> {
    unsigned(ENUMERATED, &[value])
}

fn unsigned(tag: u8, magnitude: &[u8]) -> Vec<u8> {
    let first = magnitude.iter().position(|octet| *octet != 0).unwrap_or(magnitude.len());
    let digits = &magnitude[first..];
    // A leading zero keeps the number positive, and stands for zero itself.
    let sign: &[u8] = if digits.first().is_none_or(|octet| *octet >= 0x80) { &[0] } else { &[] };
    tlv(tag, &[sign, digits])
}

/// `OCTET STRING`.
pub(crate) fn octet_string(value: &[u8]) -> Vec<u8> {
    tlv(OCTET_STRING, &[value])
}

/// `BIT STRING` of whole octets.
pub(crate) fn bit_string(value: &[u8]) -> Vec<u8> {
    tlv(BIT_STRING, &[&[0], value])
}

/// A named bit list whose last octet ends with `unused` bits.
pub(crate) fn named_bits(unused: u8, octets: &[u8]) -> Vec<u8> {
    tlv(BIT_STRING, &[&[unused], octets])
}

/// `UTF8String`.
pub(crate) fn utf8_string(value: &str) -> Vec<u8> {
    tlv(UTF8_STRING, &[value.as_bytes()])
}

/// `BOOLEAN TRUE`; DER never writes a default `FALSE`.
pub(crate) fn boolean_true() -> Vec<u8> {
    tlv(BOOLEAN, &[&[0xff]])
}

/// `NULL`.
pub(crate) fn null() -> Vec<u8> {
    tlv(NULL, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use der::{Encode, asn1::OctetStringRef};
    use proptest::prelude::*;

    #[test]
    fn lengths_follow_the_short_and_the_long_form() {
        for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let value = vec![7; length];
            let expected = OctetStringRef::new(&value).unwrap().to_der().unwrap();
            assert_eq!(octet_string(&value), expected, "{length}");
        }
    }

    #[test]
    fn a_set_is_sorted_and_has_no_duplicates() {
        let set = set_of(vec![integer(2), integer(1), integer(2)]);
        assert_eq!(set, [0x31, 6, 2, 1, 1, 2, 1, 2]);
    }

    proptest! {
        #[test]
        fn integers_are_those_of_the_der_crate(value: u64) {
            prop_assert_eq!(integer(value), value.to_der().unwrap());
        }
    }
}
