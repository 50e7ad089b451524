//! Codes that people copy by hand: 32 letters and digits without those that look alike (Crockford's base 32).

/// Bytes as letters, in groups with hyphens.
#[must_use]
pub fn grouped(bytes: &[u8], group: usize) -> String {
    let letters = encoded(bytes, CROCKFORD);
    let groups: Vec<_> = letters.as_bytes().chunks(group).map(|group| String::from_utf8_lossy(group)).collect();
    groups.join("-")
}

/// A code as it is compared: without hyphens and spaces, in large letters, what looks alike as it was meant.
#[must_use]
pub fn bare(code: &str) -> String {
    let letters = code.chars().filter(|letter| !matches!(letter, '-' | ' ')).take(MAX_LETTERS);
    let meant = |letter: char| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    letters.map(meant).collect()
}

/// Base 32 as authenticator apps read it (RFC 4648 §6), without padding.
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    encoded(bytes, RFC4648)
}

fn encoded(bytes: &[u8], alphabet: &[u8; 32]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(char::from(alphabet[((bits >> held) & 31) as usize]));
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        text.push(char::from(alphabet[((bits << (5 - held)) & 31) as usize]));
    }
    text
}

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RFC4648: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const MAX_LETTERS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn base_32_is_that_of_the_rfc() {
        // RFC 4648 §10, without padding.
        for (text, expected) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(text.as_bytes()), expected);
        }
    }

    #[test]
    fn a_code_is_known_however_it_is_copied() {
        assert_eq!(bare("abcd-o1il 9"), "ABCD01119");
    }

    proptest! {
        #[test]
        fn a_code_is_what_it_was(bytes in prop::collection::vec(any::<u8>(), 0..20)) {
            let code = grouped(&bytes, 4);
            prop_assert_eq!(bare(&code), code.replace('-', ""));
            prop_assert_eq!(bare(&code.to_lowercase()), bare(&code));
        }
    }
}
