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
    let anchoring = if asked.anchor.is_some() { Anchoring::Anchored } else { Anchoring::None };
    match Audience::of(&asked.json) {
        Audience::Machine => output::json(&as_json(&report, anchoring)),
        Audience::Person => print(&report, anchoring),
    }
    Ok(exit(report.verdict, anchoring))
}

/// Whether the snapshot leads to a trust anchor that the reader holds; else it vouches for itself alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Anchoring {
    Anchored,
    None,
}

/// Without a trust anchor nothing is proven but that everything fits together.
fn exit(verdict: Verdict, anchoring: Anchoring) -> Exit {
    match (verdict, anchoring) {
        (Verdict::Invalid, _) => Exit::Failure,
        (Verdict::Valid, Anchoring::Anchored) => Exit::Success,
        (Verdict::Valid, Anchoring::None) | (Verdict::IntegrityOnly, _) => Exit::Partly,
    }
}

fn print(report: &Report, anchoring: Anchoring) {
    output::table(
        &["step", "", "explanation"],
        report
            .steps
            .iter()
            .map(|step| vec![step.name.to_string(), sign(&step.verdict).to_owned(), step.explanation.clone()]),
    );
    match (report.verdict, anchoring) {
        (Verdict::Valid, Anchoring::Anchored) => println!("Valid."),
        (Verdict::Invalid, _) => println!("INVALID."),
        (Verdict::Valid, Anchoring::None) => {
            println!("Integrity only: it is valid if the snapshot is genuine, and nothing vouches for the snapshot.");
            output::next("give --anchor root.json, the trust anchor that the registry's operator hands out");
        }
        (Verdict::IntegrityOnly, _) => {
            println!("Integrity only: nothing was said about whom to trust.");
            output::next("give --trust verificationconf.zip and --anchor root.json");
        }
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

fn as_json(report: &Report, anchoring: Anchoring) -> serde_json::Value {
    let steps: Vec<_> = report
        .steps
        .iter()
        .map(|step| {
            json!({ "step": step.name.to_string(), "verdict": sign(&step.verdict), "explanation": step.explanation })
        })
        .collect();
    let verdict = match exit(report.verdict, anchoring) {
        Exit::Success => "valid",
        Exit::Failure => "invalid",
        Exit::Partly => "integrity-only",
    };
    json!({ "verdict": verdict, "anchored": anchoring == Anchoring::Anchored, "steps": steps })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_anchor_nothing_is_more_than_whole() {
        assert_eq!(exit(Verdict::Valid, Anchoring::Anchored), Exit::Success);
        assert_eq!(exit(Verdict::Valid, Anchoring::None), Exit::Partly);
        assert_eq!(exit(Verdict::IntegrityOnly, Anchoring::None), Exit::Partly);
        assert_eq!(exit(Verdict::Invalid, Anchoring::None), Exit::Failure);
        assert_eq!(exit(Verdict::Invalid, Anchoring::Anchored), Exit::Failure);
    }
}
