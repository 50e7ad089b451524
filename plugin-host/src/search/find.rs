//! Finds documents: the terms that fit each word, the documents that have one of them for each, the best first.

use std::cmp::Ordering;
use std::sync::Arc;

use storage::{Direction, KeyRange, counter};

use super::postings::{KeptPostings, Postings};
use super::words::words;
use super::{Index, keys};
use crate::rows::decode;
use crate::sandbox::{Scan, Stop, View};

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    pub(crate) text: String,
    pub(crate) filters: Vec<(String, String)>,
    pub(crate) offset: usize,
    pub(crate) limit: usize,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hits {
    pub(crate) ids: Vec<Vec<u8>>,
    pub(crate) total: u32,
}

/// Words of a query beyond these are not looked at.
const MAX_WORDS: usize = 16;
/// Documents that have the rarest word, and so what is counted at most.
const MAX_DOCUMENTS: usize = 10_000;
/// Words of the dictionary that are looked at for one word of a query.
const MAX_DICTIONARY: usize = 10_000;
/// Words that stand for one word of a query: the most exact ones.
const MAX_CANDIDATES: usize = 200;
/// Postings that one search looks at; a document whose postings it does not come to is not found.
const MAX_POSTINGS: usize = 200_000;

/// What a document has to have one of.
struct Condition {
    candidates: Vec<Candidate>,
}

/// A term that fits a word.
struct Candidate {
    term: Vec<u8>,
    /// 0 for the word itself, 1 for one that begins with it, 2 and 3 for one with so many errors less one.
    inexactness: usize,
    /// Documents that have it.
    documents: u64,
}

/// How well a document fits.
#[derive(Clone, Copy)]
struct Fit {
    inexactness: usize,
    weight: f64,
}

impl Index<'_> {
    /// Searches. What it reads does not count as read.
    pub(crate) fn find(&self, query: &Query, view: &View, kept: &KeptPostings) -> Result<Hits, Stop> {
        let of = self.count(&keys::every(), view)?;
        let mut search = Search { index: *self, view, kept, postings_left: MAX_POSTINGS, of };
        let mut found = search.documents(&self.conditions(query, view)?)?;
        let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
        let best_first =
            |(id, fit): &(Vec<u8>, Fit), (other_id, other): &(_, Fit)| fit.order(other).then_with(|| id.cmp(other_id));
        // What is not shown need not be in order.
        let shown = query.offset.saturating_add(query.limit);
        if shown < found.len() {
            found.select_nth_unstable_by(shown, best_first);
            found.truncate(shown);
        }
        found.sort_by(best_first);
        let ids = found.into_iter().skip(query.offset).map(|(id, _)| id).collect();
        Ok(Hits { ids, total })
    }

    fn conditions(&self, query: &Query, view: &View) -> Result<Vec<Condition>, Stop> {
        let mut words = words(&query.text);
        words.truncate(MAX_WORDS);
        let last = words.len().saturating_sub(1);
        let mut conditions = Vec::new();
        for (position, word) in words.iter().enumerate() {
            let prefix = if position == last { Beginning::Counts } else { Beginning::DoesNot };
            conditions.push(Condition { candidates: self.candidates(word, prefix, view)? });
        }
        let filters = query.filters.iter().map(|(name, value)| keys::filter(name, value));
        let every = conditions.is_empty().then(keys::every);
        for term in filters.chain(every) {
            let documents = self.count(&term, view)?;
            let candidate = Candidate { term, inexactness: 0, documents };
            conditions.push(Condition { candidates: Some(candidate).filter(|_| documents > 0).into_iter().collect() });
        }
        Ok(conditions)
    }

    /// The terms of the dictionary that fit a word, the most exact first.
    fn candidates(&self, word: &str, beginning: Beginning, view: &View) -> Result<Vec<Candidate>, Stop> {
        let mut candidates = Vec::new();
        if beginning == Beginning::Counts {
            self.walk(word, view, |term, documents| {
                let inexactness = usize::from(term != keys::word(word));
                candidates.push(Candidate { term, inexactness, documents });
            })?;
        } else {
            let (term, documents) = (keys::word(word), self.count(&keys::word(word), view)?);
            candidates.extend((documents > 0).then_some(Candidate { term, inexactness: 0, documents }));
        }
        let (errors, letters) = (errors_forgiven(word), word.chars().count());
        if let Some(first) = word.chars().next().filter(|_| errors > 0) {
            self.walk(first.encode_utf8(&mut [0; 4]), view, |term, documents| {
                let Some(other) = keys::word_of(&term) else { return };
                let fits = beginning == Beginning::Counts && other.starts_with(word);
                if other == word || fits || other.chars().count().abs_diff(letters) > errors {
                    return;
                }
                let distance = strsim::osa_distance(word, other);
                if distance <= errors {
                    candidates.push(Candidate { inexactness: 1 + distance, documents, term });
                }
            })?;
        }
        candidates.sort_by(|one, other| (one.inexactness, &one.term).cmp(&(other.inexactness, &other.term)));
        candidates.truncate(MAX_CANDIDATES);
        Ok(candidates)
    }

    /// Hands the words of the dictionary that begin with `prefix`, and how many documents have each, to `take`.
    fn walk(&self, prefix: &str, view: &View, mut take: impl FnMut(Vec<u8>, u64)) -> Result<(), Stop> {
        let terms = keys::term(self.name, &[]).len();
        let range = KeyRange::prefix(keys::term(self.name, &keys::word(prefix)));
        let mut left = MAX_DICTIONARY;
        view.peek_scan(self.keyspace, range, Direction::Ascending, |(mut key, value)| {
            let documents = counter::decode(&value).and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
            if documents > 0 {
                take(key.split_off(terms), documents);
            }
            left -= 1;
            if left == 0 { Scan::Enough } else { Scan::On }
        })
    }

    /// How many documents have a term.
    fn count(&self, term: &[u8], view: &View) -> Result<u64, Stop> {
        let count = view.peek(self.keyspace, &keys::term(self.name, term))?;
        let count = count.as_deref().and_then(counter::decode);
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }
}

/// Whether a word is looked for as a beginning too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beginning {
    Counts,
    DoesNot,
}

/// So many letters may be wrong.
fn errors_forgiven(word: &str) -> usize {
    match word.chars().count() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

struct Search<'s> {
    index: Index<'s>,
    view: &'s View,
    kept: &'s KeptPostings,
    postings_left: usize,
    /// Documents of the index.
    of: u64,
}

/// Documents with how well they fit, in the order of their ids.
type Found = Vec<(Vec<u8>, Fit)>;

impl Search<'_> {
    /// The documents that meet all conditions. The one that fewest can meet is judged first.
    fn documents(&mut self, conditions: &[Condition]) -> Result<Found, Stop> {
        let mut order: Vec<_> = conditions.iter().collect();
        order.sort_by_key(|condition| condition.documents());
        let Some((first, others)) = order.split_first() else { return Ok(Vec::new()) };
        let mut found = self.all(first)?;
        for condition in others {
            if found.is_empty() {
                break;
            }
            let lookups = found.len().saturating_mul(condition.candidates.len()) as u64;
            let meeting = if condition.documents() <= lookups {
                self.meeting(condition, &found)?
            } else {
                self.lookups(condition, &found)?
            };
            let mut meeting = meeting.into_iter();
            found.retain_mut(|(_, fit)| {
                let also = meeting.next().flatten();
                *fit = also.map_or(*fit, |also| fit.and(also));
                also.is_some()
            });
        }
        Ok(found)
    }

    /// All documents that meet a condition, up to a number.
    fn all(&mut self, condition: &Condition) -> Result<Found, Stop> {
        let mut found = Vec::new();
        for candidate in &condition.candidates {
            if found.len() == MAX_DOCUMENTS {
                break;
            }
            let postings = self.postings(candidate)?;
            let documents = postings.iter().take(MAX_DOCUMENTS - found.len());
            found.extend(documents.map(|(id, count)| (id.to_vec(), candidate.fit(count, self.of))));
        }
        // For each document what fits best comes first, and stays.
        found.sort_by(|(id, fit), (other_id, other)| id.cmp(other_id).then_with(|| fit.order(other)));
        found.dedup_by(|(id, _), (other, _)| id == other);
        Ok(found)
    }

    /// How well each of some documents meets a condition, told by the postings of its candidates.
    fn meeting(&mut self, condition: &Condition, found: &Found) -> Result<Vec<Option<Fit>>, Stop> {
        let mut fits = vec![None; found.len()];
        for candidate in &condition.candidates {
            let mut position = 0;
            for (id, count) in self.postings(candidate)?.iter() {
                position = seek(found.len(), position, |at| found[at].0.as_slice() < id);
                match found.get(position) {
                    Some((of_found, _)) if of_found == id => candidate.fit(count, self.of).improve(&mut fits[position]),
                    Some(_) => {}
                    None => break,
                }
            }
        }
        Ok(fits)
    }

    /// How well each of some documents meets a condition, looked up for each.
    fn lookups(&mut self, condition: &Condition, found: &Found) -> Result<Vec<Option<Fit>>, Stop> {
        let mut fits = vec![None; found.len()];
        for ((id, _), fit) in found.iter().zip(&mut fits) {
            for candidate in &condition.candidates {
                if self.postings_left == 0 {
                    return Ok(fits);
                }
                self.postings_left -= 1;
                let posting = keys::posting(self.index.name, &candidate.term, id);
                if let Some(count) = self.view.peek(self.index.keyspace, &posting)? {
                    candidate.fit(decode(&count).unwrap_or(1), self.of).improve(fit);
                }
            }
        }
        Ok(fits)
    }

    /// The documents that have a term, as far as this search comes to them.
    fn postings(&mut self, candidate: &Candidate) -> Result<Arc<Postings>, Stop> {
        let prefix = keys::postings(self.index.name, &candidate.term);
        let postings = self.kept.of(self.index.keyspace, prefix, self.postings_left, self.view)?;
        self.postings_left = self.postings_left.saturating_sub(postings.len());
        Ok(postings)
    }
}

/// The first position from `from` on that `is_before` is not said of, which it is of all before it: looked for near `from` first.
fn seek(len: usize, from: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let (mut start, mut step) = (from, 1);
    while start + step < len && is_before(start + step) {
        start += step;
        step *= 2;
    }
    let mut end = len.min(start + step);
    while start < end {
        let middle = start.midpoint(end);
        if is_before(middle) { start = middle + 1 } else { end = middle }
    }
    start
}

impl Condition {
    /// How many documents can meet it, at most.
    fn documents(&self) -> u64 {
        self.candidates.iter().map(|candidate| candidate.documents).sum()
    }
}

impl Candidate {
    /// Rarer words weigh more, and the second time that one occurs less than the first.
    #[expect(clippy::cast_precision_loss, reason = "weights are compared, and nothing is counted with them")]
    fn fit(&self, count: u32, of: u64) -> Fit {
        let count = f64::from(count);
        let rarity = (1.0 + of as f64 / self.documents.max(1) as f64).ln();
        Fit { inexactness: self.inexactness, weight: rarity * count / (count + 1.0) }
    }
}

impl Fit {
    fn and(self, other: Self) -> Self {
        Self { inexactness: self.inexactness + other.inexactness, weight: self.weight + other.weight }
    }

    /// What fits better comes first.
    fn order(&self, other: &Self) -> Ordering {
        self.inexactness.cmp(&other.inexactness).then(other.weight.total_cmp(&self.weight))
    }

    /// Stands where nothing does, or what fits less.
    fn improve(self, noted: &mut Option<Self>) {
        if noted.is_none_or(|noted| self.order(&noted).is_lt()) {
            *noted = Some(self);
        }
    }
}
