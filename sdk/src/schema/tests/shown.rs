//! Answers and conditions in words.

use html::Language;
use serde_json::{Value, json};

use super::{answers, licence, schema, today};
use crate::schema::{Facts, Schema};

/// What is shown, as `label: value`.
fn summary(schema: &Schema, values: Value, language: Language) -> Vec<String> {
    let line = |line: crate::schema::Line<'_>| format!("{}: {}", line.label.into_string(), line.value.into_string());
    schema.summary(&answers(values), language).into_iter().map(line).collect()
}

#[test]
fn answers_are_shown_as_people_read_them() {
    let given = answers(json!({
        "trade_name": "La <b>", "kind": "bar", "uses": ["food", "music"], "area": 1234.5, "capital": 123_450,
        "born": "2000-05-17", "story": "uno\ndos", "urgent": true, "plate": "123abc",
    }));
    let settled = licence().settle_so_far(&given, &Facts::new(), today());
    assert_eq!(
        summary(&licence(), json!(settled.answers()), Language::Spanish),
        [
            "Nombre del negocio: La &lt;b&gt;",
            "Tipo: Bar",
            "Superficie en m²: 1.234,5",
            "Edad: 26",
            "Nacimiento: <span>17 de mayo de 2000</span>",
            "Capital: Bs\u{a0}1.234,50",
            "Tasa: Bs\u{a0}3.086,25",
            "Placa: 123-ABC",
            "Historia: uno<br>dos",
            "Urgente: Sí",
            "Usos: <ul><li>Comida</li><li>Música</li></ul>",
        ]
    );
}

#[test]
fn what_is_in_another_language_is_marked() {
    let shown = summary(&licence(), json!({ "kind": "shop", "born": "2000-05-17" }), Language::English);
    assert_eq!(shown, ["Kind: Shop", "<span lang=\"es\">Nacimiento</span>: <span>17 May 2000</span>"]);
    let shown = summary(&licence(), json!({ "kind": "shop", "born": "2000-05-17" }), Language::Quechua);
    assert_eq!(shown[0], "<span lang=\"es\">Tipo</span>: <span lang=\"es\">Tienda</span>");
    assert!(shown[1].ends_with("<span lang=\"es\">17 de mayo de 2000</span>"));
}

#[test]
fn what_is_wrong_in_a_draft_is_shown_as_it_was_given() {
    let shown =
        summary(&licence(), json!({ "plate": "12", "workers": "x", "urgent": 5, "email": "" }), Language::Spanish);
    assert_eq!(shown, ["Trabajadores: x", "Placa: 12", "Urgente: 5"]);
}

#[test]
fn conditions_are_said_in_words() {
    let choices = json!([{ "const": "bar", "title": "Bar" }, { "const": "shop", "title": "Tienda" }]);
    let said = |when: Value| {
        let schema = schema(json!({
            "kind": { "type": "string", "title": "Tipo", "oneOf": choices,
                      "x-translations": { "en": { "title": "Kind" } } },
            "uses": { "type": "array", "title": "Usos", "uniqueItems": true, "items": { "oneOf": choices } },
            "area": { "type": "number", "title": "Superficie", "x-decimals": 2 },
            "capital": { "type": "integer", "title": "Capital", "x-money": true },
            "born": { "type": "string", "title": "Nacimiento", "format": "date" },
            "urgent": { "type": "boolean", "title": "Urgente" },
            "plate": { "type": "string", "title": "Placa", "x-masks": ["000"] },
            "f": { "type": "string", "title": "F", "x-when": when },
        }));
        let when = schema.field("f").and_then(|field| field.when()).expect("a condition");
        (when.in_words(&schema, Language::Spanish), when.in_words(&schema, Language::English))
    };
    let bar = json!({ "field": "kind", "is": "bar" });
    let large = json!({ "field": "area", "at-least": 1234.5 });
    let urgent = json!({ "field": "urgent", "is": true });
    for (when, spanish, english) in [
        (
            json!({ "all": [bar, large] }),
            "Solo si «Tipo» es «Bar» y «Superficie» es 1.234,5 o más.",
            "Only if “Kind” is “Bar” and “Superficie” is 1.234,5 or more.",
        ),
        (
            json!({ "all": [urgent, { "any": [bar, large] }] }),
            "Solo si marca «Urgente» y («Tipo» es «Bar» o «Superficie» es 1.234,5 o más).",
            "Only if you check “Urgente” and (“Kind” is “Bar” or “Superficie” is 1.234,5 or more).",
        ),
        (
            json!({ "not": { "any": [urgent, large] } }),
            "Solo si no marca «Urgente» y «Superficie» es menos de 1.234,5.",
            "Only if you do not check “Urgente” and “Superficie” is less than 1.234,5.",
        ),
        (json!({ "any": [{ "not": { "not": bar } }] }), "Solo si «Tipo» es «Bar».", "Only if “Kind” is “Bar”."),
        (
            json!({ "not": { "field": "kind", "is-one-of": ["bar", "shop"] } }),
            "Solo si «Tipo» no es «Bar» ni «Tienda».",
            "Only if “Kind” is not “Bar” or “Tienda”.",
        ),
        (
            json!({ "field": "uses", "has": "shop" }),
            "Solo si «Usos» incluye «Tienda».",
            "Only if “Usos” includes “Tienda”.",
        ),
        (
            json!({ "not": { "field": "uses", "has": "shop" } }),
            "Solo si «Usos» no incluye «Tienda».",
            "Only if “Usos” does not include “Tienda”.",
        ),
        (
            json!({ "field": "capital", "at-most": 150 }),
            "Solo si «Capital» es Bs 1,50 o menos.",
            "Only if “Capital” is Bs 1,50 or less.",
        ),
        (
            json!({ "not": { "field": "capital", "at-most": 150 } }),
            "Solo si «Capital» es más de Bs 1,50.",
            "Only if “Capital” is more than Bs 1,50.",
        ),
        (
            json!({ "field": "born", "at-least": "2000-05-17" }),
            "Solo si «Nacimiento» es el 17 de mayo de 2000 o después.",
            "Only if “Nacimiento” is 17 May 2000 or later.",
        ),
        (
            json!({ "field": "born", "at-most": "2000-05-17" }),
            "Solo si «Nacimiento» es el 17 de mayo de 2000 o antes.",
            "Only if “Nacimiento” is 17 May 2000 or earlier.",
        ),
        (
            json!({ "not": { "field": "born", "at-least": "2000-05-17" } }),
            "Solo si «Nacimiento» es antes del 17 de mayo de 2000.",
            "Only if “Nacimiento” is before 17 May 2000.",
        ),
        (
            json!({ "not": { "field": "born", "at-most": "2000-05-17" } }),
            "Solo si «Nacimiento» es después del 17 de mayo de 2000.",
            "Only if “Nacimiento” is after 17 May 2000.",
        ),
        (json!({ "field": "plate", "is": "123" }), "Solo si «Placa» es «123».", "Only if “Placa” is “123”."),
    ] {
        assert_eq!(said(when), (spanish.to_owned(), english.to_owned()));
    }
}
