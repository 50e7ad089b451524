//! What commands print: tables and next steps for people, JSON for machines.

use admin::{Action, Change, Plan};
use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};
use jiff::Timestamp;
use serde_json::Value;
use std::io::{BufRead as _, ErrorKind, Read as _, Write as _};

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
    print(&format!("{value:#}"));
}

/// Prints a line or several. Who reads only the beginning, as `head` does, has what they wanted.
fn print(text: &str) {
    if let Err(error) = writeln!(std::io::stdout(), "{text}") {
        let code = if error.kind() == ErrorKind::BrokenPipe { 0 } else { 1 };
        std::process::exit(code);
    }
}

/// Prints a table.
pub(crate) fn table(columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic).set_header(columns);
    table.set_width(width());
    for row in rows {
        table.add_row(row);
    }
    print(&table.trim_fmt());
}

/// How wide a table may be: as the terminal, or what reads well where there is none.
fn width() -> u16 {
    rustix::termios::tcgetwinsize(std::io::stdout())
        .map_or(PLAIN_COLUMNS, |size| size.ws_col)
        .clamp(MIN_COLUMNS, MAX_COLUMNS)
}

const PLAIN_COLUMNS: u16 = 120;
const MIN_COLUMNS: u16 = 60;
const MAX_COLUMNS: u16 = 160;

/// A line above, below the header and below; none between rows, so that a row is a line.
const STYLE: TableStyle = TableStyle::new()
    .top_border(LineStyle::none().fill('─').junction('─'))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

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

/// A moment in a field of an answer, to the second.
pub(crate) fn moment_of(value: &Value, field: &str) -> String {
    let text = text(value, field);
    text.parse().map(moment).unwrap_or(text)
}

/// Asks whether to go on; only a yes is one.
pub(crate) fn confirm(question: &str) -> std::io::Result<bool> {
    print!("{question} [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().take(MAX_ANSWER_BYTES).read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

const MAX_ANSWER_BYTES: u64 = 16;

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
