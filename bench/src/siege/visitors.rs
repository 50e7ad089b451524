//! Ordinary visitors: they look at pages over connections that they keep, and new ones come.

use super::crowd::Crowd;
use crate::gateway::browser::Browser;
use crate::gateway::door::Door;
use crate::report::{median, quantile};
use anyhow::{Context as _, Result, ensure};
use futures_util::future::try_join_all;
use serde::Serialize;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// What became of their visits.
#[derive(Debug, Clone, Serialize)]
pub struct Visited {
    pub(super) visits: usize,
    pub(super) errors: usize,
    /// The first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_error: Option<String>,
    pub(super) pages_p50_ms: f64,
    pub(super) pages_p99_ms: f64,
    /// With a new connection for each, and its handshake.
    pub(super) arrivals_p50_ms: f64,
    pub(super) arrivals_p99_ms: f64,
}

const PER_SECOND: u32 = 100;
/// Of the visits, one in so many begins with a new connection.
const AN_ARRIVAL_IN: u32 = 10;
/// Each has an address of her own, and comes less often than one may.
const BROWSERS: u32 = 32;
/// Nobody waits longer for a page.
const PATIENCE: Duration = Duration::from_secs(30);

impl Visited {
    /// All of several rounds: the numbers in sum, the times in their median.
    pub(super) fn of_rounds(rounds: &[Self]) -> Self {
        let median = |of: fn(&Self) -> f64| median(rounds.iter().map(of).collect());
        Self {
            visits: rounds.iter().map(|round| round.visits).sum(),
            errors: rounds.iter().map(|round| round.errors).sum(),
            first_error: rounds.iter().find_map(|round| round.first_error.clone()),
            pages_p50_ms: median(|round| round.pages_p50_ms),
            pages_p99_ms: median(|round| round.pages_p99_ms),
            arrivals_p50_ms: median(|round| round.arrivals_p50_ms),
            arrivals_p99_ms: median(|round| round.arrivals_p99_ms),
        }
    }
}

/// What was measured so far.
#[derive(Default)]
struct Measured {
    pages: Vec<f64>,
    arrivals: Vec<f64>,
    errors: Vec<String>,
}

/// Has them come at a steady rate. What a visit takes counts from when it was to begin.
pub(super) async fn measure(door: &Arc<Door>, lasting: Duration) -> Result<Visited> {
    let mut crowd = Crowd::gather("visitors")?;
    let come = {
        let door = door.clone();
        async move { try_join_all((0..BROWSERS).map(|number| door.browser_from(address(number)))).await }
    };
    let browsers = crowd.handle().spawn(come).await??;
    // One request after the other on each connection, as a browser sends them.
    let browsers: Arc<[tokio::sync::Mutex<Browser>]> = browsers.into_iter().map(tokio::sync::Mutex::new).collect();
    // A few thousand numbers, held for a push.
    let measured = Arc::new(Mutex::new(Measured::default()));
    crowd.come(PER_SECOND, lasting, {
        let (door, measured) = (door.clone(), measured.clone());
        move |number, due| {
            let (door, browsers, measured) = (door.clone(), browsers.clone(), measured.clone());
            async move {
                let arrives = number.is_multiple_of(AN_ARRIVAL_IN);
                let visit = async {
                    if arrives {
                        let mut browser = door.browser_from(address(number % BROWSERS)).await?;
                        return look(&mut browser).await;
                    }
                    look(&mut *browsers[(number % BROWSERS) as usize].lock().await).await
                };
                let visited = timeout(PATIENCE, visit).await.context("nobody waits so long").and_then(|seen| seen);
                note(&mut measured.lock().unwrap_or_else(PoisonError::into_inner), arrives, visited, due);
            }
        }
    })?;
    crowd.end().await?;
    let measured = std::mem::take(&mut *measured.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(visited(measured))
}

fn visited(Measured { mut pages, mut arrivals, errors }: Measured) -> Visited {
    pages.sort_by(f64::total_cmp);
    arrivals.sort_by(f64::total_cmp);
    Visited {
        visits: pages.len() + arrivals.len() + errors.len(),
        errors: errors.len(),
        first_error: errors.into_iter().next(),
        pages_p50_ms: quantile(&pages, 0.5),
        pages_p99_ms: quantile(&pages, 0.99),
        arrivals_p50_ms: quantile(&arrivals, 0.5),
        arrivals_p99_ms: quantile(&arrivals, 0.99),
    }
}

async fn look(browser: &mut Browser) -> Result<()> {
    let page = browser.get("/").await?;
    ensure!(page.len() > 3_000, "the page is too short");
    Ok(())
}

fn address(number: u32) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 0, 1, 1)) + number)
}

fn note(measured: &mut Measured, arrives: bool, visited: Result<()>, due: Instant) {
    let took = due.elapsed().as_secs_f64() * 1_000.0;
    match visited {
        Ok(()) if arrives => measured.arrivals.push(took),
        Ok(()) => measured.pages.push(took),
        Err(error) => measured.errors.push(format!("{error:#}")),
    }
}
