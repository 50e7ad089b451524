//! What a form remembers of a field, to show it when all are named.

use html::{
    Checkbox, Checkboxes, Checked, DateInput, DateParts, Field, File, Files, Hidden, Language, Markup, Need, Password,
    Radios, Render, Select, Summary, Text, TextArea, TextKind, Width, html,
};

/// A part of a form.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Section(String),
    Hidden {
        name: String,
        value: String,
    },
    /// What is known already, by its name.
    Known(Vec<(String, Markup)>),
    Item(Item),
}

/// A field.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) hint: Option<String>,
    pub(super) error: Option<String>,
    pub(super) need: Need,
    pub(super) control: Control,
}

/// How a field is filled in, and what stands in it.
#[derive(Clone, Debug)]
pub(super) enum Control {
    Line { value: String, kind: TextKind, width: Width, autocomplete: Option<&'static str>, most: usize },
    Lines { value: String, rows: u16, most: usize },
    Password { autocomplete: Secret },
    Date { parts: [String; 3], asks: Asks },
    OneOf { choices: Vec<Shown>, chosen: Option<String> },
    AnyOf { choices: Vec<Shown>, chosen: Vec<String> },
    Confirmation(Checked),
    Files { files: Files, accept: Option<String> },
}

/// Whose password it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Secret {
    Current,
    New,
}

/// What a date is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    AnyDay,
    Birthday,
}

/// A choice without its value.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) code: String,
    pub(super) label: String,
    pub(super) hint: Option<String>,
}

impl Shown {
    fn choice(&self) -> html::Choice<'_> {
        html::Choice { value: &self.code, label: &self.label, hint: self.hint.as_deref() }
    }
}

/// So many choices are seen at once; more of them are a list to choose from.
const MOST_RADIOS: usize = 7;

impl Part {
    pub(super) fn item_mut(&mut self) -> Option<&mut Item> {
        if let Self::Item(item) = self { Some(item) } else { None }
    }

    pub(super) fn render(&self, language: Language) -> Markup {
        match self {
            Self::Section(title) => html! { h2 { (title) } },
            Self::Hidden { name, value } => html! { (Hidden::new(name, value)) },
            Self::Known(lines) => {
                lines.iter().fold(Summary::new(), |summary, (label, value)| summary.row(label, value)).render()
            }
            Self::Item(item) => item.render(language),
        }
    }
}

impl Item {
    pub(super) fn new(name: &str, label: &str, control: Control) -> Self {
        let (name, label) = (name.to_owned(), label.to_owned());
        Self { name, label, hint: None, error: None, need: Need::Required, control }
    }

    fn render(&self, language: Language) -> Markup {
        let field = Field::new(&self.name, &self.label).hint(self.hint.as_deref()).error(self.error.as_deref());
        let field = field.need(self.need).language(language);
        match &self.control {
            Control::Line { value, kind, width, autocomplete, most } => {
                let text = Text::new(field).value(value).kind(*kind).width(*width);
                text.autocomplete(*autocomplete).most_letters(*most).render()
            }
            Control::Lines { value, rows, most } => {
                TextArea::new(field).value(value).rows(*rows).most_letters(*most).render()
            }
            Control::Password { autocomplete: Secret::Current } => Password::current(field).render(),
            Control::Password { autocomplete: Secret::New } => Password::new(field).render(),
            Control::Date { parts: [day, month, year], asks } => {
                let date = DateInput::new(field).value(DateParts { day, month, year });
                if *asks == Asks::Birthday { date.birthday().render() } else { date.render() }
            }
            Control::OneOf { choices, chosen } => one_of(field, choices, chosen.as_deref()),
            Control::AnyOf { choices, chosen } => {
                let chosen: Vec<&str> = chosen.iter().map(String::as_str).collect();
                Checkboxes::new(field, &shown(choices)).chosen(&chosen).render()
            }
            Control::Confirmation(checked) => Checkbox::new(field).checked(*checked).render(),
            Control::Files { files, accept } => File::new(field).files(*files).accept(accept.as_deref()).render(),
        }
    }
}

fn one_of(field: Field<'_>, choices: &[Shown], chosen: Option<&str>) -> Markup {
    let shown = shown(choices);
    if choices.len() > MOST_RADIOS {
        Select::new(field, &shown).chosen(chosen).render()
    } else {
        Radios::new(field, &shown).chosen(chosen).render()
    }
}

fn shown(choices: &[Shown]) -> Vec<html::Choice<'_>> {
    choices.iter().map(Shown::choice).collect()
}
