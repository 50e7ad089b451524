//! The file of a language, parsed within bounds.

use fluent_syntax::ast::Resource;
use fluent_syntax::parser::{ErrorKind, parse_runtime};
use html::Language;

use crate::problem::{Problem, Rule};

/// So large a file may be.
pub const MAX_FILE_BYTES: usize = 512 << 10;
/// So many texts a file may have, each attribute counted as one.
pub const MAX_ENTRIES: usize = 5_000;
/// So many braces and round brackets one entry may open. The parser of Fluent descends into each.
pub const MAX_OPENINGS: usize = 100;

/// A file.
#[derive(Clone, Copy)]
pub(crate) struct Source<'s> {
    pub language: Language,
    pub text: &'s str,
}

impl<'s> Source<'s> {
    /// Parses the file.
    pub(crate) fn parse(self) -> Result<Resource<&'s str>, Vec<Problem>> {
        if self.text.len() > MAX_FILE_BYTES {
            return Err(vec![self.problem(1, Rule::FileTooLarge { size_bytes: self.text.len() })]);
        }
        if let Some(line) = too_nested(self.text) {
            return Err(vec![self.problem(line, Rule::TooNested)]);
        }
        if let Some(at) = broken_escape(self.text) {
            let reason = "an escape has 4 hexadecimal digits after \\u, or 6 after \\U".to_owned();
            return Err(vec![self.problem(self.line_at(at), Rule::Syntax { reason })]);
        }
        parse_runtime(self.text).map_err(|(_, errors)| {
            let problem = |error: fluent_syntax::parser::ParserError| {
                let rule = match error.kind {
                    ErrorKind::DuplicatedNamedArgument(id) => Rule::Duplicate { id },
                    kind => Rule::Syntax { reason: kind.to_string() },
                };
                self.problem(self.line_at(error.pos.start), rule)
            };
            errors.into_iter().map(problem).collect()
        })
    }

    /// A problem of this file.
    pub(crate) fn problem(self, line: usize, rule: Rule) -> Problem {
        Problem { language: self.language, line, rule }
    }

    /// The lines of the file, for whoever asks for those of many pieces.
    pub(crate) fn lines(self) -> Lines<'s> {
        Lines { text: self.text, ends: self.text.match_indices('\n').map(|(at, _)| at).collect() }
    }

    fn line_at(self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or(self.text.as_bytes());
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }
}

/// The lines of a file, by where they end.
pub(crate) struct Lines<'s> {
    text: &'s str,
    ends: Vec<usize>,
}

impl Lines<'_> {
    /// The line that `part`, a piece of the file, begins in.
    pub(crate) fn line_of(&self, part: &str) -> usize {
        let at = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.ends.partition_point(|end| *end < at) + 1
    }
}

/// The line at which an entry opens more than it may. Nothing that is open reaches over the beginning of an entry: a name and
/// `=` are no expression.
fn too_nested(text: &str) -> Option<usize> {
    let mut open = 0;
    for (index, line) in text.lines().enumerate() {
        if begins_entry(line) {
            open = 0;
        }
        open += line.bytes().filter(|byte| matches!(byte, b'{' | b'(')).count();
        if open > MAX_OPENINGS {
            return Some(index + 1);
        }
    }
    None
}

/// Where an escape breaks off before a character of several bytes: there, fluent-syntax 0.12 panics instead of refusing it.
fn broken_escape(text: &str) -> Option<usize> {
    text.match_indices('\\').map(|(at, _)| at).find(|at| {
        let mut rest = text[at + 1..].chars();
        let digits = match rest.next() {
            Some('u') => 4,
            Some('U') => 6,
            _ => return false,
        };
        rest.take(digits).find(|c| !c.is_ascii_hexdigit()).is_some_and(|c| !c.is_ascii())
    })
}

fn begins_entry(line: &str) -> bool {
    let Some((name, _)) = line.split_once('=') else { return false };
    let name = name.trim_end_matches(' ');
    let name = name.strip_prefix('-').unwrap_or(name);
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
