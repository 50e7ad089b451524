//! Registering with the registry.

use super::client_of_security_server;
use crate::Exit;
use crate::arguments::{Maintenance, Register, Server};
use crate::output::{self, Audience, text};
use anyhow::Result;
use serde_json::{Value, json};

pub(super) async fn register(asked: Register) -> Result<Exit> {
    let server = &asked.server;
    if asked.show {
        let answer: Value = client_of_security_server(server)?.get("/v1/registration").await?;
        show(server, &answer);
        return Ok(Exit::Success);
    }
    let confirmed = json!({ "remove": asked.remove, "remove_signing_certificate": asked.remove_signing_certificate });
    let answer: Value = client_of_security_server(server)?.post("/v1/registration", &confirmed).await?;
    Ok(answered(server, &answer))
}

pub(super) async fn maintenance(asked: Maintenance) -> Result<Exit> {
    let notice = if asked.end { None } else { asked.notice };
    let answer: Value =
        client_of_security_server(&asked.server)?.post("/v1/maintenance", &json!({ "notice": notice })).await?;
    Ok(answered(&asked.server, &answer))
}

fn show(server: &Server, answer: &Value) {
    if Audience::of(&server.json) == Audience::Machine {
        return output::json(answer);
    }
    let missing = list(answer, "missing");
    if missing.is_empty() {
        println!("Everything this server has is registered.");
    } else {
        println!("Not registered yet:");
        let fields = ["request", "of"];
        output::table(&fields, missing.iter().map(|request| fields.map(|field| text(request, field)).to_vec()));
        output::next(&format!("chakana register --data {}", server.data.display()));
    }
    superfluous(server, answer);
}

fn answered(server: &Server, answer: &Value) -> Exit {
    let requests = list(answer, "requests");
    match Audience::of(&server.json) {
        Audience::Machine => output::json(answer),
        Audience::Person if requests.is_empty() => {
            println!("Everything this server has is registered.");
            superfluous(server, answer);
        }
        Audience::Person => {
            let fields = ["request", "of", "state", "detail"];
            output::table(&fields, requests.iter().map(|request| fields.map(|field| text(request, field)).to_vec()));
            if requests.iter().any(|request| request["state"] == "waiting") {
                output::next("the registry's operator decides: chakana requests list --data REGISTRY");
            }
            superfluous(server, answer);
        }
    }
    let bad = requests.iter().any(|request| request["state"] == "failed" || request["state"] == "declined");
    if bad { Exit::Failure } else { Exit::Success }
}

fn superfluous(server: &Server, answer: &Value) {
    let superfluous = list(answer, "superfluous");
    if superfluous.is_empty() {
        return;
    }
    println!("Registered, and not here any more:");
    let fields = ["request", "of", "certificate", "note"];
    output::table(&fields, superfluous.iter().map(|request| fields.map(|field| text(request, field)).to_vec()));
    let data = server.data.display();
    let is_signing = |request: &Value| !request["certificate"].is_null();
    if !superfluous.iter().all(is_signing) {
        output::next(&format!("chakana register --remove --data {data}"));
    }
    if superfluous.iter().any(is_signing) {
        output::next(&format!(
            "if no other server of the member has the key: chakana register --remove-signing-certificate HASH --data {data}"
        ));
    }
}

fn list(answer: &Value, field: &str) -> Vec<Value> {
    answer[field].as_array().cloned().unwrap_or_default()
}
