//! Publishing a definition: a new version to be begun, its entry in the catalogue here, and in the one of the whole state.
//!
//! The catalogue of the state is another subsystem's (`central-catalogue`). Messages come in any order, so the entity is said
//! first, and the entry follows when that was answered, as it is by then.

use sdk::outbox::{self, Message};
use sdk::{Failure, Timestamp, config, log};
use serde::Serialize;

use crate::catalogue::{self, EntityOf, Published};
use crate::definition::{Code, Definition, Entry, publication};
use crate::office::ThisEntity;
use crate::procedures::{self, Version};
use crate::registers::Registers;

/// The keys of the configuration: the service of the state's catalogue, and the origin of this portal's pages.
const CENTRAL: &str = "central-catalogue";
const ORIGIN: &str = "origin";
/// Labels the answers of the state's catalogue.
const LABEL: &str = "catalogue/";

/// What the state's catalogue is sent of an entry.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Sent {
    entry: Entry,
    #[serde(skip_serializing_if = "Option::is_none")]
    online: Option<String>,
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
    procedures::drop_draft(&entry.code)?;
    let code = entry.code.clone();
    let version = is_online.then_some(number);
    let published =
        Published { entry, source: this.subsystem.clone(), first: now, published: now, online: None, version };
    catalogue::publish(&this.entity, published)?;
    if let Some(central) = config::get(CENTRAL) {
        let said = EntityOf { name: this.entity.name, place: this.entity.place, homepage: this.entity.homepage };
        outbox::send(&Message::json(central, "/entity", &said)?.reply_to(format!("{LABEL}{code}")));
    }
    Ok(number)
}

/// Takes a procedure out of the catalogues: nobody can begin it any more.
///
/// # Errors
/// If there is none.
pub fn withdraw(code: &Code) -> Result<(), Failure> {
    procedures::withdraw(code)?;
    let this = ThisEntity::configured()?;
    match catalogue::withdraw(&this.entity.code(), code) {
        // It was not in the catalogue: that is what is wanted.
        Ok(()) | Err(Failure::NotFound(_)) => {}
        Err(other) => return Err(other),
    }
    if let Some(central) = config::get(CENTRAL) {
        outbox::send(&Message::json(central, format!("/entries/{code}/withdrawal"), &serde_json::json!({}))?);
    }
    Ok(())
}

/// The procedure whose entity the state's catalogue was told of, if that is what an answer is to.
#[must_use]
pub fn answered(reply: &sdk::Reply) -> Option<Code> {
    reply.reply_to.strip_prefix(LABEL)?.parse().ok()
}

/// Sends the entry after its entity, now that the state's catalogue knows that one.
///
/// # Errors
/// If the version does not read back, or the catalogue did not take the entity: then it is tried again.
pub fn follow(reply: &sdk::Reply) -> Result<(), Failure> {
    let Some(code) = answered(reply) else { return Ok(()) };
    let status = reply.answer.status;
    if !(200..300).contains(&status) {
        log::warn("the state's catalogue does not take this entity", &[("status", &status)]);
        return Ok(());
    }
    tell(&code)
}

/// Sends the state's catalogue the entry of a procedure, in its newest version.
///
/// # Errors
/// If it does not read back.
fn tell(code: &Code) -> Result<(), Failure> {
    let (Some(central), Some(version)) = (config::get(CENTRAL), procedures::offered(code)?) else { return Ok(()) };
    let Version { definition, .. } = procedures::version(code, version)?;
    let here = definition.online.is_some().then(|| config::get(ORIGIN)).flatten();
    let online = here.map(|origin| format!("{}/apply/{code}", origin.trim_end_matches('/')));
    outbox::send(&Message::json(central, format!("/entries/{code}"), &Sent { entry: definition.entry, online })?);
    Ok(())
}
