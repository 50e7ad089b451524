//! Long lists, part by part, in an order that people choose.

use html::{Markup, Pagination, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::Visit;
use crate::collections::Page;
use crate::kv::Order;

/// The order that the parameter `sort` asks for: `date` ascending, `-date` descending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorting<'a> {
    /// What it is by, one of those that were offered.
    pub by: &'a str,
    /// In which direction.
    pub order: Order,
}

impl<'a> Sorting<'a> {
    /// The order that is asked for, of those that are offered; the first of them, if none of them is.
    ///
    /// # Panics
    /// If none is offered.
    #[must_use]
    pub fn of(visit: &Visit, offered: &[&'a str]) -> Self {
        let asked = visit.query("sort").unwrap_or_default();
        let (order, name) = match asked.strip_prefix('-') {
            Some(name) => (Order::Descending, name),
            None => (Order::Ascending, asked),
        };
        match offered.iter().find(|one| **one == name) {
            Some(by) => Self { by, order },
            None => Self { by: offered[0], order: Order::Ascending },
        }
    }

    /// The link that asks for this order of the same list, or, if it has it, for the other direction.
    #[must_use]
    pub fn link(&self, visit: &Visit, by: &str) -> String {
        let descending = self.by == by && self.order == Order::Ascending;
        let sort = if descending { format!("-{by}") } else { by.to_owned() };
        same_list(visit, "sort", &sort)
    }
}

/// The links to the first and the next part of a list, with all else that was asked for.
#[must_use]
pub fn pagination<T>(visit: &Visit, page: &Page<T>) -> Markup {
    let first = visit.query("cursor").map(|_| same_list(visit, "", ""));
    let next = page.next.as_deref().map(|cursor| same_list(visit, "cursor", cursor));
    html! { (Pagination::new(None, next.as_deref()).first(first.as_deref()).language(visit.language())) }
}

/// The query of the same list with another parameter, from its first part on.
fn same_list(visit: &Visit, name: &str, value: &str) -> String {
    let query = visit.request().query.iter();
    let kept = query.filter(|field| field.name != name && field.name != "cursor");
    let pairs = kept.map(|field| (field.name.as_str(), field.value.as_str()));
    let pairs = pairs.chain((!name.is_empty()).then_some((name, value)));
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    format!("?{}", pairs.join("&"))
}
