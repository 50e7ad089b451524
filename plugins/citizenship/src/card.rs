//! The number of an identity card, by which people are looked up.

use std::fmt;
use std::str::FromStr;

use sdk::accounts::{IdentityDocument, Person, RepresentedId};
use sdk::{RepresentedKind, accounts};

/// The kind of document that people register with.
const KIND: &str = "CI";

/// The number of an identity card: digits, and on some of them a complement, such as `1234567-1A`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardNumber(String);

/// It is no number of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCardNumber;

impl CardNumber {
    /// The number of somebody's card, if that is what she is known by.
    pub(crate) fn of(person: &Person) -> Option<Self> {
        let document = &person.document;
        (document.kind == KIND).then(|| document.number.parse().ok()).flatten()
    }

    /// The number of the card of somebody who is represented.
    pub(crate) fn represented(id: &str) -> Option<Self> {
        id.strip_prefix(KIND)?.strip_prefix(' ')?.parse().ok()
    }

    /// As it is written: fit for a path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn document(&self) -> IdentityDocument {
        IdentityDocument { kind: KIND.to_owned(), number: self.0.clone() }
    }

    /// Whoever has the card, as somebody who is represented.
    pub(crate) fn to_represented(&self) -> RepresentedId {
        RepresentedId { kind: RepresentedKind::Person, id: format!("{KIND} {}", self.0) }
    }

    /// The account by this card, if there is one.
    pub(crate) fn account(&self) -> Result<Option<accounts::Account>, accounts::Refusal> {
        match accounts::find(&self.document()) {
            Ok(account) => Ok(Some(account)),
            Err(accounts::Refusal::NoSuchAccount) => Ok(None),
            Err(other) => Err(other),
        }
    }
}

impl fmt::Display for CardNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Points and spaces do not count, and small letters are as large ones.
impl FromStr for CardNumber {
    type Err = NoCardNumber;

    fn from_str(text: &str) -> Result<Self, NoCardNumber> {
        let plain = text.chars().filter(|letter| !matches!(letter, '.' | ' ')).collect::<String>().to_ascii_uppercase();
        let (digits, complement) =
            plain.split_once('-').map_or((plain.as_str(), None), |(digits, rest)| (digits, Some(rest)));
        let is_number = (4..=10).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
        let fits = complement.is_none_or(|rest| {
            (1..=3).contains(&rest.len()) && rest.bytes().all(|letter| letter.is_ascii_alphanumeric())
        });
        if is_number && fits { Ok(Self(plain)) } else { Err(NoCardNumber) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for (text, number) in [("1234567", "1234567"), (" 1.234.567 ", "1234567"), ("1234567-1a", "1234567-1A")] {
            assert_eq!(text.parse::<CardNumber>().map(|card| card.to_string()), Ok(number.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_of_a_card_is_refused() {
        for text in
            ["", "123", "12345678901", "1234567-", "1234567-ABCD", "x1234567", "1234567/1", "1234567-á", "١٢٣٤٥"]
        {
            assert_eq!(text.parse::<CardNumber>(), Err(NoCardNumber), "{text}");
        }
    }

    #[test]
    fn who_is_represented_is_found_by_her_card() {
        let card: CardNumber = "9876543".parse().expect("a number");
        assert_eq!(CardNumber::represented(&card.to_represented().id), Some(card));
        assert_eq!(CardNumber::represented("PASAPORTE 9876543"), None);
    }
}
