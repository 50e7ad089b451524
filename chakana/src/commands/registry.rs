//! What happened at the registry, and the keys of its publication.

use super::{client_of_registry, keys};
use crate::arguments::{RegistryCommand, RootPrepare, RootStep, Server};
use crate::output::{self, Audience, text};
use crate::{Exit, files};
use admin::{Client, Plan};
use anyhow::{Context as _, Result};
use central_registry::EventEntry;
use central_registry::publication::{DraftStanding, RootDraft};
use serde_json::{Value, json};
use std::path::Path;

pub(super) async fn run(asked: RegistryCommand) -> Result<Exit> {
    match asked {
        RegistryCommand::Events { after, server } => events(after, &server).await?,
        RegistryCommand::Diff { from, to, server } => {
            let plan: Plan =
                client_of_registry(&server.data)?.get(&format!("/v1/events/diff?from={from}&to={to}")).await?;
            output::plan(&plan, Audience::of(&server.json))?;
        }
        RegistryCommand::Anchor { out, data } => {
            let mut anchor = Vec::new();
            client_of_registry(&data)?.download("/v1/trust-anchor", &mut anchor).await?;
            files::give(out.as_deref(), &anchor)?;
        }
        RegistryCommand::Keys(server) => publication_keys(&server).await?,
        RegistryCommand::Rotate { role, keys, threshold, server } => {
            let body = json!({ "keys": keys, "threshold": threshold });
            let answer: Value =
                client_of_registry(&server.data)?.post(&format!("/v1/publication/{role}/rotate"), &body).await?;
            in_force(&answer, &server);
        }
        RegistryCommand::Root { step } => root(step).await?,
    }
    Ok(Exit::Success)
}

async fn events(after: u64, server: &Server) -> Result<()> {
    let client = client_of_registry(&server.data)?;
    let mut events = page(&client, after).await?;
    // The server gives some at a time: the first answer without any says that there are no more.
    while let Some(last) = events.last().map(|event| event.number) {
        let more = page(&client, last).await?;
        if more.is_empty() {
            break;
        }
        events.extend(more);
    }
    match Audience::of(&server.json) {
        Audience::Machine => output::json(&json!({ "events": events })),
        Audience::Person if events.is_empty() => println!("Nothing happened after event {after}."),
        Audience::Person => {
            let row = |event: &EventEntry| {
                vec![event.number.to_string(), output::moment(event.time), event.author.clone(), event.what.clone()]
            };
            output::table(&["event", "time", "author", "what"], events.iter().map(row));
        }
    }
    Ok(())
}

async fn page(client: &Client, after: u64) -> Result<Vec<EventEntry>> {
    Ok(client.get(&format!("/v1/events?after={after}")).await?)
}

async fn publication_keys(server: &Server) -> Result<()> {
    let answer: Value = client_of_registry(&server.data)?.get("/v1/publication").await?;
    if Audience::of(&server.json) == Audience::Machine {
        output::json(&answer);
        return Ok(());
    }
    let mut rows = Vec::new();
    for role in answer["roles"].as_array().into_iter().flatten() {
        let keys = role["keys"].as_array().cloned().unwrap_or_default();
        let must = format!("{} of {}", text(role, "threshold"), keys.len());
        for key in &keys {
            let lies = if key["here"] == true { "in this token" } else { "elsewhere" };
            let (role_, expires) = (text(role, "role"), text(role, "expires"));
            rows.push(vec![role_, must.clone(), text(key, "key"), lies.to_owned(), expires]);
        }
    }
    println!("Root version {}.", text(&answer, "root_version"));
    output::table(&["role", "must sign", "key", "lies", "signed until"], rows);
    Ok(())
}

async fn root(step: RootStep) -> Result<()> {
    match step {
        RootStep::Prepare(asked) => prepare(asked).await,
        RootStep::Show { file, json } => print(&read(&file)?.standing(), &file, Audience::of(&json)),
        RootStep::Sign { file, token: asked } => {
            let mut draft = read(&file)?;
            let token = keys::open(&asked)?;
            let signed = draft.sign(&token)?;
            anyhow::ensure!(
                !signed.is_empty(),
                "no key of {} is a root key of this draft: see its keys with `chakana registry root show {}`",
                token.folder().display(),
                file.display()
            );
            files::replace(&file, &draft.render()?)?;
            print(&draft.standing(), &file, Audience::of(&asked.json))
        }
        RootStep::Publish { file, server } => {
            let draft: Value = serde_json::from_slice(&read(&file)?.render()?)?;
            let answer: Value = client_of_registry(&server.data)?.post("/v1/root/publish", &draft).await?;
            in_force(&answer, &server);
            Ok(())
        }
    }
}

async fn prepare(asked: RootPrepare) -> Result<()> {
    let pem = |path: &std::path::PathBuf| {
        std::fs::read_to_string(path).with_context(|| format!("failed to read {}", path.display()))
    };
    let body = json!({
        "add_keys": asked.add_key.iter().map(pem).collect::<Result<Vec<_>>>()?,
        "remove_keys": asked.remove_key,
        "threshold": asked.threshold,
        "rotate": asked.rotate,
    });
    let draft: Value = client_of_registry(&asked.server.data)?.post("/v1/root/prepare", &body).await?;
    let draft = RootDraft::parse(&serde_json::to_vec(&draft)?)?;
    files::replace(&asked.out, &draft.render()?)?;
    print(&draft.standing(), &asked.out, Audience::of(&asked.server.json))
}

fn read(file: &Path) -> Result<RootDraft> {
    let bytes = std::fs::read(file).with_context(|| format!("failed to read {}", file.display()))?;
    RootDraft::parse(&bytes).with_context(|| format!("{} cannot be used", file.display()))
}

fn print(standing: &DraftStanding, file: &Path, audience: Audience) -> Result<()> {
    if audience == Audience::Machine {
        output::json(&serde_json::to_value(standing)?);
        return Ok(());
    }
    println!("Root version {}, good until {}.", standing.version, standing.expires);
    if !standing.roles_changed.is_empty() {
        println!("New keys for: {}.", standing.roles_changed.join(", "));
    }
    let row = |key: &central_registry::publication::KeyStanding| {
        let signed = if key.signed { "signed" } else { "" };
        vec![key.key.clone(), key.change.to_owned(), signed.to_owned()]
    };
    output::table(&["root key", "change", "signed"], standing.keys.iter().map(row));
    println!(
        "Signatures: {} of the {} that the old root demands, {} of the {} that the new one does.",
        standing.by_old.have, standing.by_old.need, standing.by_new.have, standing.by_new.need
    );
    output::next(&match standing.is_complete() {
        true => format!("chakana registry root publish {} --data REGISTRY", file.display()),
        false => format!("chakana registry root sign {} --token TOKEN, by each holder of a key", file.display()),
    });
    Ok(())
}

fn in_force(answer: &Value, server: &Server) {
    match Audience::of(&server.json) {
        Audience::Machine => output::json(answer),
        Audience::Person => {
            println!("Root version {} is in force; servers follow by themselves.", text(answer, "root_version"))
        }
    }
}
