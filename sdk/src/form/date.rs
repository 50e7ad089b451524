//! Dates.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use html::{DateParts, Need};

use super::fields::Fields;
use super::item::{Asks, Control, Item};
use super::words::Wrong;
use crate::time::Date;

/// A field for a date. It ends with [`Day::required`] or [`Day::optional`].
#[derive(Debug)]
#[must_use = "it is no field before it is read"]
pub struct Day<'f, 'a> {
    fields: &'f mut Fields<'a>,
    item: Item,
    range: Option<RangeInclusive<Date>>,
}

impl<'f, 'a> Day<'f, 'a> {
    pub(super) fn new(fields: &'f mut Fields<'a>, item: Item) -> Self {
        Self { fields, item, range: None }
    }

    /// What helps to fill it in: an example says most.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.item.hint = Some(hint.into());
        self
    }

    /// The date that stands in it at first.
    pub fn initially(mut self, date: impl Into<Option<Date>>) -> Self {
        if let (Control::Date { parts, .. }, Some(date)) = (&mut self.item.control, date.into()) {
            *parts = [date.day().to_string(), date.month().to_string(), date.year().to_string()];
        }
        self
    }

    /// It asks when the person herself was born, which browsers know.
    pub fn birthday(mut self) -> Self {
        if let Control::Date { asks, .. } = &mut self.item.control {
            *asks = Asks::Birthday;
        }
        self
    }

    /// The days that it may be.
    pub fn within(self, range: RangeInclusive<Date>) -> Self {
        Self { range: Some(range), ..self }
    }

    /// The date.
    #[must_use]
    pub fn required(self) -> Option<Date> {
        self.read(Err(Wrong::Missing)).flatten()
    }

    /// The date, if there is one.
    #[must_use]
    pub fn optional(mut self) -> Option<Option<Date>> {
        self.item.need = Need::Optional;
        self.read(Ok(None))
    }

    fn read(mut self, empty: Result<Option<Date>, Wrong>) -> Option<Option<Date>> {
        let sent = self.sent();
        let value = match &sent {
            Some(parts) if parts.iter().all(String::is_empty) => empty,
            Some(parts) => self.judge(parts).map(Some),
            None => Ok(None),
        };
        if let (Control::Date { parts, .. }, Some(sent)) = (&mut self.item.control, sent) {
            *parts = sent;
        }
        let value = self.fields.judge(&mut self.item, value);
        self.fields.add(self.item);
        value
    }

    /// The parts that were sent; programs may send the date whole, as ISO 8601 writes it.
    fn sent(&self) -> Option<[String; 3]> {
        let value = |suffix: &str| self.fields.value(&format!("{}{suffix}", self.item.name));
        let trimmed = |text: Cow<'_, str>| text.trim().to_owned();
        let whole = value("").map(trimmed)?;
        if !whole.is_empty() {
            let DateParts { day, month, year } = DateParts::of(&whole);
            return Some([day, month, year].map(str::to_owned));
        }
        let [day, month, year] = DateParts::SUFFIXES.map(|suffix| value(suffix).map(trimmed));
        Some([day?, month?, year?])
    }

    fn judge(&self, [day, month, year]: &[String; 3]) -> Result<Date, Wrong> {
        // A year of two digits could be of two centuries.
        let year = Some(year).filter(|year| year.len() == 4).and_then(|year| year.parse().ok());
        let date =
            year.and_then(|year| Date::new(year, month.parse().ok()?, day.parse().ok()?)).ok_or(Wrong::NoDate)?;
        match &self.range {
            Some(range) if !range.contains(&date) => Err(Wrong::outside(range.start().short(), range.end().short())),
            _ => Ok(date),
        }
    }
}
