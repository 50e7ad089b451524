//! What is no description, and what is said of it.

use serde_json::{Map, Value, json};

use super::{description, licence, of};
use crate::schema::{Problem, Schema};

fn refused(description: &Value) -> Vec<Problem> {
    Schema::read(description).expect_err(&description.to_string())
}

/// One field, `f`, of a description with a few others is refused for one reason only.
fn check(keywords: Value, keyword: &str, rule: &str) {
    let problems = refused(&of(json!({
        "f": keywords,
        "kind": { "type": "string", "title": "Tipo", "oneOf": [{ "const": "bar", "title": "Bar" }] },
        "area": { "type": "integer", "title": "Superficie" },
    })));
    let [problem] = problems.as_slice() else { panic!("{keywords}: {problems:?}") };
    assert_eq!(problem.field(), Some("f"), "{keywords}: {problem}");
    assert_eq!(problem.keyword().unwrap_or_default(), keyword, "{keywords}: {problem}");
    assert!(problem.rule().contains(rule), "{keywords}: {problem}");
}

/// The same for a field of a type, whose title is right.
fn check_of(kind: &str, keywords: Value, keyword: &str, rule: &str) {
    let mut all = Map::from_iter([("type".to_owned(), json!(kind)), ("title".to_owned(), json!("T"))]);
    all.extend(keywords.as_object().expect("an object").clone());
    check(all.into(), keyword, rule);
}

#[test]
fn a_description_has_the_keywords_of_one() {
    let fields = json!({ "f": { "type": "string", "title": "F" } });
    for (description, keyword, rule) in [
        (json!([]), "", "must be an object"),
        (json!({ "properties": {} }), "type", "must be `object`"),
        (json!({ "type": "array", "properties": {} }), "type", "must be `object`"),
        (json!({ "type": "object" }), "properties", "must be an object with the fields"),
        (json!({ "type": "object", "properties": [] }), "properties", "must be an object with the fields"),
        (json!({ "type": "object", "properties": {}, "allOf": [] }), "allOf", "no keyword"),
        (
            json!({ "$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": {} }),
            "$schema",
            "2020-12",
        ),
        (json!({ "type": "object", "properties": fields, "required": "f" }), "required", "must be a list"),
        (json!({ "type": "object", "properties": fields, "required": [1] }), "required", "must be a list"),
        (
            json!({ "type": "object", "properties": fields, "required": ["g"] }),
            "required",
            "names `g`, which is no field",
        ),
        (json!({ "type": "object", "properties": fields, "required": ["f", "f"] }), "required", "names `f` twice"),
        (json!({ "type": "object", "properties": fields, "required": vec!["f"; 301] }), "required", "300 names"),
        (
            json!({ "type": "object", "properties": fields, "x-order": ["g"] }),
            "x-order",
            "names `g`, which is no field",
        ),
    ] {
        let problems = refused(&description);
        let [problem] = problems.as_slice() else { panic!("{description}: {problems:?}") };
        assert_eq!((problem.field(), problem.keyword().unwrap_or_default()), (None, keyword), "{problem}");
        assert!(problem.rule().contains(rule), "{problem}");
    }
}

#[test]
fn a_description_has_a_size() {
    let line = json!({ "type": "string", "title": "T" });
    let fields = |count| (0..count).map(|index| (format!("f{index}"), line.clone())).collect::<Map<_, _>>();
    assert!(Schema::read(&of(fields(300).into())).is_ok());
    assert!(refused(&of(fields(301).into()))[0].rule().contains("300 fields"));
    let long = of(json!({ "f": { "type": "string", "title": "T", "description": "x".repeat(600_000) } }));
    assert!(refused(&long)[0].rule().contains("512 KiB"));
}

#[test]
fn fields_have_names() {
    let line = json!({ "type": "string", "title": "T" });
    for name in ["", "F", "1f", "_f", "f-g", "ñ", "today", &"f".repeat(49)] {
        let problems = refused(&of(json!({ name: line })));
        assert!(problems[0].field() == Some(name) && problems[0].rule().contains("48 small letters"), "{name}");
    }
}

#[test]
fn fields_have_words() {
    check(json!("text"), "", "must be an object of keywords");
    check(json!({ "type": "string" }), "title", "is missing");
    check(json!({ "type": "string", "title": 5 }), "title", "must be a text");
    check(json!({ "type": "string", "title": " " }), "title", "must have words");
    check(json!({ "type": "string", "title": "x".repeat(501) }), "title", "500 letters");
    check_of("string", json!({ "description": "" }), "description", "must have words");
    check_of("string", json!({ "x-translations": "en" }), "x-translations", "must be an object");
    check_of("string", json!({ "x-translations": { "en": { "tittle": "F" } } }), "x-translations", "must be an object");
    check_of(
        "string",
        json!({ "x-translations": { "fr": { "title": "F" } } }),
        "x-translations",
        "in qu, ay, gn and en",
    );
    check_of(
        "string",
        json!({ "x-translations": { "es": { "title": "F" } } }),
        "x-translations",
        "in qu, ay, gn and en",
    );
    check_of(
        "string",
        json!({ "x-translations": { "en": { "title": "" } } }),
        "x-translations",
        "must have words in `en`",
    );
    let described = json!({ "x-translations": { "en": { "description": "D" } } });
    check_of("string", described, "x-translations", "what has no `description`");
    check_of("string", json!({ "x-concept": "Person" }), "x-concept", "small letters");
    check_of("string", json!({ "x-concept": "" }), "x-concept", "small letters");
}

#[test]
fn fields_have_keywords_of_their_kind() {
    check(json!({ "title": "T" }), "type", "must be `string`");
    check(json!({ "title": "T", "type": "object" }), "type", "must be `string`");
    check_of("string", json!({ "pattern": "a" }), "pattern", "no keyword of this profile");
    check_of("string", json!({ "minimum": 1 }), "minimum", "does not belong to a text");
    check_of("string", json!({ "format": "email", "maxLength": 5 }), "maxLength", "does not belong to an address");
    check_of("string", json!({ "format": "date", "x-lines": true }), "x-lines", "does not belong to a date");
    check_of("string", json!({ "x-telephone": true, "format": "email" }), "format", "does not belong to a telephone");
    check_of(
        "string",
        json!({ "x-masks": ["0"], "minLength": 1 }),
        "minLength",
        "does not belong to a text with masks",
    );
    let choice = json!([{ "const": "a", "title": "A" }]);
    check_of("string", json!({ "oneOf": choice, "x-masks": ["0"] }), "x-masks", "does not belong to a choice");
    check_of("integer", json!({ "x-decimals": 2 }), "x-decimals", "does not belong to a whole number");
    check_of("integer", json!({ "x-money": true, "x-decimals": 2 }), "x-decimals", "does not belong to an amount");
    check_of("number", json!({ "x-decimals": 2, "x-money": true }), "x-money", "does not belong to a number");
    check_of("boolean", json!({ "oneOf": choice }), "oneOf", "does not belong to a yes or no");
    let several = json!({ "uniqueItems": true, "items": { "oneOf": choice }, "maxItems": 3 });
    check_of("array", several, "maxItems", "no keyword of this profile");
}

#[test]
fn texts_have_a_form() {
    check_of("string", json!({ "maxLength": 10_001 }), "maxLength", "between 1 and 10000");
    check_of("string", json!({ "maxLength": 0 }), "maxLength", "between 1 and 10000");
    check_of("string", json!({ "minLength": -1 }), "minLength", "between 0 and 10000");
    check_of("string", json!({ "minLength": 201 }), "minLength", "must not be more than `maxLength`, which is 200");
    check_of("string", json!({ "x-lines": false }), "x-lines", "must be true, or be left out");
    check_of("string", json!({ "x-telephone": "yes" }), "x-telephone", "must be true");
    check_of("string", json!({ "format": "uri" }), "format", "must be `date` or `email`");
    check_of("string", json!({ "x-masks": "000" }), "x-masks", "must be a list of texts");
    check_of("string", json!({ "x-masks": [] }), "x-masks", "between 1 and 10");
    check_of("string", json!({ "x-masks": ["000", "-"] }), "x-masks", "has \"-\"");
    check_of("string", json!({ "format": "date", "x-not-after": "now" }), "x-not-after", "must be a date");
    check_of("string", json!({ "format": "date", "x-not-before": 5 }), "x-not-before", "must be a text");
    let crossed = json!({ "format": "date", "x-not-before": "2026-01-02", "x-not-after": "2026-01-01" });
    check_of("string", crossed, "x-not-before", "must not be later");
}

#[test]
fn numbers_have_bounds_and_decimals() {
    check_of("number", json!({}), "x-decimals", "is missing");
    check_of("number", json!({ "x-decimals": 7 }), "x-decimals", "between 0 and 6");
    check_of("number", json!({ "x-decimals": 1, "minimum": 0.25 }), "minimum", "1 decimals");
    check_of("integer", json!({ "maximum": 1.5 }), "maximum", "0 decimals");
    check_of("integer", json!({ "maximum": 1e15 }), "maximum", "15 digits");
    check_of("integer", json!({ "maximum": "5" }), "maximum", "must be a number");
    check_of(
        "integer",
        json!({ "minimum": 5, "maximum": 4 }),
        "minimum",
        "must not be more than `maximum`, which is 4",
    );
    check_of("integer", json!({ "x-money": false }), "x-money", "must be true");
}

#[test]
fn choices_have_codes_and_titles() {
    let one = |choice: Value| json!({ "oneOf": [choice] });
    let many: Vec<Value> = (0..201).map(|code| json!({ "const": code.to_string(), "title": "T" })).collect();
    check_of("string", json!({ "oneOf": [] }), "oneOf", "between 1 and 200");
    check_of("string", json!({ "oneOf": many }), "oneOf", "between 1 and 200");
    check_of("string", json!({ "oneOf": "bar" }), "oneOf", "must be a list of choices");
    check_of("string", one(json!({ "const": 1, "title": "T" })), "oneOf", "must be a list of choices");
    check_of("string", one(json!({ "const": "a" })), "oneOf", "must be a list of choices");
    check_of("string", one(json!({ "const": "a", "title": "T", "enum": [] })), "oneOf", "must be a list of choices");
    check_of("string", one(json!({ "const": "a b", "title": "T" })), "oneOf", "has the code \"a b\"");
    check_of("string", one(json!({ "const": "a", "title": "" })), "oneOf", "must say what `a` is called");
    let twice = json!([{ "const": "a", "title": "A" }, { "const": "a", "title": "B" }]);
    check_of("string", json!({ "oneOf": twice }), "oneOf", "has the code `a` twice");
    let french = json!({ "const": "a", "title": "A", "x-translations": { "fr": { "title": "A" } } });
    check_of("string", one(french), "oneOf", "in qu, ay, gn and en");
    let described = json!({ "const": "a", "title": "A", "x-translations": { "en": { "description": "A" } } });
    check_of("string", one(described), "oneOf", "must say what `a` is called");
    let items = json!({ "oneOf": [{ "const": "a", "title": "A" }] });
    check_of("array", json!({ "items": items }), "uniqueItems", "must be true");
    check_of("array", json!({ "uniqueItems": true }), "items", "is missing");
    check_of(
        "array",
        json!({ "uniqueItems": true, "items": { "type": "string" } }),
        "items",
        "must be an object with `oneOf`",
    );
    check_of("array", json!({ "uniqueItems": true, "items": items, "minItems": 2 }), "minItems", "between 0 and 1");
    check_of("boolean", json!({ "const": false }), "const", "must be true");
}

#[test]
fn what_is_not_asked_for_comes_from_somewhere() {
    check_of("integer", json!({ "readOnly": true }), "readOnly", "needs `x-formula` or `x-source`");
    check_of("integer", json!({ "readOnly": "yes", "x-formula": "1" }), "readOnly", "must be true");
    check_of("integer", json!({ "x-formula": "1" }), "readOnly", "must be true where a value comes");
    check_of("string", json!({ "x-source": "identity" }), "readOnly", "must be true where a value comes");
    check_of("string", json!({ "readOnly": true, "x-source": "Identity" }), "x-source", "small letters");
    check_of("string", json!({ "readOnly": true, "x-source": 5 }), "x-source", "must be a text");
    check_of("integer", json!({ "readOnly": true, "x-source": "a", "x-formula": "1" }), "x-source", "does not go with");
    check_of("string", json!({ "readOnly": true, "x-formula": "1" }), "x-formula", "must be of a field of type");
    check_of(
        "boolean",
        json!({ "const": true, "readOnly": true, "x-source": "a" }),
        "x-source",
        "must not be of a list",
    );
    check_of(
        "integer",
        json!({ "readOnly": true, "x-formula": "1", "maximum": 5 }),
        "maximum",
        "does not belong to what is calculated",
    );
    check_of("integer", json!({ "readOnly": true, "x-formula": "area +" }), "x-formula", "at letter 7: it ends");
    for (formula, words) in [
        (" \n\t", "at letter 4: it ends"),
        ("1 +\u{a0}1", "at letter 4: a formula does not know"),
        (&(" ".repeat(500) + "1"), "longer than 500 letters"),
    ] {
        check_of("integer", json!({ "readOnly": true, "x-formula": formula }), "x-formula", words);
    }
    check_of("integer", json!({ "readOnly": true, "x-formula": "kind" }), "x-formula", "neither a number nor a date");
}

#[test]
fn a_condition_asks_about_other_fields() {
    check_of("string", json!({ "x-when": "always" }), "x-when", "must be an object");
    check_of("string", json!({ "x-when": { "field": "kind", "is": "pub" } }), "x-when", "never is");
    check_of("string", json!({ "x-when": { "field": "kinds", "is": "bar" } }), "x-when", "which is no field");
}

#[test]
fn a_field_that_depends_on_itself_is_named_with_the_others_between() {
    check_of("string", json!({ "x-when": { "field": "f", "is": "x" } }), "", "depends on itself: f → f");
    let problems = refused(&of(json!({
        "a": { "type": "string", "title": "A", "x-when": { "field": "b", "at-least": 1 } },
        "b": { "type": "integer", "title": "B", "readOnly": true, "x-formula": "c + 1" },
        "c": { "type": "integer", "title": "C", "x-when": { "field": "a", "is": "x" } },
        "d": { "type": "integer", "title": "D", "x-when": { "field": "c", "is": 1 } },
    })));
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].to_string(), "field `a`: depends on itself: a → b → c → a");
}

#[test]
fn what_is_wrong_is_said_in_spanish_too() {
    let problems = refused(&of(json!({
        "a": { "type": "string", "title": "A", "minimum": 1, "x-when": { "field": "b", "is": 1 } },
        "c": { "type": "integer", "title": "C", "readOnly": true, "x-formula": "c2 +" },
    })));
    let said: Vec<String> = problems.iter().map(|problem| problem.in_words(html::Language::Spanish)).collect();
    assert_eq!(
        said,
        [
            "campo `a`: `minimum` no corresponde a un texto: quítela",
            "campo `a`: `x-when` depende de `b`, que no es ninguna de las preguntas",
            "campo `c`: `x-formula` en la letra 1: `c2` no es ninguna de las preguntas",
        ]
    );
    assert_eq!(problems[0].said(html::Language::Guarani), problems[0].said(html::Language::Spanish));
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let problems = refused(&json!({
        "type": "object",
        "properties": {
            "a": { "type": "string", "title": "", "minimum": 1, "x-when": { "field": "b", "is": 1 } },
            "b": { "type": "text", "title": "B" },
            "c": { "type": "integer", "title": "C", "readOnly": true, "x-formula": "b + 1" },
        },
        "required": ["e"],
    }));
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "`required` names `e`, which is no field",
            "field `a`: `minimum` does not belong to a text: leave it out",
            "field `a`: `title` must have words, 500 letters at most",
            "field `b`: `type` must be `string`, `integer`, `number`, `array` or `boolean`",
        ]
    );
}

#[test]
fn a_description_is_written_as_it_was_read() {
    let (read, written) = (licence(), licence().written());
    assert_eq!(Schema::read(&written), Ok(read));
    let (Value::Object(mut given), Value::Object(mut written)) = (description(), written) else { panic!("objects") };
    // What is left out has one meaning, and is written where it is that.
    for (name, letters) in [("licence", 200), ("names", 200)] {
        given["properties"][name]["maxLength"] = letters.into();
    }
    assert_eq!(written.remove("properties"), given.remove("properties"));
    assert_eq!(written["required"], json!(["trade_name", "kind", "licence", "true_words"]));
}
