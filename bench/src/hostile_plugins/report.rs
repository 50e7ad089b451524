//! What was measured, how it is shown, and what makes it a failure.

use super::attack::Attacked;
use super::healthy::Healthy;
use crate::Form;
use anyhow::{Result, ensure};
use serde::Serialize;
use std::collections::BTreeMap;

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct HostileReport {
    components: u32,
    healthy: BTreeMap<&'static str, Healthy>,
    hostile: BTreeMap<&'static str, Attacked>,
    memory: BTreeMap<&'static str, Memory>,
    ratios: BTreeMap<&'static str, f64>,
}

/// Memory of the process that everything runs in, at the end of a phase.
#[derive(Debug, Clone, Copy, Serialize)]
struct Memory {
    resident_mib: f64,
    peak_mib: f64,
}

/// What happens beside the healthy plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Alone,
    Beside,
    BesideUnbroken,
    AloneAgain,
}

impl Phase {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::Beside => "beside",
            Self::BesideUnbroken => "beside_unbroken",
            Self::AloneAgain => "alone_again",
        }
    }

    const fn ratio(self) -> Option<&'static str> {
        match self {
            Self::Alone | Self::AloneAgain => None,
            Self::Beside => Some("p99_beside_to_alone"),
            Self::BesideUnbroken => Some("p99_beside_unbroken_to_alone"),
        }
    }
}

impl HostileReport {
    pub(super) fn of(components: u32) -> Self {
        let (healthy, hostile, memory) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { components, healthy, hostile, memory, ratios: BTreeMap::new() }
    }

    /// Notes a phase, at its end, with what memory there is and was.
    pub(super) fn note(
        &mut self,
        phase: Phase,
        healthy: Healthy,
        attacked: Attacked,
        (resident_mib, peak_mib): (f64, f64),
    ) {
        let alone = self.healthy.get(Phase::Alone.name());
        if let (Some(name), Some(alone)) = (phase.ratio(), alone) {
            self.ratios.insert(name, healthy.p99_us / alone.p99_us);
            self.hostile.insert(phase.name(), attacked);
        }
        self.healthy.insert(phase.name(), healthy);
        self.memory.insert(phase.name(), Memory { resident_mib, peak_mib });
    }

    /// Whether what must not be was.
    pub(super) fn judge(&self) -> Result<()> {
        for (phase, healthy) in &self.healthy {
            let first = healthy.first_error.as_deref().unwrap_or_default();
            ensure!(healthy.errors == 0, "{} calls of the healthy plugin failed, {phase}: {first}", healthy.errors);
        }
        for (phase, attacked) in &self.hostile {
            ensure!(attacked.answered == 0, "{} hostile calls were answered, {phase}", attacked.answered);
        }
        Ok(())
    }

    pub(super) fn show(&self, form: Form) {
        match form {
            // A map of texts and numbers has a form.
            Form::Json => println!("{:#}", serde_json::to_value(self).unwrap_or_default()),
            Form::Table => self.print(),
        }
    }

    fn print(&self) {
        println!(
            "{:<18} {:>8} {:>7} {:>9} {:>9} {:>13} {:>13}",
            "healthy plugin", "calls", "errors", "p50 us", "p99 us", "write p50 us", "write p99 us"
        );
        for (phase, healthy) in &self.healthy {
            let Healthy { calls, errors, p50_us, p99_us, writes_p50_us, writes_p99_us, .. } = healthy;
            println!(
                "{phase:<18} {calls:>8} {errors:>7} {p50_us:>9.0} {p99_us:>9.0} {writes_p50_us:>13.0} {writes_p99_us:>13.0}"
            );
        }
        for (phase, attacked) in &self.hostile {
            let Attacked { calls, answered, behaved, cut } = attacked;
            println!(
                "\n{} hostile plugins, {phase}: {calls} calls, {answered} answered, {behaved} behaved",
                self.components
            );
            for (kind, reasons) in cut {
                let reasons = reasons.iter().map(|(reason, number)| format!("{reason} {number}"));
                println!("  {kind:<20} {}", reasons.collect::<Vec<_>>().join(", "));
            }
        }
        for (phase, Memory { resident_mib, peak_mib }) in &self.memory {
            println!("resident, {phase}: {resident_mib:.0} MiB, {peak_mib:.0} MiB at most so far");
        }
        for (ratio, value) in &self.ratios {
            println!("{ratio}: {value:.2}");
        }
    }
}
