//! Serving a plugin while its author writes it.

use crate::Exit;
use crate::arguments::PluginDev;
use anyhow::{Context as _, Result};
use clock::SystemClock;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use workshop::answers::Say;
use workshop::build::Tools;
use workshop::dev::{Dev, DevParts};

pub(super) async fn run(asked: PluginDev) -> Result<Exit> {
    let say: Say = Arc::new(|line: &str| eprintln!("{line}"));
    let dev = Dev::open(DevParts {
        state: asked.state.unwrap_or_else(|| asked.folder.join("build/dev")),
        folder: asked.folder,
        listen: asked.listen,
        listen_services: asked.listen_services,
        compiler: super::plugin_try::compiler()?,
        tools: Tools::default(),
        clock: Arc::new(SystemClock),
        say,
    })
    .await?;
    let at = dev.at();
    eprintln!("pages      {}", at.pages);
    for service in &at.services {
        eprintln!("service    {service}");
    }
    eprintln!("data       {}", at.state.display());
    eprintln!("Browsers warn of the certificate until they trust it. It is {}:", at.certificate.display());
    eprintln!("  Chromium: certutil -d sql:$HOME/.pki/nssdb -A -t P -n chakana-dev -i {}", at.certificate.display());
    eprintln!("  Firefox:  say \"Advanced\", \"Accept the risk\", once for each origin");
    eprintln!("  curl:     curl --cacert {} {}", at.certificate.display(), at.pages);
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    tokio::spawn(async move {
        // Where the signal cannot be waited for, it ends the process, as it does without this.
        if tokio::signal::ctrl_c().await.is_ok() {
            stopped.cancel();
        }
    });
    dev.work(stop).await.context("the plugin is not served any more")?;
    Ok(Exit::Success)
}
