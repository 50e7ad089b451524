//! Fields for what is written.

use maud::{Render, html};

use crate::Field;

/// A field of one line.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    field: Field<'a>,
    value: &'a str,
    kind: TextKind,
    width: Width,
    autocomplete: Option<&'a str>,
    most_letters: Option<usize>,
}

/// What a field of one line is for: which keys a telephone shows, and nothing more. What was written is judged by who
/// reads it, with words that can be understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextKind {
    /// Anything.
    #[default]
    Plain,
    /// A whole number: keys of digits, and no arrows that change it by accident.
    Number,
    /// A number with decimals, or an amount.
    Decimal,
    /// An address of mail.
    Email,
    /// A telephone number.
    Telephone,
    /// An address of the web.
    Address,
    /// What is looked for.
    Search,
    /// A code that was sent or is on a card: digits, filled in by the telephone where it can.
    OneTimeCode,
}

/// How wide a field is: as wide as what belongs into it, so that it shows what is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// As wide as the form.
    #[default]
    Full,
    /// About twenty letters.
    Medium,
    /// About ten.
    Short,
}

/// A field of several lines.
#[derive(Clone, Copy, Debug)]
pub struct TextArea<'a> {
    field: Field<'a>,
    value: &'a str,
    rows: u16,
    most_letters: Option<usize>,
}

/// A field for a secret. It has no value to be shown again.
#[derive(Clone, Copy, Debug)]
pub struct Password<'a> {
    field: Field<'a>,
    autocomplete: &'a str,
}

impl<'a> Text<'a> {
    /// An empty one.
    #[must_use]
    pub const fn new(field: Field<'a>) -> Self {
        let (kind, width) = (TextKind::Plain, Width::Full);
        Self { field, value: "", kind, width, autocomplete: None, most_letters: None }
    }

    /// What stands in it.
    #[must_use]
    pub const fn value(self, value: &'a str) -> Self {
        Self { value, ..self }
    }

    /// What it is for.
    #[must_use]
    pub const fn kind(self, kind: TextKind) -> Self {
        Self { kind, ..self }
    }

    /// How wide it is.
    #[must_use]
    pub const fn width(self, width: Width) -> Self {
        Self { width, ..self }
    }

    /// What a browser may fill in by itself: `name`, `email`, `tel`, `street-address`, … (HTML Living Standard §4.10.18.7;
    /// WCAG 2.2, 1.3.5 asks for it where it is about the person herself).
    #[must_use]
    pub fn autocomplete(self, autocomplete: impl Into<Option<&'a str>>) -> Self {
        Self { autocomplete: autocomplete.into(), ..self }
    }

    /// More letters than these cannot be typed.
    #[must_use]
    pub fn most_letters(self, most: impl Into<Option<usize>>) -> Self {
        Self { most_letters: most.into(), ..self }
    }
}

impl TextKind {
    fn input_type(self) -> &'static str {
        match self {
            Self::Plain | Self::Number | Self::Decimal | Self::OneTimeCode => "text",
            Self::Email => "email",
            Self::Telephone => "tel",
            Self::Address => "url",
            Self::Search => "search",
        }
    }

    fn input_mode(self) -> Option<&'static str> {
        match self {
            Self::Number | Self::OneTimeCode => Some("numeric"),
            Self::Decimal => Some("decimal"),
            _ => None,
        }
    }

    fn autocomplete(self) -> Option<&'static str> {
        match self {
            Self::OneTimeCode => Some("one-time-code"),
            _ => None,
        }
    }

    /// Names, codes and addresses are no words to be corrected.
    fn spellcheck(self) -> Option<&'static str> {
        match self {
            Self::Plain | Self::Search => None,
            _ => Some("false"),
        }
    }
}

impl Width {
    fn class(self) -> Option<&'static str> {
        match self {
            Self::Full => None,
            Self::Medium => Some("medium"),
            Self::Short => Some("short"),
        }
    }
}

impl Render for Text<'_> {
    fn render_to(&self, out: &mut String) {
        let (field, kind) = (&self.field, self.kind);
        let control = html! {
            input class=[self.width.class()] id=(field.id()) name=(field.name) type=(kind.input_type()) value=(self.value)
                inputmode=[kind.input_mode()] autocomplete=[self.autocomplete.or(kind.autocomplete())]
                maxlength=[self.most_letters] spellcheck=[kind.spellcheck()]
                aria-describedby=[field.described_by()] aria-invalid=[field.invalid()];
        };
        field.around(&control).render_to(out);
    }
}

impl<'a> TextArea<'a> {
    /// An empty one of five lines.
    #[must_use]
    pub const fn new(field: Field<'a>) -> Self {
        Self { field, value: "", rows: 5, most_letters: None }
    }

    /// What stands in it.
    #[must_use]
    pub const fn value(self, value: &'a str) -> Self {
        Self { value, ..self }
    }

    /// How many lines of it are seen.
    #[must_use]
    pub const fn rows(self, rows: u16) -> Self {
        Self { rows, ..self }
    }

    /// More letters than these cannot be typed.
    #[must_use]
    pub fn most_letters(self, most: impl Into<Option<usize>>) -> Self {
        Self { most_letters: most.into(), ..self }
    }
}

impl Render for TextArea<'_> {
    fn render_to(&self, out: &mut String) {
        let field = &self.field;
        let control = html! {
            textarea id=(field.id()) name=(field.name) rows=(self.rows) maxlength=[self.most_letters]
                aria-describedby=[field.described_by()] aria-invalid=[field.invalid()] {
                // A browser drops a line break right after the tag: this one, and not one of the value.
                "\n" (self.value)
            }
        };
        field.around(&control).render_to(out);
    }
}

impl<'a> Password<'a> {
    /// The password that somebody has: password managers fill it in.
    #[must_use]
    pub const fn current(field: Field<'a>) -> Self {
        Self { field, autocomplete: "current-password" }
    }

    /// A password that somebody chooses: password managers propose one.
    #[must_use]
    pub const fn new(field: Field<'a>) -> Self {
        Self { field, autocomplete: "new-password" }
    }
}

impl Render for Password<'_> {
    fn render_to(&self, out: &mut String) {
        let field = &self.field;
        let control = html! {
            input id=(field.id()) name=(field.name) type="password" autocomplete=(self.autocomplete) spellcheck="false"
                autocapitalize="none" aria-describedby=[field.described_by()] aria-invalid=[field.invalid()];
        };
        field.around(&control).render_to(out);
    }
}
