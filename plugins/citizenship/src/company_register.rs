//! What the company register knows of a company, asked over the exchange.

use std::str::FromStr;

use sdk::{Date, Failure, Timestamp};
use serde::Deserialize;

use crate::card::CardNumber;
use crate::registers::{self, Asked, Power};

/// A company's number in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CompanyNumber(String);

/// A company as the register has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Company {
    matricula: String,
    pub(crate) razon_social: String,
    vigente: bool,
    #[serde(default)]
    representantes: Vec<Representative>,
}

#[derive(Clone, Debug, Deserialize)]
struct Representative {
    ci: String,
    /// The last day, if there is one.
    hasta: Option<Date>,
}

/// Asks about a company.
pub(crate) fn ask(number: &CompanyNumber) -> Result<Asked<Company>, Failure> {
    // A register that answers of another company is not believed.
    let is_it = |company: &Company| company.matricula.parse().as_ref() == Ok(number);
    registers::ask("company-register", format!("/empresas/{}", number.as_str()), is_it)
}

impl Company {
    /// How long who has a card may act for it, if she may now. Of several powers the longest counts.
    pub(crate) fn power_of(&self, card: &CardNumber, now: Timestamp) -> Option<Power> {
        let hers = self.representantes.iter().filter(|one| self.vigente && one.ci.parse().as_ref() == Ok(card));
        // The last day of the calendar has no end.
        let ends = hers.map(|one| one.hasta.and_then(Date::tomorrow).map(Date::begin_in_la_paz));
        let good = ends.filter(|end| end.is_none_or(|end| now < end));
        good.max_by_key(|end| end.unwrap_or(Timestamp::MAX)).map(|until| Power { until })
    }
}

impl CompanyNumber {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Digits and letters, which make a path as they are.
impl FromStr for CompanyNumber {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let plain: String = text.chars().filter(|letter| !matches!(letter, '.' | ' ' | '-')).collect();
        let fits = (3..=20).contains(&plain.len()) && plain.bytes().all(|letter| letter.is_ascii_alphanumeric());
        if fits { Ok(Self(plain.to_ascii_uppercase())) } else { Err(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: &str = "2026-11-26T12:00:00Z";

    fn power(until: &[Option<&str>], vigente: bool) -> Option<Option<String>> {
        let date = |text: &str| text.parse::<Date>().expect("a day");
        let one = |hasta: &Option<&str>| Representative { ci: "1.234.567".to_owned(), hasta: hasta.map(date) };
        let company = Company {
            matricula: "00123456".to_owned(),
            razon_social: "Tejidos Illimani S.R.L.".to_owned(),
            vigente,
            representantes: until.iter().map(one).collect(),
        };
        let card = "1234567".parse().expect("a card");
        let power = company.power_of(&card, NOON.parse().expect("a time"));
        power.map(|power| power.until.map(|until| until.to_string()))
    }

    #[test]
    fn a_power_is_good_to_the_end_of_its_last_day_in_la_paz() {
        assert_eq!(power(&[Some("2026-11-26")], true), Some(Some("2026-11-27T04:00:00Z".to_owned())));
        assert_eq!(power(&[Some("2026-11-25")], true), None);
        assert_eq!(
            power(&[Some("2026-11-25"), Some("2027-01-01"), Some("2026-12-01")], true),
            Some(Some("2027-01-02T04:00:00Z".to_owned()))
        );
        assert_eq!(power(&[Some("2027-01-01"), None], true), Some(None));
        assert_eq!(power(&[None], false), None);
        assert_eq!(power(&[], true), None);
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        assert_eq!("00-123.456".parse::<CompanyNumber>().map(|number| number.0), Ok("00123456".to_owned()));
        for text in ["", "12", "../x", "1234?x", "123456789012345678901", "ñandú"] {
            assert!(text.parse::<CompanyNumber>().is_err(), "{text}");
        }
    }
}
