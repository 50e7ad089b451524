//! Conditions that stand outside of the fields.

use serde_json::json;

use crate::schema::{Answers, Schema};

fn schema() -> Schema {
    let properties = json!({
        "area": { "type": "number", "title": "Superficie", "x-decimals": 2 },
        "urgent": { "type": "boolean", "title": "Urgente" },
    });
    Schema::read(&json!({ "type": "object", "properties": properties })).expect("a description that keeps the rules")
}

#[test]
fn a_condition_is_judged_by_what_was_answered() {
    let schema = schema();
    let large = schema.condition(&json!({ "field": "area", "at-least": 50.5 })).expect("a condition");
    let answers = |area| Answers::from([("area".to_owned(), json!(area))]);
    assert!(schema.holds(&large, &answers(50.5)));
    assert!(!schema.holds(&large, &answers(50.0)));
    assert!(!schema.holds(&large, &Answers::new()), "what was not answered is no reason");
}

#[test]
fn a_condition_on_what_is_not_asked_is_refused() {
    for wrong in [json!({ "field": "price", "is": 1 }), json!({ "field": "urgent", "at-least": 1 }), json!({})] {
        assert!(schema().condition(&wrong).is_err(), "{wrong}");
    }
}
