//! Somebody's folder: documents that she attached, to be used again.

use std::collections::BTreeSet;

use sdk::collections::{Record, Table};
use sdk::kv::Order;
use sdk::{Failure, Timestamp};
use serde::{Deserialize, Serialize};

use crate::application::Attached;

static FOLDER: Table<(String, String), Kept> = Table::new("folder", &[]);

/// So many documents a folder has at most.
const MOST: usize = 200;

/// A document of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Kept {
    /// By which it is found among its owner's: the blob's id.
    pub id: String,
    /// The file.
    pub file: Attached,
    /// What it is, and where it comes from.
    pub about: String,
    /// Since when it is there.
    pub since: Timestamp,
}

impl Record for Kept {}

/// All documents of somebody, by their ids.
///
/// # Errors
/// If one does not read back.
pub fn of(subject: &str) -> Result<Vec<Kept>, Failure> {
    let all = FOLDER.scan(&(subject.to_owned(),), Order::Ascending).take(MOST);
    Ok(all.map(|kept| kept.map(|(_, kept)| kept)).collect::<Result<_, _>>()?)
}

/// A document of somebody.
///
/// # Errors
/// If she has none of this id.
pub fn find(subject: &str, id: &str) -> Result<Kept, Failure> {
    let kept = FOLDER.get(&(subject.to_owned(), id.to_owned()))?;
    kept.ok_or_else(|| Failure::NotFound(format!("there is no document {id}")))
}

/// Puts what was attached into somebody's folder; one that is full stays as it is.
///
/// # Errors
/// If a record is too large, or one does not read back.
pub fn put<'a>(
    subject: &str,
    files: impl IntoIterator<Item = &'a Attached>,
    about: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let mut files = files.into_iter().peekable();
    if files.peek().is_none() {
        return Ok(());
    }
    let known: BTreeSet<String> = of(subject)?.into_iter().map(|kept| kept.id).collect();
    let room = MOST.saturating_sub(known.len());
    for file in files.filter(|file| !known.contains(&file.blob)).take(room) {
        let kept = Kept { id: file.blob.clone(), file: file.clone(), about: about.to_owned(), since: now };
        FOLDER.put(&(subject.to_owned(), file.blob.clone()), &kept)?;
    }
    Ok(())
}

/// Takes a document out of a folder. Applications that it was attached to keep it.
///
/// # Errors
/// If it does not read back.
pub fn remove(subject: &str, id: &str) -> Result<(), Failure> {
    FOLDER.remove(&(subject.to_owned(), id.to_owned()))?;
    Ok(())
}
