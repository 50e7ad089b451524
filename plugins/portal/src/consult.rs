//! What registers say of whom an application is about.

use std::collections::BTreeMap;

use sdk::json::Value;
use sdk::limits::MAX_PATH_BYTES;
use sdk::schema::{Field, Origin};
use sdk::{Timestamp, exchange};

use crate::application::{Consulted, Content, Knew};
use crate::definition::{Code, Procedure};
use crate::registers::{Register, RegisterKey, Registers};

/// Stands in a register's path for whom is asked about.
const KEY: &str = "{key}";

/// A register that an application asks, and what of.
#[derive(Clone, Debug)]
pub struct Asks<'a> {
    /// The register.
    pub register: &'a Register,
    /// The fields that it fills in.
    pub fields: Vec<&'a Field>,
}

/// What a register did not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silent {
    /// The register.
    pub register: Code,
    /// Why.
    pub why: Why,
}

/// Why a register says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It does not answer now.
    Unavailable,
    /// It does not know whom it was asked about.
    Unknown,
    /// By what it is asked was not answered yet.
    NoKey,
    /// It is asked about a citizen in a call of her own alone.
    NotHerself,
}

impl Why {
    /// Whether the register was asked, and something is wrong.
    #[must_use]
    pub fn is_wrong(self) -> bool {
        matches!(self, Self::Unavailable | Self::Unknown)
    }
}

/// Who is asked about, in registers that find people by their documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asking {
    /// The citizen who calls.
    Herself,
    /// Nobody: whoever calls helps a citizen who is elsewhere.
    ForAnother,
    /// Whoever has shown the document of this number at a counter.
    Document(String),
}

/// The registers that a procedure asks, each after those that say by what it is asked.
#[must_use]
pub fn asks<'a>(procedure: &'a Procedure, registers: &'a Registers) -> Vec<Asks<'a>> {
    let mut by_register: BTreeMap<&str, Vec<&Field>> = BTreeMap::new();
    for field in procedure.schema().fields() {
        if let Origin::Brought(source) = field.origin() {
            by_register.entry(source.as_str()).or_default().push(field);
        }
    }
    let asked = by_register.into_iter();
    let mut left: Vec<Asks<'a>> =
        asked.filter_map(|(code, fields)| registers.find(code).map(|register| Asks { register, fields })).collect();
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits = |one: &Asks<'_>| {
            let key = key_of(procedure, one.register);
            key.is_some_and(|key| left.iter().flat_map(|other| &other.fields).any(|field| field.name() == key.name()))
        };
        // Those that are asked by each other are asked in any order.
        let next = left.iter().position(|one| !waits(one)).unwrap_or(0);
        ordered.push(left.remove(next));
    }
    ordered
}

/// The field by whose value a register is asked, if it is not asked by the citizen's document.
#[must_use]
pub fn key_of<'a>(procedure: &'a Procedure, register: &Register) -> Option<&'a Field> {
    let RegisterKey::Concept(concept) = &register.key else { return None };
    procedure.schema().fields().iter().find(|field| field.concept() == Some(concept))
}

/// The registers that a procedure asks about whom it is for, and that were not asked yet.
#[must_use]
pub fn unasked<'a>(procedure: &'a Procedure, registers: &'a Registers, content: &Content) -> Vec<Asks<'a>> {
    let was_asked = |register: &Register| content.consulted.iter().any(|one| one.register == register.code);
    let mut asks = asks(procedure, registers);
    asks.retain(|one| one.register.key == RegisterKey::Citizen && !was_asked(one.register));
    asks
}

/// Asks the registers that can be asked and were not, or not by what is answered now; notes what they say with who was asked.
pub fn consult(
    procedure: &Procedure,
    registers: &Registers,
    content: &mut Content,
    asking: &Asking,
    now: Timestamp,
) -> Vec<Silent> {
    let mut silent = Vec::new();
    for Asks { register, fields } in asks(procedure, registers) {
        let by = match &register.key {
            RegisterKey::Citizen => Ok(None),
            RegisterKey::Concept(_) => answered(procedure, register, content).map(Some).ok_or(Why::NoKey),
        };
        let before = content.consulted.iter().rfind(|one| one.register == register.code);
        // What was said may have been taken back since: then it is asked for again.
        let still_said = |before: &Consulted| {
            let is_there = |name: &String| content.facts.contains_key(name);
            before.by.is_none() || before.knew == Knew::Nothing || before.fields.iter().any(is_there)
        };
        if by.as_ref().is_ok_and(|by| before.is_some_and(|before| before.by == *by && still_said(before))) {
            continue;
        }
        // What was said of another one is not said of this one.
        fields.iter().for_each(|field| drop(content.facts.remove(field.name())));
        match by.and_then(|by| ask(register, by.as_deref(), asking).map(|answer| (by, answer))) {
            Ok((by, answer)) => note(register, &fields, &answer, content, (now, by)),
            Err(why) => silent.push(Silent { register: register.code.clone(), why }),
        }
    }
    silent
}

fn note(
    register: &Register,
    fields: &[&Field],
    answer: &Value,
    content: &mut Content,
    (at, by): (Timestamp, Option<String>),
) {
    let mut knew = Knew::Nothing;
    for field in fields {
        if let Some(value) = field.concept().and_then(|concept| register.said(answer, concept)) {
            content.facts.insert(field.name().to_owned(), value.clone());
            knew = Knew::Something;
        }
    }
    let fields = fields.iter().map(|field| field.name().to_owned()).collect();
    let (register, service) = (register.code.clone(), register.service.clone());
    content.consulted.push(Consulted { register, service, at, fields, by, knew });
}

/// Asks a register by what was answered, or about whom the application is for.
fn ask(register: &Register, by: Option<&str>, asking: &Asking) -> Result<Value, Why> {
    let key = match (by, asking) {
        (Some(answered), _) => sdk::web::path_segment(answered),
        (None, Asking::Herself) => exchange::CITIZEN.to_owned(),
        (None, Asking::Document(number)) => sdk::web::path_segment(number),
        (None, Asking::ForAnother) => return Err(Why::NotHerself),
    };
    let path = register.path.replace(KEY, &key);
    // What is so long was never registered.
    sdk::ensure!(path.len() <= MAX_PATH_BYTES, Why::Unknown);
    let answer = exchange::ask(&register.service, path).map_err(|_| Why::Unavailable)?;
    match answer.status {
        200 => sdk::json::read(&answer.body).map_err(|_| Why::Unavailable),
        404 => Err(Why::Unknown),
        _ => Err(Why::Unavailable),
    }
}

/// By what a register is asked now: what was answered to a question, or what another register said. Settled answers have that
/// too, as it was when they were settled.
fn answered(procedure: &Procedure, register: &Register, content: &Content) -> Option<String> {
    let field = key_of(procedure, register)?;
    let said = if let Origin::Brought(_) = field.origin() { &content.facts } else { &content.answers };
    let value = said.get(field.name())?;
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}
