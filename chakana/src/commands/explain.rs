//! Which right decides.

use super::client;
use crate::Exit;
use crate::arguments::Explain;
use crate::output::{self, Audience, text};
use admin::percent_encoded;
use anyhow::Result;
use serde_json::Value;

pub(super) async fn run(asked: Explain) -> Result<Exit> {
    let query =
        [("client", &asked.client), ("service", &asked.service), ("method", &asked.method), ("path", &asked.path)]
            .map(|(name, value)| format!("{name}={}", percent_encoded(value)))
            .join("&");
    let answer: Value = client(&asked.server).get(&format!("/v1/explain?{query}")).await?;
    match Audience::of(&asked.server.json) {
        Audience::Machine => output::json(&answer),
        Audience::Person => {
            println!("{}: {}", text(&answer, "decision"), text(&answer, "because"));
            let considered = answer["considered"].as_array().cloned().unwrap_or_default();
            if !considered.is_empty() {
                let fields = ["subject", "endpoint", "expires", "when", "rate", "verdict"];
                output::table(&fields, considered.iter().map(|right| fields.map(|field| text(right, field)).to_vec()));
            }
        }
    }
    Ok(if answer["decision"] == "allowed" { Exit::Success } else { Exit::Failure })
}
