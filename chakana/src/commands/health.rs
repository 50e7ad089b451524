//! How a server is.

use super::client;
use crate::Exit;
use crate::arguments::{Server, Status};
use crate::output::{self, Audience};
use crate::service_manager::answer;
use admin::doctor::{Finding, Severity};
use anyhow::Result;
use serde_json::{Value, json};
use std::time::Duration;

pub(super) async fn status(asked: Status) -> Result<Exit> {
    let within = Duration::from_secs(asked.wait.unwrap_or_default());
    let status = answer(&client(&asked.server), within).await?;
    match Audience::of(&asked.server.json) {
        Audience::Machine => output::json(&status),
        Audience::Person => {
            let mut rows = Vec::new();
            flatten("", &status, &mut rows);
            output::table(&["what", "is"], rows);
        }
    }
    // A registry has no such field: it is ready when it answers. Who waits for an answer has got it.
    Ok(if status["ready"] == false && asked.wait.is_none() { Exit::Failure } else { Exit::Success })
}

/// A row for each thing that a status says, however deep.
fn flatten(name: &str, value: &Value, rows: &mut Vec<Vec<String>>) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                let name = if name.is_empty() { field.clone() } else { format!("{name}.{field}") };
                flatten(&name, value, rows);
            }
        }
        Value::Null => {}
        Value::String(text) => rows.push(vec![name.to_owned(), text.clone()]),
        other => rows.push(vec![name.to_owned(), other.to_string()]),
    }
}

pub(super) async fn doctor(asked: Server) -> Result<Exit> {
    let findings = client(&asked).doctor().await?;
    match Audience::of(&asked.json) {
        Audience::Machine => output::json(&json!({ "findings": findings })),
        Audience::Person => {
            for finding in &findings {
                print(finding);
            }
        }
    }
    let worst = findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Ok);
    Ok(if worst == Severity::Problem { Exit::Failure } else { Exit::Success })
}

fn print(finding: &Finding) {
    let sign = match finding.severity {
        Severity::Ok => "ok      ",
        Severity::Warning => "warning ",
        Severity::Problem => "PROBLEM ",
    };
    println!("{sign} {}", finding.what);
    if !finding.why.is_empty() {
        println!("         {}", finding.why);
    }
    if !finding.next_step.is_empty() {
        println!("         next: {}", finding.next_step);
    }
}
