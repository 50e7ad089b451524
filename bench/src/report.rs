//! Figures by name, their medians, and how they are shown.

use crate::Form;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Figures of one run.
pub(crate) type Figures = BTreeMap<&'static str, f64>;

/// The medians of every figure, and the ratios between them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    figures: BTreeMap<&'static str, f64>,
}

impl Report {
    pub(crate) fn of_medians(runs: &[Figures]) -> Self {
        let mut figures = BTreeMap::new();
        for name in runs.iter().flat_map(|run| run.keys().copied()) {
            figures.insert(name, median(runs.iter().filter_map(|run| run.get(name).copied()).collect()));
        }
        let mut report = Self { figures };
        report.add_ratios();
        report
    }

    /// One figure.
    #[must_use]
    pub fn figure(&self, name: &str) -> Option<f64> {
        self.figures.get(name).copied()
    }

    fn add_ratios(&mut self) {
        let ratio = |of: &str, to: &str| Some(self.figure(of)? / self.figure(to)?);
        let ratios = [
            ("ratios.exchange_to_plain_proxy", ratio("exchange.per_second", "limits.plain_proxy_per_second")),
            ("ratios.writes_to_store", ratio("writes.per_second", "store.per_second")),
            ("ratios.plugin_to_trivial_provider", ratio("exchange.plugin_per_second", "exchange.trivial_per_second")),
            ("ratios.posts_to_store", ratio("posts.per_second", "store.per_second")),
            ("ratios.pages_to_bare_https", ratio("pages.per_second", "limits.bare_https_per_second")),
            ("ratios.added_p50_to_fdatasync_p50", ratio("exchange.added_p50_ms", "limits.fdatasync_p50_ms")),
        ];
        self.figures.extend(ratios.into_iter().filter_map(|(name, value)| Some((name, value?))));
    }

    /// One object, a member for each group of figures.
    #[must_use]
    pub fn as_json(&self) -> Value {
        let mut groups: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        for (name, value) in &self.figures {
            let (group, figure) = name.split_once('.').unwrap_or(("", name));
            let rounded = (value * 1000.0).round() / 1000.0;
            groups.entry(group).or_default().insert(figure.to_owned(), Value::from(rounded));
        }
        Value::Object(groups.into_iter().map(|(group, figures)| (group.to_owned(), Value::Object(figures))).collect())
    }

    pub(crate) fn show(&self, form: Form) {
        match form {
            Form::Table => self.print(),
            Form::Json => println!("{:#}", self.as_json()),
        }
    }

    fn print(&self) {
        println!("{:<44} {:>14}", "figure (median of three)", "value");
        for (name, value) in &self.figures {
            println!("{name:<44} {value:>14.3}");
        }
    }
}

/// The value in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    quantile(&values, 0.5)
}

/// The value below which this share of the sorted values lies.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let at = (last as f64 * share).round() as usize;
    sorted.get(at.min(last)).copied().unwrap_or_default()
}
