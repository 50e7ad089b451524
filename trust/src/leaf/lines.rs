//! `name: value` lines, written and read in a fixed order.

use std::fmt::{Display, Write as _};
use std::str::FromStr;

use jiff::Timestamp;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::{LeafError, MAX_TEXT_BYTES};

/// Free text keeps its printable ASCII and stays on its line.
const ENCODED: &AsciiSet = &CONTROLS.add(b'%');

/// What stands for "none".
const NONE: &str = "-";

/// Writes lines.
pub(super) struct LineWriter(String);

impl LineWriter {
    pub(super) fn new(first: &str) -> Self {
        let mut text = String::with_capacity(1536);
        text.push_str(first);
        text.push('\n');
        Self(text)
    }

    pub(super) fn line(&mut self, name: &str, value: impl Display) {
        let _ = writeln!(self.0, "{name}: {value}");
    }

    pub(super) fn time(&mut self, time: Timestamp) {
        let _ = writeln!(self.0, "time: {time:.6}");
    }

    pub(super) fn text(&mut self, name: &str, text: &str) {
        // A text that reads "-" must not look like none.
        if text == NONE { self.line(name, "%2D") } else { self.line(name, utf8_percent_encode(text, ENCODED)) }
    }

    pub(super) fn optional_text(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => self.text(name, text),
            None => self.line(name, NONE),
        }
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Reads lines.
pub(super) struct LineReader<'a>(&'a str);

impl<'a> LineReader<'a> {
    pub(super) fn new(text: &'a str, first: &str) -> Result<Self, LeafError> {
        let mut reader = Self(text);
        if reader.next()? == first { Ok(reader) } else { Err(LeafError::Lines) }
    }

    fn next(&mut self) -> Result<&'a str, LeafError> {
        let (line, rest) = self.0.split_once('\n').ok_or(LeafError::Lines)?;
        self.0 = rest;
        Ok(line)
    }

    /// The value of the next line, which must have this name.
    pub(super) fn value(&mut self, name: &'static str) -> Result<&'a str, LeafError> {
        let line = self.next()?;
        line.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).ok_or(LeafError::Lines)
    }

    pub(super) fn parsed<T: FromStr>(&mut self, name: &'static str) -> Result<T, LeafError> {
        self.value(name)?.parse().map_err(|_| LeafError::Value { name })
    }

    /// Like [`Self::parsed`], for a line that may be absent.
    pub(super) fn parsed_if_there<T: FromStr>(&mut self, name: &'static str) -> Result<Option<T>, LeafError> {
        if self.next_is(name) { self.parsed(name).map(Some) } else { Ok(None) }
    }

    pub(super) fn next_is(&self, name: &str) -> bool {
        self.0.strip_prefix(name).is_some_and(|rest| rest.starts_with(": "))
    }

    pub(super) fn one_of<T: Copy>(
        &mut self,
        name: &'static str,
        all: &[T],
        word: fn(T) -> &'static str,
    ) -> Result<T, LeafError> {
        let value = self.value(name)?;
        all.iter().copied().find(|candidate| word(*candidate) == value).ok_or(LeafError::Value { name })
    }

    pub(super) fn text(&mut self, name: &'static str) -> Result<String, LeafError> {
        decode(self.value(name)?).ok_or(LeafError::Value { name })
    }

    pub(super) fn optional_text(&mut self, name: &'static str) -> Result<Option<String>, LeafError> {
        let value = self.value(name)?;
        if value == NONE { Ok(None) } else { decode(value).map(Some).ok_or(LeafError::Value { name }) }
    }
}

fn decode(encoded: &str) -> Option<String> {
    let text = percent_decode_str(encoded).decode_utf8().ok()?;
    (text.len() <= MAX_TEXT_BYTES).then(|| text.into_owned())
}
