//! What came of a call: what was shown, what is written now, what was ordered, and what it took.

use bytes::Bytes;
use plugin_host::web::{Content, Response};
use plugin_host::{AgendaEntry, AgendaError, Answer, EntryKind, PluginHost};
use std::collections::BTreeMap;
use std::time::Duration;

/// What came of a call.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What whoever called is shown.
    pub shown: Shown,
    /// The plugin's rows that are others now.
    pub written: Vec<Written>,
    /// What was ordered, and is done once the call is committed.
    pub effects: Vec<Effect>,
    /// How long it took, attempts and commit together.
    pub took: Duration,
    /// Microseconds that the guest ran.
    pub busy_us: u64,
    /// The most bytes of memory that the sandbox had.
    pub peak_memory_bytes: u64,
}

/// What a caller is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The HTTP status; nothing for an event, or of a plugin that was stopped.
    pub status: Option<u16>,
    /// In a word: a page, a redirect, a plugin that was stopped, …
    pub kind: &'static str,
    /// A page's title, or where a redirect leads.
    pub about: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body, without the layout that the gateway puts around a page.
    pub body: Bytes,
}

/// A row that a call wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The key, without bytes that are no text.
    pub key: String,
    /// The value before; nothing if the row is new.
    pub before: Option<String>,
    /// The value now; nothing if the row is gone.
    pub after: Option<String>,
}

/// Something that a call ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// A message, a timer, a topic, a signing, …
    pub kind: &'static str,
    /// Which.
    pub about: String,
    /// When it is due.
    pub due: clock::Timestamp,
}

/// Rows and orders that are compared; of a plugin with more, what is beyond is not shown.
const MOST: usize = 10_000;
/// Letters of a value that are shown.
const MOST_LETTERS: usize = 200;

/// A plugin's state at a moment.
pub(super) struct State {
    rows: BTreeMap<Vec<u8>, Vec<u8>>,
    agenda: Vec<AgendaEntry>,
}

impl State {
    pub(super) fn of(host: &PluginHost, plugin: &str) -> Result<Self, AgendaError> {
        Ok(Self { rows: host.kept(plugin, MOST)?.into_iter().collect(), agenda: host.agenda(plugin, MOST)? })
    }

    pub(super) fn written(&self, after: &Self) -> Vec<Written> {
        let keys = self.rows.keys().chain(after.rows.keys().filter(|key| !self.rows.contains_key(*key)));
        let changed = keys.filter(|key| self.rows.get(*key) != after.rows.get(*key));
        let mut written: Vec<Written> = changed
            .map(|key| Written {
                key: readable(key),
                before: self.rows.get(key).map(|value| readable(value)),
                after: after.rows.get(key).map(|value| readable(value)),
            })
            .collect();
        written.sort_by(|one, other| one.key.cmp(&other.key));
        written
    }

    pub(super) fn ordered(&self, after: &Self) -> Vec<Effect> {
        after.agenda.iter().filter(|entry| !self.agenda.contains(entry)).map(Effect::of).collect()
    }
}

impl Effect {
    fn of(entry: &AgendaEntry) -> Self {
        let (kind, about) = match &entry.kind {
            EntryKind::Message(message) => {
                ("message", format!("{}{} {}", message.to, message.path, readable(&message.body)))
            }
            EntryKind::Timer(name) => ("timer", name.clone()),
            EntryKind::Schedule(name) => ("schedule", name.clone()),
            EntryKind::Reply(id) => ("reply", id.clone()),
            EntryKind::Undelivered(id) => ("undelivered", id.clone()),
            EntryKind::Topic { topic, subscriber } => ("topic", format!("{topic} to {subscriber}")),
            EntryKind::Signing(id) => ("signing", id.clone()),
        };
        Self { kind, about, due: entry.due }
    }
}

impl Shown {
    pub(super) fn handled() -> Self {
        Self { status: None, kind: "handled", about: String::new(), headers: Vec::new(), body: Bytes::new() }
    }

    pub(super) fn stopped(why: String) -> Self {
        Self { kind: "stopped", about: why, ..Self::handled() }
    }

    /// Whether the plugin did what it was asked to.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.kind != "stopped" && self.status.is_none_or(|status| status < 400)
    }
}

impl From<Response> for Shown {
    fn from(response: Response) -> Self {
        let (kind, about, body) = match response.content {
            Content::Page(page) => ("page", page.title, page.html.into()),
            Content::Fragment(html) => ("fragment", String::new(), html.into()),
            Content::Json(json) => ("json", String::new(), json.into()),
            Content::Redirect(to) => ("redirect", to, Bytes::new()),
            Content::Blob(id) => ("blob", id, Bytes::new()),
            Content::Raw(raw) => ("raw", raw.content_type, raw.body.into()),
            Content::Empty => ("empty", String::new(), Bytes::new()),
        };
        let headers = response.headers.into_iter().map(|field| (field.name, field.value)).collect();
        Self { status: Some(response.status), kind, about, headers, body }
    }
}

impl From<Answer> for Shown {
    fn from(answer: Answer) -> Self {
        let headers = answer.headers.into_iter().map(|field| (field.name, field.value)).collect();
        let (status, body) = (Some(answer.status), answer.body.into());
        Self { status, kind: "answer", about: answer.content_type, headers, body }
    }
}

/// Bytes as a person reads them: what is no letter is a dot, and what is long ends in an ellipsis.
fn readable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let shown = |letter: char| if letter.is_control() || letter == '\u{FFFD}' { '·' } else { letter };
    let mut said: String = text.chars().take(MOST_LETTERS).map(shown).collect();
    if text.chars().count() > MOST_LETTERS {
        said.push('…');
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(rows: &[(&str, &str)]) -> State {
        let rows = rows.iter().map(|(key, value)| (key.as_bytes().to_vec(), value.as_bytes().to_vec())).collect();
        State { rows, agenda: Vec::new() }
    }

    #[test]
    fn names_rows_that_are_new_changed_or_gone_and_no_others() {
        let (before, after) =
            (state(&[("a", "1"), ("b", "1"), ("c", "1")]), state(&[("a", "1"), ("b", "2"), ("d", "1")]));
        let row = |key: &str, before: Option<&str>, after: Option<&str>| {
            let text = |value: &str| value.to_owned();
            Written { key: key.to_owned(), before: before.map(text), after: after.map(text) }
        };
        let expected = [row("b", Some("1"), Some("2")), row("c", Some("1"), None), row("d", None, Some("1"))];
        assert_eq!(before.written(&after), expected);
        assert!(after.written(&after).is_empty());
    }

    #[test]
    fn bytes_are_shown_so_that_they_move_no_terminal() {
        assert_eq!(readable(b"n\x00\x1b[31m\xFF"), "n··[31m·");
        assert_eq!(readable("ñ".repeat(300).as_bytes()).chars().count(), MOST_LETTERS + 1);
    }
}
