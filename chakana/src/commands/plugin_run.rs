//! One call of a plugin.

use crate::Exit;
use crate::arguments::PluginRun;
use crate::output::{self, Audience};
use anyhow::{Context as _, Result, bail};
use plugin_host::{Method, Principal};
use serde_json::{Value, json};
use workshop::build::{self, Tools};
use workshop::folder::PluginFolder;
use workshop::package::pack;
use workshop::run::{Outcome, Sent, What, call, parse_caller};
use workshop::stage::Stage;

/// In whose name a service is called, unless it is said.
const SUBSYSTEM: &str = "DEV/DEV/2/caller";

pub(super) async fn run(asked: PluginRun) -> Result<Exit> {
    let what = what(&asked)?;
    let caller = match (&asked.caller, &asked.service) {
        (Some(caller), _) => parse_caller(caller)?,
        (None, Some(_)) => Principal::Entity(SUBSYSTEM.to_owned()),
        (None, None) => Principal::Anonymous,
    };
    let folder = PluginFolder::open(&asked.folder)?;
    let component = match asked.component {
        Some(component) => component,
        None => build::component(&folder, &Tools::default())?,
    };
    let package = pack(&folder, &component)?;
    let stage = Stage::open(&folder, super::plugin_try::stage(&folder, asked.state)?)?;
    let outcome = match stage.load(&package).await {
        Ok(()) => call(&stage, what, caller, &asked.locale).await.map_err(Into::into),
        Err(error) => Err(anyhow::Error::from(error)),
    };
    stage.close().await;
    let outcome = outcome?;
    match Audience::of(&asked.json) {
        Audience::Machine => output::json(&as_json(&outcome)),
        Audience::Person => show(&outcome),
    }
    Ok(if outcome.shown.is_success() { Exit::Success } else { Exit::Failure })
}

fn what(asked: &PluginRun) -> Result<What> {
    if let Some(event) = &asked.event {
        return Ok(What::Event(event.clone()));
    }
    let (Some(method), Some(path)) = (&asked.method, &asked.path) else {
        bail!("say what to call: METHOD PATH, or --event NAME");
    };
    let method = match method.to_ascii_uppercase().as_str() {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        "PATCH" => Method::Patch,
        "OPTIONS" => Method::Options,
        other => bail!("{other} is no method of the contract: use GET, HEAD, POST, PUT, DELETE, PATCH or OPTIONS"),
    };
    let path = path.clone();
    if let Some(code) = &asked.service {
        return Ok(What::Service { code: code.clone(), method, path, json: asked.body.clone() });
    }
    let body = match &asked.body {
        Some(json) => Sent::Json(json.clone()),
        None => Sent::Form(asked.form.iter().map(|field| field_of(field)).collect::<Result<_>>()?),
    };
    Ok(What::Page { method, path, body })
}

fn field_of(text: &str) -> Result<(String, String)> {
    let (name, value) =
        text.split_once('=').with_context(|| format!("{text:?} is no field: write --form NAME=VALUE"))?;
    Ok((name.to_owned(), value.to_owned()))
}

fn show(outcome: &Outcome) {
    let shown = &outcome.shown;
    let status = shown.status.map(|status| format!("{status} ")).unwrap_or_default();
    println!("{status}{} {}", shown.kind, shown.about);
    for (name, value) in &shown.headers {
        println!("{name}: {value}");
    }
    if !shown.body.is_empty() {
        println!("\n{}\n", String::from_utf8_lossy(&shown.body));
    }
    let row = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
    if !outcome.written.is_empty() {
        let rows = outcome.written.iter().map(|one| vec![one.key.clone(), row(&one.before), row(&one.after)]);
        output::table(&["key", "before", "after"], rows);
    }
    if !outcome.effects.is_empty() {
        let rows =
            outcome.effects.iter().map(|one| vec![one.kind.to_owned(), one.about.clone(), output::moment(one.due)]);
        output::table(&["ordered", "what", "due"], rows);
    }
    println!(
        "took {:.1} ms; the guest ran {:.1} ms, with at most {} KiB of memory",
        outcome.took.as_secs_f64() * 1000.0,
        std::time::Duration::from_micros(outcome.busy_us).as_secs_f64() * 1000.0,
        outcome.peak_memory_bytes / 1024
    );
}

fn as_json(outcome: &Outcome) -> Value {
    let shown = &outcome.shown;
    json!({
        "status": shown.status,
        "kind": shown.kind,
        "about": shown.about,
        "headers": shown.headers.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "body": String::from_utf8_lossy(&shown.body),
        "written": outcome.written.iter().map(|row| json!({ "key": row.key, "before": row.before, "after": row.after })).collect::<Vec<_>>(),
        "ordered": outcome.effects.iter().map(|one| json!({ "kind": one.kind, "what": one.about, "due": one.due })).collect::<Vec<_>>(),
        "took_us": u64::try_from(outcome.took.as_micros()).unwrap_or(u64::MAX),
        "guest_us": outcome.busy_us,
        "peak_memory_bytes": outcome.peak_memory_bytes,
    })
}
