//! The message log.

use super::{client, client_of_security_server};
use crate::arguments::{Log, LogCommand, LogFind, Server};
use crate::output::{self, Audience, text};
use crate::{Exit, pin};
use admin::{ClientError, percent_encoded};
use anyhow::{Context as _, Result, bail};
use clock::{Clock as _, SystemClock};
use serde_json::{Value, json};
use std::path::Path;

pub(super) async fn run(asked: Log) -> Result<Exit> {
    match asked.what {
        LogCommand::Find(asked) => find(&asked).await,
        LogCommand::Show { index, server } => show(index, &server).await,
        LogCommand::Export { index, out, server } => {
            download(&server, &format!("/v1/log/records/{index}/container"), &out).await?;
            println!("Wrote {}.", out.display());
            let data = server.data.display();
            output::next(&format!("chakana log trust --record {index} --out verificationconf.zip --data {data}"));
            output::next(&format!("chakana verify {} --trust verificationconf.zip --anchor root.json", out.display()));
            Ok(Exit::Success)
        }
        LogCommand::Verify { pin_file, server } => verify(&server, pin_file.as_deref()).await,
        LogCommand::Erase { request_id, reason, server } => {
            let body = json!({ "requestId": request_id, "reason": reason });
            let answer: Value = client(&server).post("/v1/log/erase", &body).await?;
            output::json(&answer);
            Ok(Exit::Success)
        }
        LogCommand::Conflicts(server) => conflicts(&server).await,
        LogCommand::Settle { index, reason, server } => {
            let path = format!("/v1/log/conflicts/{index}/settle");
            let answer: Value = client_of_security_server(&server)?.post(&path, &json!({ "reason": reason })).await?;
            match Audience::of(&server.json) {
                Audience::Machine => output::json(&answer),
                Audience::Person => {
                    println!("The conflict with {} is over; its record {index} stays.", text(&answer, "peer"))
                }
            }
            Ok(Exit::Success)
        }
        LogCommand::Checkpoint(server) => {
            let client = client(&server);
            let _: Value = client.post("/v1/log/checkpoint", &Value::Null).await?;
            let mut out = tokio::io::stdout();
            client.download("/v1/log/checkpoint", &mut out).await?;
            Ok(Exit::Success)
        }
        LogCommand::Proof { index, from, to, server } => {
            let path = match (index, from.zip(to)) {
                (Some(index), _) => format!("/v1/log/records/{index}/proof"),
                (None, Some((from, to))) => format!("/v1/log/consistency?from={from}&to={to}"),
                (None, None) => bail!("give a record's number, or --from and --to"),
            };
            let proof: Value = client(&server).get(&path).await?;
            output::json(&proof);
            Ok(Exit::Success)
        }
        LogCommand::Trust { record, snapshot, out, server } => {
            let query = match (record, snapshot) {
                (Some(index), _) => format!("?record={index}"),
                (None, Some(hash)) => format!("?snapshot={}", percent_encoded(&hash)),
                (None, None) => String::new(),
            };
            download(&server, &format!("/v1/verification-configuration{query}"), &out).await?;
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

async fn conflicts(server: &Server) -> Result<Exit> {
    let answer: Value = client_of_security_server(server)?.get("/v1/log/conflicts").await?;
    let conflicts = answer["conflicts"].as_array().cloned().unwrap_or_default();
    match Audience::of(&server.json) {
        Audience::Machine => output::json(&answer),
        Audience::Person if conflicts.is_empty() => println!("No conflict is open."),
        Audience::Person => {
            let fields = ["index", "time", "peer", "what"];
            output::table(&fields, conflicts.iter().map(|conflict| fields.map(|field| text(conflict, field)).to_vec()));
            output::next("find out what happened, then: chakana log settle INDEX --reason '…'");
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

/// A damaged log keeps its server from starting: then its files are read.
async fn verify(server: &Server, pin_file: Option<&Path>) -> Result<Exit> {
    let report: Value = match client(server).post("/v1/log/verify", &Value::Null).await {
        Err(ClientError::NoServer { .. }) => {
            eprintln!("The server does not run; its files are read.");
            let pin = pin_file.map(|file| pin::read(Some(file))).transpose()?;
            if pin.is_none() {
                eprintln!("Contents are not compared with what was signed: give --pin-file for that.");
            }
            security_server::verify_log(&server.data, pin.as_ref(), SystemClock.now()).await?
        }
        answered => answered?,
    };
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
