//! Of which format the snapshots in a folder are.

use super::CURRENT;
use serde::Deserialize;
use std::fs;
use std::io;
use std::path::Path;

/// What this program reads and writes.
pub const FORMAT: &str = "chakana-snapshot/1";

/// Of which format the snapshot in use in `folder` is, if there is one; a server may be running on it.
///
/// # Errors
/// When that cannot be read.
pub fn format_of(folder: &Path) -> io::Result<Option<String>> {
    /// The one field that stays, whatever the others become.
    #[derive(Deserialize)]
    struct Marked {
        format: String,
    }
    match fs::read(folder.join(CURRENT)) {
        Ok(bytes) => Ok(Some(serde_json::from_slice::<Marked>(&bytes)?.format)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_format_of_a_record_whose_other_fields_it_does_not_know() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(format_of(folder.path()).unwrap(), None);
        fs::write(folder.path().join(CURRENT), r#"{"format":"chakana-snapshot/2","files":[]}"#).unwrap();
        assert_eq!(format_of(folder.path()).unwrap().as_deref(), Some("chakana-snapshot/2"));
        fs::write(folder.path().join(CURRENT), "damaged").unwrap();
        assert!(format_of(folder.path()).is_err());
    }
}
