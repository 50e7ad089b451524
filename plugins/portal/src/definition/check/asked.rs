//! Whether the parts of how a procedure is done online fit what is asked.

use std::collections::BTreeSet;

use sdk::json::Value;
use sdk::schema::{Kind, Origin, Schema};

use super::{Problems, Rule, rule};
use crate::definition::procedure::REGISTRATIONS;
use crate::definition::template::fields;
use crate::definition::{Amount, Made, Online, Page, Registration};

pub(super) fn check(online: &Online, schema: &Schema, problems: &mut Problems) {
    let own = online.schema.pointer(&format!("/properties/{REGISTRATIONS}"));
    let reserved = rule(
        "is the name of the question that every procedure with optional registrations has: take another one",
        "es el nombre de la pregunta por lo que se pide, que ya existe: use otro",
    );
    problems.unless(own.is_none(), format!("online.schema.properties.{REGISTRATIONS}"), reserved);
    pages(&online.pages, schema, problems);
    formulas(schema, problems);
    for (number, document) in online.documents.iter().enumerate() {
        let at = format!("online.documents.{number}");
        condition(format!("{at}.when"), document.when.as_ref(), schema, problems);
        let is_field = schema.field(document.code.as_str()).is_some();
        let rule = rule("is also the name of a field", "es también el nombre de una pregunta: use otro código");
        problems.unless(!is_field, format!("{at}.code"), rule);
    }
    for (number, registration) in online.registrations.iter().enumerate() {
        check_registration(&format!("online.registrations.{number}"), registration, schema, problems);
    }
    for (number, fee) in online.fees.iter().enumerate() {
        let at = format!("online.fees.{number}");
        if let Amount::Field(name) = &fee.amount {
            let is_money = schema.field(name).is_some_and(|field| matches!(field.kind(), Kind::Money(_)));
            let rule = rule(format!("{name} is no field of money"), format!("{name} no es una pregunta de dinero"));
            problems.unless(is_money, format!("{at}.amount"), rule);
        }
        condition(format!("{at}.when"), fee.when.as_ref(), schema, problems);
    }
}

/// What is never calculated; that an answer can be a divisor of zero is said where it is given.
fn formulas(schema: &Schema, problems: &mut Problems) {
    for field in schema.fields() {
        let divides = matches!(field.origin(), Origin::Calculated(formula) if formula.divides_by_zero());
        let rule = rule(
            "divides by zero: change the divisor",
            "divide entre cero, así que nunca se podrá calcular: cambie el divisor",
        );
        problems.unless(!divides, format!("online.schema.properties.{}.x-formula", field.name()), rule);
    }
}

fn pages(pages: &[Page], schema: &Schema, problems: &mut Problems) {
    let mut asked = BTreeSet::new();
    for (number, page) in pages.iter().enumerate() {
        for name in &page.fields {
            let at = format!("online.pages.{number}.fields");
            problems.unless(schema.field(name).is_some(), at.clone(), no_field(name));
            let itself = rule(
                format!("{name} has a page of its own: leave it out"),
                format!("{name} tiene su propia página: quítela de esta"),
            );
            problems.unless(name != REGISTRATIONS, at.clone(), itself);
            let twice = rule(format!("{name} is asked twice"), format!("{name} se pregunta dos veces"));
            problems.unless(asked.insert(name.as_str()), at, twice);
        }
    }
    let forgotten =
        schema.fields().iter().filter(|field| *field.origin() == Origin::Asked && !asked.contains(field.name()));
    for name in forgotten.map(sdk::schema::Field::name).filter(|name| *name != REGISTRATIONS) {
        let rule = rule(
            format!("{name} is on no page"),
            format!("falta la pregunta {name}: no está en ninguna página. Póngala en una, o quítela"),
        );
        problems.note("online.pages", rule);
    }
}

fn check_registration(at: &str, registration: &Registration, schema: &Schema, problems: &mut Problems) {
    condition(format!("{at}.when"), registration.when.as_ref(), schema, problems);
    for (number, step) in registration.steps.iter().enumerate() {
        condition(format!("{at}.steps.{number}.when"), step.when.as_ref(), schema, problems);
    }
    let Made::OfText(text) = &registration.result.made else { return };
    for language in text.languages() {
        for name in fields(text.in_language(language)) {
            let at = format!("{at}.result.made.of-text.{}", language.code());
            problems.unless(schema.field(name).is_some(), at, no_field(name));
        }
    }
}

fn condition(at: String, condition: Option<&Value>, schema: &Schema, problems: &mut Problems) {
    if let Some(Err(wrong)) = condition.map(|condition| schema.condition(condition)) {
        problems.note(at, Rule::from(&wrong));
    }
}

fn no_field(name: &str) -> Rule {
    rule(format!("{name} is no field of the schema"), format!("{name} no es ninguna de las preguntas"))
}
