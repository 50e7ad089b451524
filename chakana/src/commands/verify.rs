//! Verifying evidence, offline.

use crate::Exit;
use crate::arguments::Verify;
use crate::output::{self, Audience};
use anyhow::{Context as _, Result};
use clock::{Clock as _, SystemClock};
use serde_json::json;
use std::fs::File;
use std::io::BufReader;
use trust::evidence::{self, Report, StepVerdict, Trust, Verdict};

pub(super) async fn run(asked: Verify) -> Result<Exit> {
    let file = File::open(&asked.file).with_context(|| format!("failed to read {}", asked.file.display()))?;
    let container = BufReader::new(file);
    let report = match &asked.trust {
        None => evidence::verify_integrity(container),
        Some(path) => {
            let bundle = std::fs::read(path).with_context(|| format!("failed to read {}", path.display()))?;
            let anchor = asked
                .anchor
                .as_ref()
                .map(|path| std::fs::read(path).with_context(|| format!("failed to read {}", path.display())));
            let anchor = anchor.transpose()?;
            let snapshot = global_configuration::open_bundle(&bundle, anchor.as_deref())
                .await
                .with_context(|| format!("{} is not to be trusted", path.display()))?;
            let trust =
                Trust { configuration: &snapshot.configuration, snapshot: snapshot.hash, now: SystemClock.now() };
            evidence::verify(container, &trust)
        }
    };
    match Audience::of(&asked.json) {
        Audience::Machine => output::json(&as_json(&report)),
        Audience::Person => print(&report, asked.anchor.is_some()),
    }
    Ok(match report.verdict {
        Verdict::Valid => Exit::Success,
        Verdict::Invalid => Exit::Failure,
        Verdict::IntegrityOnly => Exit::Partly,
    })
}

fn print(report: &Report, anchored: bool) {
    output::table(
        &["step", "", "explanation"],
        report
            .steps
            .iter()
            .map(|step| vec![step.name.to_string(), sign(&step.verdict).to_owned(), step.explanation.clone()]),
    );
    match report.verdict {
        Verdict::Valid => println!("Valid."),
        Verdict::Invalid => println!("INVALID."),
        Verdict::IntegrityOnly => println!("Integrity only: nothing was said about whom to trust."),
    }
    match report.verdict {
        Verdict::IntegrityOnly => output::next("give --trust verificationconf.zip and --anchor root.json"),
        _ if !anchored => output::next("give --anchor root.json, or the snapshot vouches for itself"),
        _ => {}
    }
}

fn sign(verdict: &StepVerdict) -> &'static str {
    match verdict {
        StepVerdict::Passed => "ok",
        StepVerdict::Failed => "FAILED",
        StepVerdict::NotPresent => "not there",
        StepVerdict::NotChecked => "not checked",
    }
}

fn as_json(report: &Report) -> serde_json::Value {
    let steps: Vec<_> = report
        .steps
        .iter()
        .map(|step| {
            json!({ "step": step.name.to_string(), "verdict": sign(&step.verdict), "explanation": step.explanation })
        })
        .collect();
    let verdict = match report.verdict {
        Verdict::Valid => "valid",
        Verdict::Invalid => "invalid",
        Verdict::IntegrityOnly => "integrity-only",
    };
    json!({ "verdict": verdict, "steps": steps })
}
