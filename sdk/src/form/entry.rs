//! What is typed.

use std::ops::RangeInclusive;

use html::{Need, TextKind, Width};

use super::fields::Fields;
use super::item::{Control, Item};
use super::words::Wrong;
use crate::money::{Money, whole_number};

/// A field to type in. It ends with what it reads: [`Entry::text`], [`Entry::number`], … Spaces around it do not count.
#[derive(Debug)]
#[must_use = "it is no field before it is read"]
pub struct Entry<'f, 'a> {
    fields: &'f mut Fields<'a>,
    item: Item,
    missing: Option<String>,
}

/// The same for what need not be given: nothing was wrong with nothing.
#[derive(Debug)]
#[must_use = "it is no field before it is read"]
pub struct OptionalEntry<'f, 'a>(Entry<'f, 'a>);

/// Whether a text has line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    OneLine,
    Lines,
}

/// RFC 5321 §4.5.3.1.3, less the brackets.
pub(crate) const MOST_LETTERS_OF_EMAIL: usize = 254;
/// ITU-T E.164, with the plus.
pub(crate) const DIGITS_OF_TELEPHONE: RangeInclusive<usize> = 7..=15;

impl<'f, 'a> Entry<'f, 'a> {
    pub(super) fn new(fields: &'f mut Fields<'a>, item: Item) -> Self {
        Self { fields, item, missing: None }
    }

    /// What helps to fill it in.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.item.hint = Some(hint.into());
        self
    }

    /// What stands in it at first.
    pub fn initially(mut self, initial: impl Into<String>) -> Self {
        *self.value_mut() = initial.into();
        self
    }

    /// What is said if it is left empty, in place of the usual words.
    pub fn missing(mut self, sentence: impl Into<String>) -> Self {
        self.missing = Some(sentence.into());
        self
    }

    /// How many letters it has at most; 200, and 5,000 in several lines, if nothing is said.
    pub fn most_letters(mut self, letters: usize) -> Self {
        if let Control::Line { most, .. } | Control::Lines { most, .. } = &mut self.item.control {
            *most = letters;
        }
        self
    }

    /// Which keys a telephone shows. A number, an amount, an address of mail and a telephone number have theirs by what they
    /// are read as.
    pub fn kind(mut self, wanted: TextKind) -> Self {
        if let Control::Line { kind, .. } = &mut self.item.control {
            *kind = wanted;
        }
        self
    }

    /// How wide it is.
    pub fn width(mut self, wanted: Width) -> Self {
        if let Control::Line { width, .. } = &mut self.item.control {
            *width = wanted;
        }
        self
    }

    /// How many of its lines are seen.
    pub fn rows(mut self, wanted: u16) -> Self {
        if let Control::Lines { rows, .. } = &mut self.item.control {
            *rows = wanted;
        }
        self
    }

    /// What a browser may fill in about the person herself: `name`, `street-address`, … An address of mail and a telephone
    /// number are taken for hers, unless `off` says that they are somebody else's.
    pub fn autocomplete(mut self, token: &'static str) -> Self {
        if let Control::Line { autocomplete, .. } = &mut self.item.control {
            *autocomplete = Some(token);
        }
        self
    }

    /// It need not be given.
    pub fn optional(mut self) -> OptionalEntry<'f, 'a> {
        self.item.need = Need::Optional;
        OptionalEntry(self)
    }

    /// The text.
    #[must_use]
    pub fn text(self) -> Option<String> {
        self.read(|text| Ok(text.to_owned()))
    }

    /// A whole number in a range.
    #[must_use]
    pub fn number(self, range: RangeInclusive<i64>) -> Option<i64> {
        self.for_numbers().read(|text| number(text, &range))
    }

    /// An amount in a range.
    #[must_use]
    pub fn money(self, range: RangeInclusive<Money>) -> Option<Money> {
        self.for_amounts().read(|text| money(text, &range))
    }

    /// An address of mail.
    #[must_use]
    pub fn email(self) -> Option<String> {
        self.for_email().read(email)
    }

    /// A telephone number, with its digits and a plus only.
    #[must_use]
    pub fn telephone(self) -> Option<String> {
        self.for_telephone().read(telephone)
    }

    /// What an author reads, who says what is wrong in a sentence.
    pub fn parse<T>(self, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        self.read(|text| parse(text).map_err(Wrong::Said))
    }

    pub(crate) fn read<T>(self, parse: impl FnOnce(&str) -> Result<T, Wrong>) -> Option<T> {
        let missing = self.missing.clone();
        let value = self.read_given(|text| Ok(Some(parse(text)?)), || Err(missing.map_or(Wrong::Missing, Wrong::Said)));
        value.flatten()
    }

    fn read_given<T>(
        mut self,
        parse: impl FnOnce(&str) -> Result<Option<T>, Wrong>,
        empty: impl FnOnce() -> Result<Option<T>, Wrong>,
    ) -> Option<Option<T>> {
        let text = self.fields.value(&self.item.name).map(|text| cleaned(&text, self.layout()));
        let value = match &text {
            None => Ok(None),
            Some(text) if text.is_empty() => empty(),
            Some(text) => self.measure(text).and_then(|()| parse(text)),
        };
        if let Some(text) = text {
            *self.value_mut() = text;
        }
        let value = self.fields.judge(&mut self.item, value);
        self.fields.add(self.item);
        value
    }

    fn layout(&self) -> Layout {
        if matches!(self.item.control, Control::Line { .. }) { Layout::OneLine } else { Layout::Lines }
    }

    fn measure(&self, text: &str) -> Result<(), Wrong> {
        let (Control::Line { most, .. } | Control::Lines { most, .. }) = self.item.control else { return Ok(()) };
        let letters = text.chars().count();
        if letters > most { Err(Wrong::TooLong { letters, most }) } else { Ok(()) }
    }

    fn value_mut(&mut self) -> &mut String {
        match &mut self.item.control {
            Control::Line { value, .. } | Control::Lines { value, .. } => value,
            _ => unreachable!("an entry is a line, or lines"),
        }
    }

    pub(crate) fn for_numbers(self) -> Self {
        self.kind(TextKind::Number).usually(Width::Short, None)
    }

    pub(crate) fn for_amounts(self) -> Self {
        self.kind(TextKind::Decimal).usually(Width::Medium, None)
    }

    fn for_email(self) -> Self {
        self.kind(TextKind::Email).most_letters(MOST_LETTERS_OF_EMAIL).usually(Width::Full, Some("email"))
    }

    fn for_telephone(self) -> Self {
        self.kind(TextKind::Telephone).usually(Width::Medium, Some("tel"))
    }

    /// How wide it is, and what a browser fills in, where the author said nothing of it.
    fn usually(mut self, usual_width: Width, usual_token: Option<&'static str>) -> Self {
        if let Control::Line { width, autocomplete, .. } = &mut self.item.control {
            *width = if *width == Width::Full { usual_width } else { *width };
            *autocomplete = autocomplete.or(usual_token);
        }
        self
    }
}

impl OptionalEntry<'_, '_> {
    /// The text.
    #[must_use]
    pub fn text(self) -> Option<Option<String>> {
        self.read(|text| Ok(text.to_owned()))
    }

    /// A whole number in a range.
    #[must_use]
    pub fn number(self, range: RangeInclusive<i64>) -> Option<Option<i64>> {
        Self(self.0.for_numbers()).read(|text| number(text, &range))
    }

    /// An amount in a range.
    #[must_use]
    pub fn money(self, range: RangeInclusive<Money>) -> Option<Option<Money>> {
        Self(self.0.for_amounts()).read(|text| money(text, &range))
    }

    /// An address of mail.
    #[must_use]
    pub fn email(self) -> Option<Option<String>> {
        Self(self.0.for_email()).read(email)
    }

    /// A telephone number, with its digits and a plus only.
    #[must_use]
    pub fn telephone(self) -> Option<Option<String>> {
        Self(self.0.for_telephone()).read(telephone)
    }

    /// What an author reads, who says what is wrong in a sentence.
    pub fn parse<T>(self, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<Option<T>> {
        self.read(|text| parse(text).map_err(Wrong::Said))
    }

    pub(crate) fn read<T>(self, parse: impl FnOnce(&str) -> Result<T, Wrong>) -> Option<Option<T>> {
        self.0.read_given(|text| parse(text).map(Some), || Ok(None))
    }
}

/// The text without spaces around it, and without letters that are not seen: in one line, a line break is a space.
pub(crate) fn cleaned(text: &str, layout: Layout) -> String {
    let letter = |letter: char| match letter {
        '\n' if layout == Layout::Lines => Some('\n'),
        '\t' | '\n' => Some(' '),
        other if other.is_control() => None,
        other => Some(other),
    };
    text.chars().filter_map(letter).collect::<String>().trim().to_owned()
}

/// Digits may be apart by points or spaces, as people write thousands.
fn number(text: &str, range: &RangeInclusive<i64>) -> Result<i64, Wrong> {
    let (minus, digits) = text.strip_prefix(['-', '−']).map_or((1, text), |digits| (-1, digits));
    let number = whole_number(digits).ok_or(Wrong::NoNumber)? * minus;
    if range.contains(&number) { Ok(number) } else { Err(Wrong::outside(range.start(), range.end())) }
}

fn money(text: &str, range: &RangeInclusive<Money>) -> Result<Money, Wrong> {
    let amount = Money::read(text).ok_or(Wrong::NoAmount)?;
    if range.contains(&amount) { Ok(amount) } else { Err(Wrong::outside(range.start(), range.end())) }
}

/// Only what can be no address: whether mail arrives is found out by sending some.
pub(crate) fn email(text: &str) -> Result<String, Wrong> {
    let fits = text.split_once('@').is_some_and(|(local, domain)| {
        let labels =
            domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
        !local.is_empty() && domain.contains('.') && labels
    });
    let plain = !text.contains([' ', ',', ';', '<', '>', '(', ')', '"', '\\']) && text.matches('@').count() == 1;
    if fits && plain { Ok(text.to_owned()) } else { Err(Wrong::NoEmail) }
}

/// Its digits, with the plus that it may have begun with.
pub(crate) fn telephone(text: &str) -> Result<String, Wrong> {
    let plain: String = text.chars().filter(|letter| !matches!(letter, ' ' | '-' | '.' | '(' | ')' | '/')).collect();
    let digits = plain.strip_prefix('+').unwrap_or(&plain);
    let fits = DIGITS_OF_TELEPHONE.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if fits { Ok(plain) } else { Err(Wrong::NoTelephone) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let any = i64::MIN..=i64::MAX;
        for (text, value) in [("12", 12), ("1.234", 1_234), ("1 234", 1_234), ("-3", -3), ("007", 7)] {
            assert_eq!(number(text, &any), Ok(value), "{text}");
        }
        for text in ["1,5", "1.5", "1.50", "x", "1e3", "٣", "99999999999999999999"] {
            assert_eq!(number(text, &any), Err(Wrong::NoNumber), "{text}");
        }
        assert_eq!(number("11", &(1..=10)), Err(Wrong::outside(1, 10)));
    }

    #[test]
    fn addresses_and_numbers_that_can_be_none_are_refused() {
        for text in ["ana@gob.bo", "a.b+c@x.y.bo"] {
            assert_eq!(email(text).as_deref(), Ok(text));
        }
        for text in ["", "ana", "@gob.bo", "ana@", "ana@bo", "a b@gob.bo", "a@b@c.bo", "a@-x.bo", "a@x..bo", "<a@x.bo>"]
        {
            assert_eq!(email(text), Err(Wrong::NoEmail), "{text}");
        }
        assert_eq!(telephone("+591 (7) 123-4567").as_deref(), Ok("+59171234567"));
        for text in ["123456", "1234567890123456", "71234x67", "++5917123456", ""] {
            assert_eq!(telephone(text), Err(Wrong::NoTelephone), "{text}");
        }
    }
}
