//! The message log.

use super::client;
use crate::Exit;
use crate::arguments::{Log, LogCommand, LogFind, Server};
use crate::output::{self, Audience, text};
use admin::percent_encoded;
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::path::Path;

pub(super) async fn run(asked: Log) -> Result<Exit> {
    match asked.what {
        LogCommand::Find(asked) => find(&asked).await,
        LogCommand::Show { index, server } => show(index, &server).await,
        LogCommand::Export { index, out, server } => {
            download(&server, &format!("/v1/log/records/{index}/container"), &out).await?;
            println!("Wrote {}.", out.display());
            output::next(&format!("chakana verify {} --trust verificationconf.zip --anchor root.json", out.display()));
            Ok(Exit::Success)
        }
        LogCommand::Verify(server) => verify(&server).await,
        LogCommand::Erase { request_id, reason, server } => {
            let body = json!({ "requestId": request_id, "reason": reason });
            let answer: Value = client(&server).post("/v1/log/erase", &body).await?;
            output::json(&answer);
            Ok(Exit::Success)
        }
        LogCommand::Checkpoint(server) => {
            let client = client(&server);
            let _: Value = client.post("/v1/log/checkpoint", &Value::Null).await?;
            let mut out = tokio::io::stdout();
            client.download("/v1/log/checkpoint", &mut out).await?;
            Ok(Exit::Success)
        }
        LogCommand::Proof { index, server } => {
            let proof: Value = client(&server).get(&format!("/v1/log/records/{index}/proof")).await?;
            output::json(&proof);
            Ok(Exit::Success)
        }
        LogCommand::Trust { out, server } => {
            download(&server, "/v1/verification-configuration", &out).await?;
            println!("Wrote {}.", out.display());
            Ok(Exit::Success)
        }
    }
}

async fn download(server: &Server, path: &str, to: &Path) -> Result<()> {
    let mut file = tokio::fs::File::create(to).await.with_context(|| format!("failed to write {}", to.display()))?;
    client(server).download(path, &mut file).await?;
    file.sync_all().await.with_context(|| format!("failed to write {}", to.display()))
}

async fn find(asked: &LogFind) -> Result<Exit> {
    let conditions = [
        ("id", &asked.id),
        ("request-id", &asked.request_id),
        ("client", &asked.client),
        ("service", &asked.service),
        ("kind", &asked.kind),
        ("from", &asked.from),
        ("to", &asked.to),
    ];
    let mut query = format!("limit={}", asked.limit);
    for (name, value) in conditions {
        if let Some(value) = value {
            query = format!("{query}&{name}={}", percent_encoded(value));
        }
    }
    let answer: Value = client(&asked.server).get(&format!("/v1/log/records?{query}")).await?;
    match Audience::of(&asked.server.json) {
        Audience::Machine => output::json(&answer),
        Audience::Person => {
            let records = answer["records"].as_array().cloned().unwrap_or_default();
            let fields = ["index", "time", "direction", "kind", "id", "client", "service", "requestId"];
            output::table(&fields, records.iter().map(|record| fields.map(|field| text(record, field)).to_vec()));
            output::next("chakana log show INDEX, or chakana log export INDEX --out evidence.asice");
        }
    }
    Ok(Exit::Success)
}

async fn show(index: u64, server: &Server) -> Result<Exit> {
    let record: Value = client(server).get(&format!("/v1/log/records/{index}")).await?;
    match Audience::of(&server.json) {
        Audience::Machine => output::json(&record),
        Audience::Person => {
            println!("{}", text(&record, "leaf"));
            let content = &record["content"];
            match content.get("erased") {
                Some(erased) => println!("The content was erased: {erased}"),
                None => println!(
                    "{}\n{}\nbody: {} bytes",
                    text(content, "head"),
                    text(content, "context"),
                    text(content, "bodyBytes")
                ),
            }
        }
    }
    Ok(Exit::Success)
}

async fn verify(server: &Server) -> Result<Exit> {
    let report: Value = client(server).post("/v1/log/verify", &Value::Null).await?;
    let sound = report["sound"] == true;
    match Audience::of(&server.json) {
        Audience::Machine => output::json(&report),
        Audience::Person => {
            let fields = [
                "records",
                "messages",
                "contents",
                "checkpoints",
                "signatures",
                "timestamps",
                "signatureTimestamps",
                "erasedCount",
                "problemCount",
            ];
            output::table(
                &["verified", "number"],
                fields.iter().map(|field| vec![(*field).to_owned(), text(&report, field)]),
            );
            for problem in report["problems"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                println!("PROBLEM {problem}");
            }
            println!("{}", if sound { "The log is sound." } else { "THE LOG DOES NOT VERIFY." });
        }
    }
    Ok(if sound { Exit::Success } else { Exit::Failure })
}
