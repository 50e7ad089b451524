//! A catalogue: the texts of several languages by name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use html::Language;
use unic_langid::LanguageIdentifier;

use crate::argument::{Argument, EXACT};
use crate::check::{Whole, check, compare};
use crate::entries::{Entries, entries};
use crate::format;
use crate::problem::{CatalogueError, Problem, Rule};
use crate::source::Source;

/// The texts of several languages by name. A name is that of a message of Fluent, or of an attribute of one: `due`,
/// `due.subject`.
pub struct Catalogue {
    languages: Vec<Translation>,
    variables: BTreeMap<String, BTreeSet<String>>,
}

/// Why there is no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// No file has the text.
    #[error("there is no text {id}: its names are those of the Spanish file")]
    NoSuchText {
        /// The name.
        id: String,
    },
    /// The text says something that it was not given.
    #[error("the text {id} has the variable ${variable}, for which there is no argument")]
    NoArgument {
        /// The name.
        id: String,
        /// The variable.
        variable: String,
    },
}

struct Translation {
    language: Language,
    own: BTreeSet<String>,
    /// Its own texts over the Spanish ones.
    bundle: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// Reads a catalogue from the files of its languages, in Fluent's syntax, and checks it.
    ///
    /// # Errors
    /// [`CatalogueError`] with everything that is wrong, by file, line and [`Rule`].
    pub fn read(files: &[(Language, &str)]) -> Result<Self, CatalogueError> {
        let sources: Vec<Source<'_>> = files.iter().map(|&(language, text)| Source { language, text }).collect();
        let Some(spanish) = sources.iter().find(|source| source.language == Language::Spanish) else {
            return Err(CatalogueError::of(vec![Problem {
                language: Language::Spanish,
                line: 1,
                rule: Rule::NoSpanish,
            }]));
        };
        for (index, source) in sources.iter().enumerate() {
            if sources[..index].iter().any(|before| before.language == source.language) {
                return Err(CatalogueError::of(vec![source.problem(1, Rule::TwoFiles)]));
            }
        }
        let original = parsed(*spanish).map_err(CatalogueError::of)?;
        let wholes = check(Language::Spanish, &original, None).map_err(CatalogueError::of)?;
        let (mut languages, mut problems) = (Vec::new(), Vec::new());
        for source in &sources {
            match translation(*source, *spanish, &original, &wholes) {
                Ok(translation) => languages.push(translation),
                Err(found) => problems.extend(found),
            }
        }
        if !problems.is_empty() {
            return Err(CatalogueError::of(problems));
        }
        languages.sort_by_key(|translation| Language::ALL.iter().position(|other| *other == translation.language));
        let variables = wholes.into_iter().filter(|(id, _)| !id.starts_with('-'));
        let variables = variables.map(|(id, whole)| (id, whole.variables)).collect();
        Ok(Self { languages, variables })
    }

    /// The catalogue of files that are compiled in, which a test of the crate that has them reads first.
    ///
    /// # Panics
    /// When they cannot be used: then no build of the program could.
    #[must_use]
    pub fn embedded(files: &[(Language, &'static str)]) -> Self {
        match Self::read(files) {
            Ok(catalogue) => catalogue,
            Err(error) => panic!("{error}"),
        }
    }

    /// The text `id` in `language`, or in Spanish if it is not in that one, with its variables put in. What no variable
    /// asks for is passed over.
    ///
    /// # Errors
    /// [`TextError`] when there is no such text, or when it has a variable that is not given.
    pub fn text(&self, language: Language, id: &str, arguments: &[Argument]) -> Result<String, TextError> {
        let no_such_text = || TextError::NoSuchText { id: id.to_owned() };
        let variables = self.variables.get(id).ok_or_else(no_such_text)?;
        if let Some(variable) = variables.iter().find(|name| !arguments.iter().any(|given| given.name() == *name)) {
            return Err(TextError::NoArgument { id: id.to_owned(), variable: variable.clone() });
        }
        let spoken = self.language_of(language, id);
        let translation = self.languages.iter().find(|other| other.language == spoken).ok_or_else(no_such_text)?;
        let given = arguments.iter().map(|argument| (argument.name(), argument.value().fluent(spoken)));
        translation.format(id, &given.collect()).ok_or_else(no_such_text)
    }

    /// The language that [`Catalogue::text`] gives for `language`: itself, or Spanish where it has no such text. Assistive
    /// technology has to be told (WCAG 2.2, 3.1.2).
    #[must_use]
    pub fn language_of(&self, language: Language, id: &str) -> Language {
        let has = |other: &&Translation| other.language == language && other.own.contains(id);
        self.languages.iter().find(has).map_or(Language::Spanish, |translation| translation.language)
    }

    /// The languages that there are files of, in the order in which they are offered.
    pub fn languages(&self) -> impl Iterator<Item = Language> {
        self.languages.iter().map(|translation| translation.language)
    }

    /// The names of all texts.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }

    /// The names of the texts that are not in `language`, and are shown in Spanish.
    pub fn missing(&self, language: Language) -> impl Iterator<Item = &str> {
        let own = self.languages.iter().find(|translation| translation.language == language);
        let own = own.map(|translation| &translation.own);
        self.ids().filter(move |id| own.is_none_or(|own| !own.contains(*id)))
    }

    /// The variables of a text, with those of what it refers to; nothing, if there is no such text.
    #[must_use]
    pub fn variables(&self, id: &str) -> Option<impl Iterator<Item = &str>> {
        self.variables.get(id).map(|names| names.iter().map(String::as_str))
    }
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let languages: Vec<_> = self.languages().collect();
        f.debug_struct("Catalogue").field("languages", &languages).field("texts", &self.variables.len()).finish()
    }
}

impl Translation {
    fn format(&self, id: &str, arguments: &FluentArgs<'_>) -> Option<String> {
        let (name, attribute) = id.split_once('.').map_or((id, None), |(name, attribute)| (name, Some(attribute)));
        let message = self.bundle.get_message(name)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        // The checks leave nothing that could go wrong here; what still did would stand in the text as a name in braces.
        let mut errors = Vec::new();
        Some(self.bundle.format_pattern(pattern, Some(arguments), &mut errors).into_owned())
    }
}

fn parsed(source: Source<'_>) -> Result<Entries<'_>, Vec<Problem>> {
    entries(source, &source.parse()?)
}

fn translation(
    source: Source<'_>,
    spanish: Source<'_>,
    original: &Entries<'_>,
    wholes: &BTreeMap<String, Whole>,
) -> Result<Translation, Vec<Problem>> {
    let entries = parsed(source)?;
    let fallback = (source.language != Language::Spanish).then_some(original);
    let here = check(source.language, &entries, fallback)?;
    let problems = compare(source.language, &entries, &here, wholes);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut bundle = FluentBundle::new_concurrent(vec![plural_rules(source.language)]);
    // The marks would make an SMS of 70 characters of one of 160; arguments that need them bring them.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) if number.value.fract() == 0.0 && number.value.abs() <= EXACT as f64 => {
            Some(format::number(number.value as i64))
        }
        _ => None,
    }));
    for text in [spanish.text, source.text] {
        // It was parsed before: there are no errors, and what is there twice is a translation of the other.
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    Ok(Translation { language: source.language, own: here.into_keys().collect(), bundle })
}

/// Whose rules say which variant is for how many. Unicode has none of Quechua, Aymara and Guaraní; they borrow those of the
/// language that they fall back to.
fn plural_rules(language: Language) -> LanguageIdentifier {
    let code = if language == Language::English { "en" } else { "es" };
    code.parse().unwrap_or_default()
}

#[cfg(test)]
#[path = "catalogue_tests.rs"]
mod tests;
