//! The plugins for the administrator: packages are handed over, and how each plugin stands is shown.
//!
//! Which plugins run, and with what, is changed in the server configuration alone.

use super::{Administration, internal};
use crate::plugins::{PluginRefusal, Report};
use crate::server_configuration::Plugin;
use crate::upkeep::words;
use admin::{ApiError, ErrorKind, Reply, Role, Route, RouteRequest};
use plugin_host::Loaded;
use plugin_host::manifest::{Capability, Manifest, PluginName, Scope};
use plugin_host::package::{Approver, Package, VerifiedPackage};
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) fn routes(administration: &Arc<Administration>) -> [Route; 5] {
    let [listing, taking, resuming, reloading, erasing] = [(); 5].map(|()| administration.clone());
    [
        Route::get("/v1/plugins", move |_| {
            let administration = listing.clone();
            async move { list(&administration).await }
        }),
        Route::post("/v1/plugins/packages", move |request| {
            let administration = taking.clone();
            async move { take(&administration, request).await }
        })
        .only(Role::System)
        .taking(Package::MAX_BYTES),
        Route::post("/v1/plugins/resume", move |request| {
            let administration = resuming.clone();
            async move { resume(&administration, &request) }
        })
        .only(Role::System),
        Route::post("/v1/plugins/{name}/reload", move |request| {
            let administration = reloading.clone();
            async move { reload(&administration, &request).await }
        })
        .only(Role::System),
        Route::post("/v1/plugins/{name}/erase", move |request| {
            let administration = erasing.clone();
            async move { erase(&administration, &request).await }
        })
        .only(Role::System),
    ]
}

/// Verifies a package and keeps it. Nothing runs of it before the server configuration names it.
async fn take(administration: &Administration, request: RouteRequest) -> Result<Reply, ApiError> {
    let taken = administration.plugins.hand_over(request.body).await;
    let package =
        taken.map_err(|refusal| refused(&refusal, "nothing was kept; correct the package, or hand over another"))?;
    let manifest = package.package().manifest();
    tracing::info!(
        plugin = %manifest.name(), version = %manifest.version(), package = %package.package().digest(),
        plugin.author = %package.author().member, author = request.caller.name, "took a package"
    );
    Ok(Reply::Json(told(&package)))
}

async fn list(administration: &Arc<Administration>) -> Result<Reply, ApiError> {
    let administration = administration.clone();
    // Counting an agenda reads the store.
    let read = tokio::task::spawn_blocking(move || {
        let plugins = &administration.plugins;
        Ok::<_, PluginRefusal>((plugins.reports()?, plugins.waiting_since()?))
    });
    let read = read.await.map_err(|error| internal(&error))?;
    let (reports, waiting) = read.map_err(|refusal| refused(&refusal, "run doctor: the disk may be damaged"))?;
    Ok(Reply::Json(json!({
        "waitingSince": waiting.map(|since| since.to_string()),
        "plugins": reports.iter().map(report).collect::<Vec<Value>>(),
    })))
}

/// Ends the wait after a restore.
fn resume(administration: &Administration, request: &RouteRequest) -> Result<Reply, ApiError> {
    let plugins = &administration.plugins;
    let waited =
        plugins.waiting_since().map_err(|refusal| refused(&refusal, "remove the file yourself, and restart"))?;
    plugins.resume().map_err(|refusal| refused(&refusal, "check the disk; the plugins wait as before"))?;
    if let Some(since) = waited {
        tracing::info!(%since, author = request.caller.name, "the plugins' agendas are worked through again after a restore");
    }
    Ok(Reply::Json(json!({ "waitedSince": waited.map(|since| since.to_string()) })))
}

async fn reload(administration: &Administration, request: &RouteRequest) -> Result<Reply, ApiError> {
    let name = request.placeholder("name")?;
    let parsed = name.parse::<PluginName>().map_err(|_| unknown(name))?;
    let plugin = match administration.plugins.reload(&parsed).await {
        Ok(plugin) => plugin,
        Err(PluginRefusal::NotConfigured { .. }) => return Err(unknown(name)),
        Err(refusal) => return Err(refused(&refusal, "what was loaded before goes on; correct it and try again")),
    };
    Ok(Reply::Json(json!({ "reloaded": name, "package": plugin.package().to_string() })))
}

async fn erase(administration: &Administration, request: &RouteRequest) -> Result<Reply, ApiError> {
    let name = request.placeholder("name")?;
    let parsed = name.parse::<PluginName>().map_err(|_| unknown(name))?;
    let erased = administration.plugins.erase(&parsed).await;
    erased.map_err(|refusal| refused(&refusal, "nothing was erased; see plugin list"))?;
    tracing::info!(plugin = name, author = request.caller.name, "erased what a plugin kept");
    Ok(Reply::Json(json!({ "erased": name })))
}

/// A package in the words that an administrator decides by.
fn told(package: &VerifiedPackage) -> Value {
    let manifest = package.package().manifest();
    let title = manifest.title().iter().map(|(language, title)| (language.to_string(), Value::from(title.as_str())));
    let services = manifest.services().iter().map(|service| service.code().to_string());
    let hears = manifest
        .subscriptions()
        .iter()
        .map(|heard| json!({ "topic": heard.topic().as_str(), "publisher": heard.publisher().as_str() }));
    json!({
        "package": package.package().digest().to_string(),
        "name": manifest.name().as_str(),
        "version": manifest.version().to_string(),
        "title": title.collect::<serde_json::Map<_, _>>(),
        "dataVersion": manifest.data_version(),
        "contract": manifest.contract().as_str(),
        "author": approver(package.author()),
        "authority": package.authority().map(approver),
        "services": services.collect::<Vec<_>>(),
        "hears": hears.collect::<Vec<_>>(),
        "capabilities": manifest.capabilities().map(|(capability, scope)| asked(capability, scope)).collect::<Vec<_>>(),
        "limits": limits(manifest),
    })
}

fn approver(approver: &Approver) -> Value {
    json!({ "member": approver.member.to_string(), "signedAt": approver.signed_at.to_string() })
}

fn asked(capability: Capability, scope: &Scope) -> Value {
    json!({
        "key": capability.key(),
        "services": scope.services().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "topics": scope.topics().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "names": scope.names().iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn limits(manifest: &Manifest) -> Value {
    let limits = manifest.limits();
    json!({
        "memoryBytes": limits.memory_bytes(),
        "timeMs": u64::try_from(limits.time().as_millis()).unwrap_or(u64::MAX),
        "storageBytes": limits.storage_bytes(),
        "callsPerSecond": limits.calls_per_second(),
        "concurrentCalls": limits.concurrent_calls(),
    })
}

/// A plugin as it stands. Times are upper bounds, of the buckets in which calls are counted.
fn report(report: &Report) -> Value {
    let Report { plugin, standing, refused } = report;
    let standing = standing.as_ref();
    let current = standing.and_then(|standing| standing.current.as_deref());
    let vitals = standing.map(|standing| &standing.vitals);
    json!({
        "name": plugin.name().as_str(),
        "client": plugin.client().to_string(),
        "package": plugin.package().to_string(),
        "state": state(plugin, current, refused.as_deref()),
        "refused": refused,
        "running": current.map(version),
        "trial": standing.and_then(|standing| standing.trial.as_ref()).map(|(on_trial, percent)| {
            let mut told = version(on_trial);
            told["percent"] = (*percent).into();
            told
        }),
        "calls": vitals.map(|vitals| vitals.calls.value()),
        "kept": vitals.map(|vitals| vitals.kept.value()),
        "refusals": vitals.map(|vitals| vitals.failures.value()),
        "faults": vitals.map(|vitals| vitals.faults.value()),
        "conflicts": vitals.map(|vitals| vitals.conflicts.value()),
        "questions": vitals.map(|vitals| vitals.questions.value()),
        "busyUs": vitals.map(|vitals| vitals.busy_us.value()),
        "peakMemoryBytes": vitals.map(|vitals| vitals.peak_memory_bytes.value()),
        "turnedAway": vitals.map(|vitals| vitals.turned_away.value() + vitals.broken.value()),
        "p50Us": vitals.and_then(|vitals| vitals.latency_us(50)),
        "p99Us": vitals.and_then(|vitals| vitals.latency_us(99)),
        "storedBytes": standing.map(|standing| standing.stored_bytes),
        "storageLimitBytes": current.map(|current| current.limits().storage_bytes()),
        "agenda": standing.map(|standing| json!({
            "entries": standing.agenda.entries,
            "lateSeconds": standing.agenda.late.as_secs(),
            "givenUp": standing.agenda.given_up,
        })),
    })
}

fn state(plugin: &Plugin, current: Option<&Loaded>, refused: Option<&str>) -> &'static str {
    match (refused, current) {
        (Some(_), Some(_)) => "running, not as configured",
        (Some(_), None) => "refused",
        (None, None) => "not loaded",
        (None, Some(_)) if plugin.trial().is_some() => "on trial",
        (None, Some(_)) => "running",
    }
}

fn version(loaded: &Loaded) -> Value {
    json!({ "version": loaded.manifest().version().to_string(), "package": loaded.digest() })
}

pub(super) fn unknown(name: &str) -> ApiError {
    let name: String = name.chars().take(64).collect();
    ApiError::new(ErrorKind::NotFound, format!("the server configuration has no plugin {name:?}"), "see plugin list")
}

pub(super) fn refused(refusal: &PluginRefusal, next: &str) -> ApiError {
    ApiError::new(ErrorKind::Refused, words(refusal), next)
}
