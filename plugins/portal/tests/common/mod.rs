//! The municipality's portal in a harness, with one procedure, and who comes by.

#![allow(dead_code, reason = "each test binary uses its part")]

pub mod demo;

use portal::PLUGIN;
use portal::definition::Definition;
use portal::procedures::{self, Version};
use sdk::Answer;
use sdk::harness::{Browser, Harness, Host, Installation, Person, Scripted};
use sdk::json::{Value, json};

pub const SUBSYSTEM: &str = "BO/MUN/2001/tramites";
pub const PERSONS: &str = "BO/GOV/1001/identidad/personas";
pub const COMPANIES: &str = "BO/GOV/1003/comercio/empresas";
pub const TAXES: &str = "BO/GOV/1002/padron/nit";

const ENTITY: &str =
    r#"{"subsystem":"BO/MUN/2001/tramites","name":{"es":"Gobierno Autónomo Municipal de La Paz"},"place":"BO-L"}"#;

/// A procedure without a choice, paid before it is looked at.
pub const CERTIFICATE: &str = include_str!("../../../../demo/procedures/gamlp/certificado-catastral.json");
const LICENCE: &str = include_str!("../../../../demo/procedures/gamlp/licencia-funcionamiento.json");
const TREE: &str = include_str!("../../../../demo/procedures/gamlp/poda-arbol.json");

/// The portal with the certificate of a property, and the pruning of a tree.
pub fn harness() -> Harness {
    let mut harness = Harness::new().know(PLUGIN);
    harness.calendar().country("BO", "America/La_Paz");
    let installation = Installation::of("portal", SUBSYSTEM)
        .config("entity", ENTITY)
        .config("registers", &demo::registers_said().to_string());
    let registers = [("identity-register", PERSONS), ("company-register", COMPANIES), ("tax-register", TAXES)];
    harness.install(registers.into_iter().fold(installation, |one, (key, service)| one.config(key, service)));
    harness.script(PERSONS, vec![Scripted::Answer(Answer::json(200, &juana()).expect("JSON"))]);
    [CERTIFICATE, TREE, LICENCE].into_iter().for_each(|text| publish(&mut harness, text));
    harness
}

/// Publishes a definition.
pub fn publish(harness: &mut Harness, text: &str) {
    let definition: Definition = sdk::json::read(text.as_bytes()).expect("a definition");
    let publish = |context: sdk::Context| {
        let version = Version { definition: definition.clone(), published: context.time(), by: "rosa".to_owned() };
        procedures::add_version(&version)
    };
    harness.run("portal", publish).expect("it is published");
}

/// What the identity register knows of Juana.
pub fn juana() -> Value {
    json!({
        "person.document-number": "1234567", "person.given-names": "Juana", "person.first-surname": "Quispe",
        "person.second-surname": "Mamani", "person.birth-date": "1988-04-12",
    })
}

/// Juana's browser.
pub fn citizen() -> Browser {
    Browser::of(&PLUGIN).signed_in(Person::of("juana").named("Juana Quispe"))
}

/// The browser of somebody who works there in some roles.
pub fn staff(name: &str, roles: &[&str]) -> Browser {
    let person = roles.iter().fold(Person::of(name).named(name), |person, role| person.role(role));
    Browser::of(&PLUGIN).signed_in(person)
}
