//! Where cases are kept, and how they are found.

use super::record::Kept;
use super::{Case, CaseError, State};
use crate::collections::{Index, Page, PageRequest, Table};
use crate::kv::Order;
use crate::time::Timestamp;

/// By kind and id.
type CaseKey = (String, String);

static BY_CITIZEN: Index<CaseKey, Kept, (String, String, Timestamp)> =
    Index::many("case.by-citizen", |(kind, _), case| {
        let citizen = case.citizen.iter();
        citizen.map(|citizen| (kind.clone(), citizen.clone(), case.opened)).collect()
    });
static BY_OFFICE: Index<CaseKey, Kept, (String, String, String, Timestamp)> =
    Index::many("case.by-office", |(kind, _), case| {
        let ends = case.deadline.as_ref().map_or(Timestamp::MAX, super::Deadline::ends);
        vec![(kind.clone(), case.office.clone(), case.state.clone(), ends)]
    });
static CASES: Table<CaseKey, Kept> = Table::new("case", &[&BY_CITIZEN, &BY_OFFICE]);

pub(super) fn insert<S: State>(kind: &str, case: &Case<S>) -> Result<(), CaseError> {
    Ok(CASES.insert(&key(kind, &case.id), &case.kept())?)
}

pub(super) fn put<S: State>(kind: &str, case: &Case<S>) -> Result<(), CaseError> {
    Ok(CASES.put(&key(kind, &case.id), &case.kept())?)
}

pub(super) fn get<S: State>(kind: &str, id: &str) -> Result<Option<Case<S>>, CaseError> {
    CASES.get(&key(kind, id))?.map(|kept| Case::read(id.to_owned(), kept)).transpose()
}

pub(super) fn of_citizen<S: State>(
    kind: &str,
    subject: &str,
    wanted: &PageRequest,
) -> Result<Page<Case<S>>, CaseError> {
    let prefix = (kind.to_owned(), subject.to_owned());
    read(CASES.by(&BY_CITIZEN).page(&prefix, Order::Descending, wanted)?)
}

pub(super) fn inbox<S: State>(
    kind: &str,
    office: &str,
    state: S,
    wanted: &PageRequest,
) -> Result<Page<Case<S>>, CaseError> {
    let prefix = (kind.to_owned(), office.to_owned(), state.word().to_owned());
    read(CASES.by(&BY_OFFICE).page(&prefix, Order::Ascending, wanted)?)
}

fn read<S: State>(page: Page<(CaseKey, Kept)>) -> Result<Page<Case<S>>, CaseError> {
    let cases = page.items.into_iter().map(|((_, id), kept)| Case::read(id, kept));
    Ok(Page { items: cases.collect::<Result<_, _>>()?, next: page.next })
}

fn key(kind: &str, id: &str) -> CaseKey {
    (kind.to_owned(), id.to_owned())
}
