//! One caller after the other on one core: an empty handler, and a page from three keys.

use super::installed::Installed;
use crate::report::Figures;
use anyhow::{Result, ensure};
use plugin_host::Method;
use std::time::{Duration, Instant};

const FOR: Duration = Duration::from_secs(3);
const WARM_UP: usize = 1_000;
const PART_BYTES: usize = 1_000;

pub(super) async fn measure(installed: &Installed, figures: &mut Figures) -> Result<()> {
    fill(installed).await?;
    let empty = per_second(installed, "/empty", 0).await?;
    figures.insert("sandbox.fresh_us", 1_000_000.0 / empty);
    figures.insert("pages.per_second", per_second(installed, "/page", 3 * PART_BYTES).await?);
    Ok(())
}

/// Writes what the page is made from.
pub(crate) async fn fill(installed: &Installed) -> Result<()> {
    for part in ["title", "menu", "text"] {
        installed.call(Method::Post, &format!("/write?part={part}"), vec![b'a'; PART_BYTES]).await?;
    }
    Ok(())
}

async fn per_second(installed: &Installed, path: &str, least_bytes: usize) -> Result<f64> {
    for _ in 0..WARM_UP {
        installed.call(Method::Get, path, Vec::new()).await?;
    }
    let (began, mut calls) = (Instant::now(), 0_u32);
    while began.elapsed() < FOR {
        let answer = installed.call(Method::Get, path, Vec::new()).await?;
        ensure!(answer.body.len() >= least_bytes, "a page is too short");
        calls += 1;
    }
    Ok(f64::from(calls) / began.elapsed().as_secs_f64())
}
