//! `log`: lines of the server's log, under the plugin's name.

use wasmtime::Result;

use super::at_most;
use crate::contract::imports::log::{Field, Host, Level};
use crate::sandbox::{Broken, Sandbox, Stop};

const MAX_MESSAGE_BYTES: usize = 4096;
const MAX_FIELDS_BYTES: usize = 4096;
/// Lines of one attempt: a plugin that loops does not fill the disk.
const MAX_LINES: u32 = 100;

impl Host for Sandbox {
    fn emit(&mut self, level: Level, message: String, fields: Vec<Field>) -> Result<()> {
        at_most("log.emit", "the message", message.len(), MAX_MESSAGE_BYTES)?;
        let length = fields.iter().map(|field| field.name.len() + field.value.len()).sum();
        at_most("log.emit", "the fields", length, MAX_FIELDS_BYTES)?;
        self.effects.lines += 1;
        if self.effects.lines > MAX_LINES {
            return Err(Stop::from(Broken::Excess { what: "lines of log", limit: MAX_LINES as usize }).into());
        }
        let fields: Vec<_> = fields.iter().map(|field| format!("{}={:?}", field.name, field.value)).collect();
        let (plugin, request, fields) = (self.call.plugin.name(), self.call.request_id.as_str(), fields.join(" "));
        match level {
            Level::Debug => tracing::debug!(plugin, request.id = request, plugin.fields = fields, "{message}"),
            Level::Info => tracing::info!(plugin, request.id = request, plugin.fields = fields, "{message}"),
            Level::Warn => tracing::warn!(plugin, request.id = request, plugin.fields = fields, "{message}"),
            Level::Error => tracing::error!(plugin, request.id = request, plugin.fields = fields, "{message}"),
        }
        Ok(())
    }
}
