//! Whether this program can open a data folder that another version of it has written. Nothing is changed, and nothing opened
//! that a running server has open.

mod examination;

use crate::Exit;
use crate::arguments::Upgrade;
use crate::output::{self, Audience};
use admin::{Client, ClientError};
use anyhow::{Context as _, Result};
use examination::{Examination, Part, Verdict};
use serde_json::{Value, json};

pub(super) async fn check(asked: Upgrade) -> Result<Exit> {
    let folder = asked.server.data.clone();
    let runs = runs(&Client::of(&folder)).await;
    let examined = tokio::task::spawn_blocking(move || Examination::of(&folder)).await;
    let examined = examined.context("the examination was cut off")??;
    match Audience::of(&asked.server.json) {
        Audience::Machine => output::json(&machine(&examined, runs)),
        Audience::Person => tell(&examined, runs),
    }
    Ok(if examined.can_be_opened() { Exit::Success } else { Exit::Failure })
}

/// Whether a server runs on the folder; of one whose socket is another user's it is known that it does.
async fn runs(client: &Client) -> bool {
    !matches!(client.status().await, Err(ClientError::NoServer { .. }))
}

fn tell(examined: &Examination, runs: bool) {
    let row = |part: &Part| {
        let verdict = match part.verdict {
            Verdict::Ready => "ready",
            Verdict::Problem => "PROBLEM",
        };
        vec![part.what.clone(), part.found.clone(), part.needed.clone(), verdict.to_owned()]
    };
    output::table(&["part", "is", "this version", ""], examined.parts.iter().map(row));
    let runs = if runs { "A server runs on it now." } else { "No server runs on it now." };
    println!("{}: the data folder of {}. {runs}", examined.folder.display(), examined.kind.name());
    for part in examined.parts.iter().filter(|part| part.verdict == Verdict::Problem) {
        println!("{}: {}", part.what, part.next);
    }
    if examined.can_be_opened() {
        println!(
            "chakana {} opens this data folder. No migration runs: the version that wrote it can open it again afterwards.",
            env!("CARGO_PKG_VERSION")
        );
        output::next(
            "make the backup that belongs before every upgrade, with the server stopped; then install, and start",
        );
    } else {
        println!("chakana {} does not open this data folder as it is. Nothing was changed.", env!("CARGO_PKG_VERSION"));
    }
}

fn machine(examined: &Examination, runs: bool) -> Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "folder": examined.folder,
        "kind": examined.kind.name(),
        "running": runs,
        "opens": examined.can_be_opened(),
        // No format has had a successor yet.
        "migrations": [],
        "backup": "advised",
        "parts": examined.parts.iter().map(|part| json!({
            "what": part.what,
            "found": part.found,
            "needed": part.needed,
            "ready": part.verdict == Verdict::Ready,
            "next": part.next,
        })).collect::<Vec<_>>(),
    })
}
