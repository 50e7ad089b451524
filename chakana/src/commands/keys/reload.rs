//! Having a running server read its keys again.

use crate::arguments::Server;
use crate::commands::client_of_security_server;
use crate::output::{self, Audience, text};
use anyhow::Result;
use serde_json::{Value, json};

pub(super) async fn run(server: &Server) -> Result<()> {
    let answer: Value = client_of_security_server(server)?.post("/v1/keys/reload", &json!({})).await?;
    if Audience::of(&server.json) == Audience::Machine {
        output::json(&answer);
        return Ok(());
    }
    let rows = |what: &str| answer[what].as_array().cloned().unwrap_or_default();
    let signing = rows("signing");
    let cells = |key: &Value| {
        let is = |field: &str| if key[field] == true { "yes" } else { "no" }.to_owned();
        vec![text(key, "member"), text(key, "place"), is("registered"), is("signs"), text(key, "certificate")]
    };
    output::table(&["member", "key in", "registered", "signs", "certificate"], signing.iter().map(cells));
    let hardware = rows("hardware");
    if !hardware.is_empty() {
        let fields = ["name", "state", "why"];
        output::table(
            &["token", "state", "which says"],
            hardware.iter().map(|token| fields.map(|field| text(token, field)).to_vec()),
        );
    }
    for token in hardware.iter().filter(|token| token["state"] != "ready" && token["state"] != "starting") {
        output::next(&text(token, "next"));
    }
    if signing.iter().any(|key| key["registered"] == false) {
        output::next(&format!("chakana register --data {}", server.data.display()));
    }
    Ok(())
}
