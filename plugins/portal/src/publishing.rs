//! Publishing a definition: a new version to be begun, its entry in the catalogue here, and in the one of the whole state.
//!
//! The catalogue of the state is another subsystem's (`central-catalogue`). Messages come in any order, so the entry says of
//! which entity it is.

use sdk::outbox::{self, Message};
use sdk::{Failure, Reply, Timestamp, Undelivered, config, log};
use serde::Serialize;

use crate::catalogue::{self, Entity, EntityOf, Published};
use crate::definition::{Code, Definition, Entry, publication};
use crate::office::ThisEntity;
use crate::procedures::{self, Version};
use crate::registers::Registers;

/// The keys of the configuration: the service of the state's catalogue, and the origin of this portal's pages.
const CENTRAL: &str = "central-catalogue";
const ORIGIN: &str = "origin";
/// What the answers of the state's catalogue come back under, with the procedure's code.
const LABEL: &str = "central-catalogue/";
/// What the state's catalogue answers to what is older than what it has.
const OVERTAKEN: u16 = 409;

/// What the state's catalogue is sent of an entry.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Sent<'a> {
    entity: EntityOf,
    entry: &'a Entry,
    #[serde(skip_serializing_if = "Option::is_none")]
    online: Option<String>,
    /// Messages come in any order: what was published later stands.
    published: Timestamp,
}

/// What it is sent when an entry is taken out.
#[derive(Serialize)]
struct Withdrawn {
    withdrawn: Timestamp,
}

/// Publishes a definition as the next version of its procedure, and gives its number. What runs goes on under its own.
///
/// # Errors
/// Everything for which it may not be published, as [`Failure::Invalid`].
pub fn publish(definition: Definition, by: &str, now: Timestamp) -> Result<u32, Failure> {
    let checked = publication::check(&definition, &Registers::connected()?);
    checked.map_err(|problems| Failure::Invalid(problems.field_errors()))?;
    let this = ThisEntity::configured()?;
    let entry = definition.entry.clone();
    let is_online = definition.online.is_some();
    let number = procedures::add_version(&Version { definition, published: now, by: by.to_owned() })?;
    let version = is_online.then_some(number);
    let at = catalogue::entry_said_now(&this.entity.code(), &entry.code, now)?;
    let published =
        Published { entry, source: this.subsystem.clone(), first: at, published: at, online: None, version };
    let published = catalogue::publish(&this.entity, published)?;
    if let Some(central) = central(&this) {
        tell(central, this, &published)?;
    }
    Ok(number)
}

/// The state's catalogue, unless this is it.
fn central(this: &ThisEntity) -> Option<String> {
    let is_own = |service: &str| service.rsplit_once('/').is_some_and(|(subsystem, _)| subsystem == this.subsystem);
    config::get(CENTRAL).filter(|service| !is_own(service))
}

/// Sends the state's catalogue an entry.
fn tell(central: String, this: ThisEntity, published: &Published) -> Result<(), Failure> {
    let Entity { name, place, homepage, .. } = this.entity;
    let (entity, entry) = (EntityOf { name, place, homepage }, &published.entry);
    let here = config::get(ORIGIN).filter(|_| published.version.is_some());
    let online = here.map(|origin| format!("{}/apply/{}", origin.trim_end_matches('/'), entry.code));
    let sent = Sent { entity, entry, online, published: published.published };
    outbox::send(&Message::json(central, format!("/entries/{}", entry.code), &sent)?.reply_to(label(&entry.code)));
    Ok(())
}

/// By what the answer to a message is known.
fn label(code: &Code) -> String {
    format!("{LABEL}{code}")
}

/// Notes in the log what the state's catalogue has not taken: a message that a later one has overtaken, or one that it refuses.
pub fn answered(reply: &Reply) {
    let Some(code) = reply.reply_to.strip_prefix(LABEL) else { return };
    match reply.answer.status {
        200..300 => {}
        OVERTAKEN => log::info("a later message to the state's catalogue came first", &[("procedure.code", &code)]),
        status => log::warn(
            "the state's catalogue has refused a message",
            &[("procedure.code", &code), ("answer.status", &status)],
        ),
    }
}

/// Notes in the log what the state's catalogue was never told.
pub fn undelivered(lost: &Undelivered) {
    if let Some(code) = lost.reply_to.as_deref().and_then(|label| label.strip_prefix(LABEL)) {
        log::error(
            "the state's catalogue was not told what was published or taken out",
            &[("procedure.code", &code), ("service.id", &lost.to), ("error.code", &lost.code)],
        );
    }
}

/// Takes a procedure out of the catalogues: nobody can begin it any more.
///
/// # Errors
/// If there is none.
pub fn withdraw(code: &Code, now: Timestamp) -> Result<(), Failure> {
    procedures::withdraw(code)?;
    let this = ThisEntity::configured()?;
    let withdrawn = catalogue::entry_said_now(&this.entity.code(), code, now)?;
    catalogue::withdraw(&this.entity.code(), code, withdrawn)?;
    if let Some(central) = central(&this) {
        let message = Message::json(central, format!("/entries/{code}/withdrawal"), &Withdrawn { withdrawn })?;
        outbox::send(&message.reply_to(label(code)));
    }
    Ok(())
}
