//! Whether the parts of how a procedure is done online hold together, whatever is asked.

use std::collections::BTreeSet;

use super::{Problems, is_place, rule};
use crate::definition::procedure::{CHECK_PAGE, CHOICE_PAGE};
use crate::definition::{Amount, Code, Made, Need, Online, Registration};

/// The most working days of a step.
const MOST_DAYS: u32 = 250;
/// What stands in the place of a registration in addresses of the office.
pub(crate) const TAKEN_BY_ADDRESSES: [&str; 2] = ["files", "pay"];
/// The roles of those who work with other parts of the portal: no step waits in their inbox.
pub(crate) const WITHOUT_STEPS: [&str; 7] =
    ["assistant", "counter", "designer", "evaluator", "moderator", "funds", "applicant-entity"];

pub(super) fn check(online: &Online, problems: &mut Problems) {
    let place = &online.calendar;
    let no_place = rule(
        format!("{place} is no place: BO, or a department such as BO-L"),
        format!("{place} no es un lugar: BO, o un departamento como BO-L"),
    );
    problems.unless(is_place(place), "online.calendar", no_place);
    let nothing =
        rule("is empty: there is nothing to apply for", "está vacío: no hay nada que pedir. Añada lo que se entrega");
    problems.unless(!online.registrations.is_empty(), "online.registrations", nothing);
    addresses(online, problems);
    documents(online, problems);
    let registrations = problems.unique("online.registrations", online.registrations.iter().map(|one| &one.code));
    for (number, registration) in online.registrations.iter().enumerate() {
        check_registration(&format!("online.registrations.{number}"), registration, &registrations, problems);
    }
    circle(&online.registrations, problems);
    fees(online, &registrations, problems);
}

/// Pages and documents are one list of addresses while somebody fills something in.
fn addresses(online: &Online, problems: &mut Problems) {
    let pages = problems.unique("online.pages", online.pages.iter().map(|page| &page.code));
    problems.unique("online.documents", online.documents.iter().map(|document| &document.code));
    let is_reserved = |code: &Code| [CHOICE_PAGE, CHECK_PAGE].contains(&code.as_str());
    let reserved = |code: &Code| {
        rule(
            format!("{code} names a page that every procedure has: take another code"),
            format!("{code} es el nombre de una página que todo trámite tiene: use otro código"),
        )
    };
    for (number, page) in online.pages.iter().enumerate() {
        problems.unless(!is_reserved(&page.code), format!("online.pages.{number}.code"), reserved(&page.code));
    }
    for (number, document) in online.documents.iter().enumerate() {
        let (at, code) = (format!("online.documents.{number}.code"), &document.code);
        problems.unless(!is_reserved(code), at.clone(), reserved(code));
        let shared = rule(
            format!("{code} is also the code of a page: take another one"),
            format!("{code} es también el código de una página: use otro"),
        );
        problems.unless(!pages.contains(code), at, shared);
    }
}

fn documents(online: &Online, problems: &mut Problems) {
    for (number, document) in online.documents.iter().enumerate() {
        let at = format!("online.documents.{number}");
        let most = rule("is 1 to 20 files", "tiene que ser de 1 a 20 archivos");
        problems.unless((1..=20).contains(&document.most), format!("{at}.most"), most);
        let kinds = rule("is empty: say which files it may be", "está vacío: diga qué clases de archivo se aceptan");
        problems.unless(!document.kinds.is_empty(), format!("{at}.kinds"), kinds);
    }
}

fn check_registration(at: &str, registration: &Registration, all: &BTreeSet<&Code>, problems: &mut Problems) {
    let code = &registration.code;
    let reserved = rule(
        format!("{code} is a word of addresses: take another code"),
        format!("{code} es una palabra reservada: use otro código"),
    );
    problems.unless(!TAKEN_BY_ADDRESSES.contains(&code.as_str()), format!("{at}.code"), reserved);
    for needed in &registration.needs {
        let unknown = rule(
            format!("{needed} is no registration"),
            format!("{needed} no está entre lo que se puede pedir en este trámite"),
        );
        problems.unless(all.contains(needed), format!("{at}.needs"), unknown);
    }
    problems.unique(&format!("{at}.steps"), registration.steps.iter().map(|step| &step.code));
    for (number, step) in registration.steps.iter().enumerate() {
        let days = step.working_days;
        let too_many = rule(
            format!("{days} is more than {MOST_DAYS}"),
            format!("{days} es más de lo que puede durar un paso: {MOST_DAYS} días hábiles"),
        );
        problems.unless(days <= MOST_DAYS, format!("{at}.steps.{number}.working-days"), too_many);
        let role = &step.role;
        let without_steps = rule(
            format!("{role} is a role of another part of the portal: no step waits for it. Take another one"),
            format!("{role} es un rol de otra parte del portal, que no atiende pasos: use otro"),
        );
        let has_steps = !WITHOUT_STEPS.contains(&role.as_str());
        problems.unless(has_steps, format!("{at}.steps.{number}.role"), without_steps);
    }
    if registration.result.made == Made::ByHand {
        let always = registration.steps.last().is_some_and(|step| step.when.is_none());
        let rule = rule(
            "is made by hand: so its last step is always taken, and has no condition",
            "se hace a mano: su último paso se da siempre y no puede tener condición",
        );
        problems.unless(always, format!("{at}.result"), rule);
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
        let code = &registration.code;
        let rule = rule(
            format!("{code} waits for itself, over what it needs"),
            format!("{code} se espera a sí mismo, por lo que necesita antes"),
        );
        problems.unless(!known || free.contains(code), format!("online.registrations.{number}.needs"), rule);
    }
}

fn fees(online: &Online, registrations: &BTreeSet<&Code>, problems: &mut Problems) {
    problems.unique("online.fees", online.fees.iter().map(|fee| &fee.code));
    for (number, fee) in online.fees.iter().enumerate() {
        let at = format!("online.fees.{number}");
        if let Amount::Fixed(amount) = &fee.amount {
            let nothing = rule("is nothing: leave the fee out", "es cero: quite la tasa");
            problems.unless(amount.centavos() > 0, format!("{at}.amount"), nothing);
        }
        if let Some(registration) = &fee.registration {
            let unknown = rule(
                format!("{registration} is no registration"),
                format!("{registration} no está entre lo que se puede pedir en este trámite"),
            );
            problems.unless(registrations.contains(registration), format!("{at}.registration"), unknown);
        }
    }
    let all_optional = online.registrations.iter().all(|one| one.need == Need::Optional && one.when.is_some());
    let rule = rule(
        "are all conditional: one has to be there in every case",
        "son todas opcionales y con condición: al menos una tiene que poder pedirse siempre",
    );
    problems.unless(!all_optional || online.registrations.is_empty(), "online.registrations", rule);
}
