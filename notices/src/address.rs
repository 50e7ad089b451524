//! The addresses that citizens give: of e-mail, and of a telephone.

use std::fmt;
use std::str::FromStr;

/// An address of e-mail (RFC 5321 §4.1.2, without the quoted and the numeric forms that nobody has), whose domain is in small
/// letters.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(lettre::Address);

/// A telephone's number in the international form (ITU-T E.164): `+59171234567`.
#[derive(Clone, PartialEq, Eq)]
pub struct Telephone(String);

/// Why something is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing is there.
    #[error("the address is empty")]
    Empty,
    /// Longer than mail or telephones carry.
    #[error("the address has more than {limit} characters")]
    TooLong {
        /// What it may have.
        limit: usize,
    },
    /// Not one `@` with something on both sides.
    #[error("an e-mail address is NAME@DOMAIN")]
    NoEmail,
    /// A name of other characters.
    #[error(
        "the name before the @ has other than letters, digits and .!#$%&'*+/=?^_`{{|}}~-, or a point at an end or twice"
    )]
    EmailName,
    /// A domain that is none.
    #[error("the domain after the @ is no name such as example.bo")]
    EmailDomain,
    /// Not a number of a telephone.
    #[error("a telephone number has 8 digits in Bolivia, beginning with 6 or 7 to take SMS, or + and 8 to 15 digits")]
    NoTelephone,
}

impl EmailAddress {
    /// The address as it is sent to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }

    pub(crate) fn address(&self) -> &lettre::Address {
        &self.0
    }
}

impl FromStr for EmailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        // RFC 5321 §4.5.3.1.3: a path has 256 octets, of which two are its brackets.
        if text.len() > MAX_EMAIL_BYTES {
            return Err(AddressError::TooLong { limit: MAX_EMAIL_BYTES });
        }
        let (name, domain) = text.rsplit_once('@').ok_or(AddressError::NoEmail)?;
        if name.is_empty() || domain.is_empty() {
            return Err(AddressError::NoEmail);
        }
        let atom = |part: &str| !part.is_empty() && part.bytes().all(is_atom);
        if name.len() > MAX_NAME_BYTES || !name.split('.').all(atom) {
            return Err(AddressError::EmailName);
        }
        let domain = domain.to_ascii_lowercase();
        let labels: Vec<&str> = domain.split('.').collect();
        let top = labels.last().copied().unwrap_or_default();
        if labels.len() < 2
            || !labels.iter().all(|label| is_label(label))
            || !top.starts_with(|c: char| c.is_ascii_alphabetic())
        {
            return Err(AddressError::EmailDomain);
        }
        lettre::Address::new(name, domain).map(Self).map_err(|_| AddressError::NoEmail)
    }
}

impl Telephone {
    /// The number, with its `+`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Telephone {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if text.len() > MAX_TELEPHONE_BYTES {
            return Err(AddressError::TooLong { limit: MAX_TELEPHONE_BYTES });
        }
        let kept: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '\u{a0}')).collect();
        let number = match kept.strip_prefix('+').or_else(|| kept.strip_prefix("00")) {
            Some(number) => number.to_owned(),
            None if kept.len() == 8 && kept.starts_with(['6', '7']) => format!("591{kept}"),
            None => return Err(AddressError::NoTelephone),
        };
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        if digits && (8..=15).contains(&number.len()) && !number.starts_with('0') {
            Ok(Self(format!("+{number}")))
        } else {
            Err(AddressError::NoTelephone)
        }
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Telephone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// Where somebody can be reached does not get into a log by way of `Debug`.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

impl fmt::Debug for Telephone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Telephone(…)")
    }
}

/// RFC 5322 §3.2.3, `atext`.
fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

/// RFC 1123 §2.1.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

const MAX_EMAIL_BYTES: usize = 254;
const MAX_NAME_BYTES: usize = 64;
const MAX_TELEPHONE_BYTES: usize = 32;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_of_e_mail_are_taken_and_written_in_one_way() {
        for (text, address) in [
            ("ana@example.bo", "ana@example.bo"),
            ("  Ana.Mamani+x@Correo.Example.BO ", "Ana.Mamani+x@correo.example.bo"),
            ("o'hara@xn--bcher-kva.example", "o'hara@xn--bcher-kva.example"),
        ] {
            assert_eq!(text.parse::<EmailAddress>().unwrap().as_str(), address);
        }
    }

    #[test]
    fn what_is_no_address_of_e_mail_is_refused_by_its_rule() {
        let long = format!("a@{}.bo", "b".repeat(254));
        for (text, error) in [
            ("", AddressError::Empty),
            ("ana", AddressError::NoEmail),
            ("@example.bo", AddressError::NoEmail),
            ("ana@", AddressError::NoEmail),
            ("a b@example.bo", AddressError::EmailName),
            ("a@b@example.bo", AddressError::EmailName),
            (".a@example.bo", AddressError::EmailName),
            ("a..b@example.bo", AddressError::EmailName),
            ("\"a\"@example.bo", AddressError::EmailName),
            ("a\r\nBcc: x@example.bo", AddressError::EmailName),
            ("ñ@example.bo", AddressError::EmailName),
            ("a@localhost", AddressError::EmailDomain),
            ("a@[127.0.0.1]", AddressError::EmailDomain),
            ("a@127.0.0.1", AddressError::EmailDomain),
            ("a@-b.bo", AddressError::EmailDomain),
            ("a@b..bo", AddressError::EmailDomain),
            (long.as_str(), AddressError::TooLong { limit: 254 }),
        ] {
            assert_eq!(text.parse::<EmailAddress>(), Err(error), "{text:?}");
        }
    }

    #[test]
    fn telephones_are_taken_as_people_write_them() {
        for text in ["71234567", "712-34567", " 7123 4567", "+591 71234567", "00591 7 123.4567", "+591 (7) 1234567"] {
            assert_eq!(text.parse::<Telephone>().unwrap().as_str(), "+59171234567", "{text}");
        }
        assert_eq!("+54 9 11 1234 5678".parse::<Telephone>().unwrap().as_str(), "+5491112345678");
        for text in ["2212345", "22123456", "+", "+0591712345", "7123456a", "+59171234567890123", "+591\n71234567"] {
            assert_eq!(text.parse::<Telephone>(), Err(AddressError::NoTelephone), "{text}");
        }
        assert_eq!("".parse::<Telephone>(), Err(AddressError::Empty));
        assert_eq!("1".repeat(33).parse::<Telephone>(), Err(AddressError::TooLong { limit: 32 }));
    }

    #[test]
    fn nobody_is_shown_where_somebody_is_reached() {
        let (email, telephone): (EmailAddress, Telephone) =
            ("ana@example.bo".parse().unwrap(), "71234567".parse().unwrap());
        assert_eq!(format!("{email:?} {telephone:?}"), "EmailAddress(…) Telephone(…)");
    }

    proptest! {
        #[test]
        fn what_is_taken_is_taken_again_as_it_was_written(text in "[ a-zA-Z0-9.+@<>\\r\\n\"ñ-]{0,40}") {
            if let Ok(address) = text.parse::<EmailAddress>() {
                prop_assert_eq!(&address.to_string().parse::<EmailAddress>().unwrap(), &address);
                prop_assert!(address.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
            }
            if let Ok(number) = text.parse::<Telephone>() {
                prop_assert_eq!(&number.to_string().parse::<Telephone>().unwrap(), &number);
            }
        }

        #[test]
        fn ordinary_addresses_are_taken(name in "[a-z0-9]{1,10}(\\.[a-z0-9]{1,10}){0,3}", domain in "[a-z]([a-z0-9-]{0,8}[a-z0-9])?\\.bo") {
            let address = format!("{name}@{domain}");
            let taken: EmailAddress = address.parse().unwrap();
            prop_assert_eq!(taken.as_str(), address);
        }
    }
}
