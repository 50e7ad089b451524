//! What is asked about fields, and what is no question.

use html::Language;

use super::*;
use crate::Translated;
use crate::schema::kind::{Choice, Choices, Days, Letters, Span};

fn kinds() -> Kinds {
    let choices =
        || ["bar", "shop"].map(|code| Choice { code: code.to_owned(), title: Translated::new(code) }).to_vec();
    let all = [
        ("kind", Kind::Choice(choices())),
        ("uses", Kind::Choices(Choices { all: choices(), least: 1 })),
        ("area", Kind::Decimal(Span { decimals: 2, ..Span::default() })),
        ("workers", Kind::Integer(Span { most: Some(9.into()), ..Span::default() })),
        ("born", Kind::Date(Days::default())),
        ("urgent", Kind::Check),
        ("name", Kind::Line(Letters { least: 0, most: 5 })),
    ];
    let refused = [("refused".to_owned(), None)];
    all.into_iter().map(|(name, kind)| (name.to_owned(), Some(kind))).chain(refused).collect()
}

fn condition(value: Value) -> Condition {
    Condition::read(&value, &kinds()).unwrap_or_else(|error| panic!("{value}: {error:?}"))
}

/// Whether it holds where these fields have these values.
fn holds(condition: Value, values: Value) -> bool {
    let (kinds, condition) = (kinds(), self::condition(condition));
    let held = |(name, kind): (&'static str, &Option<Kind>)| {
        let held = kind.as_ref()?.read(values.get(name)?).expect("a value");
        Some((name, held?))
    };
    let names = ["kind", "uses", "area", "workers", "born", "urgent", "name"];
    condition.holds(&names.into_iter().filter_map(|name| held((name, kinds.get(name)?))).collect())
}

#[test]
fn every_question_is_answered() {
    for (leaf, yes, no) in [
        (json!({ "field": "kind", "is": "bar" }), json!({ "kind": "bar" }), json!({ "kind": "shop" })),
        (json!({ "field": "urgent", "is": false }), json!({ "urgent": false }), json!({ "urgent": true })),
        (json!({ "field": "area", "is": 1.50 }), json!({ "area": 1.5 }), json!({ "area": 1.51 })),
        (json!({ "field": "name", "is-one-of": ["a", "b"] }), json!({ "name": " b" }), json!({ "name": "c" })),
        (json!({ "field": "uses", "has": "bar" }), json!({ "uses": ["shop", "bar"] }), json!({ "uses": ["shop"] })),
        (json!({ "field": "area", "at-least": 50 }), json!({ "area": 50 }), json!({ "area": 49.99 })),
        (json!({ "field": "workers", "at-most": 3 }), json!({ "workers": -3 }), json!({ "workers": 4 })),
        (
            json!({ "field": "born", "at-most": "2000-01-01" }),
            json!({ "born": "2000-01-01" }),
            json!({ "born": "2000-01-02" }),
        ),
    ] {
        assert!(holds(leaf.clone(), yes), "{leaf}");
        assert!(!holds(leaf.clone(), no), "{leaf}");
        assert!(!holds(leaf.clone(), json!({})), "{leaf} of nothing");
        assert!(holds(json!({ "not": leaf }), json!({})), "not {leaf} of nothing");
    }
}

#[test]
fn conditions_are_joined() {
    let (bar, large) = (json!({ "field": "kind", "is": "bar" }), json!({ "field": "area", "at-least": 50 }));
    let values = json!({ "kind": "bar", "area": 1 });
    assert!(!holds(json!({ "all": [bar, large] }), values.clone()));
    assert!(holds(json!({ "any": [bar, large] }), values.clone()));
    assert!(holds(json!({ "all": [bar, { "not": large }] }), values));
}

#[test]
fn what_is_known_leaves_the_rest_open() {
    let whole = condition(json!({ "all": [
        { "field": "kind", "is": "bar" },
        { "any": [{ "field": "area", "at-least": 50 }, { "field": "urgent", "is": true }] },
    ] }));
    let answer = |kind: Option<bool>, area: Option<bool>| {
        whole.given(&|leaf| match leaf.field.as_str() {
            "kind" => kind,
            "area" => area,
            _ => None,
        })
    };
    assert_eq!(answer(Some(false), None), Residue::Fails);
    assert_eq!(answer(Some(true), Some(true)), Residue::Holds);
    let urgent = condition(json!({ "field": "urgent", "is": true }));
    assert_eq!(answer(Some(true), Some(false)), Residue::Open(urgent));
}

#[test]
fn conditions_are_written_as_they_were_read() {
    let text = json!({ "any": [
        { "all": [{ "field": "kind", "is": "bar" }, { "field": "born", "at-least": "2000-01-01" }] },
        { "not": { "field": "uses", "has": "bar" } },
        { "field": "area", "is-one-of": [1, 2.5] },
    ] });
    assert_eq!(condition(text.clone()).written(), text);
    assert_eq!(condition(text).fields().collect::<Vec<_>>(), ["kind", "born", "uses", "area"]);
}

#[test]
fn conditions_that_cannot_be_asked_are_refused() {
    let deep = (0..8).fold(json!({ "field": "kind", "is": "bar" }), |inner, _| json!({ "not": inner }));
    let many = json!({ "all": vec![json!({ "field": "kind", "is": "bar" }); 65] });
    for (value, rule) in [
        (json!("kind"), "must be an object"),
        (json!({}), "must have a `field`"),
        (json!({ "all": [{ "field": "kind", "is": "bar" }], "any": [] }), "must have a `field`"),
        (json!({ "all": [] }), "not an empty one"),
        (json!({ "any": {} }), "not an empty one"),
        (json!({ "field": 1, "is": "bar" }), "must name its `field`"),
        (json!({ "field": "kind" }), "must ask one thing"),
        (json!({ "field": "kind", "is": "bar", "is-one-of": ["bar"] }), "must ask one thing"),
        (json!({ "field": "kind", "equals": "bar" }), "use `is`"),
        (json!({ "field": "other", "is": "bar" }), "which is no field"),
        (json!({ "field": "kind", "is": "pub" }), "never is"),
        (json!({ "field": "kind", "is": null }), "never is"),
        (json!({ "field": "kind", "is-one-of": [] }), "not an empty one"),
        (json!({ "field": "kind", "is-one-of": ["bar", 1] }), "never is"),
        (json!({ "field": "kind", "has": "bar" }), "with `is`"),
        (json!({ "field": "kind", "at-least": 1 }), "no number and no date"),
        (json!({ "field": "uses", "is": "bar" }), "with `has`"),
        (json!({ "field": "uses", "has": "pub" }), "never is"),
        (json!({ "field": "area", "is": 1.234 }), "never is"),
        (json!({ "field": "area", "at-least": "50" }), "never is"),
        (json!({ "field": "workers", "is": 10 }), "never is"),
        (json!({ "field": "born", "at-most": "today" }), "never is"),
        (json!({ "field": "name", "is": "too long" }), "never is"),
        (deep, "nested deeper than 8"),
        (many, "more than 64"),
    ] {
        let error = Condition::read(&value, &kinds()).expect_err(&value.to_string());
        assert!(error.said(Language::English).contains(rule), "{value}: {error:?}");
    }
    assert!(Condition::read(&json!({ "field": "refused", "is": 1 }), &kinds()).is_ok());
}
