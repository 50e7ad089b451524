//! What was done to an account here, by whom, and on what grounds.

use sdk::Timestamp;
use sdk::collections::{PageRequest, Record, Table, TableError};
use sdk::html::{Column, Markup, html};
use sdk::i18n::Argument;
use sdk::kv::Order;
use sdk::web::{Operator, Visit};
use serde::{Deserialize, Serialize};

use crate::card::CardNumber;
use crate::page::{say, say_with};

/// By the subject, when, and the request.
static HISTORY: Table<(String, Timestamp, String), Entry> = Table::new("history", &[]);

/// Entries that are shown.
const SHOWN: u32 = 50;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Action {
    /// She registered, and the identity register confirmed what she said.
    Registered,
    /// She registered while the register could not be asked.
    RegisteredUnchecked,
    /// Made at the counter.
    Made,
    /// Raised to the highest assurance.
    Raised,
    /// Given another code.
    Coded,
    /// Her particulars were corrected.
    Corrected,
}

/// What the identity register said of what was written down at the counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RegisterSaid {
    Same,
    Other,
    Nobody,
    Nothing,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Entry {
    action: Action,
    /// Who did it at the counter; nobody, where she did so herself.
    by: Option<By>,
    /// What the operator saw, in her words.
    note: Option<String>,
    register: Option<RegisterSaid>,
    /// The number of the document that was corrected.
    document_before: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct By {
    id: String,
    name: Option<String>,
}

impl Record for Entry {}

impl Entry {
    /// What she did herself.
    pub(crate) fn own(action: Action) -> Self {
        Self { action, by: None, note: None, register: None, document_before: None }
    }

    /// What was done at the counter, and on what grounds.
    pub(crate) fn at_counter(action: Action, operator: &Operator, note: String) -> Self {
        let by = By { id: operator.id.clone(), name: operator.name.clone() };
        Self { action, by: Some(by), note: Some(note), register: None, document_before: None }
    }

    /// With what the register said.
    pub(crate) fn with_register(self, said: RegisterSaid) -> Self {
        Self { register: Some(said), ..self }
    }

    /// Where the document had another number before.
    pub(crate) fn of_document_before(self, card: &CardNumber) -> Self {
        Self { document_before: Some(card.to_string()), ..self }
    }

    fn said(&self) -> Markup {
        html! {
            (say(self.action.text()))
            @if let Some(number) = &self.document_before {
                br; (say_with("history-document", &[Argument::text("number", number)]))
            }
            @if let Some(said) = self.register { br; (say(said.text())) }
            @if let Some(note) = &self.note { br; (note) }
        }
    }
}

impl Action {
    fn text(self) -> &'static str {
        match self {
            Self::Registered => "history-registered",
            Self::RegisteredUnchecked => "history-registered-unchecked",
            Self::Made => "history-made",
            Self::Raised => "history-raised",
            Self::Coded => "history-coded",
            Self::Corrected => "history-corrected",
        }
    }
}

impl RegisterSaid {
    fn text(self) -> &'static str {
        match self {
            Self::Same => "register-same",
            Self::Other => "register-other",
            Self::Nobody => "register-nobody",
            Self::Nothing => "register-nothing",
        }
    }
}

/// Notes what this call does to an account.
pub(crate) fn note(visit: &Visit, subject: &str, entry: &Entry) -> Result<(), TableError> {
    let context = visit.context();
    HISTORY.insert(&(subject.to_owned(), context.time(), context.request_id.clone()), entry)
}

/// What was done to an account, the newest first.
pub(crate) fn table(subject: &str) -> Result<Markup, TableError> {
    let prefix = (subject.to_owned(),);
    let page = HISTORY.page(&prefix, Order::Descending, &PageRequest::first(SHOWN))?;
    let row = |((_, at, _), entry): &((String, Timestamp, String), Entry)| {
        let by =
            entry.by.as_ref().map_or_else(|| say("history-herself"), |by| by.name.clone().unwrap_or(by.id.clone()));
        vec![html! { (at.short()) }, entry.said(), html! { (by) }]
    };
    let rows: Vec<Vec<Markup>> = page.items.iter().map(row).collect();
    let headings = [say("when"), say("what"), say("by-whom")];
    let columns = [&headings[0], &headings[1], &headings[2]].map(|heading| Column::text(heading));
    Ok(html! { @if !rows.is_empty() { (sdk::html::Table::new("history", &say("history"), &columns, &rows)) } })
}
