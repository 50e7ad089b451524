//! What has to be paid for an application, and what was.

use sdk::Money;
use serde::{Deserialize, Serialize};

use super::Refused;
use crate::definition::Code;

/// A fee of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Owed {
    /// The fee, by its code in the definition.
    pub fee: Code,
    /// How much, in centavos.
    pub amount: Money,
    /// The receipt, once it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
}

/// That something was paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Receipt {
    /// Its number at whoever took the money.
    pub number: String,
    /// Who took it: a bank, a cashier, a subsystem.
    pub taken_by: String,
}

/// A fee as it was shown to whoever takes the money. A correction may have changed what is owed since: the money was taken for
/// this, and for nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Its place among the application's fees.
    pub number: u32,
    /// The fee, by its code in the definition.
    pub fee: Code,
    /// How much.
    pub amount: Money,
}

/// What fees are together.
///
/// # Errors
/// If no amount is so large.
pub fn total<'a>(fees: impl IntoIterator<Item = &'a Owed>) -> Result<Money, Refused> {
    let sum = fees.into_iter().try_fold(Money::ZERO, |sum, owed| sum.checked_add(owed.amount));
    sum.ok_or(Refused::TooMuch)
}
