//! What changed between two versions of a definition, by the places in its JSON.

use std::collections::BTreeSet;

use sdk::json::Value;

use super::Definition;

/// Something that is not as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where: `entry.costs.licencia.amount`. A part that has a code is named by it.
    pub at: String,
    /// What stood there; nothing, if that is new.
    pub before: Option<Value>,
    /// What stands there; nothing, if it was taken away.
    pub after: Option<Value>,
}

/// All that changed, in the order of the keys. A part that moved among others of its list is no change of its own: the list
/// is said to have another order.
#[must_use]
pub fn differences(before: &Definition, after: &Definition) -> Vec<Change> {
    let mut changes = Vec::new();
    if let (Ok(before), Ok(after)) = (serde_json::to_value(before), serde_json::to_value(after)) {
        compare("", Some(&before), Some(&after), &mut changes);
    }
    changes
}

fn compare(at: &str, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<Change>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for key in keys {
                compare(&below(at, key), before.get(key), after.get(key), changes);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => match (codes(before), codes(after)) {
            (Some(old), Some(new)) => parts(at, (&old, before), (&new, after), changes),
            _ => changes.push(change(at, Some(&Value::from(before.clone())), Some(&Value::from(after.clone())))),
        },
        _ => changes.push(change(at, before, after)),
    }
}

/// Compares the parts of a list by their codes.
fn parts(at: &str, (old, before): (&[&str], &[Value]), (new, after): (&[&str], &[Value]), changes: &mut Vec<Change>) {
    let find = |codes: &[&str], code: &str| codes.iter().position(|one| *one == code);
    for code in old.iter().chain(new.iter().filter(|code| !old.contains(code))) {
        let (before, after) = (find(old, code).map(|one| &before[one]), find(new, code).map(|one| &after[one]));
        compare(&below(at, code), before, after, changes);
    }
    let stayed = |codes: &[&str], others: &[&str]| -> Vec<String> {
        codes.iter().filter(|code| others.contains(code)).map(|code| (*code).to_owned()).collect()
    };
    let (was, is) = (stayed(old, new), stayed(new, old));
    if was != is {
        changes.push(change(at, Some(&Value::from(was)), Some(&Value::from(is))));
    }
}

/// The codes of a list's parts, if each has one, and each another.
fn codes(parts: &[Value]) -> Option<Vec<&str>> {
    let codes: Vec<&str> =
        parts.iter().map(|part| part.get("code").or(part.get("const"))?.as_str()).collect::<Option<_>>()?;
    let each: BTreeSet<&str> = codes.iter().copied().collect();
    (each.len() == codes.len()).then_some(codes)
}

fn change(at: &str, before: Option<&Value>, after: Option<&Value>) -> Change {
    Change { at: at.to_owned(), before: before.cloned(), after: after.cloned() }
}

fn below(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

#[cfg(test)]
mod tests {
    use sdk::json::json;

    use super::*;

    fn changed(before: Value, after: Value) -> Vec<(String, Option<Value>, Option<Value>)> {
        let mut changes = Vec::new();
        compare("", Some(&before), Some(&after), &mut changes);
        changes.into_iter().map(|change| (change.at, change.before, change.after)).collect()
    }

    #[test]
    fn what_is_new_gone_or_other_is_named_by_its_place() {
        let before = json!({ "a": { "b": 1, "gone": true }, "same": [1] });
        let after = json!({ "a": { "b": 2, "new": "x" }, "same": [1] });
        let said = |at: &str, before, after| (at.to_owned(), before, after);
        assert_eq!(
            changed(before, after),
            [
                said("a.b", Some(json!(1)), Some(json!(2))),
                said("a.gone", Some(json!(true)), None),
                said("a.new", None, Some(json!("x"))),
            ]
        );
    }

    #[test]
    fn parts_of_a_list_are_compared_by_their_codes() {
        let part = |code: &str, days: u32| json!({ "code": code, "days": days });
        let before = json!({ "steps": [part("a", 1), part("b", 2), part("c", 3)] });
        let after = json!({ "steps": [part("b", 2), part("a", 5)] });
        let places: Vec<String> = changed(before, after).into_iter().map(|(at, ..)| at).collect();
        assert_eq!(places, ["steps.a.days", "steps.c", "steps"]);
    }

    #[test]
    fn a_list_without_codes_is_one_value() {
        assert_eq!(changed(json!({ "l": [1, 2] }), json!({ "l": [2, 1] })).len(), 1);
        assert_eq!(changed(json!({ "l": [1, 2] }), json!({ "l": [1, 2] })), []);
    }
}
