//! Files of the message log, as a disk gives them back: whole segments, index files, and the payloads of frames, which in a
//! file stand behind a checksum that fuzzing does not find.

use message_log::{Kind, Verification, inspect_index, inspect_segment, is_payload, verify};
use std::path::Path;

/// The first byte says what the rest is.
pub fn log_files(data: &[u8]) {
    let Some((which, rest)) = data.split_first() else { return };
    match usize::from(*which) {
        0 => segment(rest),
        1 => index(rest),
        number => {
            let (_, kind) = Kind::ALL[number % Kind::ALL.len()];
            // What these carry at their end is anything, or encrypted.
            let open_ended =
                matches!(kind, Kind::Message | Kind::Material | Kind::Timestamp | Kind::SignatureTimestamp);
            let longer = [rest, b"x"].concat();
            assert!(!is_payload(kind, rest) || open_ended || !is_payload(kind, &longer));
        }
    }
}

fn segment(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let segments = folder.path().join("segments");
    std::fs::create_dir(&segments).expect("a folder");
    let path = segments.join(format!("{:020}.seg", 0));
    std::fs::write(&path, bytes).expect("a file");
    let contents = inspect_segment(&path).expect("a file that was just written");
    let mut progress = |_| {};
    let mut with = Verification { key: None, log_keys: &[], timestamps: None, progress: &mut progress };
    let report = verify(folder.path(), &mut with).expect("a folder that was just written");
    match contents {
        None => assert!(!report.is_sound()),
        Some(contents) => assert!(contents.malformed == 0 || !report.is_sound() || contents.damaged > 0),
    }
}

fn index(bytes: &[u8]) {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), bytes).expect("a file");
    let _ = inspect_index(Path::new(file.path()));
}
