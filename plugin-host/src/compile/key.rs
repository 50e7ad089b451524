//! The key that authenticates compiled components: it never leaves the server.

use aws_lc_rs::{hmac, rand};
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A key of a server for its compiled components. It has no text form.
pub struct CacheKey(pub(super) hmac::Key);

/// Why there is no key.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("failed to {doing} the key of the compiled components, {}", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// What is in the file is no key.
    #[error("{} is not a key of {KEY_BYTES} bytes; delete it, and components are compiled again", path.display())]
    Length {
        /// Which file.
        path: PathBuf,
    },
    /// The system has no randomness.
    #[error("the random number generator failed")]
    Random,
}

impl CacheKey {
    /// The key with these bytes.
    #[must_use]
    pub fn new(bytes: &[u8; KEY_BYTES]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The key in a file that only the server's user can read; it is made where there is none.
    ///
    /// # Errors
    /// When the file can neither be read nor made, or holds something else.
    pub fn open_or_make(path: &Path) -> Result<Self, KeyError> {
        let failed = |doing| move |source| KeyError::File { doing, path: path.to_owned(), source };
        match File::open(path) {
            Ok(file) => {
                let mut bytes = Vec::with_capacity(KEY_BYTES + 1);
                file.take(KEY_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(failed("read"))?;
                let bytes = bytes.as_slice().try_into().map_err(|_| KeyError::Length { path: path.to_owned() })?;
                Ok(Self::new(bytes))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut bytes = [0; KEY_BYTES];
                rand::fill(&mut bytes).map_err(|_| KeyError::Random)?;
                write_new(path, &bytes).map_err(failed("make"))?;
                Ok(Self::new(&bytes))
            }
            Err(error) => Err(failed("read")(error)),
        }
    }
}

/// Losing the file costs a compilation: that it is whole matters, not that it survives a power cut.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)
}

const KEY_BYTES: usize = 32;
