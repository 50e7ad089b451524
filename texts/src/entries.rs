//! The entries of a file, as the checks look at them: what each says, and what it refers to.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{
    Entry, Expression, Identifier, InlineExpression, Pattern, PatternElement, Resource, VariantKey,
};

use crate::MAX_ENTRIES;
use crate::problem::{Problem, Rule};
use crate::source::{Lines, Source};

/// The entries of a file by name: `due`, `due.subject`, `-state`, `-state.gender`.
pub(crate) type Entries<'s> = BTreeMap<String, Pieces<'s>>;

/// What an entry is made of.
#[derive(Default)]
pub(crate) struct Pieces<'s> {
    /// Its line.
    pub line: usize,
    /// The bytes of its own text, in all variants.
    pub text_bytes: usize,
    /// Its own placeables, in all variants.
    pub placeables: usize,
    /// The variables it names itself.
    pub variables: BTreeSet<&'s str>,
    /// The names it refers to, as often as it does.
    pub references: Vec<String>,
    /// The functions it calls.
    pub functions: Vec<&'s str>,
    /// Whether it gives arguments to a term.
    pub gives_arguments: bool,
    /// The first thing in it that looks like markup.
    pub markup: Option<String>,
}

/// Takes the entries of a parsed file.
pub(crate) fn entries<'s>(source: Source<'s>, resource: &Resource<&'s str>) -> Result<Entries<'s>, Vec<Problem>> {
    let mut taking = Taking { source, lines: source.lines(), entries: Entries::new(), problems: Vec::new() };
    for entry in &resource.body {
        match entry {
            Entry::Message(message) => {
                let name = message.id.name;
                if let Some(value) = &message.value {
                    taking.take(&message.id, name.to_owned(), value);
                }
                for attribute in &message.attributes {
                    taking.take(&attribute.id, format!("{name}.{}", attribute.id.name), &attribute.value);
                }
            }
            Entry::Term(term) => {
                let name = format!("-{}", term.id.name);
                taking.take(&term.id, name.clone(), &term.value);
                for attribute in &term.attributes {
                    taking.take(&attribute.id, format!("{name}.{}", attribute.id.name), &attribute.value);
                }
            }
            _ => {}
        }
        if taking.entries.len() > MAX_ENTRIES {
            return Err(vec![source.problem(1, Rule::TooManyEntries)]);
        }
    }
    taking.twice(resource);
    if taking.problems.is_empty() { Ok(taking.entries) } else { Err(taking.problems) }
}

struct Taking<'s> {
    source: Source<'s>,
    lines: Lines<'s>,
    entries: Entries<'s>,
    problems: Vec<Problem>,
}

impl<'s> Taking<'s> {
    fn take(&mut self, id: &Identifier<&'s str>, name: String, value: &Pattern<&'s str>) {
        let line = self.lines.line_of(id.name);
        let mut pieces = Pieces { line, ..Pieces::default() };
        pieces.pattern(value);
        if self.entries.insert(name.clone(), pieces).is_some() {
            self.problems.push(self.source.problem(line, Rule::Duplicate { id: name }));
        }
    }

    /// Entries of one name that have not one part in common, as `due =` and `due` with attributes alone.
    fn twice(&mut self, resource: &Resource<&'s str>) {
        let mut seen = BTreeSet::new();
        for entry in &resource.body {
            let (id, name) = match entry {
                Entry::Message(message) => (&message.id, message.id.name.to_owned()),
                Entry::Term(term) => (&term.id, format!("-{}", term.id.name)),
                _ => continue,
            };
            let line = self.lines.line_of(id.name);
            let told = self.problems.iter().any(|problem| problem.line == line);
            if !seen.insert(name.clone()) && !told {
                self.problems.push(self.source.problem(line, Rule::Duplicate { id: name }));
            }
        }
    }
}

/// These descend as deep as the parser did, which has a bound.
impl<'s> Pieces<'s> {
    fn pattern(&mut self, pattern: &Pattern<&'s str>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => self.text(value),
                PatternElement::Placeable { expression } => {
                    self.placeables += 1;
                    self.expression(expression);
                }
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&'s str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                for variant in variants {
                    let (VariantKey::Identifier { name } | VariantKey::NumberLiteral { value: name }) = &variant.key;
                    self.text_bytes += name.len();
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&'s str>) {
        match inline {
            InlineExpression::StringLiteral { value } => self.text(value),
            InlineExpression::NumberLiteral { value } => self.text_bytes += value.len(),
            InlineExpression::VariableReference { id } => {
                self.variables.insert(id.name);
            }
            InlineExpression::MessageReference { id, attribute } => {
                self.references.push(dotted(id.name.to_owned(), attribute.as_ref()));
            }
            InlineExpression::TermReference { id, attribute, arguments } => {
                self.references.push(dotted(format!("-{}", id.name), attribute.as_ref()));
                self.gives_arguments |= arguments.is_some();
            }
            InlineExpression::FunctionReference { id, .. } => self.functions.push(id.name),
            InlineExpression::Placeable { expression } => {
                self.placeables += 1;
                self.expression(expression);
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.text_bytes += text.len();
        if self.markup.is_none() {
            self.markup = markup(text);
        }
    }
}

fn dotted(name: String, attribute: Option<&Identifier<&str>>) -> String {
    match attribute {
        Some(attribute) => format!("{name}.{}", attribute.name),
        None => name,
    }
}

/// The beginning of a tag, a comment or a character reference of HTML.
fn markup(text: &str) -> Option<String> {
    let begins = |index: &usize| {
        let mut rest = text[*index..].chars();
        match (rest.next(), rest.next()) {
            (Some('<'), Some(next)) => next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'),
            (Some('&'), Some(next)) => {
                let end = text[*index..].find(';').filter(|end| *end < MAX_REFERENCE_BYTES);
                let inner = end.map(|end| &text[index + 1..index + end]);
                (next == '#' || next.is_ascii_alphabetic())
                    && inner.is_some_and(|inner| inner.chars().all(|c| c == '#' || c.is_ascii_alphanumeric()))
            }
            _ => false,
        }
    };
    let index = text.char_indices().map(|(index, _)| index).find(begins)?;
    Some(text[index..].chars().take(12).collect())
}

/// The longest name of a character in HTML has 31 letters.
const MAX_REFERENCE_BYTES: usize = 34;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_character_references_are_markup_and_signs_are_none() {
        for text in ["a <b>c</b>", "</p>", "<!-- a", "a &amp; b", "&#x41;", "ñ&nbsp;"] {
            assert!(markup(text).is_some(), "{text}");
        }
        for text in ["1 < 2 > 0", "Juan & Ana; hijos", "a<", "&", "&;", "x <- y", "Pérez&Co"] {
            assert_eq!(markup(text), None, "{text}");
        }
    }
}
