//! Tests of descriptions as a whole, over one that has a field of every kind.

mod asking;
mod conditions;
mod refusals;
mod settling;
mod shown;

use serde_json::{Value, json};

use super::{Answers, Schema};
use crate::time::Date;

/// The example of a licence, with a field of every kind.
fn description() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "trade_name": { "type": "string", "title": "Nombre del negocio", "description": "Como lo verá la gente",
                "minLength": 3, "maxLength": 80, "x-concept": "company.trade-name",
                "x-translations": { "en": { "title": "Name of the business", "description": "As people will see it" } } },
            "story": { "type": "string", "title": "Historia", "maxLength": 2000, "x-lines": true },
            "kind": { "type": "string", "title": "Tipo", "x-translations": { "en": { "title": "Kind" } }, "oneOf": [
                { "const": "shop", "title": "Tienda", "x-translations": { "en": { "title": "Shop" } } },
                { "const": "bar", "title": "Bar" },
            ] },
            "uses": { "type": "array", "title": "Usos", "uniqueItems": true, "items": { "oneOf": [
                { "const": "food", "title": "Comida" }, { "const": "music", "title": "Música" },
            ] } },
            "workers": { "type": "integer", "title": "Trabajadores", "minimum": 0, "maximum": 10_000 },
            "area": { "type": "number", "title": "Superficie en m²", "minimum": 1, "maximum": 100_000, "x-decimals": 2 },
            "capital": { "type": "integer", "title": "Capital", "x-money": true, "minimum": 0 },
            "born": { "type": "string", "format": "date", "title": "Nacimiento",
                "x-not-after": "today", "x-not-before": "1900-01-01" },
            "email": { "type": "string", "format": "email", "title": "Correo" },
            "phone": { "type": "string", "title": "Teléfono", "x-telephone": true },
            "plate": { "type": "string", "title": "Placa", "x-masks": ["0000-AAA", "000-AAA"] },
            "urgent": { "type": "boolean", "title": "Urgente" },
            "true_words": { "type": "boolean", "title": "Declaro que es verdad", "const": true },
            "licence": { "type": "string", "title": "Licencia", "x-when": { "all": [
                { "field": "kind", "is": "bar" }, { "field": "area", "at-least": 50 },
            ] } },
            "age": { "type": "integer", "title": "Edad", "readOnly": true, "x-formula": "years(born, today)" },
            "fee": { "type": "integer", "title": "Tasa", "x-money": true, "readOnly": true,
                "x-formula": "round(area * 250 + max(workers - 5, 0) * 1000)" },
            "names": { "type": "string", "title": "Nombres", "readOnly": true, "x-source": "identity",
                "x-concept": "person.given-names" },
        },
        "required": ["trade_name", "kind", "licence", "true_words"],
        "x-order": ["names", "trade_name", "kind", "area", "workers", "licence"],
    })
}

fn licence() -> Schema {
    Schema::read(&description()).expect("the description keeps the rules")
}

/// A description of these fields.
fn of(properties: Value) -> Value {
    json!({ "type": "object", "properties": properties })
}

fn schema(properties: Value) -> Schema {
    Schema::read(&of(properties.clone())).unwrap_or_else(|problems| panic!("{properties}: {problems:?}"))
}

fn answers(values: Value) -> Answers {
    serde_json::from_value(values).expect("an object")
}

fn today() -> Date {
    "2026-11-26".parse().expect("a date")
}
