//! What a form remembers of a field, to show it when all are named.

use html::{
    Checkbox, Checkboxes, Checked, DateInput, DateParts, Field, File, Files, Hidden, Language, Markup, Need, Password,
    Radios, Render, Select, Text, TextArea, TextKind, Width, html,
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
    Known(Vec<(Markup, Markup)>),
    Item(Item),
}

/// A field.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) label: String,
    /// The language that it is called in, where that may be another than the page's.
    pub(super) lang: Option<String>,
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
    pub(super) lang: Option<String>,
    pub(super) hint: Option<String>,
}

impl Shown {
    fn choice(&self, language: Language) -> html::Choice<'_> {
        let lang = marked(self.lang.as_deref(), language);
        html::Choice { hint: self.hint.as_deref(), ..html::Choice::new(&self.code, &self.label) }.lang(lang)
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
            Self::Known(lines) => html! {
                dl .summary { @for (label, value) in lines { div { dt { (label) } dd { (value) } } } }
            },
            Self::Item(item) => item.render(language),
        }
    }
}

impl Item {
    pub(super) fn new(name: &str, label: &str, control: Control) -> Self {
        let (name, label) = (name.to_owned(), label.to_owned());
        Self { name, label, lang: None, hint: None, error: None, need: Need::Required, control }
    }

    fn render(&self, language: Language) -> Markup {
        let field = Field::new(&self.name, &self.label).hint(self.hint.as_deref()).error(self.error.as_deref());
        let field = field.need(self.need).language(language).lang(marked(self.lang.as_deref(), language));
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
            Control::OneOf { choices, chosen } => one_of(field, &shown(choices, language), chosen.as_deref()),
            Control::AnyOf { choices, chosen } => {
                let chosen: Vec<&str> = chosen.iter().map(String::as_str).collect();
                Checkboxes::new(field, &shown(choices, language)).chosen(&chosen).render()
            }
            Control::Confirmation(checked) => Checkbox::new(field).checked(*checked).render(),
            Control::Files { files, accept } => File::new(field).files(*files).accept(accept.as_deref()).render(),
        }
    }
}

fn one_of(field: Field<'_>, choices: &[html::Choice<'_>], chosen: Option<&str>) -> Markup {
    if choices.len() > MOST_RADIOS {
        Select::new(field, choices).chosen(chosen).render()
    } else {
        Radios::new(field, choices).chosen(chosen).render()
    }
}

fn shown(choices: &[Shown], language: Language) -> Vec<html::Choice<'_>> {
    choices.iter().map(|choice| choice.choice(language)).collect()
}

/// The language of words, where they have to say it: a page whose fixed words are borrowed is marked by the language of these,
/// so on it what is in its own language says so too.
fn marked(lang: Option<&str>, language: Language) -> Option<&str> {
    lang.filter(|lang| *lang != language.code() || language.borrowed_from().is_some())
}
