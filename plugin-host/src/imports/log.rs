//! `log`: lines of the server's log, under the plugin's name.

use wasmtime::Result;

use super::at_most;
use crate::contract::imports::log::{Field, Host, Level};
use crate::contract::limits::{MAX_FIELDS, MAX_FIELDS_BYTES, MAX_LINES, MAX_MESSAGE_BYTES};
use crate::sandbox::{Broken, Sandbox, Stop};

impl Host for Sandbox {
    fn emit(&mut self, level: Level, message: String, fields: Vec<Field>) -> Result<()> {
        at_most("log.emit", "the message", message.len(), MAX_MESSAGE_BYTES)?;
        if fields.len() > MAX_FIELDS {
            return Err(Stop::from(Broken::Excess { what: "fields of a line of log", limit: MAX_FIELDS }).into());
        }
        let length = fields.iter().map(|field| field.name.len() + field.value.len()).sum();
        at_most("log.emit", "the fields", length, MAX_FIELDS_BYTES)?;
        self.effects.lines += 1;
        if self.effects.lines > MAX_LINES {
            return Err(Stop::from(Broken::Excess { what: "lines of log", limit: MAX_LINES as usize }).into());
        }
        let message = one_line(&message);
        let fields: Vec<_> =
            fields.iter().map(|field| format!("{}={:?}", one_line(&field.name), field.value)).collect();
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

/// A text without control characters: a line break would let a plugin write lines in the server's name.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') {
            line.extend(letter.escape_default());
        } else {
            line.push(letter);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Access;
    use crate::testing::{Stage, broken};

    #[test]
    fn what_a_plugin_says_is_one_line() {
        assert_eq!(one_line("día\n2026 ERROR\u{1b}[31m\u{2028}"), "día\\n2026 ERROR\\u{1b}[31m\\u{2028}");
    }

    #[tokio::test]
    async fn stops_a_plugin_that_fills_a_line_with_empty_fields() {
        let stage = Stage::new().await;
        let line = |fields: usize| {
            let field = Field { name: String::new(), value: String::new() };
            stage.call(Access::Read, move |sandbox| {
                sandbox.emit(Level::Info, "a line".to_owned(), vec![field.clone(); fields])
            })
        };
        line(MAX_FIELDS).await.expect("it is written");
        let excess = Broken::Excess { what: "fields of a line of log", limit: MAX_FIELDS };
        assert_eq!(broken(line(MAX_FIELDS + 1).await), excess);
    }
}
