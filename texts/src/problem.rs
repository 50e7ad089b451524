//! Why a catalogue is refused.

use std::fmt;

use html::Language;

use crate::{MAX_ENTRIES, MAX_FILE_BYTES, MAX_OPENINGS, MAX_PLACEABLES, MAX_TEXT_BYTES};

/// Why a catalogue is refused: everything that is wrong with its files, up to a bound.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the texts cannot be used:{}", lines(.problems))]
pub struct CatalogueError {
    problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The language whose file it is in.
    pub language: Language,
    /// Its line, from 1.
    pub line: usize,
    /// What is broken there.
    pub rule: Rule,
}

/// What a catalogue has to keep to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// Everything falls back to Spanish.
    #[error("there is no Spanish file, which all others fall back to: write one")]
    NoSpanish,
    /// A language has one file.
    #[error("the language has two files: make them one")]
    TwoFiles,
    /// Files are small.
    #[error("the file has {size_bytes} bytes, of which it may have {MAX_FILE_BYTES}: divide it over catalogues")]
    FileTooLarge {
        /// Its size.
        size_bytes: usize,
    },
    /// Files have few texts.
    #[error("the file has more than {MAX_ENTRIES} texts: divide it over catalogues")]
    TooManyEntries,
    /// Entries are not nested without end.
    #[error("an entry opens more than {MAX_OPENINGS} braces and brackets: write it simpler")]
    TooNested,
    /// Fluent's syntax.
    #[error("this is not the syntax of Fluent: {reason}")]
    Syntax {
        /// What the parser says.
        reason: String,
    },
    /// A name is given once.
    #[error("{id} is there twice: remove one")]
    Duplicate {
        /// The name.
        id: String,
    },
    /// Translations translate.
    #[error("{id} is not in the Spanish file: add it there, or remove it here")]
    NotInSpanish {
        /// The name.
        id: String,
    },
    /// A translation is given the same arguments as the Spanish text.
    #[error("{id} has the variables {}, and in Spanish {}: use the same", variables(.here), variables(.spanish))]
    OtherVariables {
        /// The name.
        id: String,
        /// The variables of this text.
        here: Vec<String>,
        /// Those of the Spanish one.
        spanish: Vec<String>,
    },
    /// What is referred to is there.
    #[error("{id} refers to {to}, which is not there: add it, or correct the name")]
    NoSuchReference {
        /// Who refers.
        id: String,
        /// To what.
        to: String,
    },
    /// References end.
    #[error("{id} refers to itself, perhaps through others: break the circle")]
    Cycle {
        /// The name.
        id: String,
    },
    /// Texts have a bound.
    #[error("{id} puts more than {MAX_PLACEABLES} placeables in, with those of what it refers to: write it simpler")]
    TooManyPlaceables {
        /// The name.
        id: String,
    },
    /// Texts have a bound.
    #[error("{id} has more than {MAX_TEXT_BYTES} bytes, with what it refers to: shorten it")]
    TextTooLong {
        /// The name.
        id: String,
    },
    /// Arguments come as they are to be written.
    #[error("{id} calls {function}, and there are no functions: arguments are written as in Bolivia by themselves")]
    Function {
        /// The name.
        id: String,
        /// The function.
        function: String,
    },
    /// Terms are the same wherever they stand.
    #[error("{id} is a term with a variable, an argument or a message in it: write it as a message")]
    TermNotPlain {
        /// The name.
        id: String,
    },
    /// Texts are plain.
    #[error("{id} has markup in it ({markup}): texts are plain, pages are written around them")]
    Markup {
        /// The name.
        id: String,
        /// Its beginning.
        markup: String,
    },
}

impl CatalogueError {
    /// Everything that is wrong, by file and line.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// An error of these problems, of which there is at least one.
    pub(crate) fn of(mut problems: Vec<Problem>) -> Self {
        problems.truncate(MAX_PROBLEMS);
        Self { problems }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.ftl, line {}: {}", self.language.code(), self.line, self.rule)
    }
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("\n  {problem}")).collect()
}

fn variables(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("${name}")).collect::<Vec<_>>().join(", ")
}

/// So many are told at once.
const MAX_PROBLEMS: usize = 50;
