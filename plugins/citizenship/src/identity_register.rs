//! What the identity register knows of a person, asked over the exchange.

use sdk::{Date, Failure, Timestamp};
use serde::Deserialize;

use crate::card::CardNumber;
use crate::names::{self, Names};
use crate::registers::{self, Asked, Power};

/// A person as the register has her.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Registered {
    ci: String,
    pub(crate) nombres: String,
    pub(crate) apellidos: String,
    pub(crate) fecha_nacimiento: Date,
    /// When her card was issued.
    fecha_emision: Option<Date>,
    /// Whether her card is good.
    pub(crate) vigente: bool,
    /// Whether a court has put her in somebody's care.
    #[serde(default)]
    curatela: bool,
    #[serde(default)]
    tutores: Vec<Guardian>,
}

/// In whose care she is.
#[derive(Clone, Debug, Deserialize)]
struct Guardian {
    ci: String,
}

/// What somebody says of herself, and has to know.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) names: Names,
    pub(crate) born: Date,
    /// When her card was issued, as it says.
    pub(crate) issued: Date,
}

/// Of age at eighteen (Constitution of Bolivia, article 144).
const OF_AGE: u16 = 18;

/// Asks who has a card.
pub(crate) fn ask(card: &CardNumber) -> Result<Asked<Registered>, Failure> {
    // A register that answers of somebody else is not believed.
    let is_hers = |registered: &Registered| registered.ci.parse().as_ref() == Ok(card);
    registers::ask("identity-register", format!("/personas/{card}"), is_hers)
}

impl Registered {
    /// Her names in the register's spelling, if all that somebody says of herself is so, and her card is good.
    pub(crate) fn confirms(&self, claim: &Claim) -> Option<Names> {
        let Names { given, first_surname, second_surname } = &claim.names;
        let surnames = names::surnames(&self.apellidos, first_surname, second_surname.as_deref());
        let agrees = self.vigente
            && names::compared(&self.nombres) == names::compared(given)
            && self.fecha_nacimiento == claim.born
            && self.fecha_emision == Some(claim.issued);
        let (first_surname, second_surname) = surnames.filter(|_| agrees)?;
        Some(Names { given: self.nombres.clone(), first_surname, second_surname })
    }

    /// What she is called.
    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.nombres, self.apellidos)
    }

    /// How long who has a card may act for her: for a minor until she is of age, for who is in care until a court ends that.
    pub(crate) fn power_of(&self, guardian: &CardNumber, now: Timestamp) -> Option<Power> {
        let named = self.tutores.iter().any(|one| one.ci.parse().as_ref() == Ok(guardian));
        if !named {
            return None;
        }
        if self.curatela {
            return Some(Power { until: None });
        }
        let of_age = birthday(self.fecha_nacimiento, OF_AGE)?.begin_in_la_paz();
        (now < of_age).then_some(Power { until: Some(of_age) })
    }
}

/// The day on which somebody is so many years old. Who was born on 29 February is so on 1 March of other years.
fn birthday(born: Date, years: u16) -> Option<Date> {
    let year = born.year().checked_add(years)?;
    Date::new(year, born.month(), born.day()).or_else(|| Date::new(year, 3, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_born_on_the_last_of_february_is_of_age_a_day_later() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        assert_eq!(birthday(day("2008-02-29"), OF_AGE), Some(day("2026-03-01")));
        assert_eq!(birthday(day("2015-05-20"), OF_AGE), Some(day("2033-05-20")));
    }
}
