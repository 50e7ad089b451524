//! The keys in use, and taking others into use without a restart.

use super::{Administration, internal, invalid};
use crate::credentials::own::MemberSigner;
use crate::settings::Settings;
use crate::start::{StartError, member_signers, own_certificates};
use crate::upkeep::{Upkeep, words};
use admin::{ApiError, Reply, Role, Route};
use serde_json::{Value, json};
use signer::Place;
use std::sync::Arc;

pub(super) fn routes(administration: &Arc<Administration>, upkeep: &Arc<Upkeep>) -> [Route; 2] {
    let (show, load) = (administration.clone(), administration.clone());
    let upkeep = upkeep.clone();
    [
        Route::get("/v1/keys", move |_| {
            let administration = show.clone();
            async move { Ok(Reply::Json(shown(&administration))) }
        }),
        Route::post("/v1/keys/reload", move |_| {
            let (administration, upkeep) = (load.clone(), upkeep.clone());
            async move {
                let refused = |error: StartError| {
                    invalid(words(&error), "correct what is named; until then everything signs as before")
                };
                let asked = administration.clone();
                let reloaded = tokio::task::spawn_blocking(move || reload(&asked)).await;
                reloaded.map_err(|error| internal(&error))?.map_err(refused)?;
                // The status of a new certificate is asked at once: without one its key does not sign.
                upkeep.configuration_changed.notify_one();
                Ok::<_, ApiError>(Reply::Json(shown(&administration)))
            }
        })
        .only(Role::Security),
    ]
}

/// Reads again which keys sign for members, from what tokens, by what PINs. All of it counts, or nothing.
fn reload(administration: &Administration) -> Result<(), StartError> {
    let folder = &administration.folder;
    let settings = Settings::load(folder)?;
    let key_store = administration.key_store.load().succeeded_by(&settings.keys)?;
    let signers = member_signers(folder, &settings.keys, &key_store)?;
    let certificates = own_certificates(folder, &settings, signers.iter())?;
    administration.messaging.keys.replace(signers);
    administration.key_store.store(Arc::new(key_store));
    administration.certificates.store(Arc::new(certificates));
    tracing::info!(keys = settings.keys.signing.len(), "the signing keys were read again");
    Ok(())
}

fn shown(administration: &Administration) -> Value {
    let messaging = &administration.messaging;
    let (now, judgement) = (messaging.now(), messaging.configuration.newest());
    let signs = |signer: &MemberSigner| {
        let current = messaging.keys.of(signer.member(), now);
        current.is_ok_and(|(current, _)| {
            current.certificate().map(|leaf| leaf.hash()) == signer.certificate().map(|leaf| leaf.hash())
        })
    };
    let registered = |signer: &MemberSigner| {
        let member = judgement.as_ref().and_then(|judgement| judgement.global().member(signer.member()));
        member.is_some_and(|member| signer.certificate().is_some_and(|leaf| member.signs_with(&leaf.hash())))
    };
    let signing: Vec<Value> = messaging
        .keys
        .signers()
        .iter()
        .map(|signer| {
            let leaf = signer.certificate();
            json!({
                "member": signer.member().to_string(),
                "certificate": leaf.map(|leaf| leaf.hash().to_string()),
                "notAfter": leaf.map(|leaf| leaf.not_after().to_string()),
                "place": match signer.key().place() {
                    Place::Memory => "software",
                    Place::Device => "hardware",
                },
                "registered": registered(signer),
                "signs": signs(signer),
            })
        })
        .collect();
    let hardware: Vec<Value> = administration
        .key_store
        .load()
        .healths()
        .iter()
        .map(|(name, health)| json!({ "name": name, "state": health.word(), "why": health.to_string(), "next": health.next_step() }))
        .collect();
    json!({ "signing": signing, "hardware": hardware })
}
