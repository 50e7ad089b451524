//! Answers as the data of a form: parted by the form's pages, because each value of data is an object.

use std::collections::BTreeMap;

use sdk::json::Value;
use sdk::schema::{Answers, Origin};

use super::wire::Data;
use crate::application::Content;
use crate::definition::{Procedure, REGISTRATIONS};

/// The part with what is applied for, which no page asks.
const CHOICE: &str = "what";
/// The part with what registers said and what was calculated, which nobody answers.
const KNOWN: &str = "known";

/// Who looks at what an application says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// Who filed it: what she answered.
    Filer,
    /// Who takes a step of it: what registers said too.
    Office,
}

/// What an application says.
pub(super) fn written(procedure: &Procedure, content: &Content, reader: Reader) -> Data {
    let mut data = Data::new();
    for field in procedure.schema().fields() {
        let Some(value) = content.answers.get(field.name()).or_else(|| content.facts.get(field.name())) else {
            continue;
        };
        let is_asked = *field.origin() == Origin::Asked;
        let page = procedure.online().pages.iter().find(|page| page.fields.iter().any(|name| name == field.name()));
        let part = match page {
            Some(page) if is_asked => page.code.as_str(),
            _ if field.name() == REGISTRATIONS => CHOICE,
            _ => KNOWN,
        };
        if is_asked || reader == Reader::Office {
            data.entry(part.to_owned()).or_default().insert(field.name().to_owned(), value.clone());
        }
    }
    data
}

/// The answers of a form, whatever part they stand in. What is shown and not answered is passed over, so that what was shown can
/// be sent again.
pub(super) fn read(procedure: &Procedure, data: Data) -> Answers {
    let is_answer = |name: &str| procedure.schema().field(name).is_none_or(|field| *field.origin() == Origin::Asked);
    let all: BTreeMap<String, Value> = data.into_values().flatten().collect();
    all.into_iter().filter(|(name, _)| is_answer(name)).collect()
}
