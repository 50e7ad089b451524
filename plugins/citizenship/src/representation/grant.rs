//! Whether a register lets somebody represent another.

use sdk::accounts::RepresentedId;
use sdk::{Failure, RepresentedKind, Timestamp};

use crate::card::CardNumber;
use crate::company_register;
use crate::identity_register;
use crate::registers::{Asked, Power};

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
        RepresentedKind::Organisation => represented.id.parse().map_or(Ok(Judged::NotNamed), |number| {
            let asked = company_register::ask(&number)?;
            Ok(judged(asked, |company| Some((company.power_of(by, now)?, company.razon_social.clone()))))
        }),
        RepresentedKind::Person => CardNumber::represented(&represented.id).map_or(Ok(Judged::NotNamed), |ward| {
            let asked = identity_register::ask(&ward)?;
            Ok(judged(asked, |registered| Some((registered.power_of(by, now)?, registered.full_name()))))
        }),
    }
}

fn judged<T>(asked: Asked<T>, granted: impl FnOnce(&T) -> Option<(Power, String)>) -> Judged {
    match asked {
        Asked::Known(record) => match granted(&record) {
            Some((Power { until }, name)) => Judged::Granted(Grant { name, until }),
            None => Judged::NotNamed,
        },
        Asked::Unknown => Judged::NotNamed,
        Asked::Unanswered => Judged::Unanswered,
    }
}
