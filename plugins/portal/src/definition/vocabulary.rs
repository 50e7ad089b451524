//! The words that all entities share: sectors, events of life and of business, and the concepts that questions are about.
//!
//! Concepts have one code, whatever a form calls them, so that two entities that ask for the same thing are seen to.

use std::sync::LazyLock;

use sdk::Translated;
use sdk::text::fold;
use serde::{Deserialize, Serialize};

use super::Code;

/// The shared vocabulary.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vocabulary {
    /// One-stop shops.
    pub sectors: Vec<Sector>,
    /// Events that lead people to procedures.
    pub events: Vec<Event>,
}

/// A one-stop shop: what belongs together for people, whichever entity does it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sector {
    /// Its code.
    pub code: Code,
    /// What it is called.
    pub title: Translated,
    /// What is found there.
    pub summary: Translated,
}

/// An event of a life or of a business.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its code.
    pub code: Code,
    /// Of which kind it is.
    pub kind: EventKind,
    /// What it is called, as people say it.
    pub title: Translated,
    /// What it means here.
    pub summary: Translated,
}

/// Kinds of events, as CPSV-AP 3.2 tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// Of somebody's life.
    Life,
    /// Of a business.
    Business,
}

/// Something that a question can be about.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concept {
    /// Its code: `person.birth-date`.
    pub code: String,
    /// What it is.
    pub title: Translated,
    /// What forms call it, in any language: a question with one of these words in front of it asks for this.
    pub words: Vec<String>,
}

impl Vocabulary {
    /// The vocabulary that this plugin was built with, read once for all calls.
    ///
    /// # Panics
    /// Never: the tests read it.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Vocabulary> = LazyLock::new(|| {
            sdk::json::read(include_bytes!("../vocabulary/subjects.json"))
                .expect("the vocabulary reads: a test holds it to that")
        });
        &SHARED
    }

    /// A sector by its code.
    #[must_use]
    pub fn sector(&self, code: &str) -> Option<&Sector> {
        self.sectors.iter().find(|sector| sector.code == code)
    }

    /// An event by its code.
    #[must_use]
    pub fn event(&self, code: &str) -> Option<&Event> {
        self.events.iter().find(|event| event.code == code)
    }
}

impl Concept {
    /// The concepts that this plugin was built with, read once for all calls.
    ///
    /// # Panics
    /// Never: the tests read them.
    #[must_use]
    pub fn shared() -> &'static [Self] {
        static SHARED: LazyLock<Vec<Concept>> = LazyLock::new(|| {
            sdk::json::read(include_bytes!("../vocabulary/concepts.json"))
                .expect("the concepts read: a test holds them to that")
        });
        &SHARED
    }

    /// Whether a question with this label asks for it, whatever it says that it asks for: the label has one of its words,
    /// with or without accents, as whole words.
    #[must_use]
    pub fn is_meant_by(&self, label: &str) -> bool {
        Called::of(self).is_in(&Label::of(label))
    }
}

/// What forms call a concept, made comparable: once, for all labels that it is looked for in.
pub(super) struct Called<'c> {
    pub(super) concept: &'c Concept,
    words: Vec<String>,
}

/// A label, made comparable.
pub(super) struct Label(String);

impl<'c> Called<'c> {
    pub(super) fn of(concept: &'c Concept) -> Self {
        Self { concept, words: concept.words.iter().map(|word| format!(" {} ", words(word))).collect() }
    }

    pub(super) fn is_in(&self, label: &Label) -> bool {
        self.words.iter().any(|word| label.0.contains(word.as_str()))
    }
}

impl Label {
    pub(super) fn of(label: &str) -> Self {
        Self(format!(" {} ", words(label)))
    }
}

/// The words of a text, folded, parted by one space.
fn words(text: &str) -> String {
    let folded = fold(text);
    let words: Vec<&str> =
        folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}
