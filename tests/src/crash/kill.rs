//! `kill -9` of either server at random moments.

use super::load::Load;
use super::{CONSUMER, PROVIDER, examine, two_entities};
use anyhow::{Result, ensure};
use clock::SystemClock;
use demo::installation::{Installation, Protection};
use demo::ports::Ports;
use demo::processes::Processes;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// So many rounds in `folder`, with servers of `binary`.
///
/// # Errors
/// What was lost, or does not verify.
pub async fn kill_rounds(folder: &Path, binary: &Path, rounds: u32) -> Result<()> {
    let clock = Arc::new(SystemClock);
    let installation = Installation::create(folder, &two_entities(), &Ports::Free, Protection::Quick, clock).await?;
    let shutdown = CancellationToken::new();
    let providers = TcpListener::bind(installation.providers_address()).await?;
    tokio::spawn(demo::providers::serve(providers, shutdown.clone()));
    let mut processes = Processes::start(&installation, binary).await?;
    demo::onboard(&installation).await?;
    let mut all = BTreeSet::new();
    for round in 1..=rounds {
        let victim = if round % 2 == 1 { PROVIDER } else { CONSUMER };
        let load = Load::start(installation.addresses_of(CONSUMER).clients_http, &format!("kill{round}"));
        load.until_some_moment().await?;
        processes.kill(victim).await?;
        let acknowledged = load.stop().await;
        processes.restart(&installation, binary, victim)?;
        demo::onboard(&installation).await?;
        println!("round {round}: killed the {victim} after {} acknowledged exchanges", acknowledged.len());
        all.extend(acknowledged);
    }
    processes.stop().await;
    shutdown.cancel();
    ensure!(!all.is_empty(), "nothing was acknowledged in any round");
    for server in [CONSUMER, PROVIDER] {
        let records = examine(&installation.folder_of(server), &all).await?;
        println!("{server}: all {} acknowledged exchanges are there, {records} records verify", all.len());
    }
    Ok(())
}
