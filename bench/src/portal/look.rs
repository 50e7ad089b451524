//! Citizens who did not sign in: the catalogue's pages, the search, and what a first visit weighs.

use super::town::{ENTITY, PROCEDURE, Town, code};
use crate::gateway::browser::Browser;
use crate::gateway::door::{Door, Nothing};
use crate::report::{Figures, quantile};
use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Browsers that look at pages at once, as the bar says.
const BROWSERS: usize = 64;
/// Those who search at once.
const SEARCHERS: usize = 4;
const FOR: Duration = Duration::from_secs(8);
/// So many entries are looked at, among them.
const LOOKED_AT: usize = 200;

/// What people search for, with their mistakes.
const SEARCHES: [&str; 8] = [
    "carnet",
    "lisencia de funcionamiento",
    "arbol",
    "certificado de nacimineto",
    "impuesto",
    "casa",
    "trabajo de mi hijo",
    "pasaporte oficina 400",
];

pub(super) async fn measure(town: &Town, figures: &mut Figures) -> Result<()> {
    let door = Door::open(&town.host).await?;
    figures.insert("catalogue.first_visit_bytes", first_visit(&door).await? as f64);
    let seen = drive(&door, BROWSERS, &pages()).await?;
    figures.insert("catalogue.per_second", seen.per_second);
    figures.insert("catalogue.p50_ms", quantile(&seen.times, 0.5));
    figures.insert("catalogue.p99_ms", quantile(&seen.times, 0.99));
    let searches: Vec<String> = SEARCHES.iter().map(|words| format!("/search?q={}", words.replace(' ', "+"))).collect();
    let searched = drive(&door, SEARCHERS, &searches).await?;
    figures.insert("search.per_second", searched.per_second);
    figures.insert("search.p50_ms", quantile(&searched.times, 0.5));
    figures.insert("search.p99_ms", quantile(&searched.times, 0.99));
    door.close().await?;
    let bare = Door::of(Arc::new(Nothing::of(seen.bytes_a_page))).await?;
    let nothing = drive(&bare, BROWSERS, &["/".to_owned()]).await?;
    figures.insert("limits.bare_https_per_second", nothing.per_second);
    figures.insert("limits.bare_https_p99_ms", quantile(&nothing.times, 0.99));
    bare.close().await
}

/// The front page, lists, and entries.
fn pages() -> Vec<String> {
    let lists = ["/", "/procedures", "/entities", "/sectors/ambiente-agua", "/events/casa-propia"].map(str::to_owned);
    let entries = (0..LOOKED_AT).map(|number| format!("/procedures/{ENTITY}/{}", code(number)));
    let online = format!("/procedures/{ENTITY}/{PROCEDURE}");
    // The front page and the lists are looked at as often as the entries.
    lists
        .iter()
        .cycle()
        .take(LOOKED_AT)
        .cloned()
        .zip(entries)
        .flat_map(|(one, other)| [one, other])
        .chain([online])
        .collect()
}

/// What is sent to somebody who comes for the first time: the front page, and all that it names.
async fn first_visit(door: &Door) -> Result<usize> {
    let mut browser = door.browser().await?.with_compression();
    let mut plain = door.browser().await?;
    let page = String::from_utf8(plain.get("/").await?.to_vec())?;
    let parts = page.split(['"', '(', ')']).filter(|part| part.starts_with("/-/assets/") || *part == "/favicon.ico");
    let mut parts: BTreeSet<String> = parts.map(str::to_owned).collect();
    for style in parts.clone().iter().filter(|part| part.ends_with(".css")) {
        let style = String::from_utf8(plain.get(style).await?.to_vec())?;
        parts.extend(style.split(['"', '(', ')']).filter(|part| part.starts_with("/-/assets/")).map(str::to_owned));
    }
    ensure!(parts.iter().any(|part| part.ends_with(".css")), "the front page has no style");
    let mut bytes = browser.get("/").await?.len();
    for part in &parts {
        bytes += browser.get(part).await?.len();
    }
    Ok(bytes)
}

/// What was seen.
struct Seen {
    per_second: f64,
    /// In milliseconds, sorted.
    times: Vec<f64>,
    bytes_a_page: usize,
}

/// Has browsers look at pages one after the other, each from another one on, as people's browsers take them.
async fn drive(door: &Door, browsers: usize, paths: &[String]) -> Result<Seen> {
    let paths: Arc<[String]> = paths.into();
    let browsers = try_join_all((0..browsers).map(|_| door.browser())).await?;
    let began = Instant::now();
    let looking = browsers.into_iter().map(Browser::with_compression).enumerate().map(|(number, mut browser)| {
        let paths = paths.clone();
        tokio::spawn(async move {
            let (mut times, mut bytes, mut at) = (Vec::new(), 0, number * 31);
            while began.elapsed() < FOR {
                let one = Instant::now();
                bytes += browser.get(&paths[at % paths.len()]).await?.len();
                times.push(one.elapsed().as_secs_f64() * 1000.0);
                at += 1;
            }
            anyhow::Ok((times, bytes))
        })
    });
    let (mut times, mut bytes) = (Vec::new(), 0);
    for looked in try_join_all(looking).await? {
        let (of_one, bytes_of_one) = looked?;
        times.extend(of_one);
        bytes += bytes_of_one;
    }
    let per_second = times.len() as f64 / began.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    Ok(Seen { per_second, bytes_a_page: bytes / times.len().max(1), times })
}
