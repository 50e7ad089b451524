//! The keys of the publication, on the administrator's socket.
//!
//! ```text
//! GET  /v1/publication                   the keys of each role
//! POST /v1/publication/{role}/rotate     {"keys": 3, "threshold": 2} or {}: new keys, made here
//! POST /v1/root/prepare                  {"add_keys": [PEM], "remove_keys": [id], "threshold": 2, "rotate": [role]}
//! POST /v1/root/publish                  the draft that `prepare` gave, signed by the holders of the keys
//! ```

use super::administration::{LOOK_AT_DISK, with};
use crate::publication::{
    ChangeError, DraftError, PublicationRole, PublishError, RefusedDraft, RootChange, RootDraft, Rotation, UnknownRole,
};
use crate::registry::{Registry, RootError};
use crate::words;
use admin::{ApiError, ErrorKind, Reply, Role, Route, RouteRequest};
use bytes::Bytes;
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Deserialize;
use serde_json::json;
use std::num::NonZeroU8;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Size {
    keys: Option<NonZeroU8>,
    threshold: Option<NonZeroU8>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wanted {
    add_keys: Vec<String>,
    remove_keys: Vec<String>,
    threshold: Option<NonZeroU8>,
    rotate: Vec<String>,
}

pub(super) fn routes(registry: &Registry) -> [Route; 4] {
    [
        Route::get("/v1/publication", with(registry, keys)),
        Route::post("/v1/publication/{role}/rotate", with(registry, rotate)).only(Role::Security),
        Route::post("/v1/root/prepare", with(registry, prepare)).only(Role::Security),
        Route::post("/v1/root/publish", with(registry, publish)).only(Role::Security),
    ]
}

async fn keys(registry: Registry, _: RouteRequest) -> Result<Reply, ApiError> {
    let standing = registry.outcome().standing;
    let roles = standing.roles.iter().map(|(role, keys)| {
        let keys_ = keys.keys.iter().map(|(key, here)| json!({ "key": key, "here": here }));
        json!({
            "role": role.to_string(),
            "threshold": keys.threshold,
            "keys": keys_.collect::<Vec<_>>(),
            "expires": standing.expires.get(role),
        })
    });
    Ok(Reply::Json(json!({ "root_version": standing.root_version, "roles": roles.collect::<Vec<_>>() })))
}

async fn rotate(registry: Registry, request: RouteRequest) -> Result<Reply, ApiError> {
    let role = role(request.placeholder("role")?)?;
    let Size { keys, threshold } = if request.body.is_empty() { Size::default() } else { request.json()? };
    let rotation = Rotation { role, keys, threshold };
    let root_version = registry.rotate(rotation, &request.caller.name).await.map_err(|error| refused(&error))?;
    Ok(Reply::Json(json!({ "role": role.to_string(), "root_version": root_version })))
}

async fn prepare(registry: Registry, request: RouteRequest) -> Result<Reply, ApiError> {
    let wanted: Wanted = request.json()?;
    let pem = |pem: &String| {
        let key = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes());
        let next = "give the public key that `chakana keys show` writes";
        key.map(|der| der.to_vec()).map_err(|_| ApiError::new(ErrorKind::Invalid, "a key is no PEM public key", next))
    };
    let change = RootChange {
        add_keys: wanted.add_keys.iter().map(pem).collect::<Result<_, _>>()?,
        remove_keys: wanted.remove_keys,
        threshold: wanted.threshold,
        rotate: wanted.rotate.iter().map(|text| role(text)).collect::<Result<_, _>>()?,
    };
    let draft = registry.prepare_root(change).await.map_err(|error| refused(&error))?;
    let content = Bytes::from(draft.render().map_err(|error| malformed(&error))?);
    Ok(Reply::Bytes { content_type: "application/json", content })
}

async fn publish(registry: Registry, request: RouteRequest) -> Result<Reply, ApiError> {
    let draft = RootDraft::parse(&request.body).map_err(|error| malformed(&error))?;
    let root_version = registry.publish_root(draft, &request.caller.name).await.map_err(|error| refused(&error))?;
    Ok(Reply::Json(json!({ "root_version": root_version })))
}

fn role(text: &str) -> Result<PublicationRole, ApiError> {
    let role: Result<PublicationRole, UnknownRole> = text.parse();
    role.map_err(|error| ApiError::new(ErrorKind::NotFound, error.to_string(), "name one of them"))
}

fn malformed(error: &DraftError) -> ApiError {
    ApiError::new(ErrorKind::Invalid, words(error), "give the file that `chakana registry root prepare` wrote")
}

fn refused(error: &RootError) -> ApiError {
    let message = words(error);
    let (kind, next) = match error {
        RootError::Change(change) => of_change(change),
        RootError::Refused(RefusedDraft::Unsigned { .. }) => {
            (ErrorKind::Refused, "have more holders of root keys sign the same file: chakana registry root sign")
        }
        RootError::Refused(RefusedDraft::Publish(_)) => (ErrorKind::Internal, LOOK_AT_DISK),
        RootError::Refused(_) => (ErrorKind::Conflict, "prepare a new one: chakana registry root prepare"),
        RootError::Journal(_) | RootError::Interrupted => (ErrorKind::Internal, LOOK_AT_DISK),
    };
    ApiError::new(kind, message, next)
}

fn of_change(change: &ChangeError) -> (ErrorKind, &'static str) {
    match change {
        ChangeError::KeyKind => (ErrorKind::Invalid, "make one: chakana keys create NAME --algorithm ed25519"),
        ChangeError::KeyKnown { .. } | ChangeError::KeyUnknown { .. } => {
            (ErrorKind::Invalid, "see the keys: chakana registry keys")
        }
        ChangeError::Threshold { .. } => (ErrorKind::Invalid, "choose other keys or another threshold"),
        ChangeError::RootRole => (ErrorKind::Invalid, "use --add-key and --remove-key"),
        ChangeError::OneKey { .. } => (ErrorKind::Invalid, "leave --keys and --threshold away"),
        ChangeError::Publish(PublishError::KeysMissing { .. }) => {
            (ErrorKind::Refused, "sign the root where its keys are: chakana registry root prepare")
        }
        ChangeError::Publish(_) => (ErrorKind::Internal, LOOK_AT_DISK),
    }
}
