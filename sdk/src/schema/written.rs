//! Writes a schema as it is read, in one form.

use html::{Language, Need};
use serde_json::{Map, Value, json};

use super::field::{Field, Origin};
use super::kind::{Choice, Day, Days, Kind, Letters, Span};
use super::mask::Mask;
use super::wire::{self, Said, Translations};
use super::{DIALECT, Schema};
use crate::Translated;

/// An object as it grows.
#[derive(Default)]
pub(super) struct Keywords(pub(super) Map<String, Value>);

impl Keywords {
    pub(super) fn with(mut self, keyword: &str, value: impl Into<Value>) -> Self {
        self.0.insert(keyword.to_owned(), value.into());
        self
    }

    pub(super) fn with_some(self, keyword: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(keyword, value),
            None => self,
        }
    }
}

impl Schema {
    /// The description that this was read from, in one form: read again, it is the same.
    #[must_use]
    pub fn written(&self) -> Value {
        let properties: Map<String, Value> =
            self.fields.iter().map(|field| (field.name.clone(), field.written())).collect();
        let required = self.fields.iter().filter(|field| field.need == Need::Required).map(Field::name);
        let names = self.fields.iter().map(Field::name);
        let order = (!names.clone().is_sorted()).then(|| names.collect::<Value>());
        let keywords =
            Keywords::default().with("$schema", DIALECT).with("type", "object").with("properties", properties);
        keywords.with("required", required.collect::<Value>()).with_some("x-order", order).0.into()
    }
}

impl Field {
    fn written(&self) -> Value {
        let description = self.description.as_ref();
        let translations = translations(&self.title, description);
        let keywords = self.kind.written();
        let keywords = match &self.origin {
            Origin::Asked => keywords,
            Origin::Calculated(formula) => keywords.with("readOnly", true).with("x-formula", formula.as_str()),
            Origin::Brought(code) => keywords.with("readOnly", true).with("x-source", code.as_str()),
        };
        let keywords = keywords
            .with("title", self.title.in_language(Language::Spanish))
            .with_some("description", description.map(|words| words.in_language(Language::Spanish)))
            .with_some("x-translations", (!translations.is_empty()).then(|| json!(translations)))
            .with_some("x-concept", self.concept.as_deref())
            .with_some("x-when", self.when.as_ref().map(super::Condition::written));
        keywords.0.into()
    }
}

impl Kind {
    fn written(&self) -> Keywords {
        let keywords = Keywords::default();
        match self {
            Self::Line(letters) => letters.written(),
            Self::Lines(letters) => letters.written().with("x-lines", true),
            Self::Mask(masks) => {
                keywords.with("type", "string").with("x-masks", masks.iter().map(Mask::as_str).collect::<Value>())
            }
            Self::Email => keywords.with("type", "string").with("format", "email"),
            Self::Telephone => keywords.with("type", "string").with("x-telephone", true),
            Self::Date(days) => days.written(),
            Self::Integer(span) => span.written("integer"),
            Self::Decimal(span) => span.written("number").with("x-decimals", span.decimals),
            Self::Money(span) => span.written("integer").with("x-money", true),
            Self::Choice(choices) => keywords.with("type", "string").with("oneOf", json!(wire_choices(choices))),
            Self::Choices(choices) => {
                let items = json!(wire::Items { one_of: wire_choices(&choices.all) });
                let least = (choices.least > 1).then_some(choices.least);
                let keywords = keywords.with("type", "array").with("items", items).with("uniqueItems", true);
                keywords.with_some("minItems", least)
            }
            Self::Check => keywords.with("type", "boolean"),
            Self::Consent => keywords.with("type", "boolean").with("const", true),
        }
    }
}

impl Letters {
    fn written(self) -> Keywords {
        let least = (self.least > 0).then_some(self.least);
        Keywords::default().with("type", "string").with_some("minLength", least).with("maxLength", self.most)
    }
}

impl Days {
    fn written(self) -> Keywords {
        let day = |day: Day| match day {
            Day::Today => "today".to_owned(),
            Day::Fixed(date) => date.to_string(),
        };
        let keywords = Keywords::default().with("type", "string").with("format", "date");
        keywords.with_some("x-not-before", self.first.map(day)).with_some("x-not-after", self.last.map(day))
    }
}

impl Span {
    fn written(self, kind: &str) -> Keywords {
        let (least, most) = (self.least.map(super::Number::json), self.most.map(super::Number::json));
        Keywords::default().with("type", kind).with_some("minimum", least).with_some("maximum", most)
    }
}

fn wire_choices(choices: &[Choice]) -> Vec<wire::Choice> {
    let choice = |choice: &Choice| wire::Choice {
        code: choice.code.clone(),
        title: choice.title.in_language(Language::Spanish).to_owned(),
        translations: translations(&choice.title, None),
    };
    choices.iter().map(choice).collect()
}

/// What is said in the languages other than Spanish.
fn translations(title: &Translated, description: Option<&Translated>) -> Translations {
    let mut translations = Translations::new();
    let own = |words: &Translated, language| {
        let has_own = words.languages().any(|own| own == language);
        has_own.then(|| words.in_language(language).to_owned())
    };
    for language in Language::ALL.into_iter().filter(|language| *language != Language::Spanish) {
        let said =
            Said { title: own(title, language), description: description.and_then(|words| own(words, language)) };
        if said.title.is_some() || said.description.is_some() {
            translations.insert(language.code().to_owned(), said);
        }
    }
    translations
}
