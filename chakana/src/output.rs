//! What commands print: tables and next steps for people, JSON for machines.

use admin::{Action, Change, Plan};
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ContentArrangement, Table};
use jiff::Timestamp;
use serde_json::Value;

/// For whom a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// A person at a terminal.
    Person,
    /// A program.
    Machine,
}

impl Audience {
    /// As the flag `--json` says.
    pub(crate) fn of(json: &crate::arguments::Json) -> Self {
        if json.json { Self::Machine } else { Self::Person }
    }
}

/// Prints JSON.
pub(crate) fn json(value: &Value) {
    println!("{value:#}");
}

/// Prints a table.
pub(crate) fn table(columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic).set_header(columns);
    for row in rows {
        table.add_row(row);
    }
    println!("{table}");
}

/// Prints a plan: a row for each change.
pub(crate) fn plan(plan: &Plan, audience: Audience) -> anyhow::Result<()> {
    if audience == Audience::Machine {
        json(&serde_json::to_value(plan)?);
    } else if plan.is_empty() {
        println!("Nothing changes.");
    } else {
        let action = |change: &Change| match change.action {
            Action::Add => "add",
            Action::Change => "change",
            Action::Remove => "remove",
        };
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        let row = |change: &Change| {
            vec![action(change).to_owned(), change.what.clone(), said(&change.before), said(&change.after)]
        };
        table(&["", "what", "before", "after"], plan.changes.iter().map(row));
    }
    Ok(())
}

/// A moment, to the second.
pub(crate) fn moment(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Prints what to do next.
pub(crate) fn next(step: &str) {
    if !step.is_empty() {
        println!("next: {step}");
    }
}

/// A field of an answer as text, empty where it is not there.
pub(crate) fn text(value: &Value, field: &str) -> String {
    match &value[field] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
