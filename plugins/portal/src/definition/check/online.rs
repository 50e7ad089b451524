//! Whether how a procedure is done online holds together.

use std::collections::BTreeSet;

use sdk::json::Value;
use sdk::schema::{Kind, Origin, Schema};

use super::Problems;
use crate::definition::procedure::REGISTRATIONS;
use crate::definition::{Amount, Code, Made, Need, Online, Page, Registration};

/// The most working days of a step.
const MOST_DAYS: u32 = 250;

pub(super) fn check(online: &Online, schema: &Schema, problems: &mut Problems) {
    problems.unless(
        !online.registrations.is_empty(),
        "online.registrations",
        "is empty: there is nothing to apply for",
    );
    pages(&online.pages, schema, problems);
    documents(online, schema, problems);
    let registrations = problems.unique("online.registrations", online.registrations.iter().map(|one| &one.code));
    for (number, registration) in online.registrations.iter().enumerate() {
        check_registration(&format!("online.registrations.{number}"), registration, &registrations, schema, problems);
    }
    circle(&online.registrations, problems);
    fees(online, schema, &registrations, problems);
}

fn pages(pages: &[Page], schema: &Schema, problems: &mut Problems) {
    problems.unique("online.pages", pages.iter().map(|page| &page.code));
    let mut asked = BTreeSet::new();
    for (number, page) in pages.iter().enumerate() {
        for name in &page.fields {
            let at = format!("online.pages.{number}.fields");
            problems.unless(schema.field(name).is_some(), at.clone(), format!("{name} is no field of the schema"));
            problems.unless(asked.insert(name.as_str()), at, format!("{name} is asked twice"));
        }
    }
    let forgotten =
        schema.fields().iter().filter(|field| *field.origin() == Origin::Asked && !asked.contains(field.name()));
    for field in forgotten.filter(|field| field.name() != REGISTRATIONS) {
        problems.note("online.pages", format!("{} is on no page", field.name()));
    }
}

fn documents(online: &Online, schema: &Schema, problems: &mut Problems) {
    problems.unique("online.documents", online.documents.iter().map(|document| &document.code));
    for (number, document) in online.documents.iter().enumerate() {
        let at = format!("online.documents.{number}");
        problems.unless((1..=20).contains(&document.most), format!("{at}.most"), "is 1 to 20 files");
        problems.unless(!document.kinds.is_empty(), format!("{at}.kinds"), "is empty: say which files it may be");
        condition(format!("{at}.when"), document.when.as_ref(), schema, problems);
        let is_field = schema.field(document.code.as_str()).is_some();
        problems.unless(!is_field, format!("{at}.code"), "is also the name of a field");
    }
}

fn check_registration(
    at: &str,
    registration: &Registration,
    all: &BTreeSet<&Code>,
    schema: &Schema,
    problems: &mut Problems,
) {
    for needed in &registration.needs {
        problems.unless(all.contains(needed), format!("{at}.needs"), format!("{needed} is no registration"));
    }
    condition(format!("{at}.when"), registration.when.as_ref(), schema, problems);
    problems.unique(&format!("{at}.steps"), registration.steps.iter().map(|step| &step.code));
    for (number, step) in registration.steps.iter().enumerate() {
        let at = format!("{at}.steps.{number}");
        let days = step.working_days;
        problems.unless(days <= MOST_DAYS, format!("{at}.working-days"), format!("{days} is more than {MOST_DAYS}"));
        condition(format!("{at}.when"), step.when.as_ref(), schema, problems);
    }
    match &registration.result.made {
        Made::ByHand => {
            let always = registration.steps.last().is_some_and(|step| step.when.is_none());
            let rule = "is made by hand: so its last step is always taken, and has no condition";
            problems.unless(always, format!("{at}.result"), rule);
        }
        Made::OfText(text) => {
            for language in text.languages() {
                for name in placeholders(text.in_language(language)) {
                    let rule = format!("{{{name}}} is no field of the schema");
                    problems.unless(
                        schema.field(name).is_some(),
                        format!("{at}.result.made.of-text.{}", language.code()),
                        rule,
                    );
                }
            }
        }
    }
}

/// Registrations that wait for each other are never looked at.
fn circle(registrations: &[Registration], problems: &mut Problems) {
    let mut free: BTreeSet<&Code> = BTreeSet::new();
    loop {
        let before = free.len();
        let next = registrations.iter().filter(|one| one.needs.iter().all(|needed| free.contains(needed)));
        free.extend(next.map(|one| &one.code).collect::<Vec<_>>());
        if free.len() == before {
            break;
        }
    }
    for (number, registration) in registrations.iter().enumerate() {
        let known = registration.needs.iter().all(|needed| registrations.iter().any(|other| other.code == *needed));
        let at = format!("online.registrations.{number}.needs");
        let rule = format!("{} waits for itself, over what it needs", registration.code);
        problems.unless(!known || free.contains(&registration.code), at, rule);
    }
}

fn fees(online: &Online, schema: &Schema, registrations: &BTreeSet<&Code>, problems: &mut Problems) {
    problems.unique("online.fees", online.fees.iter().map(|fee| &fee.code));
    for (number, fee) in online.fees.iter().enumerate() {
        let at = format!("online.fees.{number}");
        match &fee.amount {
            Amount::Fixed(amount) => {
                problems.unless(amount.centavos() > 0, format!("{at}.amount"), "is nothing: leave the fee out");
            }
            Amount::Field(name) => {
                let is_money = schema.field(name).is_some_and(|field| matches!(field.kind(), Kind::Money(_)));
                problems.unless(is_money, format!("{at}.amount"), format!("{name} is no field of money"));
            }
        }
        if let Some(registration) = &fee.registration {
            let known = registrations.contains(registration);
            problems.unless(known, format!("{at}.registration"), format!("{registration} is no registration"));
        }
        condition(format!("{at}.when"), fee.when.as_ref(), schema, problems);
    }
    let all_optional = online.registrations.iter().all(|one| one.need == Need::Optional && one.when.is_some());
    let rule = "are all conditional: one has to be there in every case";
    problems.unless(!all_optional || online.registrations.is_empty(), "online.registrations", rule);
}

fn condition(at: String, condition: Option<&Value>, schema: &Schema, problems: &mut Problems) {
    if let Some(Err(wrong)) = condition.map(|condition| schema.condition(condition)) {
        problems.note(at, wrong.rule());
    }
}

/// The names of fields that a text has in braces.
pub(crate) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}
