//! Forms described as data, with answers to them.

use crate::seed;

/// A description and answers, with a line `===` between them.
pub fn seeds() {
    seed("schema", "licence", LICENCE);
    seed("schema", "kinds", KINDS);
    seed("schema", "wrong", WRONG);
    seed("schema", "circle", CIRCLE);
    seed("schema", "fault", FAULT);
}

const LICENCE: &str = r#"{ "type": "object", "required": ["kind", "closes"], "x-order": ["kind", "closes", "area", "born", "age", "fee"],
  "properties": {
    "kind": { "type": "string", "title": "Tipo", "oneOf": [
      { "const": "shop", "title": "Tienda", "x-translations": { "en": { "title": "Shop" } } },
      { "const": "bar", "title": "Bar" } ] },
    "area": { "type": "number", "title": "Superficie", "x-decimals": 2, "minimum": 1, "maximum": 100000 },
    "born": { "type": "string", "title": "Nacimiento", "format": "date", "x-not-before": "1900-01-01", "x-not-after": "today" },
    "closes": { "type": "string", "title": "Cierre", "description": "Como 22:00", "x-masks": ["00:00", "0:00"],
      "x-when": { "any": [{ "field": "kind", "is": "bar" }, { "not": { "field": "area", "at-most": 50.5 } }] } },
    "age": { "type": "integer", "title": "Edad", "readOnly": true, "x-formula": "years(born, today)" },
    "fee": { "type": "integer", "title": "Tasa", "x-money": true, "readOnly": true,
      "x-formula": "round(max(area - 20, 0) * 250 / 3)" } } }
===
{ "kind": "bar", "area": 60.55, "born": "2000-02-29", "closes": "2200", "fee": 1 }"#;

const KINDS: &str = r#"{ "type": "object", "properties": {
    "a": { "type": "string", "title": "A", "x-lines": true, "minLength": 2, "maxLength": 9, "x-concept": "a.b" },
    "b": { "type": "array", "title": "B", "uniqueItems": true, "minItems": 2, "items": { "oneOf": [
      { "const": "x", "title": "X" }, { "const": "y", "title": "Y" } ] } },
    "c": { "type": "boolean", "title": "C", "x-when": { "field": "b", "has": "y" } },
    "d": { "type": "boolean", "title": "D", "const": true },
    "e": { "type": "string", "title": "E", "format": "email" },
    "f": { "type": "string", "title": "F", "x-telephone": true },
    "g": { "type": "integer", "title": "G", "minimum": -5, "x-when": { "field": "c", "is-one-of": [true, false] } },
    "h": { "type": "string", "title": "H", "readOnly": true, "x-source": "identity" } } }
===
{ "a": "<script>", "b": ["y", "x", "y"], "c": true, "d": true, "e": "ana@gob.bo", "f": "7123 4567", "g": 1e3, "h": "Ana" }"#;

const WRONG: &str = r#"{ "type": "object", "properties": { "n": { "type": "integer", "title": "N" },
    "q": { "type": "number", "title": "Q", "x-decimals": 6, "readOnly": true, "x-formula": "-1 / (n - 3) * 1e5" } } }
===
{ "n": 3 }"#;

const CIRCLE: &str = r#"{ "type": "object", "properties": {
    "a": { "type": "string", "title": "A", "x-when": { "field": "b", "is": "x" } },
    "b": { "type": "string", "title": "B", "x-when": { "field": "a", "is": "x" } } } }"#;

const FAULT: &str = r#"{ "type": "object", "properties": { "n": { "type": "integer", "title": "N" },
    "q": { "type": "number", "title": "Q", "x-decimals": 6, "readOnly": true, "x-formula": "-1 / (n - 3) * 0.5" } } }
===
{ "n": 3 }"#;
