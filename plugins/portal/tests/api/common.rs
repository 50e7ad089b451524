//! A portal with one procedure, and the subsystems that call it.

use portal::PLUGIN;
use portal::definition::Definition;
use portal::procedures::{self, Version};
use sdk::exchange::Fault;
use sdk::harness::{Call, Harness, Host, Installation, NoAnswer, Scripted};
use sdk::json::{self, Value, json};
use sdk::{Answer, Failure, Method};

pub const PORTAL: &str = "BO/MUN/2001/tramites";
pub const CATALOGUE: &str = "BO/MUN/2001/tramites/catalogue";
pub const DEFINITIONS: &str = "BO/MUN/2001/tramites/definitions";
pub const APPLICATIONS: &str = "BO/MUN/2001/tramites/applications";
pub const REGISTRATION: &str = "BO/MUN/2001/tramites/registration";
pub const REGISTER: &str = "BO/GOV/1001/identidad/personas";

/// An information system that files for citizens, one that takes steps, one that takes money, and one that does nothing of it.
pub const FILER: &str = "BO/MUN/2001/ventanilla";
pub const OFFICE: &str = "BO/MUN/2001/catastro";
pub const BANK: &str = "BO/GOV/9000/caja";
pub const OTHER: &str = "BO/GOV/1003/comercio";

pub const PDF: &[u8] = b"%PDF-1.7 plano";
/// The same in base64.
pub const PDF_TEXT: &str = "JVBERi0xLjcgcGxhbm8=";

/// A portal without a procedure.
pub fn empty(more: &[(&str, &str)]) -> Harness {
    let mut harness = Harness::new().know(PLUGIN);
    let entity = json!({
        "subsystem": PORTAL, "name": { "es": "Gobierno Autónomo Municipal de La Paz", "en": "La Paz" }, "place": "BO-L",
    });
    let registers = json!([{
        "code": "identity", "title": { "es": "Registro de identidad" }, "service": REGISTER, "path": "/personas/{key}",
        "key": "citizen", "holds": { "person.given-names": "/nombres" },
    }]);
    let back_offices = json!({ OFFICE: ["reviewer", "supervisor"] });
    let installation = Installation::of("portal", PORTAL)
        .config("entity", &entity.to_string())
        .config("registers", &registers.to_string())
        .config("identity-register", REGISTER)
        .config("back-offices", &back_offices.to_string())
        .config("payments", &json!([BANK]).to_string());
    harness.install(more.iter().fold(installation, |installation, (key, value)| installation.config(key, value)));
    harness.script(REGISTER, vec![answer(200, &json!({ "nombres": "Ana María" }))]);
    harness
}

/// A portal with the procedure [`definition`].
pub fn harness() -> Harness {
    let mut harness = empty(&[]);
    offer(&mut harness, definition());
    harness
}

pub fn offer(harness: &mut Harness, definition: Value) {
    let offered = harness.run("portal", |context| {
        let definition: Definition = json::read(&json::write(&definition)?).expect("a definition");
        portal::definition::Procedure::read(definition.clone(), 1).expect("it holds together");
        procedures::add_version(&Version { definition, published: context.time(), by: "rosa".to_owned() })
    });
    offered.expect("a version");
}

/// Tables on the pavement: one register, one document, a fee before it is looked at, and two steps.
pub fn definition() -> Value {
    json!({
        "format": "chakana-procedure/1",
        "entry": entry("permiso-mesas"),
        "online": {
            "schema": {
                "type": "object",
                "properties": {
                    "given_names": {
                        "type": "string", "title": "Nombres", "readOnly": true, "x-source": "identity",
                        "x-concept": "person.given-names",
                    },
                    "street": { "type": "string", "title": "Calle", "x-concept": "own" },
                    "tables": { "type": "integer", "title": "Mesas", "minimum": 1, "maximum": 50, "x-concept": "own" },
                    "fee": {
                        "type": "integer", "title": "Tasa", "x-money": true, "readOnly": true,
                        "x-formula": "tables * 1000",
                    },
                },
                "required": ["given_names", "street", "tables"],
                "x-order": ["given_names", "street", "tables", "fee"],
            },
            "pages": [{ "code": "lugar", "title": { "es": "El lugar" }, "fields": ["street", "tables"] }],
            "documents": [{
                "code": "plano", "title": { "es": "Plano" }, "concept": "own", "kinds": ["pdf", "signed"],
            }],
            "fees": [{ "code": "tasa", "title": { "es": "Tasa" }, "amount": { "field": "fee" }, "before": "review" }],
            "registrations": [{
                "code": "permiso", "title": { "es": "Permiso" },
                "steps": [
                    {
                        "code": "revision", "title": { "es": "Revisión" }, "role": "reviewer", "working-days": 3,
                        "powers": ["reject", "send-back"],
                    },
                    { "code": "firma", "title": { "es": "Firma" }, "role": "supervisor", "working-days": 2 },
                ],
                "result": { "title": { "es": "Permiso" }, "made": "by-hand" },
            }],
            "calendar": "BO-L",
        },
    })
}

/// An entry of the catalogue.
pub fn entry(code: &str) -> Value {
    json!({
        "code": code,
        "title": { "es": "Poner mesas en la acera", "en": "Put tables on the pavement" },
        "summary": { "es": "El permiso para atender en la acera.", "en": "The permit to serve on the pavement." },
        "audience": ["person", "company"],
        "sector": "empresas",
        "events": ["abrir-negocio"],
        "keywords": ["terraza"],
        "requirements": [{
            "code": "lugar", "title": { "es": "Tener un local" },
            "evidence": [{ "code": "plano", "title": { "es": "Plano" }, "brought": "by-applicant" }],
        }],
        "costs": [{ "code": "tasa", "title": { "es": "Tasa por mesa" }, "amount": 1000 }],
        "legal-basis": [{
            "code": "ley-482", "title": { "es": "Ley N° 482" }, "description": { "es": "Gobiernos municipales." },
        }],
        "deadline": { "working-days": 7, "silence": "grants" },
        "burden": {
            "before": { "steps": 5, "visits": 3, "documents": 4, "days": 30, "cost": 5000 },
            "after": { "steps": 2, "visits": 0, "documents": 1, "days": 7, "cost": 1000 },
        },
        "channels": [
            { "code": "en-linea", "kind": "online" },
            { "code": "mostrador", "kind": "counter", "places": ["camacho"] },
        ],
        "places": [{
            "code": "camacho", "name": { "es": "Camacho" }, "address": "Calle Bueno", "municipality": "La Paz",
            "department": "BO-L", "telephone": "+59122202000",
            "hours": [{ "days": ["mon", "tue"], "from": "08:00", "to": "16:30" }],
        }],
        "outputs": [{ "code": "permiso", "title": { "es": "Permiso" } }],
    })
}

/// What an application of this procedure says, as our own service takes it.
pub fn application() -> Value {
    json!({
        "applicant": { "document": "1234567", "name": "Ana María Quispe" },
        "answers": { "street": "Calle Jaén", "tables": 4 },
        "documents": { "plano": [{ "name": "plano.pdf", "content": PDF_TEXT }] },
    })
}

/// A value with something else at a JSON pointer.
pub fn with(mut value: Value, at: &str, other: impl Into<Value>) -> Value {
    let (parent, name) = at.rsplit_once('/').expect("a pointer");
    let parent = value.pointer_mut(parent).expect("it is there");
    match parent.as_array_mut() {
        Some(items) => items[name.parse::<usize>().expect("an index")] = other.into(),
        None => parent[name] = other.into(),
    }
    value
}

pub fn answer(status: u16, body: &Value) -> Scripted {
    Scripted::Answer(Answer::json(status, body).expect("JSON"))
}

pub fn silent() -> Scripted {
    Scripted::Refused(Fault { code: "Server.ServerProxy.AccessDenied".to_owned(), message: "no".to_owned() })
}

pub fn get(harness: &mut Harness, by: &str, service: &str, path: &str) -> Result<Value, Refusal> {
    body(harness.call(Call::get(service, path).by(by)))
}

pub fn send(
    harness: &mut Harness,
    by: &str,
    (method, service): (Method, &str),
    path: &str,
    said: &Value,
) -> Result<Value, Refusal> {
    body(harness.call(Call::new(method, service, path).by(by).json(said)))
}

pub fn post(harness: &mut Harness, by: &str, service: &str, path: &str, said: &Value) -> Result<Value, Refusal> {
    send(harness, by, (Method::Post, service), path, said)
}

/// Why a call was refused: its status, and what was wrong, as far as that is said field by field.
pub type Refusal = (u16, Vec<String>);

pub fn body(answer: Result<Answer, NoAnswer>) -> Result<Value, Refusal> {
    match answer {
        Ok(answer) if answer.body.is_empty() => Ok(Value::Null),
        Ok(answer) => Ok(answer.read().expect("JSON")),
        Err(NoAnswer::Failed(failure)) => Err(refusal(failure)),
        Err(other) => panic!("{other}"),
    }
}

pub fn refusal(failure: Failure) -> Refusal {
    let status = match &failure {
        Failure::Denied(_) => 403,
        Failure::NotFound(_) => 404,
        Failure::Conflict(_) => 409,
        Failure::Invalid(_) => 422,
        Failure::Unavailable(_) => 503,
        Failure::Other(other) => other.status,
        Failure::Internal(reason) => panic!("{reason}"),
    };
    let fields = if let Failure::Invalid(errors) = failure { errors } else { Vec::new() };
    (status, fields.into_iter().map(|error| error.field).collect())
}

/// A refusal without fields.
pub fn refused(status: u16) -> Result<Value, Refusal> {
    Err((status, Vec::new()))
}

/// A refusal because of one field.
pub fn invalid(field: &str) -> Result<Value, Refusal> {
    Err((422, vec![field.to_owned()]))
}
