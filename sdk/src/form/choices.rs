//! What is chosen.

use html::{Checkbox, Checked, Need};

use super::fields::Fields;
use super::item::{Control, Item, Shown};
use super::words::Wrong;
use crate::i18n::Text;

/// A value to choose: what it is, by which code it is sent, and what it is called.
#[derive(Clone, Debug)]
pub struct Choice<T> {
    value: T,
    code: String,
    label: String,
    lang: Option<String>,
    hint: Option<String>,
}

/// A field for one of several choices. It ends with [`OneOf::required`] or [`OneOf::optional`].
#[derive(Debug)]
#[must_use = "it is no field before it is read"]
pub struct OneOf<'f, 'a, T> {
    fields: &'f mut Fields<'a>,
    item: Item,
    choices: &'f [Choice<T>],
}

/// A field for any of several choices. It ends with [`AnyOf::read`].
#[derive(Debug)]
#[must_use = "it is no field before it is read"]
pub struct AnyOf<'f, 'a, T> {
    fields: &'f mut Fields<'a>,
    item: Item,
    choices: &'f [Choice<T>],
}

/// A sentence to agree to. It ends with [`Confirmation::required`] or [`Confirmation::read`].
#[derive(Debug)]
#[must_use = "it is no field before it is read"]
pub struct Confirmation<'f, 'a> {
    fields: &'f mut Fields<'a>,
    item: Item,
}

impl<T> Choice<T> {
    /// A value, its code, and what it is called.
    #[must_use]
    pub fn new(value: T, code: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value, code: code.into(), label: label.into(), lang: None, hint: None }
    }

    /// The same, called by words that may be of another language than the page.
    #[must_use]
    pub fn called(value: T, code: impl Into<String>, label: Text) -> Self {
        Self { lang: Some(label.language), ..Self::new(value, code, label.value) }
    }

    /// What helps to choose.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    fn shown(choices: &[Self]) -> Vec<Shown> {
        let shown = |one: &Self| Shown {
            code: one.code.clone(),
            label: one.label.clone(),
            lang: one.lang.clone(),
            hint: one.hint.clone(),
        };
        choices.iter().map(shown).collect()
    }
}

impl<'f, 'a, T: Clone> OneOf<'f, 'a, T> {
    pub(super) fn new(fields: &'f mut Fields<'a>, name: &str, label: &str, choices: &'f [Choice<T>]) -> Self {
        let control = Control::OneOf { choices: Choice::shown(choices), chosen: None };
        Self { fields, item: Item::new(name, label, control), choices }
    }

    /// What helps to choose.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.item.hint = Some(hint.into());
        self
    }

    /// The code of what is chosen at first.
    pub fn initially(mut self, code: impl Into<String>) -> Self {
        self.choose(Some(code.into()));
        self
    }

    /// The value.
    #[must_use]
    pub fn required(self) -> Option<T> {
        self.read(Err(Wrong::NotChosen)).flatten()
    }

    /// The value, if one was chosen.
    #[must_use]
    pub fn optional(mut self) -> Option<Option<T>> {
        self.item.need = Need::Optional;
        self.read(Ok(None))
    }

    fn read(mut self, none: Result<Option<T>, Wrong>) -> Option<Option<T>> {
        let sent = self.fields.value(&self.item.name);
        let value = match sent.as_deref() {
            None => Ok(None),
            Some("") => none,
            // What is none of them was not sent by this form: it counts as not chosen.
            Some(code) => match self.choices.iter().find(|choice| choice.code == code) {
                Some(choice) => Ok(Some(choice.value.clone())),
                None => Err(Wrong::NotChosen),
            },
        };
        if let Some(code) = sent {
            self.choose(Some(code.into_owned()));
        }
        let value = self.fields.judge(&mut self.item, value);
        self.fields.add(self.item);
        value
    }

    fn choose(&mut self, code: Option<String>) {
        if let Control::OneOf { chosen, .. } = &mut self.item.control {
            *chosen = code;
        }
    }
}

impl<'f, 'a, T: Clone> AnyOf<'f, 'a, T> {
    pub(super) fn new(fields: &'f mut Fields<'a>, name: &str, label: &str, choices: &'f [Choice<T>]) -> Self {
        let control = Control::AnyOf { choices: Choice::shown(choices), chosen: Vec::new() };
        let mut item = Item::new(name, label, control);
        item.need = Need::Optional;
        Self { fields, item, choices }
    }

    /// What helps to choose.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.item.hint = Some(hint.into());
        self
    }

    /// The codes of what is chosen at first.
    pub fn initially(mut self, codes: &[&str]) -> Self {
        self.choose(codes.iter().map(|code| (*code).to_owned()).collect());
        self
    }

    /// At least one of them has to be chosen.
    pub fn at_least_one(mut self) -> Self {
        self.item.need = Need::Required;
        self
    }

    /// The values, in the order of the choices, each once.
    #[must_use]
    pub fn read(mut self) -> Option<Vec<T>> {
        let sent = self.fields.values(&self.item.name);
        let codes = sent.clone().unwrap_or_default();
        let chosen = self.choices.iter().filter(|choice| codes.contains(&choice.code.as_str()));
        let (mut values, mut known) = (Vec::new(), Vec::new());
        for choice in chosen {
            values.push(choice.value.clone());
            known.push(choice.code.clone());
        }
        let unknown = codes.iter().any(|code| !known.iter().any(|one| one == code));
        let wrong = unknown || (values.is_empty() && self.item.need == Need::Required);
        if sent.is_some() {
            self.choose(known);
        }
        let value = self.fields.judge(&mut self.item, if wrong { Err(Wrong::NotChosen) } else { Ok(values) });
        self.fields.add(self.item);
        value
    }

    fn choose(&mut self, codes: Vec<String>) {
        if let Control::AnyOf { chosen, .. } = &mut self.item.control {
            *chosen = codes;
        }
    }
}

impl<'f, 'a> Confirmation<'f, 'a> {
    pub(super) fn new(fields: &'f mut Fields<'a>, item: Item) -> Self {
        Self { fields, item }
    }

    /// What helps to decide.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.item.hint = Some(hint.into());
        self
    }

    /// Whether it is checked at first.
    pub fn initially(mut self, checked: Checked) -> Self {
        self.item.control = Control::Confirmation(checked);
        self
    }

    /// That it was agreed to.
    #[must_use]
    pub fn required(self) -> Option<()> {
        self.judged(|checked| if checked == Checked::Yes { Ok(()) } else { Err(Wrong::NotAgreed) })
    }

    /// Whether it was agreed to.
    #[must_use]
    pub fn read(self) -> Option<Checked> {
        self.judged(Ok)
    }

    fn judged<T>(mut self, judge: impl FnOnce(Checked) -> Result<T, Wrong>) -> Option<T> {
        let sent = self.fields.value(&self.item.name);
        let checked = if sent.as_deref() == Some(Checkbox::VALUE) { Checked::Yes } else { Checked::No };
        if sent.is_some() {
            self.item.control = Control::Confirmation(checked);
        }
        let value = self.fields.judge(&mut self.item, judge(checked));
        self.fields.add(self.item);
        value
    }
}
