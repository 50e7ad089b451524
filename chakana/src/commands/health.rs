//! How a server is.

use super::client;
use crate::Exit;
use crate::arguments::Server;
use crate::output::{self, Audience};
use admin::doctor::{Finding, Severity};
use anyhow::Result;
use serde_json::json;

pub(super) async fn status(asked: Server) -> Result<Exit> {
    output::json(&client(&asked).status().await?);
    Ok(Exit::Success)
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
