//! What was measured, how it is shown, and what makes it a failure.

use super::attack::Attacked;
use super::visitors::Visited;
use crate::Form;
use crate::usage::own_memory_mib;
use anyhow::{Result, ensure};
use serde::Serialize;
use std::collections::BTreeMap;

/// What was measured.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SiegeReport {
    /// Each phase as often as it was measured.
    rounds: BTreeMap<&'static str, Vec<Visited>>,
    /// The medians of the rounds.
    visitors: BTreeMap<&'static str, Visited>,
    pub(super) attackers: Attacked,
    ratios: BTreeMap<String, f64>,
    /// Of the process that everything runs in, by phase: the most.
    resident_mib: BTreeMap<&'static str, f64>,
}

/// What happens beside the visitors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Alone,
    Beside,
    AloneAgain,
    BesideGuests,
}

impl Phase {
    pub(super) const ALL: [Self; 4] = [Self::Alone, Self::Beside, Self::AloneAgain, Self::BesideGuests];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::Beside => "beside",
            Self::AloneAgain => "alone_again",
            Self::BesideGuests => "beside_guests",
        }
    }
}

impl SiegeReport {
    /// Notes a phase, at its end.
    pub(super) fn note(&mut self, phase: Phase, visited: Visited) -> Result<()> {
        self.rounds.entry(phase.name()).or_default().push(visited);
        let resident = self.resident_mib.entry(phase.name()).or_default();
        *resident = resident.max(own_memory_mib()?.0);
        Ok(())
    }

    /// After the last round.
    pub(super) fn conclude(&mut self) {
        self.visitors = self.rounds.iter().map(|(phase, rounds)| (*phase, Visited::of_rounds(rounds))).collect();
        self.compare("beside_to_alone", Phase::Beside, Phase::Alone);
        self.compare("beside_to_alone_again", Phase::Beside, Phase::AloneAgain);
        self.compare("beside_to_beside_guests", Phase::Beside, Phase::BesideGuests);
    }

    /// Sets what visitors notice in two phases side by side.
    fn compare(&mut self, name: &str, one: Phase, other: Phase) {
        if let (Some(one), Some(other)) = (self.visitors.get(one.name()), self.visitors.get(other.name())) {
            self.ratios.insert(format!("pages_p99_{name}"), one.pages_p99_ms / other.pages_p99_ms);
            self.ratios.insert(format!("arrivals_p99_{name}"), one.arrivals_p99_ms / other.arrivals_p99_ms);
        }
    }

    /// Whether what must not be was.
    pub(super) fn judge(&self) -> Result<()> {
        for (phase, visited) in &self.visitors {
            let first = visited.first_error.as_deref().unwrap_or_default();
            ensure!(visited.errors == 0, "{} visitors were not served, {phase}: {first}", visited.errors);
        }
        ensure!(self.attackers.served == 0, "{} attackers were served", self.attackers.served);
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
            "{:<12} {:>8} {:>7} {:>13} {:>13} {:>16} {:>16}",
            "medians", "visits", "errors", "pages p50 ms", "pages p99 ms", "arrivals p50 ms", "arrivals p99 ms"
        );
        for (phase, visited) in &self.visitors {
            let Visited { visits, errors, pages_p50_ms, pages_p99_ms, arrivals_p50_ms, arrivals_p99_ms, .. } = visited;
            println!(
                "{phase:<12} {visits:>8} {errors:>7} {pages_p50_ms:>13.2} {pages_p99_ms:>13.2} {arrivals_p50_ms:>16.2} \
                 {arrivals_p99_ms:>16.2}"
            );
        }
        let Attacked { attacks, served, outcomes } = &self.attackers;
        println!("\n{attacks} attacks, {served} served");
        for (kind, outcomes) in outcomes {
            let outcomes = outcomes.iter().map(|(outcome, number)| format!("{outcome} {number}"));
            println!("  {kind:<20} {}", outcomes.collect::<Vec<_>>().join(", "));
        }
        for (phase, resident) in &self.resident_mib {
            println!("resident, {phase}: {resident:.0} MiB");
        }
        for (ratio, value) in &self.ratios {
            println!("{ratio}: {value:.2}");
        }
    }
}
