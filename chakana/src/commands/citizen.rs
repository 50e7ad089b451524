//! Accounts of people, at a server that is their issuer.

use super::client_of_security_server;
use crate::Exit;
use crate::arguments::{CitizenAdd, CitizenCommand, CitizenOne, Server};
use crate::output::{self, Audience, text};
use admin::percent_encoded;
use anyhow::Result;
use serde_json::{Value, json};

pub(super) async fn run(asked: CitizenCommand) -> Result<Exit> {
    match asked {
        CitizenCommand::Add(asked) => add(asked).await,
        CitizenCommand::Show(asked) => {
            let shown: Value = client_of_security_server(&asked.server)?.get(&path(&asked.document, "")).await?;
            match Audience::of(&asked.server.json) {
                Audience::Machine => output::json(&shown),
                Audience::Person => show(&shown, &asked),
            }
            Ok(Exit::Success)
        }
        CitizenCommand::Renew(asked) => {
            let client = client_of_security_server(&asked.server)?;
            let renewed: Value = client.post(&path(&asked.document, "/enrolment"), &Value::Null).await?;
            Ok(handed_out(&renewed, &asked.server))
        }
        CitizenCommand::Raise(asked) => {
            let body = json!({ "assurance": asked.assurance.name() });
            let client = client_of_security_server(&asked.server)?;
            let raised: Value = client.post(&path(&asked.document, "/assurance"), &body).await?;
            match Audience::of(&asked.server.json) {
                Audience::Machine => output::json(&raised),
                Audience::Person => {
                    println!("{} is known as well as: {}.", text(&raised, "name"), text(&raised, "assurance"))
                }
            }
            Ok(Exit::Success)
        }
    }
}

async fn add(asked: CitizenAdd) -> Result<Exit> {
    let new = json!({
        "document": asked.document,
        "givenNames": asked.given,
        "firstSurname": asked.first_surname,
        "secondSurname": asked.second_surname,
        "birthdate": asked.birthdate,
        "email": asked.email,
        "phone": asked.phone,
        "assurance": asked.assurance.name(),
    });
    let made: Value = client_of_security_server(&asked.server)?.post("/v1/citizens", &new).await?;
    Ok(handed_out(&made, &asked.server))
}

/// The code is shown this once.
fn handed_out(made: &Value, server: &Server) -> Exit {
    match Audience::of(&server.json) {
        Audience::Machine => output::json(made),
        Audience::Person => {
            let enrolment = &made["enrolment"];
            println!("{} sets her credentials within {} days at", text(made, "name"), enrolment["days"]);
            println!("    {}", text(enrolment, "link"));
            println!(
                "or with the code {} on its page. It is shown this once, and can be used once.",
                text(enrolment, "code")
            );
        }
    }
    Exit::Success
}

fn show(shown: &Value, asked: &CitizenOne) {
    let enrolled = if shown["enrolled"] == true { "yes" } else { "not yet" };
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    output::table(
        &["of", "value"],
        [
            row("document", text(shown, "document")),
            row("name", text(shown, "name")),
            row("e-mail", text(shown, "email")),
            row("telephone", text(shown, "phone")),
            row("assurance", text(shown, "assurance")),
            row("credentials set", enrolled.to_owned()),
            row("sessions", shown["sessions"].to_string()),
        ],
    );
    if shown["enrolled"] != true {
        output::next(&format!("chakana citizen renew '{}' --data {}", asked.document, asked.server.data.display()));
    }
}

fn path(document: &str, below: &str) -> String {
    format!("/v1/citizens/{}{below}", percent_encoded(document))
}
