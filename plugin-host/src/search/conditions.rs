//! What the documents that a query looks for have to have: for each of its words one of the terms that fit it.

use std::sync::Arc;

use storage::counter;

use super::find::{Looking, Query};
use super::keys;
use super::lists::{List, Rows};
use super::words::words;
use crate::sandbox::Stop;

/// What a document has to have one of.
pub(super) struct Condition {
    pub(super) candidates: Vec<Candidate>,
}

/// A term that fits a word.
pub(super) struct Candidate {
    pub(super) term: Vec<u8>,
    /// 0 for the word itself, 1 for one that begins with it, 2 and 3 for one with so many errors less one.
    pub(super) inexactness: usize,
    /// Documents that have it.
    pub(super) documents: u32,
}

/// Words of a query beyond these are not looked at.
const MAX_WORDS: usize = 16;
/// Words of the dictionary that are looked at for one word of a query.
const MAX_DICTIONARY: usize = 10_000;
/// Words that stand for one word of a query: the most exact ones.
const MAX_CANDIDATES: usize = 200;

impl Condition {
    /// What a query's words and filters make of it, and all documents where it has none.
    pub(super) fn of(query: &Query, looking: &Looking<'_>) -> Result<Vec<Self>, Stop> {
        let mut words = words(&query.text);
        words.truncate(MAX_WORDS);
        let last = words.len().saturating_sub(1);
        let mut conditions = Vec::new();
        for (position, word) in words.iter().enumerate() {
            let beginning = if position == last { Beginning::Counts } else { Beginning::DoesNot };
            conditions.push(Self { candidates: candidates(word, beginning, looking)? });
        }
        let filters = query.filters.iter().map(|(name, value)| keys::filter(name, value));
        let every = conditions.is_empty().then(keys::every);
        for term in filters.chain(every) {
            conditions.push(Self { candidates: exactly(term, looking)?.into_iter().collect() });
        }
        Ok(conditions)
    }

    /// How many documents can meet it, at most.
    pub(super) fn documents(&self) -> u64 {
        self.candidates.iter().map(|candidate| u64::from(candidate.documents)).sum()
    }
}

/// Whether a word is looked for as a beginning too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beginning {
    Counts,
    DoesNot,
}

/// The terms of the dictionary that fit a word, the most exact first.
fn candidates(word: &str, beginning: Beginning, looking: &Looking<'_>) -> Result<Vec<Candidate>, Stop> {
    let mut candidates = Vec::new();
    if beginning == Beginning::Counts {
        each_word(word, dictionary(word, looking)?.as_ref(), |other, documents| {
            candidates.push(Candidate::word(other, usize::from(other != word), documents));
        });
    } else {
        candidates.extend(exactly(keys::word(word), looking)?);
    }
    let (errors, letters) = (errors_forgiven(word), word.chars().count());
    if let Some(first) = word.chars().next().filter(|_| errors > 0) {
        let first = first.to_string();
        each_word(&first, dictionary(&first, looking)?.as_ref(), |other, documents| {
            let fits = beginning == Beginning::Counts && other.starts_with(word);
            if other == word || fits || other.chars().count().abs_diff(letters) > errors {
                return;
            }
            let distance = strsim::osa_distance(word, other);
            if distance <= errors {
                candidates.push(Candidate::word(other, 1 + distance, documents));
            }
        });
    }
    candidates.sort_by(|one, other| (one.inexactness, &one.term).cmp(&(other.inexactness, &other.term)));
    candidates.truncate(MAX_CANDIDATES);
    Ok(candidates)
}

/// A term, if a document has it.
fn exactly(term: Vec<u8>, looking: &Looking<'_>) -> Result<Option<Candidate>, Stop> {
    let documents = looking.documents(&term)?;
    Ok((documents > 0).then_some(Candidate { term, inexactness: 0, documents }))
}

/// The words of the dictionary that begin with some letters, and how many documents have each.
fn dictionary(beginning: &str, looking: &Looking<'_>) -> Result<Arc<List>, Stop> {
    let prefix = keys::term(looking.index.name, &keys::word(beginning));
    looking.list(&Rows { keyspace: looking.index.keyspace, prefix, count: counted }, MAX_DICTIONARY)
}

/// Hands each word that a document has to `take`, whole.
fn each_word(beginning: &str, dictionary: &List, mut take: impl FnMut(&str, u32)) {
    let mut word = beginning.to_owned();
    for (rest, documents) in dictionary.iter().filter(|(_, documents)| *documents > 0) {
        // Its beginning may end within a letter only where the word did, and none does.
        let Ok(rest) = std::str::from_utf8(rest) else { continue };
        word.truncate(beginning.len());
        word.push_str(rest);
        take(&word, documents);
    }
}

/// What a counter says; of more documents, the most that is counted.
pub(super) fn counted(value: &[u8]) -> u32 {
    counter::decode(value).map_or(0, |count| u32::try_from(count.max(0)).unwrap_or(u32::MAX))
}

/// So many letters may be wrong.
fn errors_forgiven(word: &str) -> usize {
    match word.chars().count() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

impl Candidate {
    fn word(word: &str, inexactness: usize, documents: u32) -> Self {
        Self { term: keys::word(word), inexactness, documents }
    }
}
