//! What people are writing for a call: one draft for each call, kept page by page, until it is submitted or thrown away.

use std::collections::{BTreeMap, BTreeSet};

use sdk::collections::{Record, Table};
use sdk::kv::Order;
use sdk::schema::{Answers, Facts};
use sdk::{Failure, Timestamp, blobs};
use serde::{Deserialize, Serialize};

use super::{Call, Content, Party, Project, Refused};
use crate::application::Attached;
use crate::definition::{Audience, Code, Need};

/// By whose it is, and the call.
static DRAFTS: Table<(String, Code), Draft> = Table::new("funds.drafts", &[]);

/// So many drafts are shown at once, and so many may be begun.
const MOST: usize = 50;

/// Something that is being written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Draft {
    /// The call.
    pub call: Code,
    /// The project, once it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Project>,
    /// What was answered so far.
    #[serde(default)]
    pub answers: Answers,
    /// What was attached so far.
    #[serde(default)]
    pub documents: BTreeMap<Code, Vec<Attached>>,
    /// The files that a proposal has too which was taken back, by their blobs: they outlive the draft.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub submitted: BTreeSet<String>,
    /// When it was changed the last time.
    pub changed: Timestamp,
}

/// A part of a draft that is missing, or wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The project.
    Project,
    /// Answers.
    Questions,
    /// A document, by its code.
    Document(Code),
}

impl Record for Draft {}

impl Draft {
    /// The files that nothing but it has, by their blobs.
    fn own_files(&self) -> BTreeSet<&str> {
        let files = self.documents.values().flatten().map(|file| file.blob.as_str());
        files.filter(|blob| !self.submitted.contains(*blob)).collect()
    }

    /// What it says, if nothing is missing in it.
    ///
    /// # Errors
    /// What is, in the order in which it is asked; nothing, where the questions of the call do not read.
    pub fn judged(&self, call: &Call, party: &Party, now: Timestamp) -> Result<Content, Vec<Missing>> {
        let mut missing = Vec::new();
        let named = |project: &Project| party.kind != Audience::Entity || project.entity.is_some();
        let project = self.project.clone().filter(|project| project.asked <= call.most && named(project));
        if project.is_none() {
            missing.push(Missing::Project);
        }
        let answers = match call.questions() {
            Ok(None) => Some(Answers::new()),
            Ok(Some(schema)) => schema.settle(&self.answers, &Facts::new(), now.date_in_la_paz()).right().ok(),
            Err(_) => None,
        };
        if answers.is_none() {
            missing.push(Missing::Questions);
        }
        let mut documents = BTreeMap::new();
        for document in &call.documents {
            let files = self.documents.get(&document.code).cloned().unwrap_or_default();
            if files.is_empty() && document.need == Need::Required {
                missing.push(Missing::Document(document.code.clone()));
            }
            documents.insert(document.code.clone(), files);
        }
        match (project, answers) {
            (Some(project), Some(answers)) if missing.is_empty() => Ok(Content { project, answers, documents }),
            _ => Err(missing),
        }
    }
}

/// The draft of somebody for a call, if she has begun one.
///
/// # Errors
/// If it does not read back.
pub fn find(party: &Party, call: &Code) -> Result<Option<Draft>, Failure> {
    Ok(DRAFTS.get(&key(party, call))?)
}

/// All drafts of somebody.
///
/// # Errors
/// If one does not read back.
pub fn of(party: &Party) -> Result<Vec<Draft>, Failure> {
    let all = DRAFTS.scan(&(party.owner.clone(),), Order::Ascending).take(MOST);
    Ok(all.map(|draft| draft.map(|(_, draft)| draft)).collect::<Result<_, _>>()?)
}

/// Keeps a draft for a call that takes proposals. Files that it has no more are deleted.
///
/// # Errors
/// If the call is for others, it is too large, or she has too many.
pub fn keep(accepting: &super::Accepting<'_>, party: &Party, draft: Draft) -> Result<(), Failure> {
    sdk::ensure!(accepting.call().is_for(party.kind), Refused::Audience);
    let key = key(party, &draft.call);
    match DRAFTS.get(&key)? {
        Some(before) => before.own_files().difference(&draft.own_files()).copied().for_each(blobs::delete),
        None => sdk::ensure!(has_room(party)?, Refused::Full),
    }
    Ok(DRAFTS.put(&key, &Draft { changed: accepting.now(), ..draft })?)
}

/// Whether what somebody takes back becomes a draft again: there is none for its call, and she has not too many.
///
/// # Errors
/// If a draft does not read back.
pub fn takes_back(party: &Party, call: &Code) -> Result<bool, Failure> {
    Ok(!DRAFTS.contains(&key(party, call)) && has_room(party)?)
}

/// Throws a draft away, with the files that nothing but it has.
///
/// # Errors
/// If there is none, or it does not read back.
pub fn discard(party: &Party, call: &Code) -> Result<(), Failure> {
    let none = || Failure::NotFound(format!("there is no draft for {call}"));
    let draft = DRAFTS.remove(&key(party, call))?.ok_or_else(none)?;
    draft.own_files().into_iter().for_each(blobs::delete);
    Ok(())
}

/// Forgets a draft whose files a proposal has now.
///
/// # Errors
/// If it does not read back.
pub(super) fn forget(party: &Party, call: &Code) -> Result<(), Failure> {
    DRAFTS.remove(&key(party, call))?;
    Ok(())
}

fn has_room(party: &Party) -> Result<bool, Failure> {
    Ok(of(party)?.len() < MOST)
}

fn key(party: &Party, call: &Code) -> (String, Code) {
    (party.owner.clone(), call.clone())
}
