//! Exchanges between two real security servers, and the same calls through two plain proxies.

use crate::load::{Load, drive};
use crate::report::Figures;
use crate::state::{CLIENT, CONSUMER, PROVIDER, SERVICE, TwoServers};
use crate::usage::{cpu_microseconds, device_bytes_written, peak_memory_mb};
use crate::{Extent, Options};
use anyhow::{Context as _, Result};
use bytes::Bytes;
use demo::installation::Installation;
use demo::ports::Ports;
use demo::processes::{Processes, wait_for};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

const WARM_UP: Duration = Duration::from_secs(2);
const LASTING: Duration = Duration::from_secs(8);
const ALONE_LASTING: Duration = Duration::from_secs(3);
const CALLERS: usize = 64;

/// Everything that needs running servers.
pub(crate) async fn measure(options: &Options, folder: &Path) -> Result<Figures> {
    let two = TwoServers::create(folder, &options.binary).await?;
    let mut figures = Figures::new();
    figures.insert("limits.plain_proxy_per_second", plain_proxy(options, &two.installation).await?);
    two.running(async |installation, processes| exchanges(installation, processes, options.extent, &mut figures).await)
        .await?;
    Ok(figures)
}

async fn exchanges(
    installation: &Installation,
    processes: &Processes,
    extent: Extent,
    figures: &mut Figures,
) -> Result<()> {
    let ids = [CONSUMER, PROVIDER].map(|name| processes.id(name));
    let ids = [ids[0].context("the consumer's server is gone")?, ids[1].context("the provider's server is gone")?];
    let load = |callers, bytes, lasting| Load {
        address: installation.addresses_of(CONSUMER).clients_http,
        path: format!("/r1/{SERVICE}"),
        client: CLIENT,
        callers,
        body: Bytes::from(vec![b'x'; bytes]),
        lasting,
    };
    drive(&load(CALLERS, 1024, WARM_UP)).await?;
    let cpu = || Ok::<_, anyhow::Error>(cpu_microseconds(ids[0])? + cpu_microseconds(ids[1])?);
    let (cpu_before, disk_before) = (cpu()?, device_bytes_written(installation.folder()));
    let many = drive(&load(CALLERS, 1024, LASTING)).await?;
    let calls = many.calls as f64;
    figures.insert("exchange.per_second", many.per_second);
    figures.insert("exchange.p99_ms", many.p99_ms);
    figures.insert("exchange.cpu_us_per_exchange", (cpu()? - cpu_before) / calls);
    if let (Some(before), Some(after)) = (disk_before, device_bytes_written(installation.folder())) {
        figures.insert("exchange.disk_bytes_per_exchange", (after - before) / calls);
    }
    let one = drive(&load(1, 1024, ALONE_LASTING)).await?;
    let direct = Load { address: installation.providers_address(), path: "/echo".to_owned(), ..load(1, 1024, WARM_UP) };
    figures.insert("exchange.added_p50_ms", one.p50_ms - drive(&direct).await?.p50_ms);
    figures.insert("exchange.rss_mb", peak_memory_mb(ids[0])?.max(peak_memory_mb(ids[1])?));
    if extent == Extent::All {
        more(load, ids, figures).await?;
    }
    Ok(())
}

async fn more(load: impl Fn(usize, usize, Duration) -> Load, ids: [u32; 2], figures: &mut Figures) -> Result<()> {
    let kinds = [
        ("more.1kb_1_per_second", "more.1kb_1_p99_ms", 1, 1024),
        ("more.1kb_16_per_second", "more.1kb_16_p99_ms", 16, 1024),
        ("more.1kb_256_per_second", "more.1kb_256_p99_ms", 256, 1024),
        ("more.100kb_1_per_second", "more.100kb_1_p99_ms", 1, 100 * 1024),
        ("more.100kb_16_per_second", "more.100kb_16_p99_ms", 16, 100 * 1024),
        ("more.100kb_256_per_second", "more.100kb_256_p99_ms", 256, 100 * 1024),
    ];
    for (rate, tail, callers, bytes) in kinds {
        let outcome = drive(&load(callers, bytes, ALONE_LASTING)).await?;
        figures.insert(rate, outcome.per_second);
        figures.insert(tail, outcome.p99_ms);
    }
    let memory = || Ok::<_, anyhow::Error>(peak_memory_mb(ids[0])?.max(peak_memory_mb(ids[1])?));
    figures.insert("more.rss_mb_after_256_callers_of_100kb", memory()?);
    let started = Instant::now();
    let one = load(1, 1 << 30, Duration::from_millis(1));
    drive(&one).await?;
    figures.insert("more.1gib_seconds", started.elapsed().as_secs_f64());
    figures.insert("more.rss_mb_after_1gib", memory()?);
    Ok(())
}

async fn plain_proxy(options: &Options, installation: &Installation) -> Result<f64> {
    let (near, far) = (Ports::Free.next()?, Ports::Free.next()?);
    let provider = installation.providers_address();
    let _far = proxy(options, "provider", far, provider, &installation.folder_of(PROVIDER))?;
    let _near = proxy(options, "consumer", near, far, &installation.folder_of(CONSUMER))?;
    wait_for(far, "the far proxy").await?;
    wait_for(near, "the near proxy").await?;
    let load = Load {
        address: near,
        path: "/echo".to_owned(),
        client: CLIENT,
        callers: CALLERS,
        body: Bytes::from(vec![b'x'; 1024]),
        lasting: WARM_UP,
    };
    drive(&load).await?;
    Ok(drive(&Load { lasting: ALONE_LASTING, ..load }).await?.per_second)
}

/// A proxy as a process of its own, as the security servers are; it ends when it is dropped.
fn proxy(options: &Options, side: &str, listen: SocketAddr, next: SocketAddr, folder: &Path) -> Result<Child> {
    Command::new(&options.binary)
        .args(["bench-proxy", side, "--listen", &listen.to_string(), "--next", &next.to_string(), "--data"])
        .arg(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("failed to start a plain proxy")
}
