//! Deciding about what asks to be registered.

use super::client_of_registry;
use crate::Exit;
use crate::arguments::{Requests, RequestsCommand, Server};
use crate::output::{self, Audience, text};
use anyhow::Result;
use serde_json::{Value, json};

pub(super) async fn run(asked: Requests) -> Result<Exit> {
    match asked.what {
        RequestsCommand::List(server) => {
            let answer: Value = client_of_registry(&server.data)?.get("/v1/requests").await?;
            match Audience::of(&server.json) {
                Audience::Machine => output::json(&json!({ "requests": answer })),
                Audience::Person => list(&answer, &server),
            }
        }
        RequestsCommand::Show { request, server } => {
            let answer: Value = client_of_registry(&server.data)?.get(&format!("/v1/requests/{request}")).await?;
            show(&answer, &server);
        }
        RequestsCommand::Approve { request, server } => {
            let answer: Value =
                client_of_registry(&server.data)?.post(&format!("/v1/requests/{request}/approve"), &json!({})).await?;
            decided(&answer, &server);
        }
        RequestsCommand::Decline { request, reason, server } => {
            let body = json!({ "reason": reason });
            let answer: Value =
                client_of_registry(&server.data)?.post(&format!("/v1/requests/{request}/decline"), &body).await?;
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
    let row = |request: &Value| {
        let mut row = ["request", "kind", "about"].map(|field| text(request, field)).to_vec();
        row.push(output::moment_of(request, "received"));
        row
    };
    output::table(&["request", "kind", "about", "received"], requests.iter().map(row));
    output::next(&format!("chakana requests approve REQUEST --data {}", server.data.display()));
}

fn show(answer: &Value, server: &Server) {
    if Audience::of(&server.json) == Audience::Machine {
        return output::json(answer);
    }
    let signatures = answer["signatures"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut rows: Vec<Vec<String>> = ["kind", "about", "state", "reason"]
        .map(|field| vec![field.to_owned(), text(answer, field)])
        .into_iter()
        .filter(|row| !row[1].is_empty())
        .collect();
    rows.extend(signatures.map(|signature| vec!["signed by".to_owned(), signature.to_owned()]));
    output::table(&["request", &text(answer, "request")], rows);
    let events = answer["events"].as_array().cloned().unwrap_or_default();
    let row = |event: &Value| {
        vec![text(event, "number"), output::moment_of(event, "time"), text(event, "author"), text(event, "what")]
    };
    output::table(&["event", "time", "author", "what"], events.iter().map(row));
    if answer["state"] == "waiting" {
        output::next(&format!("chakana requests approve {} --data {}", text(answer, "request"), server.data.display()));
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
