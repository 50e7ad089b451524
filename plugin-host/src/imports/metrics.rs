//! `metrics`: numbers under the plugin's name, counted when the call is committed.

use wasmtime::Result;

use super::a_name;
use crate::contract::imports::metrics::Host;
use crate::contract::limits::MAX_METRICS;
use crate::sandbox::{Broken, Metric, Sandbox, Stop};

impl Host for Sandbox {
    fn count(&mut self, name: String, n: u64) -> Result<()> {
        a_name("metrics.count", "the name", &name)?;
        Ok(self.note_metric(Metric::Count(name, n))?)
    }

    fn observe(&mut self, name: String, value: f64) -> Result<()> {
        a_name("metrics.observe", "the name", &name)?;
        Ok(self.note_metric(Metric::Observe(name, value))?)
    }
}

impl Sandbox {
    fn note_metric(&mut self, metric: Metric) -> Result<(), Stop> {
        if self.effects.metrics.len() >= MAX_METRICS {
            return Err(Broken::Excess { what: "metrics", limit: MAX_METRICS }.into());
        }
        self.effects.metrics.push(metric);
        Ok(())
    }
}
