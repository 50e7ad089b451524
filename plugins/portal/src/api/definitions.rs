//! The definitions of this entity, for its own systems: what a designer publishes by hand comes here from a file.

use sdk::{Answer, Failure, FieldError, Method, ensure};
use serde::Serialize;

use super::{Call, part};
use crate::catalogue;
use crate::definition::{Code, Definition, Problems};
use crate::office::ThisEntity;
use crate::procedures::{self, Offered};
use crate::publishing::publish;

/// A version that was published.
#[derive(Serialize)]
struct Shown {
    code: Code,
    version: u32,
    definition: Definition,
}

pub(super) fn answer(call: &Call<'_>, steps: &[&str]) -> Result<Answer, Failure> {
    let this = ThisEntity::configured()?;
    let subsystem = call.subsystem()?;
    catalogue::is_of(&this.entity, subsystem)?;
    match (call.method(), steps) {
        (Method::Put, ["definitions", code]) => keep(call, subsystem, part(code)?),
        (Method::Get, ["definitions", code]) => show(part(code)?),
        _ => Err(call.request.not_found()),
    }
}

/// Publishes a definition as the next version of its procedure; one that is there already stays the version that it is.
fn keep(call: &Call<'_>, by: &str, code: Code) -> Result<Answer, Failure> {
    let definition = read(call)?;
    let own = definition.entry.code == code;
    ensure!(own, Failure::invalid("entry.code", "other", "is not the code of the path"));
    if let Some((version, Offered::Open)) = procedures::newest(&code)? {
        let before = procedures::version(&code, version)?.definition;
        if before == definition {
            return Answer::json(200, &Shown { code, version, definition });
        }
    }
    let version = publish(definition.clone(), by, call.now())?;
    Answer::json(201, &Shown { code, version, definition })
}

/// Reads what was sent as a designer's is read: all that is wrong with it is said.
fn read(call: &Call<'_>) -> Result<Definition, Failure> {
    let text = std::str::from_utf8(&call.request.body);
    let text = text.map_err(|error| Failure::invalid("body", "format", error.to_string()))?;
    let named = |error: FieldError| {
        if error.field.is_empty() { FieldError { field: "body".to_owned(), ..error } } else { error }
    };
    let refused = |problems: Problems| problems.field_errors().into_iter().map(named).collect();
    Definition::read(text).map_err(|problems| Failure::Invalid(refused(problems)))
}

fn show(code: Code) -> Result<Answer, Failure> {
    let newest = procedures::newest(&code)?;
    let (version, _) = newest.ok_or_else(|| Failure::NotFound(format!("there is no procedure {code}")))?;
    let definition = procedures::version(&code, version)?.definition;
    Answer::json(200, &Shown { code, version, definition })
}
