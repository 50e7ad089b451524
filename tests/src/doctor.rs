//! What a server's `doctor` finds.

use crate::World;
use admin::doctor::Severity;

impl World {
    /// The problems that a server's `doctor` finds, in words.
    ///
    /// # Panics
    /// When it cannot be asked.
    pub async fn problems(&self, server: &str) -> Vec<String> {
        let findings = self.administrator(server).doctor().await.expect("findings");
        let problems = findings.into_iter().filter(|finding| finding.severity == Severity::Problem);
        problems.map(|finding| format!("{}: {}", finding.what, finding.why)).collect()
    }

    /// Whether a server's `doctor` says so.
    pub async fn says(&self, server: &str, severity: Severity, words: &str) -> bool {
        // A server that has just started may not answer yet.
        let Ok(findings) = self.administrator(server).doctor().await else { return false };
        let said = |text: &str| text.contains(words);
        findings.iter().any(|finding| finding.severity == severity && (said(&finding.what) || said(&finding.why)))
    }
}
