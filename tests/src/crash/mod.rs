//! Crash rounds: under load, a server is killed or the power goes; whatever was acknowledged must be on both sides.

mod cutter;
mod disk;
mod effects;
mod kill;
mod load;
mod power;
mod stores;

pub use effects::{Engine, Fire, effect_rounds};
pub use kill::kill_rounds;
pub use power::power_rounds;
pub use stores::store_rounds;

use anyhow::{Context as _, Result, bail};
use demo::installation::Installation;
use demo::state::{Door, Entity, Service, State, Subsystem};
use message_log::{Query, Verification};
use security_server::log_keys::TokenKeyWrap;
use signer::SoftwareToken;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// The folder of the entity that calls.
pub const CONSUMER: &str = "consumer";
/// The folder of the entity that answers.
pub const PROVIDER: &str = "provider";
/// Who calls.
pub const CLIENT: &str = "CR/COM/1/app";
/// What is called.
pub const SERVICE: &str = "CR/COM/2/desk/registro";

/// Two entities that talk.
#[must_use]
pub fn two_entities() -> State {
    let service =
        Service { code: "registro", path: "/segip", open_api: None, access: vec![(CLIENT.to_owned(), "", "/**")] };
    let entity = |folder: &str, code: &str, subsystem, services| Entity {
        folder: folder.to_owned(),
        name: folder.to_owned(),
        class: "COM",
        code: code.to_owned(),
        subsystems: vec![Subsystem { code: subsystem, services }],
        door: Door::Closed,
        guests: Vec::new(),
    };
    State {
        instance: "CR",
        entities: vec![entity(CONSUMER, "1", "app", Vec::new()), entity(PROVIDER, "2", "desk", vec![service])],
    }
}

/// Opens the message log of a server's folder as a start after the crash would, and demands every acknowledged exchange
/// and a sound log. The answer is how many records there are.
///
/// # Errors
/// Which exchange is missing, or what does not verify.
pub async fn examine(folder: &Path, acknowledged: &BTreeSet<String>) -> Result<u64> {
    let settings = security_server::Settings::load(folder)?;
    let token = SoftwareToken::open(folder.join("token"), &Installation::pin())?;
    let key = Arc::new(TokenKeyWrap::new(Arc::new(token.key_encryption_key("log-encryption")?)));
    let mut keep = message_log::Settings::new(settings.server.clone());
    keep.segment_bytes = settings.message_log.segment_bytes;
    keep.disk_floor_bytes = 0;
    let log_folder = folder.join("message-log");
    let now = clock::Clock::now(&clock::SystemClock);
    let log = message_log::MessageLog::open(&log_folder, keep, key.clone(), &message_log::OpenMode::Verified, now)
        .with_context(|| format!("{} does not open", log_folder.display()))?;
    for id in acknowledged {
        let found = log.find(&Query { x_road_id: Some(id.clone()), ..Query::default() })?;
        if found.len() < 2 {
            bail!("{}: of the acknowledged exchange {id} {} of 2 records are there", folder.display(), found.len());
        }
        for found in &found {
            log.read(found.index).with_context(|| format!("record {} of {id}", found.index))?;
        }
    }
    let records = log.size();
    log.close(now).await?;
    let report = message_log::verify(
        &log_folder,
        &mut Verification { key: Some(&*key), log_keys: &[], timestamps: None, progress: &mut |_| {} },
    )?;
    if !report.is_sound() {
        bail!("{}: the log does not verify: {:?}", folder.display(), report.problems);
    }
    Ok(records)
}
