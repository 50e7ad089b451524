//! The healthy plugin: pages and durable writes, at a rate that it serves with ease.

use super::pace::Pace;
use crate::plugins::installed::Installed;
use crate::report::quantile;
use anyhow::Result;
use plugin_host::Method;
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

/// What became of its calls.
#[derive(Debug, Clone, Serialize)]
pub struct Healthy {
    pub(super) calls: usize,
    pub(super) errors: usize,
    /// The first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_error: Option<String>,
    pub(super) p50_us: f64,
    pub(super) p99_us: f64,
    pub(super) writes_p50_us: f64,
    pub(super) writes_p99_us: f64,
}

const PAGES_PER_SECOND: u32 = 2_000;
/// Of the calls, one in so many writes durably.
const A_WRITE_IN: u32 = 20;
const BODY_BYTES: usize = 1_000;

/// Puts there what the page is made of.
pub(super) async fn prepare(installed: &Installed) -> Result<()> {
    for part in ["title", "menu", "text"] {
        installed.call(Method::Post, &format!("/write?part={part}"), vec![b'a'; BODY_BYTES]).await?;
    }
    Ok(())
}

/// What was measured so far.
#[derive(Default)]
struct Measured {
    pages: Vec<f64>,
    writes: Vec<f64>,
    errors: Vec<String>,
}

/// Calls it at a steady rate. What a call takes counts from when it was to begin.
pub(super) async fn measure(installed: &Arc<Installed>, lasting: Duration) -> Result<Healthy> {
    // A few thousand numbers, held for a push.
    let measured = Arc::new(Mutex::new(Measured::default()));
    let (tasks, runtime) = (TaskTracker::new(), Handle::current());
    let pace = Pace::start(PAGES_PER_SECOND, lasting, {
        let (installed, measured, tasks) = (installed.clone(), measured.clone(), tasks.clone());
        move |number, due| {
            let (installed, measured) = (installed.clone(), measured.clone());
            tasks.spawn_on(
                async move {
                    let writes = number.is_multiple_of(A_WRITE_IN);
                    let called = call(&installed, writes).await;
                    note(&mut measured.lock().unwrap_or_else(PoisonError::into_inner), writes, called, due);
                },
                &runtime,
            );
        }
    })?;
    pace.end().await?;
    tasks.close();
    tasks.wait().await;
    let Measured { mut pages, mut writes, errors } =
        std::mem::take(&mut *measured.lock().unwrap_or_else(PoisonError::into_inner));
    pages.sort_by(f64::total_cmp);
    writes.sort_by(f64::total_cmp);
    Ok(Healthy {
        calls: pages.len() + writes.len() + errors.len(),
        errors: errors.len(),
        first_error: errors.into_iter().next(),
        p50_us: quantile(&pages, 0.5),
        p99_us: quantile(&pages, 0.99),
        writes_p50_us: quantile(&writes, 0.5),
        writes_p99_us: quantile(&writes, 0.99),
    })
}

async fn call(installed: &Installed, writes: bool) -> Result<()> {
    if writes {
        return installed.call(Method::Post, "/write", vec![b'a'; BODY_BYTES]).await.map(drop);
    }
    let page = installed.call(Method::Get, "/page", Vec::new()).await?;
    anyhow::ensure!(page.body.len() >= 3 * BODY_BYTES, "a page is too short");
    Ok(())
}

fn note(measured: &mut Measured, writes: bool, called: Result<()>, due: Instant) {
    let took = due.elapsed().as_secs_f64() * 1_000_000.0;
    match called {
        Ok(()) if writes => measured.writes.push(took),
        Ok(()) => measured.pages.push(took),
        Err(error) => measured.errors.push(format!("{error:#}")),
    }
}
