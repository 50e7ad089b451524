//! eForms: the form of a procedure, as plain JSON Schema.

use sdk::html::Language;
use sdk::{Answer, Failure};

use super::service_id::ServiceId;
use super::wire::EForm;
use crate::api::{Call, part};
use crate::definition::{Code, Procedure};
use crate::procedures;

/// The id of a procedure's form in one version: `permiso-feria.2`.
pub(super) fn id(procedure: &Code, version: u32) -> String {
    format!("{procedure}.{version}")
}

pub(super) fn list(service: &str) -> Result<Answer, Failure> {
    let (code, version, _) = ServiceId::find(service)?;
    let form = form(&procedures::procedure(&code, version)?, version);
    Answer::json(200, &[form])
}

pub(super) fn show(call: &Call<'_>, id: &str) -> Result<Answer, Failure> {
    let none = || Failure::NotFound("there is no such form".to_owned());
    let (code, version) = id.rsplit_once('.').ok_or_else(none)?;
    let (code, version): (Code, u32) = (part(code)?, part(version)?);
    let procedure = procedures::procedure(&code, version)?;
    let newest = procedures::all()?.into_iter().find(|(other, ..)| *other == code).map_or(0, |(_, newest, _)| newest);
    let schema = Some(procedure.schema().standard(call.today()));
    Answer::json(200, &EForm { schema, ..form(&procedure, newest) })
}

fn form(procedure: &Procedure, newest: u32) -> EForm {
    let entry = &procedure.definition().entry;
    EForm {
        e_form_id: id(procedure.code(), procedure.version()),
        name: entry.title.in_language(Language::Spanish).to_owned(),
        description: entry.summary.in_language(Language::Spanish).to_owned(),
        version: procedure.version().to_string(),
        latest: procedure.version() == newest,
        schema: None,
    }
}
