//! The citizens' gateway over HTTPS: pages of a plugin, and forms that it takes in; beside an HTTPS server that does nothing,
//! and the store without a plugin. Everything shares the same cores: the browsers, the gateway, the sandboxes.

pub(crate) mod browser;
pub(crate) mod door;

use crate::plugins::installed::{Installed, Size};
use crate::plugins::{PluginOptions, pages, writes};
use crate::report::{Figures, quantile};
use crate::{Report, limits, refuse_tmpfs};
use anyhow::{Context as _, Result, ensure};
use browser::Browser;
use door::{Door, Nothing};
use futures_util::future::try_join_all;
use std::sync::Arc;
use std::time::{Duration, Instant};

const REPETITIONS: usize = 3;
const FOR: Duration = Duration::from_secs(4);
/// Browsers that look at pages at once, as the bar says.
const BROWSERS: usize = 64;
/// More would be a second bottleneck: each has some megabytes.
const SIZE: Size = Size { sandboxes: 128, slow_threads: 1 };
/// Pages of many forms that each sender takes before the time counts.
const TOKEN_PAGES: usize = 50;

/// Measures, prints, and gives the medians.
///
/// # Errors
/// When the plugin cannot be loaded, or something else is shown than the page.
pub async fn run_gateway(options: &PluginOptions) -> Result<Report> {
    std::fs::create_dir_all(&options.folder)?;
    let scratch = tempfile::Builder::new().prefix("bench-").tempdir_in(&options.folder)?;
    refuse_tmpfs(scratch.path())?;
    let component = std::fs::read(&options.component)
        .with_context(|| format!("failed to read {}: scripts/bench-guest builds it", options.component.display()))?;
    let mut runs = Vec::new();
    for repetition in 1..=REPETITIONS {
        eprintln!("repetition {repetition} of {REPETITIONS}");
        let folder = scratch.path().join(format!("run-{repetition}"));
        let mut run = limits::measure(&folder)?;
        let mut of_host = Figures::new();
        let installed = Installed::new(&folder, &options.binary, &component, SIZE, &mut of_host).await?;
        pages::fill(&installed).await?;
        let door = Door::open(&installed.host).await?;
        let size = look(&door, &mut run).await?;
        let bare = Door::of(Arc::new(Nothing::of(size))).await?;
        look_at_nothing(&bare, &mut run).await?;
        bare.close().await?;
        post(&door, &mut run).await?;
        run.insert("store.per_second", writes::plain_per_second(&installed.store).await?);
        door.close().await?;
        installed.close().await;
        runs.push(run);
    }
    let report = Report::of_medians(&runs);
    report.show(options.form);
    Ok(report)
}

/// Pages from three keys, without signing in; gives their size.
async fn look(door: &Door, figures: &mut Figures) -> Result<usize> {
    let size = door.browser().await?.get("/").await?.len();
    ensure!(size > 3_000, "the page is too short");
    let (per_second, times) = drive(door, size).await?;
    figures.insert("pages.per_second", per_second);
    figures.insert("pages.p50_ms", quantile(&times, 0.5));
    figures.insert("pages.p99_ms", quantile(&times, 0.99));
    Ok(size)
}

async fn look_at_nothing(bare: &Door, figures: &mut Figures) -> Result<()> {
    let size = bare.browser().await?.get("/").await?.len();
    let (per_second, times) = drive(bare, size).await?;
    figures.insert("limits.bare_https_per_second", per_second);
    figures.insert("limits.bare_https_p99_ms", quantile(&times, 0.99));
    Ok(())
}

/// Has all browsers look at a page of this size; gives how many a second, and the sorted times in milliseconds.
async fn drive(door: &Door, size: usize) -> Result<(f64, Vec<f64>)> {
    let browsers = try_join_all((0..BROWSERS).map(|_| door.browser())).await?;
    let began = Instant::now();
    let looking = browsers.into_iter().map(|mut browser| {
        tokio::spawn(async move {
            let mut times = Vec::new();
            while began.elapsed() < FOR {
                let one = Instant::now();
                let page = browser.get("/").await?;
                ensure!(page.len() == size, "another page of {} bytes is shown", page.len());
                times.push(one.elapsed().as_secs_f64() * 1000.0);
            }
            anyhow::Ok(times)
        })
    });
    let mut times = Vec::new();
    for looked in try_join_all(looking).await? {
        times.extend(looked?);
    }
    let per_second = times.len() as f64 / began.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    Ok((per_second, times))
}

/// Forms that put two keys and a message, each with a token of its own.
async fn post(door: &Door, figures: &mut Figures) -> Result<()> {
    let mut senders: Vec<(Browser, Vec<String>)> = Vec::new();
    for _ in 0..writes::CALLERS {
        let mut browser = door.browser().await?;
        let mut tokens = Vec::new();
        for _ in 0..TOKEN_PAGES {
            tokens.extend(browser.tokens("/forms").await?);
        }
        senders.push((browser, tokens));
    }
    let began = Instant::now();
    let sending = senders.into_iter().map(|(mut browser, tokens)| {
        tokio::spawn(async move {
            let mut times = Vec::new();
            for token in tokens {
                if began.elapsed() >= FOR {
                    return Ok(times);
                }
                let one = Instant::now();
                browser.post("/", &token).await?;
                times.push(one.elapsed().as_secs_f64() * 1000.0);
            }
            anyhow::bail!("the tokens did not last")
        })
    });
    let mut times = Vec::new();
    for sent in try_join_all(sending).await? {
        times.extend(sent?);
    }
    figures.insert("posts.per_second", times.len() as f64 / began.elapsed().as_secs_f64());
    times.sort_by(f64::total_cmp);
    figures.insert("posts.p99_ms", quantile(&times, 0.99));
    Ok(())
}
