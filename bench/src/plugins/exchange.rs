//! The plugin as a service of the exchange, and beside it a provider that does nothing: the same message, the same
//! servers, the same callers.

use crate::load::{Load, drive};
use crate::report::Figures;
use crate::state::{CLIENT, CONSUMER, PROVIDER, SERVICE, TwoServers};
use anyhow::Result;
use bytes::Bytes;
use demo::plugins::{Placed, place};
use std::path::{Path, PathBuf};
use std::time::Duration;

const CALLERS: usize = 64;
const BODY_BYTES: usize = 1024;
const WARM_UP: Duration = Duration::from_secs(2);
const FOR: Duration = Duration::from_secs(6);
const PLUGIN: Placed = Placed {
    name: "bench",
    entity: PROVIDER,
    guest: None,
    grants: &["kv", "blobs", "outbox", "config"],
    config: &[("notices-to", "BE/COM/1/app/notices")],
    services: &[("bench", &[CLIENT])],
    staff: &[],
};
const PLUGIN_PATH: &str = "/r1/BE/COM/2/desk/bench/echo";

pub(super) async fn measure(binary: &Path, component: &Path, folder: &Path, figures: &mut Figures) -> Result<()> {
    // Beside the store of the plugin that was measured in this process.
    let folder = folder.join("exchange");
    let built = write_sources(component, &folder)?;
    let two = TwoServers::create(&folder, binary).await?;
    two.running(async |installation, _| {
        place(installation, binary, &built, &[PLUGIN]).await?;
        let load = |path: &str, lasting| Load {
            address: installation.addresses_of(CONSUMER).clients_http,
            path: path.to_owned(),
            client: CLIENT,
            callers: CALLERS,
            body: Bytes::from(vec![b'x'; BODY_BYTES]),
            lasting,
        };
        let trivial = format!("/r1/{SERVICE}");
        for path in [trivial.as_str(), PLUGIN_PATH] {
            drive(&load(path, WARM_UP)).await?;
        }
        figures.insert("exchange.trivial_per_second", drive(&load(&trivial, FOR)).await?.per_second);
        let plugin = drive(&load(PLUGIN_PATH, FOR)).await?;
        figures.insert("exchange.plugin_per_second", plugin.per_second);
        figures.insert("exchange.plugin_p99_ms", plugin.p99_ms);
        Ok(())
    })
    .await
}

/// What `chakana plugin build` packs, in a folder by the plugin's name.
fn write_sources(component: &Path, folder: &Path) -> Result<PathBuf> {
    let built = folder.join("built");
    let plugin = built.join(PLUGIN.name);
    std::fs::create_dir_all(plugin.join("openapi"))?;
    std::fs::write(plugin.join("plugin.toml"), include_str!("../../guest/plugin.toml"))?;
    std::fs::write(plugin.join("openapi/bench.yaml"), include_str!("../../guest/openapi/bench.yaml"))?;
    std::fs::copy(component, plugin.join("component.wasm"))?;
    Ok(built)
}
