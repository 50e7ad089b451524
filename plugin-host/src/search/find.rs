//! Finds documents: those that have one of the terms for each condition, the best first.

use std::cmp::Ordering;
use std::sync::Arc;

use super::conditions::{Candidate, Condition, counted};
use super::lists::{KeptLists, List, Rows};
use super::{Index, keys};
use crate::rows::decode;
use crate::sandbox::{Stop, View};

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

/// What one search looks at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Documents that have the rarest word, and so what is counted at most.
    pub(super) documents: usize,
    /// Postings; a document whose postings it does not come to is not found.
    pub(super) postings: usize,
    /// So many postings of a list are read for less than one that is looked up.
    pub(super) listed_for_one: u64,
}

const BOUNDS: Bounds = Bounds { documents: 10_000, postings: 200_000, listed_for_one: 16 };

/// How well a document fits.
#[derive(Clone, Copy)]
struct Fit {
    inexactness: usize,
    weight: f64,
}

impl Index<'_> {
    /// Searches. What it reads does not count as read.
    pub(crate) fn find(&self, query: &Query, view: &View, kept: &KeptLists) -> Result<Hits, Stop> {
        self.find_within(BOUNDS, query, view, kept)
    }

    pub(super) fn find_within(
        &self,
        bounds: Bounds,
        query: &Query,
        view: &View,
        kept: &KeptLists,
    ) -> Result<Hits, Stop> {
        let looking = Looking { index: *self, view, kept };
        let conditions = Condition::of(query, &looking)?;
        let of = looking.documents(&keys::every())?;
        let mut found = Search { looking, bounds, postings_left: bounds.postings, of }.documents(&conditions)?;
        let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
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
}

/// Where a search looks.
pub(super) struct Looking<'s> {
    pub(super) index: Index<'s>,
    view: &'s View,
    kept: &'s KeptLists,
}

impl Looking<'_> {
    /// The list that rows are: so many of them at least, if there are.
    pub(super) fn list(&self, rows: &Rows, most: usize) -> Result<Arc<List>, Stop> {
        self.kept.list(rows, most, self.view)
    }

    /// How many documents have a term.
    pub(super) fn documents(&self, term: &[u8]) -> Result<u32, Stop> {
        let count = self.view.peek(self.index.keyspace, &keys::term(self.index.name, term))?;
        Ok(count.as_deref().map_or(0, counted))
    }
}

struct Search<'s> {
    looking: Looking<'s>,
    bounds: Bounds,
    postings_left: usize,
    /// Documents of the index.
    of: u32,
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
            // Lists that are not read to their ends would say of documents that they do not meet it.
            let listed = lookups.saturating_mul(self.bounds.listed_for_one).min(self.postings_left as u64);
            let meeting = if condition.documents() <= listed {
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

    /// All documents that meet a condition; of more than a number, those that fit best.
    fn all(&mut self, condition: &Condition) -> Result<Found, Stop> {
        let (mut found, most) = (Vec::new(), self.bounds.documents);
        for candidate in &condition.candidates {
            let (postings, looked_at) = self.postings(candidate, most)?;
            let documents = postings.iter().take(looked_at);
            found.extend(documents.map(|(id, count)| (id.to_vec(), candidate.fit(count, self.of))));
            if found.len() >= most {
                each_once(&mut found);
            }
            if found.len() >= most {
                found.sort_by(best_first);
                found.truncate(most);
                break;
            }
        }
        each_once(&mut found);
        Ok(found)
    }

    /// How well each of some documents meets a condition, told by the postings of its candidates.
    fn meeting(&mut self, condition: &Condition, found: &Found) -> Result<Vec<Option<Fit>>, Stop> {
        let mut fits = vec![None; found.len()];
        for candidate in &condition.candidates {
            let (postings, _) = self.postings(candidate, usize::MAX)?;
            let (mut of_found, mut of_list) = (0, 0);
            // Each looks for where the other is.
            while let Some((id, _)) = found.get(of_found) {
                of_list = seek(postings.len(), of_list, |at| postings.at(at).0 < id.as_slice());
                if of_list == postings.len() {
                    break;
                }
                let (listed, count) = postings.at(of_list);
                if listed == id {
                    candidate.fit(count, self.of).improve(&mut fits[of_found]);
                    of_found += 1;
                } else {
                    of_found = seek(found.len(), of_found, |at| found[at].0.as_slice() < listed);
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
                let Looking { index, view, .. } = &self.looking;
                if let Some(count) = view.peek(index.keyspace, &keys::posting(index.name, &candidate.term, id))? {
                    candidate.fit(occurrences(&count), self.of).improve(fit);
                }
            }
        }
        Ok(fits)
    }

    /// The documents that have a term, and how many of them this search looks at.
    fn postings(&mut self, candidate: &Candidate, most: usize) -> Result<(Arc<List>, usize), Stop> {
        let Index { keyspace, name } = self.looking.index;
        let rows = Rows { keyspace, prefix: keys::postings(name, &candidate.term), count: occurrences };
        let most = most.min(self.postings_left);
        let postings = self.looking.list(&rows, most)?;
        let looked_at = postings.len().min(most);
        self.postings_left -= looked_at;
        Ok((postings, looked_at))
    }
}

fn best_first((id, fit): &(Vec<u8>, Fit), (other_id, other): &(Vec<u8>, Fit)) -> Ordering {
    fit.order(other).then_with(|| id.cmp(other_id))
}

/// Puts documents in the order of their ids. What fits best of each stays.
fn each_once(found: &mut Found) {
    found.sort_by(|(id, fit), (other_id, other)| id.cmp(other_id).then_with(|| fit.order(other)));
    found.dedup_by(|(id, _), (other, _)| id == other);
}

/// How often a document has a term, by its posting.
fn occurrences(posting: &[u8]) -> u32 {
    decode(posting).unwrap_or(1)
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

impl Candidate {
    /// Rarer words weigh more, and the second time that one occurs less than the first.
    fn fit(&self, count: u32, of: u32) -> Fit {
        let count = f64::from(count);
        let rarity = (1.0 + f64::from(of) / f64::from(self.documents.max(1))).ln();
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
