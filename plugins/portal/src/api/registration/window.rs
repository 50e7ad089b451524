//! A part of a list as the specification asks for it: by the index of the first item, sorted by a word.

use std::cmp::Reverse;

use sdk::{Failure, ensure};

use crate::api::Call;

/// So many items are shown at once, usually and at most.
const USUAL: usize = 20;
const MOST: usize = 100;
/// So many items are looked through: who looks for more says which.
pub(super) const LOOKED_THROUGH: usize = 1_000;
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
        let last = Failure::invalid("firstResult", "range", format!("is {LOOKED_THROUGH} at most: look for fewer"));
        ensure!(first <= LOOKED_THROUGH, last);
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
