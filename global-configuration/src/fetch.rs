//! The seam to the world: one file of one mirror.

use async_trait::async_trait;
use bytes::Bytes;
use std::fmt;
use std::io;
use tokio::io::AsyncReadExt as _;
use url::Url;

/// Gets files from mirrors.
#[async_trait]
pub trait Fetch: fmt::Debug + Send + Sync {
    /// Gets the file at `url`, of at most `limit` bytes. With `known` the mirror may answer that it has nothing newer.
    ///
    /// # Errors
    /// When the mirror cannot be reached, or gives something else than the file.
    async fn fetch(&self, url: &Url, known: Option<&Validator>, limit: usize) -> Result<Fetched, FetchError>;
}

/// What a mirror said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The file.
    Found {
        /// Its content.
        bytes: Bytes,
        /// What to ask with the next time.
        validator: Option<Validator>,
    },
    /// The file is still the one that was known.
    Unchanged,
    /// There is no such file.
    Missing,
}

/// A mirror's own mark of a file's state (HTTP's `ETag`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validator(pub String);

/// Why a file could not be had.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The mirror is not of a kind that is understood.
    #[error("cannot fetch {url}: its scheme is none of http, https and file")]
    Scheme {
        /// The file.
        url: Url,
    },
    /// The file is longer than any honest one.
    #[error("{url} has more than the {limit} bytes allowed")]
    TooLarge {
        /// The file.
        url: Url,
        /// What is allowed.
        limit: usize,
    },
    /// The file is there and cannot be read.
    #[error("failed to read {url}")]
    Read {
        /// The file.
        url: Url,
        /// Why.
        source: io::Error,
    },
    /// The mirror did not answer.
    #[error("failed to fetch {url}")]
    Exchange {
        /// The file.
        url: Url,
        /// Why.
        source: listener::client::ClientError,
    },
    /// The mirror answered with another status than 200, 304 or 404.
    #[error("{url} was answered with status {status}")]
    Status {
        /// The file.
        url: Url,
        /// The status.
        status: u16,
    },
}

/// Gets files from mirrors that are folders of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct FileFetch;

#[async_trait]
impl Fetch for FileFetch {
    async fn fetch(&self, url: &Url, _known: Option<&Validator>, limit: usize) -> Result<Fetched, FetchError> {
        let path = match url.scheme() {
            "file" => url.to_file_path().map_err(|()| FetchError::Scheme { url: url.clone() })?,
            _ => return Err(FetchError::Scheme { url: url.clone() }),
        };
        let failed = |source| FetchError::Read { url: url.clone(), source };
        let file = match tokio::fs::File::open(path).await {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Fetched::Missing),
            Err(error) => return Err(failed(error)),
        };
        let mut bytes = Vec::new();
        file.take(limit as u64 + 1).read_to_end(&mut bytes).await.map_err(failed)?;
        if bytes.len() > limit {
            return Err(FetchError::TooLarge { url: url.clone(), limit });
        }
        Ok(Fetched::Found { bytes: bytes.into(), validator: None })
    }
}
