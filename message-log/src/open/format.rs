//! The file `format`: of which format a log is, and whose.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// What this program reads and writes.
pub const FORMAT: &str = "chakana-message-log/1";

/// Of which format the log in `folder` is, if there is one; it may be open.
///
/// # Errors
/// When that cannot be read.
pub fn format_of(folder: &Path) -> io::Result<Option<String>> {
    let file = match File::open(folder.join(FILE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut text = String::new();
    file.take(MAX_BYTES).read_to_string(&mut text)?;
    Ok(Some(text.lines().next().unwrap_or_default().to_owned()))
}

pub(super) const FILE: &str = "format";
/// A line with the format, and one with a server's id.
const MAX_BYTES: u64 = 4096;
