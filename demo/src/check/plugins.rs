//! The plugins, walked: one entity's asks another's, keeps state, sends; and a server is killed in the middle.

use super::{Walk, json};
use crate::installation::Installation;
use crate::plugins::{CASES, NOTICES, PEOPLE, TAX};
use crate::processes::Processes;
use crate::state::PORTAL;
use admin::Client as Administrator;
use anyhow::{Context as _, Result, bail, ensure};
use http::Method;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

const PERSON: &str = "4567890";
/// Those who open cases around the kill, one after the other each.
const CLERKS: usize = 8;
const CASES_EACH: usize = 100;
const CROWD: usize = CLERKS * CASES_EACH;
/// The server is killed after so many answers.
const KILL_AFTER: usize = 20;
const SETTLED_WITHIN: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(100);

impl Walk<'_> {
    pub(super) async fn keep_person(&self) -> Result<String> {
        let person = r#"{"given-names":"Ana","family-names":"Mamani Quispe","born":"1990-12-31"}"#;
        let path = format!("/r1/{PEOPLE}/people/{PERSON}");
        let headers = [("X-Road-Client", PORTAL), ("Content-Type", "application/json")];
        let answer = self.call(Method::PUT, "gamlp", &path, &headers, person).await?;
        ensure!(matches!(answer.status().as_u16(), 200 | 201), "status {}", answer.status());
        Ok(format!("the register keeps person {PERSON}"))
    }

    pub(super) async fn open_case(&self) -> Result<String> {
        let case = self.case(&format!("{} Licencia", self.id)).await?;
        ensure!(case["name"] == "Ana Mamani Quispe", "the case says {case}");
        let id = case["id"].as_str().context("the case has no id")?;
        let deadline = case["deadline"].as_str().unwrap_or_default();
        Ok(format!(
            "case {id} for Ana Mamani Quispe, whom the municipality's plugin asked the register for; a timer stands at {deadline}"
        ))
    }

    pub(super) async fn stranger_has_no_case(&self) -> Result<String> {
        let body = r#"{"person":"1","subject":"Licencia","days":10}"#;
        let answer = self.post_case(body).await?;
        ensure!(answer.status() == 422, "status {}", answer.status());
        Ok("refused with the field that is wrong: person".to_owned())
    }

    /// Opens cases from all sides, kills the municipality's server in the middle, and looks what there is afterwards.
    pub(super) async fn killed_in_the_middle(
        &self,
        installation: &Installation,
        processes: &mut Processes,
        binary: &Path,
    ) -> Result<String> {
        let (before, noticed_before) = (self.cases().await?.len(), self.noticed().await?);
        let (answered, enough) = (AtomicUsize::new(0), Notify::new());
        let opening = futures_util::future::join_all((0..CLERKS).map(|clerk| {
            let (answered, enough) = (&answered, &enough);
            async move {
                let mut opened = Vec::new();
                for number in 0..CASES_EACH {
                    let Ok(case) = self.case(&format!("{} {clerk}-{number}", self.id)).await else { break };
                    opened.push(case);
                    if answered.fetch_add(1, Ordering::SeqCst) + 1 == KILL_AFTER {
                        enough.notify_one();
                    }
                }
                // Whoever is left without an answer lets the kill go on as well.
                enough.notify_one();
                opened
            }
        }));
        let kill = async {
            enough.notified().await;
            processes.kill("gamlp").await
        };
        let (opened, killed) = tokio::join!(opening, kill);
        killed?;
        processes.restart(installation, binary, "gamlp")?;
        self.ready(installation).await?;
        let there: BTreeSet<String> = self.cases().await?.into_iter().collect();
        let answered: Vec<String> =
            opened.iter().flatten().filter_map(|case| case["id"].as_str().map(ToOwned::to_owned)).collect();
        ensure!(
            (KILL_AFTER..CROWD).contains(&answered.len()),
            "{} of {CROWD} were answered: not in the middle",
            answered.len()
        );
        let lost = answered.iter().filter(|id| !there.contains(*id)).count();
        ensure!(lost == 0, "{lost} cases were answered and are not there");
        let made = there.len() - before;
        let noticed = self.settled(noticed_before + made).await? - noticed_before;
        ensure!(noticed == made, "{made} cases, and {noticed} notices had an effect");
        Ok(format!(
            "{} of {CROWD} answered, {made} cases there, {noticed} notices at the other server: each once",
            answered.len()
        ))
    }

    async fn case(&self, subject: &str) -> Result<Value> {
        let body = serde_json::json!({ "person": PERSON, "subject": subject, "days": 10 });
        json(&self.post_case(&body.to_string()).await?, 201)
    }

    async fn post_case(&self, body: &str) -> Result<http::Response<bytes::Bytes>> {
        let headers = [("X-Road-Client", TAX), ("Content-Type", "application/json")];
        self.call(Method::POST, "sin", &format!("/r1/{CASES}/cases"), &headers, body).await
    }

    /// The ids of all cases.
    async fn cases(&self) -> Result<Vec<String>> {
        let (mut ids, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/r1/{CASES}/cases?state=open&limit=100{cursor}");
            let page: Value = json(&self.call(Method::GET, "sin", &path, &[("X-Road-Client", TAX)], "").await?, 200)?;
            let items = page["items"].as_array().context("no list of cases")?;
            ids.extend(items.iter().filter_map(|case| case["id"].as_str().map(ToOwned::to_owned)));
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(ids),
            }
        }
    }

    /// How many notices of the municipality had an effect.
    async fn noticed(&self) -> Result<usize> {
        let path = format!("/r1/{NOTICES}/notices/count?sender={PORTAL}");
        let counted: Value =
            json(&self.call(Method::GET, "gamlp", &path, &[("X-Road-Client", PORTAL)], "").await?, 200)?;
        ensure!(counted["count"] == counted["kept"], "counted and kept differ: {counted}");
        usize::try_from(counted["count"].as_u64().context("no count")?).context("a count")
    }

    /// Waits until as many notices arrived as were sent, and a little longer for one too many.
    async fn settled(&self, expected: usize) -> Result<usize> {
        let deadline = Instant::now() + SETTLED_WITHIN;
        while self.noticed().await? < expected {
            ensure!(Instant::now() < deadline, "{} of {expected} notices arrived", self.noticed().await?);
            sleep(POLL).await;
        }
        sleep(10 * POLL).await;
        self.noticed().await
    }

    async fn ready(&self, installation: &Installation) -> Result<()> {
        let administrator = Administrator::of(installation.folder_of("gamlp"));
        let deadline = Instant::now() + SETTLED_WITHIN;
        while Instant::now() < deadline {
            let ready = administrator.status().await.is_ok_and(|status| status["ready"] == true);
            if ready && self.cases().await.is_ok() {
                return Ok(());
            }
            sleep(POLL).await;
        }
        bail!("the killed server did not come back within {SETTLED_WITHIN:?}")
    }
}
