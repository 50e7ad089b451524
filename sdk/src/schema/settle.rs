//! Settles answers: what is not asked for is dropped, each value gets its one form, and what is calculated is added.

use std::collections::BTreeMap;

use html::{Language, Need};
use serde_json::Value;

use super::field::{Field, Origin};
use super::held::Held;
use super::number::Fault;
use super::{Answers, Facts, Schema};
use crate::failure::FieldError;
use crate::form::Wrong;
use crate::time::Date;

/// Answers as they stand: settled once more, with the same facts and on the same day, they stay the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    answers: Answers,
    asked: Vec<String>,
    wrong: Vec<(String, Wrong)>,
}

/// How much of a document is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    SoFar,
}

/// The values of fields as they hold them, by the fields' names; without those that are wrong.
pub(super) type Values<'s> = BTreeMap<&'s str, Held>;

impl Settled {
    /// The answers: of the fields that are asked for, in their one form, with what is calculated and what was brought. A value
    /// that is wrong stands there as it was given.
    #[must_use]
    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    /// The names of the fields whose conditions hold, in the order of the fields.
    pub fn asked(&self) -> impl Iterator<Item = &str> {
        self.asked.iter().map(String::as_str)
    }

    /// What is wrong, by the names of the fields and in their order.
    #[must_use]
    pub fn wrong(&self) -> &[(String, Wrong)] {
        &self.wrong
    }

    /// The answers, if nothing is wrong with them.
    ///
    /// # Errors
    /// What is wrong.
    pub fn right(self) -> Result<Answers, Vec<(String, Wrong)>> {
        if self.wrong.is_empty() { Ok(self.answers) } else { Err(self.wrong) }
    }

    pub(super) fn is_asked(&self, name: &str) -> bool {
        self.asked().any(|asked| asked == name)
    }

    pub(super) fn wrong_with(&self, name: &str) -> Option<&Wrong> {
        self.wrong.iter().find(|(field, _)| field == name).map(|(_, wrong)| wrong)
    }
}

impl Schema {
    /// Settles a whole document: a field that has to have a value and has none is wrong too. A document is good if it settles
    /// to itself, with nothing wrong.
    ///
    /// Facts are what other registers know, by the names of the fields that are brought from them.
    #[must_use]
    pub fn settle(&self, answers: &Answers, facts: &Facts, today: Date) -> Settled {
        self.values(answers, facts, today, Extent::Whole).0
    }

    /// Settles a draft, of which only what is there is judged.
    #[must_use]
    pub fn settle_so_far(&self, answers: &Answers, facts: &Facts, today: Date) -> Settled {
        self.values(answers, facts, today, Extent::SoFar).0
    }

    /// What is wrong, in words, to be answered as [`Failure::Invalid`](crate::Failure::Invalid).
    #[must_use]
    pub fn said(&self, wrong: &[(String, Wrong)], language: Language) -> Vec<FieldError> {
        let said = |(name, wrong): &(String, Wrong)| {
            let label = self.field(name).map_or(name.as_str(), |field| field.title.in_language(language));
            FieldError { field: name.clone(), code: wrong.code().to_owned(), message: wrong.said(label, language) }
        };
        wrong.iter().map(said).collect()
    }

    pub(super) fn values(
        &self,
        answers: &Answers,
        facts: &Facts,
        today: Date,
        extent: Extent,
    ) -> (Settled, Values<'_>) {
        let mut values = Values::new();
        let (mut settled, mut asked, mut wrong) = (Answers::new(), vec![false; self.fields.len()], Vec::new());
        for index in self.order.iter().copied() {
            let field = &self.fields[index];
            asked[index] = field.when.as_ref().is_none_or(|when| when.holds(&values));
            if !asked[index] {
                continue;
            }
            let given = field.given(answers, facts);
            match field.value(given, &values, today, extent) {
                Ok(None) => {}
                Ok(Some(held)) => {
                    settled.insert(field.name.clone(), held.json());
                    values.insert(&field.name, held);
                }
                Err(error) => {
                    wrong.push((index, error));
                    let kept = given.filter(|value| field.kind.read(value) != Ok(None));
                    settled.extend(kept.map(|value| (field.name.clone(), value.clone())));
                }
            }
        }
        wrong.sort_by_key(|(index, _)| *index);
        let wrong = wrong.into_iter().map(|(index, error)| (self.fields[index].name.clone(), error)).collect();
        let asked =
            self.fields.iter().zip(asked).filter(|(_, asked)| *asked).map(|(field, _)| field.name.clone()).collect();
        (Settled { answers: settled, asked, wrong }, values)
    }
}

impl Field {
    /// What was given for it: what is brought is never believed from who fills in the form.
    fn given<'v>(&self, answers: &'v Answers, facts: &'v Facts) -> Option<&'v Value> {
        match self.origin {
            Origin::Asked => answers.get(&self.name),
            Origin::Brought(_) => facts.get(&self.name),
            Origin::Calculated(_) => None,
        }
    }

    fn value(
        &self,
        given: Option<&Value>,
        values: &Values<'_>,
        today: Date,
        extent: Extent,
    ) -> Result<Option<Held>, Wrong> {
        let held = match &self.origin {
            Origin::Calculated(_) => self.calculated(values, today)?,
            Origin::Asked | Origin::Brought(_) => given.map_or(Ok(None), |value| self.kind.read(value))?,
        };
        match &held {
            Some(held) => self.kind.judge(held, today)?,
            None if extent == Extent::Whole && self.need == Need::Required => return Err(self.missing()),
            None => {}
        }
        Ok(held)
    }

    /// The result of the formula, rounded to what the field holds.
    fn calculated(&self, values: &Values<'_>, today: Date) -> Result<Option<Held>, Wrong> {
        let Origin::Calculated(formula) = &self.origin else { return Ok(None) };
        let decimals = self.kind.decimals();
        let rounded = formula
            .calculate(values, today)
            .and_then(|number| number.map(|number| number.rounded(decimals)).transpose())
            .and_then(|number| {
                if number.is_none_or(|number| number.fits(decimals)) { Ok(number) } else { Err(Fault::Overflow) }
            });
        match rounded {
            Ok(number) => Ok(number.map(Held::Number)),
            Err(Fault::DivisionByZero) => Err(Wrong::DividedByZero),
            Err(Fault::Overflow) => Err(Wrong::TooLargeToCalculate),
        }
    }

    pub(super) fn missing(&self) -> Wrong {
        match self.origin {
            Origin::Asked => self.kind.missing(),
            Origin::Calculated(_) => Wrong::NothingToCalculate,
            Origin::Brought(_) => Wrong::NotBrought,
        }
    }
}
