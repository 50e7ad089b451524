//! What people are filling in: kept after each page, until they submit it or throw it away.

use std::collections::BTreeSet;
use std::time::Duration;

use sdk::collections::{Record, Table};
use sdk::kv::Order;
use sdk::{Failure, Timestamp, blobs, timers};
use serde::{Deserialize, Serialize};

use crate::application::{Applicant, Application, Attached, Content};
use crate::definition::Code;

static DRAFTS: Table<(String, String), Draft> = Table::new("drafts", &[]);

/// So long a draft is kept after it was changed the last time.
const KEPT: Duration = Duration::from_secs(180 * 24 * 60 * 60);
/// So many drafts somebody has at most.
const MOST: usize = 50;
const TIMER: &str = "draft/";

/// Something that is being filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Draft {
    /// By which it is found among its owner's.
    pub id: String,
    /// Whose it is.
    pub owner: Applicant,
    /// The procedure.
    pub procedure: Code,
    /// The version of its definition.
    pub version: u32,
    /// What was answered and attached so far.
    pub content: Content,
    /// The files that came with it, by their blobs: those of the folder do not, and outlive it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub own: BTreeSet<String>,
    /// The pages that were filled in.
    pub filled: Vec<Code>,
    /// When it was begun.
    pub begun: Timestamp,
    /// When it was changed the last time.
    pub changed: Timestamp,
    /// Who stands at the counter, where it is filled in there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_counter: Option<AtCounter>,
}

/// Somebody who stands at a counter, as the operator there has seen her.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AtCounter {
    /// The number of her identity document, by which registers are asked.
    pub document: String,
    /// Her name.
    pub name: String,
}

impl Record for Draft {}

impl Draft {
    /// Attaches files as a document, in place of those before. Those that came with it now are its own.
    pub fn attach(&mut self, document: Code, files: Vec<Attached>, came: impl IntoIterator<Item = String>) {
        self.content.documents.insert(document, files);
        self.own.extend(came);
        let attached: BTreeSet<&str> = self.content.blobs().collect();
        self.own.retain(|blob| attached.contains(blob.as_str()));
    }

    /// The files that nothing but it has, by their blobs.
    fn own_files(&self) -> BTreeSet<&str> {
        self.content.blobs().filter(|blob| self.own.contains(*blob)).collect()
    }
}

/// A draft of an owner.
///
/// # Errors
/// If there is none.
pub fn find(owner: &Applicant, id: &str) -> Result<Draft, Failure> {
    DRAFTS.get(&key(owner, id))?.ok_or_else(|| Failure::NotFound(format!("there is no draft {id}")))
}

/// All drafts of an owner.
///
/// # Errors
/// If one does not read back.
pub fn of(owner: &Applicant) -> Result<Vec<Draft>, Failure> {
    let all = DRAFTS.scan(&(owner.subject.clone(),), Order::Ascending).take(MOST);
    Ok(all.map(|draft| draft.map(|(_, draft)| draft)).collect::<Result<_, _>>()?)
}

/// Begins a draft.
///
/// # Errors
/// If its owner has too many.
pub fn begin(draft: &Draft) -> Result<(), Failure> {
    sdk::ensure!(of(&draft.owner)?.len() < MOST, Failure::Conflict(sdk::i18n::words("too-many-drafts")));
    keep(draft)
}

/// Keeps a draft, and has it thrown away when nobody has changed it for long. Files of its own that it has no more are deleted.
///
/// # Errors
/// If it is too large, or does not read back.
pub fn keep(draft: &Draft) -> Result<(), Failure> {
    let key = key(&draft.owner, &draft.id);
    if let Some(before) = DRAFTS.get(&key)? {
        before.own_files().difference(&draft.own_files()).copied().for_each(blobs::delete);
    }
    DRAFTS.put(&key, draft)?;
    timers::set(&timer(&draft.id), draft.changed + KEPT, key.0.as_bytes());
    Ok(())
}

/// Throws a draft away: what was attached to it alone goes with it.
///
/// # Errors
/// If it does not read back.
pub fn remove(owner: &Applicant, id: &str) -> Result<(), Failure> {
    take_away(&key(owner, id), &Content::default())
}

/// Forgets a draft whose files an application has now: what is not asked for in the end goes.
///
/// # Errors
/// If it does not read back.
pub fn submitted(draft: &Draft, application: &Application) -> Result<(), Failure> {
    take_away(&key(&draft.owner, &draft.id), &application.content)
}

/// Throws a draft away that nobody has changed for long, if that is what a timer of the plugin says.
///
/// # Errors
/// If it does not read back.
pub fn expire(timer: &sdk::Timer) -> Result<(), Failure> {
    if let (Some(id), Ok(subject)) = (timer.name.strip_prefix(TIMER), String::from_utf8(timer.payload.clone())) {
        take_away(&(subject, id.to_owned()), &Content::default())?;
    }
    Ok(())
}

/// Takes a draft away with its own files, but those that something else has.
fn take_away(key: &(String, String), else_has: &Content) -> Result<(), Failure> {
    timers::cancel(&timer(&key.1));
    let Some(draft) = DRAFTS.remove(key)? else { return Ok(()) };
    let kept: BTreeSet<&str> = else_has.blobs().collect();
    draft.own_files().difference(&kept).copied().for_each(blobs::delete);
    Ok(())
}

fn key(owner: &Applicant, id: &str) -> (String, String) {
    (owner.subject.clone(), id.to_owned())
}

fn timer(id: &str) -> String {
    format!("{TIMER}{id}")
}
