//! Long lists, part by part, in an order that people choose.

use html::{Markup, Pagination, Sorted, html};
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

    /// Whether the rows are in the order of this, as a table's column says it.
    #[must_use]
    pub fn of_column(&self, by: &str) -> Sorted {
        match self.order {
            _ if self.by != by => Sorted::No,
            Order::Ascending => Sorted::Ascending,
            Order::Descending => Sorted::Descending,
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
    let sent = visit.request().query.iter();
    let kept = sent.filter(|field| field.name != name && field.name != "cursor");
    let pairs = kept.map(|field| (field.name.as_str(), field.value.as_str()));
    let pairs = pairs.chain((!name.is_empty()).then_some((name, value)));
    query(pairs)
}

/// A query of an address, with its question mark.
#[must_use]
pub fn query<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> =
        pairs.into_iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    format!("?{}", pairs.join("&"))
}

/// A text as one part of a path.
#[must_use]
pub fn path_segment(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::types::Field;
    use crate::web::{Method, Request};
    use crate::{Caller, Context};

    fn visit(query: &[(&str, &str)]) -> Visit {
        let query = query.iter().map(|(name, value)| Field { name: (*name).to_owned(), value: (*value).to_owned() });
        let context = Context {
            request_id: String::new(),
            attempt: 0,
            caller: Caller::Anonymous,
            locale: "es".to_owned(),
            now: 0,
            trace_parent: None,
        };
        let request = Request {
            method: Method::Get,
            path: "/".to_owned(),
            route: "/".to_owned(),
            params: Vec::new(),
            query: query.collect(),
            headers: Vec::new(),
            form: Vec::new(),
            uploads: Vec::new(),
            content_type: String::new(),
            body: Vec::new(),
        };
        Visit::new(context, request)
    }

    #[test]
    fn an_order_that_is_not_offered_is_the_first_one() {
        for asked in ["", "x", "-x"] {
            let sorting = Sorting::of(&visit(&[("sort", asked)]), &["date", "by"]);
            assert_eq!((sorting.by, sorting.order), ("date", Order::Ascending), "{asked}");
        }
    }

    #[test]
    fn a_link_sorts_from_the_first_part_on_and_then_the_other_way() {
        let visit = visit(&[("q", "a&b"), ("sort", "by"), ("cursor", "ff")]);
        let sorting = Sorting::of(&visit, &["date", "by"]);
        assert_eq!(sorting.link(&visit, "by"), "?q=a%26b&sort=%2Dby");
        assert_eq!(sorting.link(&visit, "date"), "?q=a%26b&sort=date");
        assert_eq!((sorting.of_column("by"), sorting.of_column("date")), (Sorted::Ascending, Sorted::No));
    }
}
