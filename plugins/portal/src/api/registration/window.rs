//! A part of a list as the specification asks for it: by the index of the first item, sorted by a word.

use std::cmp::Reverse;

use sdk::collections::{Page, PageRequest};
use sdk::{Failure, ensure};

use crate::api::Call;

/// So many items are shown at once, usually and at most.
const USUAL: usize = 20;
const MOST: usize = 100;
/// A list has so many items, of so many that are looked through: who looks for more says which.
const MOST_OF_LIST: usize = 1_000;
const LOOKED_THROUGH: usize = 5_000;
const AT_ONCE: u32 = 100;
/// The words that the specification sorts by. Here several of them say the same.
const CRITERIA: [&str; 12] = [
    "instanceId",
    "caseInstanceId",
    "dueDate",
    "executionId",
    "caseExecutionId",
    "assignee",
    "created",
    "description",
    "id",
    "name",
    "nameCaseInsensitive",
    "priority",
];

/// Which part of a list is wanted.
#[derive(Debug)]
pub(super) struct Window {
    first: usize,
    count: usize,
    by: Option<String>,
    order: Order,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Ascending,
    Descending,
}

/// By what an item is sorted.
pub(super) trait Sorted {
    /// The text of a criterion.
    fn sorted_by(&self, criterion: &str) -> String;
}

impl Window {
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Failure> {
        let number =
            |name: &str| Ok::<_, Failure>(call.query::<u32>(name)?.and_then(|number| usize::try_from(number).ok()));
        let (first, count) = (number("firstResult")?.unwrap_or(0), number("maxResult")?.unwrap_or(USUAL));
        ensure!(count <= MOST, Failure::invalid("maxResult", "range", format!("is {MOST} at most")));
        let last = Failure::invalid("firstResult", "range", format!("is {MOST_OF_LIST} at most: look for fewer"));
        ensure!(first <= MOST_OF_LIST, last);
        let by: Option<String> = call.query("sortBy")?;
        let known = by.as_deref().is_none_or(|by| CRITERIA.contains(&by));
        ensure!(known, Failure::invalid("sortBy", "unknown", "is none of the specification's criteria"));
        let order = match call.request.parameter("sortOrder") {
            None | Some("asc") => Order::Ascending,
            Some("desc") => Order::Descending,
            Some(_) => return Err(Failure::invalid("sortOrder", "unknown", "is asc or desc")),
        };
        Ok(Self { first, count, by, order })
    }

    /// The part of a list.
    pub(super) fn part<T: Sorted>(&self, mut items: Vec<T>) -> Vec<T> {
        if let Some(by) = &self.by {
            match self.order {
                Order::Ascending => items.sort_by_cached_key(|item| item.sorted_by(by)),
                Order::Descending => items.sort_by_cached_key(|item| Reverse(item.sorted_by(by))),
            }
        }
        items.into_iter().skip(self.first).take(self.count).collect()
    }
}

/// What fits of a long list, as much as a list has.
pub(super) fn gathered<T>(
    list: impl Fn(&PageRequest) -> Result<Page<T>, Failure>,
    fits: impl Fn(&T) -> bool,
) -> Result<Vec<T>, Failure> {
    let mut page = PageRequest::first(AT_ONCE);
    let (mut gathered, mut looked_through) = (Vec::new(), 0);
    loop {
        let found = list(&page)?;
        looked_through += found.items.len();
        gathered.extend(found.items.into_iter().filter(&fits));
        match found.next {
            Some(next) if gathered.len() < MOST_OF_LIST && looked_through < LOOKED_THROUGH => page.cursor = Some(next),
            _ => return Ok(gathered),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers below another one, as a list has them.
    fn below(last: usize) -> impl Fn(&PageRequest) -> Result<Page<usize>, Failure> {
        move |page| {
            let first = page.cursor.as_deref().map_or(0, |cursor| cursor.parse().expect("a number"));
            let end = last.min(first + 100);
            Ok(Page { items: (first..end).collect(), next: (end < last).then(|| end.to_string()) })
        }
    }

    #[test]
    fn what_does_not_fit_takes_no_place_of_what_does() {
        let found = gathered(below(3_000), |number| number % 10 == 9).expect("a list");
        assert_eq!((found.len(), found.first(), found.last()), (300, Some(&9), Some(&2_999)));
    }

    #[test]
    fn a_list_without_end_is_not_read_to_its_end() {
        assert_eq!(gathered(below(usize::MAX), |_| true).expect("a list").len(), MOST_OF_LIST);
        assert_eq!(gathered(below(usize::MAX), |_| false).expect("a list").len(), 0);
    }
}
