//! Secrets in files: those that somebody wrote, and those that the server made, wrapped by its token.

use aws_lc_rs::rand;
use signer::{DataKey, KeyEncryptionKey};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Why a file is no secret. What it holds is never said.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretError {
    /// It cannot be read or made.
    #[error("failed to {doing} {}", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others can read it.
    #[error("{} can be read by others (mode {mode:o}); make it the server's alone: chmod 600", path.display())]
    Exposed {
        /// Which file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It is too long, or no text.
    #[error("{} is not a text of at most {MAX_SECRET_BYTES} bytes", path.display())]
    Form {
        /// Which file.
        path: PathBuf,
    },
    /// It was not wrapped by this server.
    #[error("{} was not made by this server's token; restore the one that was, or what was sealed with it is lost", path.display())]
    NotOurs {
        /// Which file.
        path: PathBuf,
    },
    /// The system has no randomness, or the token fails.
    #[error("no secret could be made")]
    Random,
}

/// The secret in a file, without the line's end that editors add. Blocks for a small file.
///
/// # Errors
/// [`SecretError`].
pub(crate) fn read(path: &Path) -> Result<String, SecretError> {
    let failed = |source| SecretError::File { doing: "read", path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(SecretError::Exposed { path: path.to_owned(), mode });
    }
    let mut bytes = Vec::new();
    file.take(MAX_SECRET_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    let is_short = bytes.len() as u64 <= MAX_SECRET_BYTES;
    let text = String::from_utf8(bytes).ok().filter(|_| is_short);
    let text = text.ok_or_else(|| SecretError::Form { path: path.to_owned() })?;
    Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
}

/// A secret that the server's token wrapped for a purpose; made where there is none.
///
/// # Errors
/// When it can neither be read nor made, or another server's token wrapped it.
pub(crate) fn wrapped(path: &Path, key: &KeyEncryptionKey, purpose: &[u8]) -> Result<DataKey, SecretError> {
    let failed = |doing| move |source| SecretError::File { doing, path: path.to_owned(), source };
    match fs::read(path) {
        Ok(wrapped) => key.unwrap(&wrapped, purpose).map_err(|_| SecretError::NotOurs { path: path.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut secret = DataKey::default();
            rand::fill(secret.as_mut_slice()).map_err(|_| SecretError::Random)?;
            let wrapped = key.wrap(&secret, purpose).map_err(|_| SecretError::Random)?;
            make(path, &wrapped).map_err(failed("make"))?;
            Ok(secret)
        }
        Err(error) => Err(failed("read")(error)),
    }
}

/// Durable before it is used: what is sealed with it is lost without it.
fn make(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beginning = path.with_added_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beginning)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beginning, path)?;
    File::open(path.parent().unwrap_or(path))?.sync_all()
}

const MAX_SECRET_BYTES: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn written(mode: u32, content: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pin");
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        (folder, path)
    }

    #[test]
    fn a_secret_is_a_file_of_the_servers_alone() {
        let (_folder, path) = written(0o600, b"1234\n");
        assert_eq!(read(&path).unwrap(), "1234");
        let (_folder, path) = written(0o640, b"1234");
        let refused = read(&path).unwrap_err().to_string();
        assert!(refused.contains("mode 640") && !refused.contains("1234"), "{refused}");
    }

    #[test]
    fn what_is_no_text_is_refused_without_showing_it() {
        let (_folder, path) = written(0o600, b"\xff\xfe1234");
        assert!(!read(&path).unwrap_err().to_string().contains("1234"));
        let (_folder, path) = written(0o600, &vec![b'x'; MAX_SECRET_BYTES as usize + 1]);
        assert!(matches!(read(&path), Err(SecretError::Form { .. })));
        assert!(matches!(read(Path::new("/nowhere/pin")), Err(SecretError::File { .. })));
    }
}
