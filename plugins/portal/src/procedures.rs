//! The definitions of this entity: what is being worked on, and the versions that were published.
//!
//! A version never changes; what runs under it ends under it. What is worked on is a draft beside the newest version.

mod once;

use sdk::collections::{Record, Table};
use sdk::kv::Order;
use sdk::{Failure, Timestamp};
use serde::{Deserialize, Serialize};

use crate::definition::{Code, Definition, Procedure};

pub use once::Once;

static DRAFTS: Table<Code, Draft> = Table::new("procedures.drafts", &[]);
static VERSIONS: Table<(Code, u32), Version> = Table::new("procedures.versions", &[]);
static NEWEST: Table<Code, Newest> = Table::new("procedures.newest", &[]);

/// A definition that is worked on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Draft {
    /// As it is written so far. It may not hold together yet.
    pub definition: Definition,
    /// When it was changed the last time.
    pub changed: Timestamp,
    /// By whom.
    pub by: String,
}

/// A version that was published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Version {
    /// The definition.
    pub definition: Definition,
    /// When.
    pub published: Timestamp,
    /// By whom.
    pub by: String,
}

/// The newest version of a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Newest {
    version: u32,
    state: Offered,
}

/// Whether a procedure can be begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Offered {
    /// It can.
    Open,
    /// It cannot any more; what runs goes on.
    Withdrawn,
}

impl Record for Draft {}
impl Record for Version {}
impl Record for Newest {}

/// The draft of a procedure.
///
/// # Errors
/// If there is none.
pub fn draft(code: &Code) -> Result<Draft, Failure> {
    find_draft(code)?.ok_or_else(|| Failure::NotFound(format!("no draft of a procedure {code}")))
}

/// The draft of a procedure, if there is one.
///
/// # Errors
/// If it does not read back.
pub fn find_draft(code: &Code) -> Result<Option<Draft>, Failure> {
    Ok(DRAFTS.get(code)?)
}

/// Keeps a draft.
///
/// # Errors
/// If it is too large.
pub fn keep_draft(draft: &Draft) -> Result<(), Failure> {
    Ok(DRAFTS.put(&draft.definition.entry.code, draft)?)
}

/// Throws a draft away.
///
/// # Errors
/// If it does not read back.
pub fn drop_draft(code: &Code) -> Result<(), Failure> {
    DRAFTS.remove(code)?;
    Ok(())
}

/// All drafts, by their codes.
///
/// # Errors
/// If one does not read back.
pub fn drafts() -> Result<Vec<Draft>, Failure> {
    let all = DRAFTS.scan(&(), Order::Ascending).map(|draft| draft.map(|(_, draft)| draft));
    Ok(all.collect::<Result<_, _>>()?)
}

/// Keeps a definition as the next version of its procedure, and gives its number.
///
/// # Errors
/// If it is too large.
pub fn add_version(version: &Version) -> Result<u32, Failure> {
    let code = &version.definition.entry.code;
    let number = NEWEST.get(code)?.map_or(1, |newest| newest.version.saturating_add(1));
    VERSIONS.insert(&(code.clone(), number), version)?;
    NEWEST.put(code, &Newest { version: number, state: Offered::Open })?;
    Ok(number)
}

/// Has nobody begin a procedure any more.
///
/// # Errors
/// If there is none.
pub fn withdraw(code: &Code) -> Result<(), Failure> {
    let newest = NEWEST.get(code)?.ok_or_else(|| no_procedure(code))?;
    Ok(NEWEST.put(code, &Newest { state: Offered::Withdrawn, ..newest })?)
}

/// The codes of all procedures that have a version, with the newest one and whether it can be begun.
///
/// # Errors
/// If one does not read back.
pub fn all() -> Result<Vec<(Code, u32, Offered)>, Failure> {
    let all = NEWEST.scan(&(), Order::Ascending);
    Ok(all.map(|one| one.map(|(code, newest)| (code, newest.version, newest.state))).collect::<Result<_, _>>()?)
}

/// The number of the newest version of a procedure with whether it can be begun, if there is one.
///
/// # Errors
/// If it does not read back.
pub fn newest(code: &Code) -> Result<Option<(u32, Offered)>, Failure> {
    Ok(NEWEST.get(code)?.map(|newest| (newest.version, newest.state)))
}

/// A version.
///
/// # Errors
/// If there is none.
pub fn version(code: &Code, number: u32) -> Result<Version, Failure> {
    VERSIONS.get(&(code.clone(), number))?.ok_or_else(|| no_procedure(code))
}

/// The procedure of a version, to be done online.
///
/// # Errors
/// If there is none.
pub fn procedure(code: &Code, number: u32) -> Result<Procedure, Failure> {
    let Version { definition, .. } = version(code, number)?;
    sdk::ensure!(definition.online.is_some(), no_procedure(code));
    Procedure::published(definition, number)
        .map_err(|problems| Failure::Internal(format!("{code} {number}: {problems}")))
}

/// The procedure that can be begun under a code, in its newest version.
///
/// # Errors
/// If there is none, or it cannot be begun.
pub fn open(code: &Code) -> Result<Procedure, Failure> {
    let newest = NEWEST.get(code)?.filter(|newest| newest.state == Offered::Open);
    procedure(code, newest.ok_or_else(|| no_procedure(code))?.version)
}

fn no_procedure(code: &Code) -> Failure {
    Failure::NotFound(format!("no procedure {code} is done online here"))
}
