//! Whether a register lets somebody represent another.

use sdk::accounts::RepresentedId;
use sdk::{Failure, RepresentedKind, Timestamp};

use crate::card::CardNumber;
use crate::company_register::{self, CompanyNumber, Power};
use crate::identity_register::{self, Care};
use crate::registers::Asked;

/// What a register says.
pub(super) enum Judged {
    Granted(Grant),
    /// It does not name her as who may.
    NotNamed,
    /// It does not answer.
    Unanswered,
}

/// That she may, what the other is called, and until when.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) name: String,
    pub(super) until: Option<Timestamp>,
}

/// Asks the register of who is represented whether who has a card may do so now.
pub(super) fn judge(represented: &RepresentedId, by: &CardNumber, now: Timestamp) -> Result<Judged, Failure> {
    match represented.kind {
        RepresentedKind::Organisation => match represented.id.parse() {
            Ok(number) => of_company(&number, by, now),
            Err(()) => Ok(Judged::NotNamed),
        },
        RepresentedKind::Person => match CardNumber::represented(&represented.id) {
            Some(ward) => of_person(&ward, by, now),
            None => Ok(Judged::NotNamed),
        },
    }
}

fn of_company(number: &CompanyNumber, by: &CardNumber, now: Timestamp) -> Result<Judged, Failure> {
    Ok(match company_register::ask(number)? {
        Asked::Known(company) => match company.power_of(by, now) {
            Some(Power { until }) => Judged::Granted(Grant { name: company.razon_social, until }),
            None => Judged::NotNamed,
        },
        Asked::Unknown => Judged::NotNamed,
        Asked::Unanswered => Judged::Unanswered,
    })
}

fn of_person(ward: &CardNumber, by: &CardNumber, now: Timestamp) -> Result<Judged, Failure> {
    Ok(match identity_register::ask(ward)? {
        Asked::Known(registered) => {
            let until = match registered.in_care_of(by, now) {
                None => return Ok(Judged::NotNamed),
                Some(Care::Until(of_age)) => Some(of_age),
                Some(Care::Open) => None,
            };
            Judged::Granted(Grant { name: registered.full_name(), until })
        }
        Asked::Unknown => Judged::NotNamed,
        Asked::Unanswered => Judged::Unanswered,
    })
}
