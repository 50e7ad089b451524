//! OpenAPI documents: what changes is shown, and imported when it was confirmed.

use super::client;
use crate::Exit;
use crate::arguments::OpenApi;
use crate::output::{self, Audience, text};
use admin::percent_encoded;
use anyhow::Result;
use serde_json::Value;

pub(super) async fn run(asked: OpenApi) -> Result<Exit> {
    let client = client(&asked.server);
    let path = format!("/v1/open-api?service={}", percent_encoded(&asked.service));
    let seen: Value = client.get(&path).await?;
    let audience = Audience::of(&asked.server.json);
    if audience == Audience::Person {
        print(&seen);
    }
    if !asked.confirm {
        match audience {
            Audience::Machine => output::json(&seen),
            Audience::Person => output::next("add --confirm to import the document as it is"),
        }
        return Ok(Exit::Success);
    }
    let imported: Value = client.post(&format!("{path}&digest={}", text(&seen, "digest")), &Value::Null).await?;
    match audience {
        Audience::Machine => output::json(&imported),
        Audience::Person => println!("Imported {} endpoints.", text(&imported, "endpoints")),
    }
    Ok(Exit::Success)
}

fn print(seen: &Value) {
    println!("{} ({})", text(seen, "service"), text(seen, "title"));
    for (field, sign) in [("added", '+'), ("removed", '-')] {
        for endpoint in seen[field].as_array().into_iter().flatten().filter_map(Value::as_str) {
            println!("{sign} {endpoint}");
        }
    }
}
