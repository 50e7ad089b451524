//! What would change between two configurations, one fact a line, before anybody says yes.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The changes from one configuration to another, in a fixed order; empty where both say the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The changes, in ascending order of what they concern.
    pub changes: Vec<Change>,
}

/// One thing that would be otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What happens to it.
    pub action: Action,
    /// What it is, for example `service BO/GOV/1001/civil/persons, timeout`.
    pub what: String,
    /// What it says now, where it exists.
    pub before: Option<String>,
    /// What it will say, where it will exist.
    pub after: Option<String>,
}

/// What happens to one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It comes.
    Add,
    /// It says something else.
    Change,
    /// It goes.
    Remove,
}

impl Plan {
    /// Compares two configurations that were read into facts: what, and what is said of it.
    #[must_use]
    pub fn between(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Self {
        let mut changes: Vec<Change> = before
            .iter()
            .filter(|(what, _)| !after.contains_key(*what))
            .map(|(what, said)| Change::new(Action::Remove, what, Some(said), None))
            .collect();
        for (what, says) in after {
            match before.get(what) {
                Some(said) if said == says => {}
                Some(said) => changes.push(Change::new(Action::Change, what, Some(said), Some(says))),
                None => changes.push(Change::new(Action::Add, what, None, Some(says))),
            }
        }
        changes.sort_by(|a, b| a.what.cmp(&b.what));
        Self { changes }
    }

    /// Whether nothing would change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl Change {
    fn new(action: Action, what: &str, before: Option<&String>, after: Option<&String>) -> Self {
        Self { action, what: what.to_owned(), before: before.cloned(), after: after.cloned() }
    }
}

/// A line for each change: `+` comes, `~` changes, `-` goes.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing changes");
        }
        for (index, change) in self.changes.iter().enumerate() {
            let end_of_line = if index == 0 { "" } else { "\n" };
            write!(f, "{end_of_line}{change}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.action {
            Action::Add => '+',
            Action::Change => '~',
            Action::Remove => '-',
        };
        write!(f, "{sign} {}", self.what)?;
        // Some facts say all by being there.
        let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        match (said(&self.before), said(&self.after)) {
            (None, None) => Ok(()),
            (Some(text), None) | (None, Some(text)) => write!(f, ": {text}"),
            (Some(before), Some(after)) => write!(f, ": {before} → {after}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(facts: &[(&str, &str)]) -> BTreeMap<String, String> {
        facts.iter().map(|(what, says)| ((*what).to_owned(), (*says).to_owned())).collect()
    }

    #[test]
    fn names_what_comes_changes_and_goes_in_order() {
        let before = facts(&[("a", ""), ("b", "1"), ("c", "same")]);
        let after = facts(&[("b", "2"), ("c", "same"), ("d", "new")]);
        let plan = Plan::between(&before, &after);
        assert_eq!(plan.to_string(), "- a\n~ b: 1 → 2\n+ d: new");
        assert_eq!(Plan::between(&after, &after).to_string(), "nothing changes");
    }

    #[test]
    fn is_written_as_json_and_read_back() {
        let plan = Plan::between(&facts(&[("a", "1")]), &facts(&[("b", "2")]));
        let json = serde_json::to_string(&plan).unwrap();
        let expected = r#"{"changes":[{"action":"remove","what":"a","before":"1","after":null},{"action":"add","what":"b","before":null,"after":"2"}]}"#;
        assert_eq!(json, expected);
        assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), plan);
    }
}
