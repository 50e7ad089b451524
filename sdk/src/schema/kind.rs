//! The kinds of fields, and what each makes of a value.

#[cfg(test)]
mod tests;

use serde_json::Value;

use super::held::Held;
use super::mask::Mask;
use super::number::Number;
use crate::form::{self, Layout, Wrong};
use crate::time::Date;
use crate::{Money, Translated};

/// What a field asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// One line of text.
    Line(Letters),
    /// Several lines of text.
    Lines(Letters),
    /// A text that is written like one of several masks.
    Mask(Vec<Mask>),
    /// An address of mail.
    Email,
    /// A telephone number, kept as `+59171234567`.
    Telephone,
    /// A day, kept as `2026-11-26`.
    Date(Days),
    /// A whole number.
    Integer(Span),
    /// A number with decimals.
    Decimal(Span),
    /// An amount of money, in centavos.
    Money(Span),
    /// One of several choices.
    Choice(Vec<Choice>),
    /// Any of several choices.
    Choices(Choices),
    /// Yes or no.
    Check,
    /// A sentence that has to be agreed to.
    Consent,
}

/// How many letters a text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Letters {
    pub(super) least: usize,
    pub(super) most: usize,
}

/// Between which days a day is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    pub(super) first: Option<Day>,
    pub(super) last: Option<Day>,
}

/// A day that bounds others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// The day on which a document is judged.
    Today,
    /// This one.
    Fixed(Date),
}

/// Between which numbers a number is, and how many decimals it has at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub(super) least: Option<Number>,
    pub(super) most: Option<Number>,
    pub(super) decimals: u8,
}

/// A choice: what is kept of it, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub(super) code: String,
    pub(super) title: Translated,
}

/// Choices of which several can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    pub(super) all: Vec<Choice>,
    pub(super) least: usize,
}

/// A country's code (ITU-T E.164), and the digits of a number within it.
const COUNTRY: &str = "+591";
const DIGITS_AT_HOME: usize = 8;

impl Kind {
    /// The choices, where there are some.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::Choice(all) | Self::Choices(Choices { all, .. }) => all,
            _ => &[],
        }
    }

    /// The decimals of a number.
    pub(super) fn decimals(&self) -> u8 {
        match self {
            Self::Integer(span) | Self::Decimal(span) | Self::Money(span) => span.decimals,
            _ => 0,
        }
    }

    /// A value as this kind holds it; nothing, for what counts as not given.
    pub(super) fn read(&self, value: &Value) -> Result<Option<Held>, Wrong> {
        match (self, value) {
            (_, Value::Null) | (Self::Consent, Value::Bool(false)) => Ok(None),
            (Self::Check | Self::Consent, Value::Bool(flag)) => Ok(Some(Held::Flag(*flag))),
            (Self::Integer(span) | Self::Decimal(span) | Self::Money(span), Value::Number(number)) => {
                let number = Number::of_json(number).map_err(|_| self.mistyped())?;
                self.sized(number, *span).map(|number| Some(Held::Number(number)))
            }
            (Self::Choices(choices), Value::Array(codes)) => choices.read(codes),
            (Self::Choice(all), Value::String(code)) => match all.iter().find(|choice| choice.code == *code) {
                Some(_) => Ok(Some(Held::Text(code.clone()))),
                None if code.is_empty() => Ok(None),
                None => Err(Wrong::NotChosen),
            },
            (_, Value::String(text)) => self.read_text(text),
            _ => Err(self.mistyped()),
        }
    }

    /// Whether a value is within the field's bounds.
    pub(super) fn judge(&self, held: &Held, today: Date) -> Result<(), Wrong> {
        match (self, held) {
            (Self::Line(letters) | Self::Lines(letters), Held::Text(text)) => letters.judge(text),
            (Self::Date(days), Held::Date(date)) => days.judge(*date, today),
            (Self::Integer(span) | Self::Decimal(span) | Self::Money(span), Held::Number(number)) => {
                span.judge(*number, |bound| self.said(bound))
            }
            (Self::Choices(choices), Held::Codes(codes)) if codes.len() < choices.least => {
                Err(Wrong::TooFewChosen { least: choices.least })
            }
            _ => Ok(()),
        }
    }

    /// What is said of a field that has no value, and has to have one.
    pub(super) fn missing(&self) -> Wrong {
        match self {
            Self::Choice(_) | Self::Choices(_) | Self::Check => Wrong::NotChosen,
            Self::Consent => Wrong::NotAgreed,
            _ => Wrong::Missing,
        }
    }

    /// What is said of a value of another type.
    pub(super) fn mistyped(&self) -> Wrong {
        match self {
            Self::Line(_) | Self::Lines(_) => Wrong::NoText,
            Self::Mask(masks) => Wrong::NotLike { examples: masks.iter().map(Mask::example).collect() },
            Self::Email => Wrong::NoEmail,
            Self::Telephone => Wrong::NoTelephone,
            Self::Date(_) => Wrong::NoDate,
            Self::Integer(_) => Wrong::NoNumber,
            Self::Decimal(span) => Wrong::NoDecimal { decimals: span.decimals },
            Self::Money(_) => Wrong::NoAmount,
            Self::Choice(_) | Self::Choices(_) | Self::Check => Wrong::NotChosen,
            Self::Consent => Wrong::NotAgreed,
        }
    }

    /// A number of this field as people read it.
    pub(super) fn said(&self, number: Number) -> String {
        match (self, number.whole()) {
            (Self::Money(_), Some(centavos)) => Money::from_centavos(centavos).to_string(),
            _ => number.for_people(),
        }
    }

    /// The number, if it has no more decimals and digits than the field.
    pub(super) fn sized(&self, number: Number, span: Span) -> Result<Number, Wrong> {
        if number.fits(span.decimals) {
            return Ok(number);
        }
        let too_fine = number.rounded(span.decimals) != Ok(number);
        Err(if too_fine { self.mistyped() } else { span.too_large(number, |bound| self.said(bound)) })
    }

    fn read_text(&self, text: &str) -> Result<Option<Held>, Wrong> {
        let layout = if matches!(self, Self::Lines(_)) { Layout::Lines } else { Layout::OneLine };
        let text = form::cleaned(text, layout);
        if text.is_empty() {
            return Ok(None);
        }
        let held = match self {
            Self::Line(_) | Self::Lines(_) => Held::Text(text),
            Self::Email if text.chars().count() > form::MOST_LETTERS_OF_EMAIL => return Err(Wrong::NoEmail),
            Self::Email => Held::Text(form::email(&text)?),
            Self::Telephone => Held::Text(international(&text)?),
            Self::Mask(masks) => {
                let filled = masks.iter().find_map(|mask| mask.fill(&text));
                Held::Text(filled.ok_or_else(|| self.mistyped())?)
            }
            Self::Date(_) => Held::Date(text.parse().map_err(|_| Wrong::NoDate)?),
            _ => return Err(self.mistyped()),
        };
        Ok(Some(held))
    }
}

/// The number with its country, which one of Bolivia need not have.
fn international(text: &str) -> Result<String, Wrong> {
    let plain = form::telephone(text)?;
    match plain.len() {
        _ if plain.starts_with('+') => Ok(plain),
        DIGITS_AT_HOME => Ok(format!("{COUNTRY}{plain}")),
        _ => Err(Wrong::NoTelephone),
    }
}

impl Letters {
    /// So many at least.
    #[must_use]
    pub fn least(self) -> usize {
        self.least
    }

    /// So many at most.
    #[must_use]
    pub fn most(self) -> usize {
        self.most
    }

    fn judge(self, text: &str) -> Result<(), Wrong> {
        let Self { least, most } = self;
        match text.chars().count() {
            letters if letters > most => Err(Wrong::TooLong { letters, most }),
            letters if letters < least => Err(Wrong::TooShort { least }),
            _ => Ok(()),
        }
    }
}

impl Day {
    pub(super) fn on(self, today: Date) -> Date {
        match self {
            Self::Today => today,
            Self::Fixed(date) => date,
        }
    }
}

impl Days {
    /// The first day that it may be.
    #[must_use]
    pub fn first(self) -> Option<Day> {
        self.first
    }

    /// The last day that it may be.
    #[must_use]
    pub fn last(self) -> Option<Day> {
        self.last
    }

    fn judge(self, date: Date, today: Date) -> Result<(), Wrong> {
        let (first, last) = (self.first.map(|day| day.on(today)), self.last.map(|day| day.on(today)));
        match (first, last) {
            (Some(first), _) if date < first => Err(Wrong::TooEarly { first }),
            (_, Some(last)) if date > last => Err(Wrong::TooLate { last }),
            _ => Ok(()),
        }
    }
}

impl Span {
    /// The least that it may be.
    #[must_use]
    pub fn least(self) -> Option<Number> {
        self.least
    }

    /// The most that it may be.
    #[must_use]
    pub fn most(self) -> Option<Number> {
        self.most
    }

    /// How many decimals it has at most.
    #[must_use]
    pub fn decimals(self) -> u8 {
        self.decimals
    }

    fn judge(self, number: Number, said: impl Fn(Number) -> String) -> Result<(), Wrong> {
        let below = self.least.is_some_and(|least| number < least);
        let above = self.most.is_some_and(|most| number > most);
        match (self.least, self.most) {
            (Some(least), Some(most)) if below || above => Err(Wrong::Outside { from: said(least), to: said(most) }),
            (Some(least), _) if below => Err(Wrong::TooSmall { least: said(least) }),
            (_, Some(most)) if above => Err(Wrong::TooLarge { most: said(most) }),
            _ => Ok(()),
        }
    }

    /// What is said of a number with more digits than any may have.
    fn too_large(self, number: Number, said: impl Fn(Number) -> String) -> Wrong {
        let bounds = Self {
            least: Some(self.least.unwrap_or(Number::least(self.decimals))),
            most: Some(self.most.unwrap_or(Number::most(self.decimals))),
            ..self
        };
        bounds.judge(number, said).err().unwrap_or(Wrong::NoNumber)
    }
}

impl Choice {
    /// What is kept.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What it is called.
    #[must_use]
    pub fn title(&self) -> &Translated {
        &self.title
    }
}

impl Choices {
    /// So many have to be made, where the field has to be answered.
    #[must_use]
    pub fn least(&self) -> usize {
        self.least
    }

    /// The codes in the order of the choices, each once.
    fn read(&self, codes: &[Value]) -> Result<Option<Held>, Wrong> {
        let is_known = |code: &Value| self.all.iter().any(|choice| code.as_str() == Some(choice.code.as_str()));
        if !codes.iter().all(is_known) {
            return Err(Wrong::NotChosen);
        }
        let chosen = self.all.iter().filter(|choice| codes.iter().any(|code| code.as_str() == Some(&choice.code)));
        let chosen: Vec<String> = chosen.map(|choice| choice.code.clone()).collect();
        Ok(if chosen.is_empty() { None } else { Some(Held::Codes(chosen)) })
    }
}
