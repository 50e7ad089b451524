//! What becomes of answers.

use html::Language;
use serde_json::{Value, json};

use super::{answers, licence, schema, today};
use crate::Failure;
use crate::schema::{Facts, Schema, Settled, Wrong};

fn settle(schema: &Schema, given: Value) -> Settled {
    let settled = schema.settle(&answers(given), &Facts::new(), today());
    assert_eq!(schema.settle(settled.answers(), &Facts::new(), today()), settled, "settled once is settled");
    settled
}

fn wrong(settled: &Settled) -> Vec<(&str, Wrong)> {
    settled.wrong().iter().map(|(name, wrong)| (name.as_str(), wrong.clone())).collect()
}

#[test]
fn a_whole_document_gets_one_form_and_what_is_calculated() {
    let given = answers(json!({
        "trade_name": " La Paceña ", "kind": "bar", "uses": ["music", "food"], "workers": 7, "area": 60.50,
        "capital": 1_000_050, "born": "2000-05-17", "email": "ana@gob.bo", "phone": "7123 4567", "plate": "1234abc",
        "urgent": false, "true_words": true, "licence": "L-1", "story": "",
        "age": 5, "fee": 1, "names": "Eva", "other": "x",
    }));
    let facts = answers(json!({ "names": "Ana María", "kind": "shop" }));
    let settled = licence().settle(&given, &facts, today());
    assert_eq!(
        json!(settled.answers()),
        json!({
            "trade_name": "La Paceña", "kind": "bar", "uses": ["food", "music"], "workers": 7, "area": 60.5,
            "capital": 1_000_050, "born": "2000-05-17", "email": "ana@gob.bo", "phone": "+59171234567", "plate": "1234-ABC",
            "urgent": false, "true_words": true, "licence": "L-1", "age": 26, "fee": 17_125, "names": "Ana María",
        })
    );
    assert_eq!(settled.asked().take(3).collect::<Vec<_>>(), ["names", "trade_name", "kind"]);
    assert_eq!(licence().settle(settled.answers(), &facts, today()), settled);
    assert!(settled.right().is_ok());
}

#[test]
fn what_is_not_asked_for_is_dropped() {
    let settled = settle(&licence(), json!({ "kind": "shop", "area": 60, "licence": "L-1" }));
    assert_eq!(settled.answers().get("licence"), None);
    assert!(settled.asked().all(|name| name != "licence"));
}

#[test]
fn what_is_missing_is_wrong_in_a_whole_document_alone() {
    let given = json!({ "kind": "bar", "area": 50 });
    let settled = settle(&licence(), given.clone());
    let missing = [("trade_name", Wrong::Missing), ("licence", Wrong::Missing), ("true_words", Wrong::NotAgreed)];
    assert_eq!(wrong(&settled), missing);
    assert_eq!(licence().settle_so_far(&answers(given), &Facts::new(), today()).wrong(), []);
}

#[test]
fn what_is_wrong_stays_as_it_was_given_and_counts_for_nothing() {
    let settled = settle(
        &licence(),
        json!({ "area": 0.001, "kind": "bar", "workers": 6, "plate": { "a": [1] }, "licence": "L" }),
    );
    assert_eq!(settled.answers()["plate"], json!({ "a": [1] }));
    assert_eq!(settled.answers()["area"], json!(0.001));
    assert_eq!(settled.answers()["fee"], json!(1_000), "an area that is wrong counts as none");
    assert_eq!(settled.answers().get("licence"), None);
    assert!(wrong(&settled).contains(&("area", Wrong::NoDecimal { decimals: 2 })));
}

#[test]
fn one_condition_decides_on_another() {
    let chain = schema(json!({
        "a": { "type": "boolean", "title": "A" },
        "b": { "type": "integer", "title": "B", "x-when": { "field": "a", "is": true } },
        "c": { "type": "integer", "title": "C", "readOnly": true, "x-formula": "b * 2" },
        "d": { "type": "string", "title": "D", "x-when": { "field": "c", "at-least": 10 } },
    }));
    let given = |a: bool| json!({ "a": a, "b": 5, "d": "x" });
    assert_eq!(json!(settle(&chain, given(true)).answers()), json!({ "a": true, "b": 5, "c": 10, "d": "x" }));
    assert_eq!(json!(settle(&chain, given(false)).answers()), json!({ "a": false, "c": 0 }));
}

#[test]
fn what_is_calculated_fits_its_field_or_is_wrong() {
    let calculated = |formula: &str| {
        let schema = Schema::read(&json!({ "type": "object", "required": ["c"], "properties": {
            "n": { "type": "integer", "title": "N" },
            "born": { "type": "string", "title": "B", "format": "date" },
            "c": { "type": "number", "title": "C", "x-decimals": 2, "readOnly": true, "x-formula": formula },
        } }));
        let settled = settle(&schema.expect("a description"), json!({ "n": 3 }));
        settled.answers().get("c").cloned().ok_or_else(|| wrong(&settled)[0].1.clone())
    };
    assert_eq!(calculated("n / 8"), Ok(json!(0.38)));
    assert_eq!(calculated("n / 3"), Ok(json!(1)));
    assert_eq!(calculated("1 / (n - 3)"), Err(Wrong::DividedByZero));
    assert_eq!(calculated("10000000000000 * n"), Err(Wrong::TooLargeToCalculate));
    assert_eq!(calculated("years(born, today)"), Err(Wrong::NothingToCalculate));
}

#[test]
fn what_another_register_knows_is_judged_too() {
    let schema = Schema::read(&json!({ "type": "object", "required": ["names"], "properties": {
        "names": { "type": "string", "title": "Nombres", "readOnly": true, "x-source": "identity", "maxLength": 5 },
    } }));
    let schema = schema.expect("a description");
    let settle = |facts: Value| schema.settle(&answers(json!({ "names": "Eva" })), &answers(facts), today());
    assert_eq!(wrong(&settle(json!({}))), [("names", Wrong::NotBrought)]);
    assert_eq!(wrong(&settle(json!({ "names": "Ana María" }))), [("names", Wrong::TooLong { letters: 9, most: 5 })]);
    assert_eq!(json!(settle(json!({ "names": "Ana" })).answers()), json!({ "names": "Ana" }));
}

#[test]
fn what_is_wrong_is_said_to_whoever_sent_it() {
    let settled = settle(&licence(), json!({ "trade_name": "x", "kind": "shop", "true_words": true }));
    let said = licence().said(settled.wrong(), Language::English);
    let Failure::Invalid(errors) = Failure::Invalid(said) else { panic!("errors of fields") };
    assert_eq!((errors[0].field.as_str(), errors[0].code.as_str()), ("trade_name", "length"));
    assert_eq!(errors[0].message, "Enter at least 3 letters in “Name of the business”");
    assert_eq!(settled.right().map_err(|wrong| wrong.len()), Err(1));
}
