//! Registering with the registry, and deciding about what asks to be registered.

use super::client;
use crate::Exit;
use crate::arguments::{Maintenance, Requests, RequestsCommand, Server};
use crate::output::{self, Audience, text};
use anyhow::Result;
use serde_json::{Value, json};

pub(super) async fn register(asked: Server) -> Result<Exit> {
    let answer: Value = client(&asked).post("/v1/registration", &Value::Null).await?;
    Ok(answered(&asked, &answer))
}

pub(super) async fn maintenance(asked: Maintenance) -> Result<Exit> {
    let notice = if asked.end { None } else { asked.notice };
    let answer: Value = client(&asked.server).post("/v1/maintenance", &json!({ "notice": notice })).await?;
    Ok(answered(&asked.server, &answer))
}

fn answered(asked: &Server, answer: &Value) -> Exit {
    let requests = answer["requests"].as_array().cloned().unwrap_or_default();
    match Audience::of(&asked.json) {
        Audience::Machine => output::json(answer),
        Audience::Person if requests.is_empty() => println!("Everything this server has is registered."),
        Audience::Person => {
            let fields = ["request", "of", "state", "detail"];
            output::table(&fields, requests.iter().map(|request| fields.map(|field| text(request, field)).to_vec()));
            if requests.iter().any(|request| request["state"] == "waiting") {
                output::next("the registry's operator decides: chakana requests list");
            }
        }
    }
    let bad = requests.iter().any(|request| request["state"] == "failed" || request["state"] == "declined");
    if bad { Exit::Failure } else { Exit::Success }
}

pub(super) async fn requests(asked: Requests) -> Result<Exit> {
    match asked.what {
        RequestsCommand::List(server) => {
            let answer: Value = client(&server).get("/v1/requests").await?;
            match Audience::of(&server.json) {
                Audience::Machine => output::json(&answer),
                Audience::Person => print(&answer, &server),
            }
        }
        RequestsCommand::Approve { request, server } => {
            let answer: Value = client(&server).post(&format!("/v1/requests/{request}/approve"), &json!({})).await?;
            output::json(&answer);
        }
        RequestsCommand::Decline { request, reason, server } => {
            let body = json!({ "reason": reason });
            let answer: Value = client(&server).post(&format!("/v1/requests/{request}/decline"), &body).await?;
            output::json(&answer);
        }
    }
    Ok(Exit::Success)
}

fn print(answer: &Value, server: &Server) {
    let requests = answer["requests"].as_array().cloned().unwrap_or_default();
    if requests.is_empty() {
        println!("No request waits.");
        return;
    }
    let fields = ["request", "kind", "member", "received", "summary"];
    output::table(&fields, requests.iter().map(|request| fields.map(|field| text(request, field)).to_vec()));
    output::next(&format!("chakana requests approve REQUEST --data {}", server.data.display()));
}
