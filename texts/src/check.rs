//! What must hold of the entries of a file before anybody reads them.

use std::collections::{BTreeMap, BTreeSet};

use html::Language;

use crate::entries::Entries;
use crate::problem::{Problem, Rule};

/// So many placeables a text puts in, those of what it refers to included and of all its variants.
pub const MAX_PLACEABLES: usize = 64;
/// So long a text may be, before its arguments are put in and with all its variants.
pub const MAX_TEXT_BYTES: usize = 64 << 10;

/// What an entry comes to, with everything that it refers to.
#[derive(Clone, Default)]
pub(crate) struct Whole {
    pub variables: BTreeSet<String>,
    placeables: usize,
    text_bytes: usize,
}

/// Everything that entries come to, and what is wrong with them. What an entry refers to may be in `fallback`.
pub(crate) struct Checking<'e> {
    language: Language,
    entries: &'e Entries<'e>,
    fallback: Option<&'e Entries<'e>>,
    /// The names of the messages and terms that have attributes.
    with_attributes: BTreeSet<&'e str>,
    done: BTreeMap<String, Whole>,
    problems: Vec<Problem>,
}

/// Checks the entries of the file of `language`, and says what each of them comes to.
pub(crate) fn check(
    language: Language,
    entries: &Entries<'_>,
    fallback: Option<&Entries<'_>>,
) -> Result<BTreeMap<String, Whole>, Vec<Problem>> {
    let with_attributes = entries.keys().filter_map(|name| name.split_once('.')).map(|(message, _)| message).collect();
    let (done, problems) = (BTreeMap::new(), Vec::new());
    let mut checking = Checking { language, entries, fallback, with_attributes, done, problems };
    for name in entries.keys() {
        checking.own(name);
        checking.whole(name);
    }
    let Checking { mut done, problems, .. } = checking;
    done.retain(|name, _| entries.contains_key(name));
    if problems.is_empty() { Ok(done) } else { Err(problems) }
}

/// Checks that a translation is one of what is there in Spanish.
pub(crate) fn compare(
    language: Language,
    entries: &Entries<'_>,
    here: &BTreeMap<String, Whole>,
    spanish: &BTreeMap<String, Whole>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    // Terms are a language's own: another may need other forms of the same word.
    for (id, whole) in here.iter().filter(|(id, _)| !id.starts_with('-')) {
        let id = id.clone();
        let line = entries.get(&id).map_or(1, |pieces| pieces.line);
        let listed = |whole: &Whole| whole.variables.iter().cloned().collect();
        let rule = match spanish.get(&id) {
            None => Rule::NotInSpanish { id },
            Some(original) if original.variables != whole.variables => {
                Rule::OtherVariables { id, here: listed(whole), spanish: listed(original) }
            }
            Some(_) => continue,
        };
        problems.push(Problem { language, line, rule });
    }
    problems
}

impl Checking<'_> {
    /// What an entry says itself.
    fn own(&mut self, name: &str) {
        let Some(pieces) = self.entries.get(name) else { return };
        let id = || name.to_owned();
        let mut rules = Vec::new();
        for function in &pieces.functions {
            rules.push(Rule::Function { id: id(), function: (*function).to_owned() });
        }
        if let Some(markup) = &pieces.markup {
            rules.push(Rule::Markup { id: id(), markup: markup.clone() });
        }
        let refers_to_message = || pieces.references.iter().any(|to| !to.starts_with('-'));
        if name.starts_with('-') && (!pieces.variables.is_empty() || refers_to_message()) {
            rules.push(Rule::TermNotPlain { id: id() });
        }
        if pieces.gives_arguments {
            let to = pieces.references.iter().find(|to| to.starts_with('-')).cloned().unwrap_or_else(id);
            rules.push(Rule::TermNotPlain { id: to });
        }
        let line = pieces.line;
        self.problems.extend(rules.into_iter().map(|rule| Problem { language: self.language, line, rule }));
    }

    /// What the entry `name` comes to. Goes through what it refers to without descending, since a chain may be as long as
    /// the file.
    fn whole(&mut self, name: &str) {
        let mut path = vec![name.to_owned()];
        let mut on_path = BTreeSet::from([name.to_owned()]);
        while let Some(name) = path.last().cloned() {
            let next = self.references(&name).find(|to| !self.done.contains_key(*to)).cloned();
            match next {
                Some(to) if on_path.contains(&to) => {
                    self.refuse(&to, Rule::Cycle { id: to.clone() });
                    // Told once; nothing is formatted of a catalogue that is refused.
                    self.done.insert(to, Whole::default());
                }
                Some(to) => {
                    on_path.insert(to.clone());
                    path.push(to);
                }
                None => {
                    if !self.done.contains_key(&name) {
                        self.references_hold(&name);
                        let whole = self.summed(&name);
                        self.bound(&name, &whole);
                        self.done.insert(name.clone(), whole);
                    }
                    on_path.remove(&name);
                    path.pop();
                }
            }
        }
    }

    fn references_hold(&mut self, name: &str) {
        let missing: Vec<String> = self.references(name).filter(|to| self.pieces(to).is_none()).cloned().collect();
        for to in missing {
            self.refuse(name, Rule::NoSuchReference { id: name.to_owned(), to });
        }
    }

    fn references<'n>(&'n self, name: &str) -> impl Iterator<Item = &'n String> {
        self.pieces(name).into_iter().flat_map(|pieces| pieces.references.iter())
    }

    /// The entry as a reader of this language has it: a message that is translated is so with all of its attributes.
    fn pieces(&self, name: &str) -> Option<&crate::entries::Pieces<'_>> {
        let message = name.split('.').next().unwrap_or_default();
        let is_own = self.entries.contains_key(message) || self.with_attributes.contains(message);
        let entries = if is_own { Some(self.entries) } else { self.fallback };
        entries.and_then(|entries| entries.get(name))
    }

    fn summed(&self, name: &str) -> Whole {
        let Some(pieces) = self.pieces(name) else { return Whole::default() };
        let mut whole = Whole {
            variables: pieces.variables.iter().map(|name| (*name).to_owned()).collect(),
            placeables: pieces.placeables,
            text_bytes: pieces.text_bytes,
        };
        for other in pieces.references.iter().filter_map(|to| self.done.get(to)) {
            whole.variables.extend(other.variables.iter().cloned());
            whole.placeables = whole.placeables.saturating_add(other.placeables);
            whole.text_bytes = whole.text_bytes.saturating_add(other.text_bytes);
        }
        whole
    }

    fn bound(&mut self, name: &str, whole: &Whole) {
        if whole.placeables > MAX_PLACEABLES {
            self.refuse(name, Rule::TooManyPlaceables { id: name.to_owned() });
        }
        if whole.text_bytes > MAX_TEXT_BYTES {
            self.refuse(name, Rule::TextTooLong { id: name.to_owned() });
        }
    }

    fn refuse(&mut self, name: &str, rule: Rule) {
        let line = self.entries.get(name).map_or(1, |pieces| pieces.line);
        self.problems.push(Problem { language: self.language, line, rule });
    }
}
