//! Whether a definition may be published: nobody is asked for what the state already knows.
//!
//! Every question and every document names the concept that it is about. What a connected register holds has to be bound to
//! that register; another label, or a concept of its own, does not evade that, because labels are compared with the words by
//! which forms call the concept.

use sdk::Translated;
use sdk::html::Language;
use sdk::schema::{Field, Origin, Schema};

use super::check::{self, Rule, rule};
use super::vocabulary::{Called, Label};
use super::{Concept, Definition, Document, Online, Problems, Procedure};
use crate::registers::{Register, Registers};

/// The concept of what no register could know.
pub const OWN: &str = "own";

/// Checks that a procedure asks for nothing that a connected register holds.
///
/// # Errors
/// Each question and document that does, with the service that it is to be fetched from.
pub fn once_only(procedure: &Procedure, registers: &Registers) -> Result<(), Problems> {
    let mut problems = Problems::default();
    asked_once(procedure.online(), procedure.schema(), registers, &mut problems);
    problems.finish()
}

/// Checks all that a definition has to keep before it is published, whether it is done online or not.
///
/// # Errors
/// Everything that does not hold together, and each question and document that asks for what a register holds.
pub fn check(definition: &Definition, registers: &Registers) -> Result<(), Problems> {
    let (schema, mut problems) = check::all(definition);
    if let (Some(online), Some(schema)) = (&definition.online, &schema) {
        asked_once(online, schema, registers, &mut problems);
    }
    problems.finish()
}

fn asked_once(online: &Online, schema: &Schema, registers: &Registers, problems: &mut Problems) {
    let concepts = Concept::shared();
    let concepts: Vec<Called<'_>> = concepts.iter().map(Called::of).collect();
    for field in schema.fields() {
        let at = format!("online.schema.properties.{}", field.name());
        match field.origin() {
            Origin::Brought(source) => bound(&at, field, source, registers, problems),
            Origin::Asked => asked(&at, field.concept(), field.title(), &concepts, registers, problems),
            Origin::Calculated(_) => {}
        }
    }
    for (number, document) in online.documents.iter().enumerate() {
        let Document { title, concept, .. } = document;
        asked(&format!("online.documents.{number}"), Some(concept), title, &concepts, registers, problems);
    }
}

/// A field that is bound to a register: the register is connected, and holds what the field is about.
fn bound(at: &str, field: &Field, source: &str, registers: &Registers, problems: &mut Problems) {
    let Some(register) = registers.find(source) else {
        let unknown =
            rule(format!("{source} is no connected register"), format!("{source} no es un registro conectado"));
        return problems.note(format!("{at}.x-source"), unknown);
    };
    let concept = field.concept().unwrap_or_default();
    let rule = rule(
        format!("the register {source} does not hold {concept}"),
        format!("el registro {source} no guarda {concept}"),
    );
    problems.unless(register.holds(concept), format!("{at}.x-concept"), rule);
}

/// Something that people are asked for: it names what it is about, and no connected register holds that.
fn asked(
    at: &str,
    concept: Option<&str>,
    label: &Translated,
    concepts: &[Called<'_>],
    registers: &Registers,
    problems: &mut Problems,
) {
    let Some(concept) = concept else {
        let missing = rule(
            "is missing: name what it is about, or own",
            "falta: diga de qué dato del vocabulario se trata, o escriba own",
        );
        return problems.note(format!("{at}.x-concept"), missing);
    };
    let known = concept == OWN || concepts.iter().any(|one| one.concept.code == concept);
    let unknown = rule(
        format!("{concept} is no concept of the vocabulary, nor own"),
        format!("{concept} no está en el vocabulario, ni es own"),
    );
    problems.unless(known, format!("{at}.x-concept"), unknown);
    let labels: Vec<Label> = label.languages().map(|language| Label::of(label.in_language(language))).collect();
    let meant =
        concepts.iter().filter(|one| one.concept.code == concept || labels.iter().any(|label| one.is_in(label)));
    for Called { concept: meant, .. } in meant {
        if let Some(register) = registers.holder_of(&meant.code) {
            problems.note(at, refusal(meant, register));
        }
    }
}

fn refusal(concept: &Concept, register: &Register) -> Rule {
    let (code, title) = (&concept.code, concept.title.in_language(Language::Spanish));
    let (holder, source) = (register.title.in_language(Language::Spanish), &register.code);
    let service = &register.service;
    rule(
        format!(
            "asks for {code} ({title}), which {holder} holds: bind it with x-source \"{source}\", and it is fetched from {service}"
        ),
        format!(
            "pide «{title}» ({code}), que {holder} ya tiene: tráigalo del registro {source}, que se consulta en {service}"
        ),
    )
}
