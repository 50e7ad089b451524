//! Who administers a server, the keys of programs, and what was done.

use super::client;
use crate::Exit;
use crate::arguments::{
    Administrator, AdministratorCommand, AdministratorOne, AdministratorRoles, ApiKey, ApiKeyCommand, ApiKeyCreate,
    Audit, Server,
};
use crate::output::{self, Audience, moment_of, text};
use admin::percent_encoded;
use anyhow::Result;
use serde_json::{Value, json};

pub(super) async fn run(asked: Administrator) -> Result<Exit> {
    match asked.what {
        AdministratorCommand::List(server) => list(&server).await,
        AdministratorCommand::Add(asked) => {
            let body = json!({ "name": asked.name, "roles": asked.roles });
            let invited = client(&asked.server).post("/v1/administrators", &body).await?;
            Ok(handed_out(&invited, &asked.server))
        }
        AdministratorCommand::Roles(asked) => set_roles(&asked).await,
        AdministratorCommand::Renew(asked) => {
            let invited = client(&asked.server).post(&path(&asked.name, "/renew"), &json!({})).await?;
            Ok(handed_out(&invited, &asked.server))
        }
        AdministratorCommand::Remove(asked) => remove(&asked).await,
    }
}

async fn list(server: &Server) -> Result<Exit> {
    let found: Value = client(server).get("/v1/administrators").await?;
    match Audience::of(&server.json) {
        Audience::Machine => output::json(&json!({ "administrators": found })),
        Audience::Person => {
            let people = found.as_array().cloned().unwrap_or_default();
            let row = |person: &Value| {
                vec![
                    text(person, "name"),
                    roles_of(person),
                    text(person, "state"),
                    moment_of(person, "signedInAt"),
                    text(person, "addedBy"),
                ]
            };
            output::table(&["name", "roles", "state", "last sign-in", "added by"], people.iter().map(row));
            if people.is_empty() {
                output::next(&format!("chakana administrator add NAME --role ROLE --data {}", server.data.display()));
            }
        }
    }
    Ok(Exit::Success)
}

async fn set_roles(asked: &AdministratorRoles) -> Result<Exit> {
    let body = json!({ "roles": asked.roles });
    let set: Value = client(&asked.server).post(&path(&asked.name, "/roles"), &body).await?;
    match Audience::of(&asked.server.json) {
        Audience::Machine => output::json(&set),
        Audience::Person => println!("{} has the roles {} from now on.", asked.name, roles_of(&set)),
    }
    Ok(Exit::Success)
}

async fn remove(asked: &AdministratorOne) -> Result<Exit> {
    let removed: Value = client(&asked.server).post(&path(&asked.name, "/remove"), &json!({})).await?;
    match Audience::of(&asked.server.json) {
        Audience::Machine => output::json(&removed),
        Audience::Person => println!("{} is no administrator any more.", asked.name),
    }
    Ok(Exit::Success)
}

/// The code is shown this once.
fn handed_out(invited: &Value, server: &Server) -> Exit {
    match Audience::of(&server.json) {
        Audience::Machine => output::json(invited),
        Audience::Person => {
            println!("{} enrols at /enrol of the administrators' port, with the code", text(invited, "name"));
            println!("    {}", text(invited, "enrolmentCode"));
            println!("until {}. It is shown this once, and can be used once.", moment_of(invited, "endsAt"));
        }
    }
    Exit::Success
}

pub(super) async fn api_key(asked: ApiKey) -> Result<Exit> {
    match asked.what {
        ApiKeyCommand::List(server) => list_keys(&server).await,
        ApiKeyCommand::Create(asked) => create_key(&asked).await,
        ApiKeyCommand::Revoke { id, server } => {
            let path = format!("/v1/api-keys/{}/revoke", percent_encoded(&id));
            let revoked: Value = client(&server).post(&path, &json!({})).await?;
            match Audience::of(&server.json) {
                Audience::Machine => output::json(&revoked),
                Audience::Person => println!("The API key {id} opens nothing any more."),
            }
            Ok(Exit::Success)
        }
    }
}

async fn list_keys(server: &Server) -> Result<Exit> {
    let found: Value = client(server).get("/v1/api-keys").await?;
    match Audience::of(&server.json) {
        Audience::Machine => output::json(&json!({ "apiKeys": found })),
        Audience::Person => {
            let keys = found.as_array().cloned().unwrap_or_default();
            let row = |key: &Value| {
                vec![text(key, "id"), text(key, "label"), roles_of(key), text(key, "madeBy"), moment_of(key, "endsAt")]
            };
            output::table(&["id", "for", "roles", "made by", "ends"], keys.iter().map(row));
        }
    }
    Ok(Exit::Success)
}

async fn create_key(asked: &ApiKeyCreate) -> Result<Exit> {
    let body = json!({ "label": asked.label, "roles": asked.roles, "days": asked.days });
    let made: Value = client(&asked.server).post("/v1/api-keys", &body).await?;
    match Audience::of(&asked.server.json) {
        Audience::Machine => output::json(&made),
        Audience::Person => {
            println!("{}", text(&made, "key"));
            println!("This is shown once. It ends {}; programs send it so:", moment_of(&made, "endsAt"));
            println!("    Authorization: Bearer {}…", text(&made, "key").chars().take(14).collect::<String>());
        }
    }
    Ok(Exit::Success)
}

pub(super) async fn audit(asked: Audit) -> Result<Exit> {
    let before = asked.before.map(|before| format!("&before={before}")).unwrap_or_default();
    let found: Value = client(&asked.server).get(&format!("/v1/audit?limit={}{before}", asked.limit)).await?;
    match Audience::of(&asked.server.json) {
        Audience::Machine => output::json(&json!({ "entries": found })),
        Audience::Person => {
            let entries = found.as_array().cloned().unwrap_or_default();
            let row = |entry: &Value| {
                vec![
                    entry["number"].to_string(),
                    moment_of(entry, "time"),
                    text(entry, "author"),
                    text(entry, "means"),
                    text(entry, "action"),
                    text(entry, "stage"),
                    text(entry, "outcome"),
                ]
            };
            output::table(&["number", "when", "who", "by", "what", "stage", "outcome"], entries.iter().map(row));
            if let Some(last) = entries.last().filter(|_| entries.len() as u64 == asked.limit) {
                let (number, data) = (&last["number"], asked.server.data.display());
                output::next(&format!("chakana audit --before {number} --data {data}"));
            }
        }
    }
    Ok(Exit::Success)
}

fn roles_of(of: &Value) -> String {
    let roles = of["roles"].as_array().into_iter().flatten();
    roles.filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
}

fn path(name: &str, below: &str) -> String {
    format!("/v1/administrators/{}{below}", percent_encoded(name))
}
