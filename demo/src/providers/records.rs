//! What the registers know. Nobody in here exists.

use serde_json::{Value, json};

/// A person of the identity register.
pub(super) fn person(id: &str) -> Option<Value> {
    let (names, surnames, born, issued, department) = match id {
        "1234567" => ("Juana", "Quispe Mamani", "1988-04-12", "2022-05-09", "La Paz"),
        "2345678" => ("Tomás", "Vaca Suárez", "1975-11-30", "2021-03-15", "Santa Cruz"),
        "3456789" => ("Nélida", "Choque Flores", "2001-07-06", "2023-08-01", "Oruro"),
        "9876543" => ("Mateo", "Quispe Mamani", "2015-05-20", "2024-01-10", "La Paz"),
        _ => return None,
    };
    let (first_surname, second_surname) = surnames.split_once(' ').unwrap_or((surnames, ""));
    let guardians = if id == "9876543" { json!([{ "ci": "1234567", "vinculo": "madre" }]) } else { json!([]) };
    Some(json!({
        "ci": id, "nombres": names, "apellidos": surnames,
        "primerApellido": first_surname, "segundoApellido": second_surname, "fechaNacimiento": born, "fechaEmision": issued,
        "departamento": department, "vigente": true, "tutores": guardians,
    }))
}

/// A taxpayer of the tax service.
pub(super) fn taxpayer(id: &str) -> Option<Value> {
    let (name, regime, active) = match id {
        "1023456021" => ("Tejidos Illimani S.R.L.", "general", true),
        "1234567015" => ("Quispe Mamani Juana", "simplificado", true),
        "2034567018" => ("Minera San Rafael S.A.", "general", false),
        _ => return None,
    };
    Some(json!({ "nit": id, "razonSocial": name, "regimen": regime, "activo": active }))
}

/// A company of the company register.
pub(super) fn company(id: &str) -> Option<Value> {
    let (name, kind, since) = match id {
        "00123456" => ("Tejidos Illimani S.R.L.", "sociedad de responsabilidad limitada", "2012-03-01"),
        "00234567" => ("Minera San Rafael S.A.", "sociedad anónima", "1998-09-15"),
        _ => return None,
    };
    let representatives = match id {
        "00123456" => json!([{ "ci": "1234567", "nombre": "Juana Quispe Mamani", "hasta": "2035-12-31" }]),
        _ => json!([]),
    };
    Some(json!({
        "matricula": id, "razonSocial": name, "tipo": kind, "inscritaDesde": since, "vigente": true,
        "representantes": representatives,
    }))
}

/// How the identity register describes its service.
pub(super) fn persons_open_api() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Personas", "version": "1.0.0", "description": "Datos básicos de personas por cédula de identidad" },
        "servers": [{ "url": "http://segip.example/" }],
        "paths": {
            "/personas/{ci}": {
                "get": {
                    "summary": "Una persona",
                    "parameters": [{ "name": "ci", "in": "path", "required": true, "schema": { "type": "string" } }],
                    "responses": { "200": { "description": "La persona" }, "404": { "description": "No existe" } }
                }
            }
        }
    })
}
