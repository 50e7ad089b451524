//! Deciding about what asks to be registered.

use super::client;
use crate::Exit;
use crate::arguments::{Requests, RequestsCommand, Server};
use crate::output::{self, Audience, text};
use anyhow::Result;
use serde_json::{Value, json};

pub(super) async fn run(asked: Requests) -> Result<Exit> {
    match asked.what {
        RequestsCommand::List(server) => {
            let answer: Value = client(&server).get("/v1/requests").await?;
            match Audience::of(&server.json) {
                Audience::Machine => output::json(&json!({ "requests": answer })),
                Audience::Person => list(&answer, &server),
            }
        }
        RequestsCommand::Show { request, server } => {
            let answer: Value = client(&server).get(&format!("/v1/requests/{request}")).await?;
            show(&answer, &server);
        }
        RequestsCommand::Approve { request, server } => {
            let answer: Value = client(&server).post(&format!("/v1/requests/{request}/approve"), &json!({})).await?;
            decided(&answer, &server);
        }
        RequestsCommand::Decline { request, reason, server } => {
            let body = json!({ "reason": reason });
            let answer: Value = client(&server).post(&format!("/v1/requests/{request}/decline"), &body).await?;
            decided(&answer, &server);
        }
    }
    Ok(Exit::Success)
}

fn list(answer: &Value, server: &Server) {
    let requests = answer.as_array().cloned().unwrap_or_default();
    if requests.is_empty() {
        println!("No request waits.");
        return;
    }
    let fields = ["request", "kind", "member", "from", "received"];
    output::table(&fields, requests.iter().map(|request| fields.map(|field| text(request, field)).to_vec()));
    output::next(&format!("chakana requests approve REQUEST --data {}", server.data.display()));
}

fn show(answer: &Value, server: &Server) {
    if Audience::of(&server.json) == Audience::Machine {
        return output::json(answer);
    }
    let signatures = answer["signatures"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut rows: Vec<Vec<String>> = ["kind", "member", "created", "state", "reason"]
        .map(|field| vec![field.to_owned(), text(answer, field)])
        .into_iter()
        .filter(|row| !row[1].is_empty())
        .collect();
    rows.extend(signatures.map(|signature| vec!["signed by".to_owned(), signature.to_owned()]));
    output::table(&["request", &text(answer, "request")], rows);
    let events = answer["events"].as_array().cloned().unwrap_or_default();
    let fields = ["number", "time", "author", "what"];
    output::table(&fields, events.iter().map(|event| fields.map(|field| text(event, field)).to_vec()));
    if answer["state"] == "waiting" {
        output::next(&format!("chakana requests approve REQUEST --data {}", server.data.display()));
    }
}

fn decided(answer: &Value, server: &Server) {
    match Audience::of(&server.json) {
        Audience::Machine => output::json(answer),
        Audience::Person => {
            let fields = ["request", "state", "reason"];
            output::table(&fields, [fields.map(|field| text(answer, field)).to_vec()]);
        }
    }
}
