//! The public page on which anybody has evidence verified: a file is sent, judged here, explained and forgotten. Nothing is
//! fetched for it from anywhere.

use crate::aside::{Aside, kept_aside, not_on_disk, parts};
use crate::gateway::{Common, Visit};
use crate::layout::{self, prefers_json};
use crate::refusal::Refusal;
use crate::words::{self, Words};
use html::{Button, Column, ErrorSummary, Field, File, Markup, Notice, Table, Tag, Tone, html};
use http::header::CONTENT_TYPE;
use http::{Method, StatusCode};
use listener::{Response, reply};
use pages::ContentPolicy;
use std::sync::Arc;
use tokio::io::AsyncSeekExt as _;
use tokio::sync::Semaphore;
use trust::evidence::{Report, Step, StepName, StepVerdict, Verdict};

/// Judges evidence by what the server knows of the state's members and authorities.
pub trait EvidenceJudge: Send + Sync {
    /// Judges a container. It may block, and asks nobody.
    fn judge(&self, container: std::fs::File) -> Report;
}

/// The page, and what stands behind it.
pub(crate) struct Verification {
    judge: Arc<dyn EvidenceJudge>,
    at_once: Semaphore,
}

/// Where it is, at the gateway's own origin.
pub(crate) const PATH: &str = "/verify";
const FIELD: &str = "evidence";
/// Evidence of large messages is verified with the command line.
const LARGEST_BYTES: u64 = 64 << 20;
/// Beside the file there are some lines.
const AROUND_BYTES: u64 = 64 << 10;
const AT_ONCE: usize = 2;

impl Verification {
    pub(crate) fn new(judge: Arc<dyn EvidenceJudge>) -> Self {
        Self { judge, at_once: Semaphore::new(AT_ONCE) }
    }

    /// Answers a request to the page.
    pub(crate) async fn answer(&self, common: &Common, visit: &mut Visit) -> Response {
        let words = words::of(visit.language);
        if visit.head.method != Method::POST {
            let content = html! { h1 { (words.verify) } p { (words.verify_explains) } (form(visit, None)) };
            return page(common, visit, StatusCode::OK, &content);
        }
        match self.judged(common, visit).await {
            Ok(Some(report)) if prefers_json(&visit.head.headers) => json(&report),
            Ok(Some(report)) => page(common, visit, StatusCode::OK, &explained(visit, &report)),
            Ok(None) => {
                let errors = [(FIELD, words.verify_nothing)];
                let content = html! {
                    (ErrorSummary::new(&errors).language(visit.language))
                    h1 { (words.verify) }
                    (form(visit, Some(words.verify_nothing)))
                };
                page(common, visit, StatusCode::UNPROCESSABLE_ENTITY, &content)
            }
            Err(refusal) => layout::refusal(common, visit, &refusal),
        }
    }

    /// Judges what was sent, if a file was.
    async fn judged(&self, common: &Common, visit: &mut Visit) -> Result<Option<Report>, Refusal> {
        let content_type =
            visit.head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let content_type =
            content_type.filter(|found| pages::multipart::is_multipart(found)).ok_or(Refusal::ContentType)?;
        let mut parts = parts(visit, &content_type, LARGEST_BYTES + AROUND_BYTES, common.limits.body_patience)?;
        let Some(file) = parts.next_file().await? else { return Ok(None) };
        let name = file.name.clone().unwrap_or_else(|| FIELD.to_owned());
        let room = common.room.share(visit.client);
        let Aside { mut file, share: _share } = kept_aside(file, None, LARGEST_BYTES, &name, room).await?;
        file.rewind().await.map_err(not_on_disk)?;
        let container = file.into_std().await;
        // Only once it is there: nobody who sends slowly keeps others waiting.
        let _one = self.at_once.acquire().await.map_err(|_| Refusal::Unavailable)?;
        let judge = self.judge.clone();
        let report = tokio::task::spawn_blocking(move || judge.judge(container)).await;
        report.map(Some).map_err(|error| {
            tracing::error!(error = %error, "evidence could not be judged");
            Refusal::Broken
        })
    }
}

fn form(visit: &Visit, problem: Option<&str>) -> Markup {
    let words = words::of(visit.language);
    let field = Field::new(FIELD, words.verify_file).hint(words.verify_hint).language(visit.language).error(problem);
    html! {
        form method="post" action=(PATH) enctype="multipart/form-data" {
            (File::new(field).accept(".asice,application/vnd.etsi.asic-e+zip"))
            (Button::primary(words.verify_button))
        }
    }
}

/// The verdict in a sentence, and each step that leads to it.
fn explained(visit: &Visit, report: &Report) -> Markup {
    let words = words::of(visit.language);
    let (tone, title, meaning) = match report.verdict {
        Verdict::Valid if is_logged(report) => (Tone::Success, words.verify_valid, words.verify_valid_means),
        Verdict::Valid => (Tone::Success, words.verify_valid, words.verify_signed_means),
        Verdict::Invalid => (Tone::Danger, words.verify_invalid, words.verify_invalid_means),
        Verdict::IntegrityOnly => (Tone::Warning, words.verify_whole, words.verify_whole_means),
    };
    // Nothing is to be learnt from each step after one that failed; it is said once.
    let is_over = |step: &Step| report.verdict == Verdict::Invalid && step.verdict == StepVerdict::NotChecked;
    let rows: Vec<Vec<Markup>> =
        report.steps.iter().filter(|step| !is_over(step)).map(|step| row(words, step)).collect();
    let columns = [words.verify_step, words.verify_result, words.verify_found].map(Column::text);
    html! {
        h1 { (title) }
        (Notice::new(tone, words.verify_meaning, &html! { p { (meaning) } }))
        (Table::new("steps", words.verify_steps, &columns, &rows))
        @if report.steps.iter().any(is_over) { p { (words.verify_rest) } }
        h2 { (words.verify_another) }
        (form(visit, None))
    }
}

/// Whether it carries the proof that it was logged, and when.
fn is_logged(report: &Report) -> bool {
    let has = |name| report.step(name).is_some_and(|step| step.verdict == StepVerdict::Passed);
    has(StepName::Inclusion) && has(StepName::Timestamp)
}

fn row(words: &Words, step: &Step) -> Vec<Markup> {
    let (said, tone) = match step.verdict {
        StepVerdict::Passed => (words.verify_passed, Tone::Success),
        StepVerdict::Failed => (words.verify_failed, Tone::Danger),
        StepVerdict::NotPresent => (words.verify_not_present, Tone::Neutral),
        StepVerdict::NotChecked => (words.verify_not_checked, Tone::Neutral),
    };
    vec![
        html! {
            ((words.verify_name)(step.name))
            @if let StepName::Part(_) = step.name { " " code { (step.name.as_str()) } }
        },
        html! { (Tag::new(said, tone)) },
        // Judges compare it with what other verifiers say, in the language in which all of them say it.
        html! { span lang="en" { (step.explanation) } },
    ]
}

fn page(common: &Common, visit: &Visit, status: StatusCode, content: &Markup) -> Response {
    layout::own_page(common, visit, status, words::of(visit.language).verify, content, visit.freshness())
}

fn json(report: &Report) -> Response {
    let verdict = match report.verdict {
        Verdict::Valid => "valid",
        Verdict::Invalid => "invalid",
        Verdict::IntegrityOnly => "integrity-only",
    };
    let steps = report.steps.iter().map(|step| {
        serde_json::json!({ "step": step.name.as_str(), "verdict": step.verdict.as_str(), "explanation": step.explanation })
    });
    let said = serde_json::json!({ "verdict": verdict, "steps": steps.collect::<Vec<_>>() });
    let mut response = reply::json(StatusCode::OK, said.to_string());
    ContentPolicy::of_contents().apply(response.headers_mut());
    response
}
