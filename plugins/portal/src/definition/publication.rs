//! Whether a definition may be published: nobody is asked for what the state already knows.
//!
//! Every question and every document names the concept that it is about. What a connected register holds has to be bound to
//! that register; another label, or a concept of its own, does not evade that, because labels are compared with the words by
//! which forms call the concept.

use sdk::Translated;
use sdk::html::Language;
use sdk::schema::{Field, Origin};

use super::{Concept, Document, Problems, Procedure};
use crate::registers::{Register, Registers};

/// What no register could know.
const OWN: &str = "own";

/// Checks that a procedure asks for nothing that a connected register holds.
///
/// # Errors
/// Each question and document that does, with the service that it is to be fetched from.
pub fn once_only(procedure: &Procedure, registers: &Registers) -> Result<(), Problems> {
    let concepts = Concept::shared();
    let mut problems = Problems::default();
    for field in procedure.schema().fields() {
        let at = format!("online.schema.properties.{}", field.name());
        match field.origin() {
            Origin::Brought(source) => bound(&at, field, source, registers, &mut problems),
            Origin::Asked => asked(&at, field.concept(), field.title(), &concepts, registers, &mut problems),
            Origin::Calculated(_) => {}
        }
    }
    for (number, document) in procedure.online().documents.iter().enumerate() {
        let Document { title, concept, .. } = document;
        asked(&format!("online.documents.{number}"), Some(concept), title, &concepts, registers, &mut problems);
    }
    problems.finish()
}

/// A field that is bound to a register: the register is connected, and holds what the field is about.
fn bound(at: &str, field: &Field, source: &str, registers: &Registers, problems: &mut Problems) {
    let Some(register) = registers.find(source) else {
        return problems.note(format!("{at}.x-source"), format!("{source} is no connected register"));
    };
    let concept = field.concept().unwrap_or_default();
    let rule = format!("the register {source} does not hold {concept}");
    problems.unless(register.holds(concept), format!("{at}.x-concept"), rule);
}

/// Something that people are asked for: it names what it is about, and no connected register holds that.
fn asked(
    at: &str,
    concept: Option<&str>,
    label: &Translated,
    concepts: &[Concept],
    registers: &Registers,
    problems: &mut Problems,
) {
    let Some(concept) = concept else {
        return problems.note(format!("{at}.x-concept"), "is missing: name what it is about, or own");
    };
    let known = concept == OWN || concepts.iter().any(|one| one.code == concept);
    problems.unless(known, format!("{at}.x-concept"), format!("{concept} is no concept of the vocabulary, nor own"));
    let meant = concepts.iter().filter(|one| {
        one.code == concept || label.languages().any(|language| one.is_meant_by(label.in_language(language)))
    });
    for meant in meant {
        if let Some(register) = registers.holder_of(&meant.code) {
            problems.note(at, refusal(meant, register));
        }
    }
}

fn refusal(concept: &Concept, register: &Register) -> String {
    format!(
        "asks for {} ({}), which {} holds: bind it with x-source \"{}\", and it is fetched from {}",
        concept.code,
        concept.title.in_language(Language::Spanish),
        register.title.in_language(Language::Spanish),
        register.code,
        register.service,
    )
}
