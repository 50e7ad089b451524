//! Applications: filed through the portal's service, and looked at by staff and by who filed them.

use super::town::{CALLERS, PROCEDURE, ROLE, SUPERVISOR, Town, caller};
use crate::report::{Figures, quantile};
use anyhow::{Context as _, Result, ensure};
use futures_util::future::try_join_all;
use plugin_host::web::{self, Content};
use plugin_host::{Assurance, Citizen, Method, Operator, Principal};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const FOR: Duration = Duration::from_secs(10);
/// So often each page is looked at.
const LOOKS: usize = 400;
/// Each has filed so many in the end.
const PEOPLE: usize = 5_000;

/// Files applications for some seconds.
pub(super) async fn submit(town: &Town, figures: &mut Figures) -> Result<()> {
    let began = Instant::now();
    let mut times = file(town, &AtomicUsize::new(0), |_| began.elapsed() < FOR).await?;
    figures.insert("submit.per_second", times.len() as f64 / began.elapsed().as_secs_f64());
    times.sort_by(f64::total_cmp);
    figures.insert("submit.p99_ms", quantile(&times, 0.99));
    figures.insert("applications.before", times.len() as f64);
    Ok(())
}

/// Looks at the pages of staff and of applicants, when there are as many as were submitted so far, and when there are many.
pub(super) async fn look(town: &Town, many: usize, figures: &mut Figures) -> Result<()> {
    let few = times_of(town).await?;
    figures.insert("applications.few_p99_ms", quantile(&few, 0.99));
    let filed = figures.get("applications.before").copied().unwrap_or_default() as usize;
    file(town, &AtomicUsize::new(filed), |number| number < many).await?;
    let times = times_of(town).await?;
    figures.insert("applications.many", many as f64);
    figures.insert("applications.many_p50_ms", quantile(&times, 0.5));
    figures.insert("applications.many_p99_ms", quantile(&times, 0.99));
    Ok(())
}

/// Files one application after the other, numbered, while `goes_on`; gives how long each took, in milliseconds.
async fn file(town: &Town, next: &AtomicUsize, goes_on: impl Fn(usize) -> bool) -> Result<Vec<f64>> {
    let (path, goes_on) = (format!("/procedures/{PROCEDURE}/applications"), &goes_on);
    let filing = (0..CALLERS).map(|_| async {
        let mut times = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if !goes_on(number) {
                return anyhow::Ok(times);
            }
            let one = Instant::now();
            let answer = town.call("applications", Method::Post, &path, &application(number)).await?;
            let said = String::from_utf8_lossy(&answer.body);
            ensure!(answer.status == 201, "an application is answered with {}: {said}", answer.status);
            times.push(one.elapsed().as_secs_f64() * 1000.0);
        }
    });
    Ok(try_join_all(filing).await?.concat())
}

fn application(number: usize) -> Value {
    json!({
        "applicant": { "subject": subject(number), "name": "Juana Quispe" },
        "answers": {
            "phone": "71234567", "tree_place": format!("Calle {number}, esquina Illimani"), "ground": "patio", "neighbour": true,
            "trouble": ["caida", "cables"], "story": "El árbol se inclina desde la última lluvia y toca los cables.",
        },
    })
}

fn subject(number: usize) -> String {
    format!("persona-{}", number % PEOPLE)
}

/// How long the inbox, what is due, a citizen's list and one of her applications take, sorted, in milliseconds.
async fn times_of(town: &Town) -> Result<Vec<f64>> {
    let operator = Principal::Operator(Operator {
        id: "rosa".to_owned(),
        name: Some("Rosa Choque".to_owned()),
        roles: [ROLE, SUPERVISOR].map(str::to_owned).to_vec(),
    });
    let mut times = Vec::new();
    for look in 0..LOOKS {
        let citizen = Principal::Citizen(Citizen {
            subject: subject(look),
            name: Some("Juana Quispe".to_owned()),
            assurance: Assurance::Substantial,
            represents: None,
        });
        let list = timed(town, &citizen, "/applications", &mut times).await?;
        let own = list.split('"').find(|part| part.starts_with("/applications/")).context("she has no application")?;
        timed(town, &citizen, own, &mut times).await?;
        let inbox = timed(town, &operator, "/office", &mut times).await?;
        let one = inbox.split('"').find(|part| part.strip_prefix("/office/").is_some_and(|rest| rest.contains('-')));
        timed(town, &operator, one.context("the inbox is empty")?, &mut times).await?;
        timed(town, &operator, "/office/due", &mut times).await?;
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}

async fn timed(town: &Town, who: &Principal, path: &str, times: &mut Vec<f64>) -> Result<String> {
    let plugin = town.host.loaded().into_iter().next().context("no plugin is loaded")?;
    let pages = plugin.manifest().web().and_then(|web| web.pages_at(path)).context("no page is there")?;
    let (pages, params) = pages;
    let mut request = web::Request::of(web::Method::Get, path);
    request.route = pages.route().as_str().to_owned();
    request.params = params.into_iter().map(|(name, value)| plugin_host::Field { name, value }).collect();
    let one = Instant::now();
    let answer = town.host.call_web(&plugin, caller(who.clone()), request, None).await;
    let answer = answer.with_context(|| format!("{path} is refused"))?;
    times.push(one.elapsed().as_secs_f64() * 1000.0);
    let web::Answer::Response(web::Response { status: 200, content: Content::Page(page), .. }) = answer else {
        anyhow::bail!("{path} is answered with {answer:?}");
    };
    Ok(page.html)
}
