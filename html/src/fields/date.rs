//! Fields for a date.

use maud::{Render, html};

use crate::{Field, control_id};

/// A field for a date: day, month and year in three fields of digits. A picker of the browser is hard to use for a date of
/// birth, differs from telephone to telephone, and is read aloud badly by some; digits are typed everywhere.
///
/// Field `NAME` sends `NAME.day`, `NAME.month` and `NAME.year`.
#[derive(Clone, Copy, Debug)]
pub struct DateInput<'a> {
    field: Field<'a>,
    parts: DateParts<'a>,
    autocomplete: [Option<&'static str>; 3],
}

/// The parts of a date as they were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateParts<'a> {
    /// Of the month.
    pub day: &'a str,
    /// Its number.
    pub month: &'a str,
    /// With four digits.
    pub year: &'a str,
}

impl<'a> DateParts<'a> {
    /// What follows the name of the field in the names of its three.
    pub const SUFFIXES: [&'static str; 3] = [".day", ".month", ".year"];

    /// The parts of `2026-11-26`; what is no such date is nothing.
    #[must_use]
    pub fn of(date: &'a str) -> Self {
        let mut parts = date.splitn(3, '-');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(year), Some(month), Some(day)) => Self { day, month, year },
            _ => Self::default(),
        }
    }
}

impl<'a> DateInput<'a> {
    /// An empty one.
    #[must_use]
    pub const fn new(field: Field<'a>) -> Self {
        Self { field, parts: DateParts { day: "", month: "", year: "" }, autocomplete: [None; 3] }
    }

    /// What stands in it.
    #[must_use]
    pub const fn value(self, parts: DateParts<'a>) -> Self {
        Self { parts, ..self }
    }

    /// It asks when the person herself was born, which browsers know.
    #[must_use]
    pub const fn birthday(self) -> Self {
        Self { autocomplete: [Some("bday-day"), Some("bday-month"), Some("bday-year")], ..self }
    }
}

impl Render for DateInput<'_> {
    fn render_to(&self, out: &mut String) {
        let (field, words) = (&self.field, self.field.language.words());
        let labels = [words.day, words.month, words.year];
        let values = [self.parts.day, self.parts.month, self.parts.year];
        let part = |index: usize| {
            let name = format!("{}{}", field.name, DateParts::SUFFIXES[index]);
            // The first part has the id that an error summary leads to.
            let id = if index == 0 { field.id() } else { control_id(&name) };
            html! {
                div .date-part {
                    label for=(id) lang=[field.language.borrowed_from()] { (labels[index]) }
                    input class=(if index == 2 { "year" } else { "day" }) id=(id) name=(name) type="text" value=(values[index])
                        inputmode="numeric" maxlength=(if index == 2 { 4 } else { 2 })
                        autocomplete=[self.autocomplete[index]] aria-describedby=[field.described_by()] aria-invalid=[field.invalid()];
                }
            }
        };
        let parts = html! { div .date { (part(0)) (part(1)) (part(2)) } };
        field.around_group(&parts).render_to(out);
    }
}
