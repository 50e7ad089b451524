//! Uploads: contents that come with a request, taken in before the plugin is called.

use aws_lc_rs::digest;
use clock::Timestamp;
use protocol::hash::Sha256Hash;
use storage::{CommitError, CounterError, ReadError};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::task::spawn_blocking;

use super::files::Incoming;
use super::{BlobFileError, BlobFiles, BlobId, BlobRow, is_sum, put};
use crate::plugin::Loaded;
use crate::rows::milliseconds;

/// What is said of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The file's name, as the sender gave it.
    pub name: Option<String>,
    /// Its type, as the sender gave it.
    pub content_type: String,
}

/// An upload that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// The id of the blob.
    pub id: String,
    /// How long it is.
    pub size_bytes: u64,
    /// The digest of its content.
    pub sha256: Sha256Hash,
}

/// Why an upload was not taken in. Nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// No plugin of this name is loaded.
    #[error("no plugin {plugin:?} is loaded")]
    NotLoaded {
        /// The name.
        plugin: String,
    },
    /// It is larger than everything that the plugin may keep, or would make that too much.
    #[error("the upload does not fit into the {limit_bytes} bytes that the plugin's blobs may take")]
    Storage {
        /// What they may take.
        limit_bytes: u64,
    },
    /// Its name or type is too long.
    #[error("the {what} of an upload has {found} bytes, and may have {MAX_TEXT_BYTES}")]
    TooLong {
        /// Which of them.
        what: &'static str,
        /// How long it is.
        found: usize,
    },
    /// It did not come whole.
    #[error("the upload broke off")]
    Receive {
        /// Why.
        source: std::io::Error,
    },
    /// Its file cannot be written.
    #[error("the upload cannot be written")]
    Write {
        /// Why.
        source: BlobFileError,
    },
    /// Its row cannot be written.
    #[error("the upload cannot be noted")]
    Commit {
        /// Why.
        source: CommitError,
    },
    /// The store cannot be read.
    #[error("the plugin's data cannot be read")]
    Read {
        /// Why.
        source: ReadError,
    },
    /// The server is shutting down.
    #[error("the server is shutting down")]
    ShutDown,
}

const MAX_TEXT_BYTES: usize = 256;
const PIECE_BYTES: usize = 256 << 10;
/// Longer than the request that it came with.
const KEPT_MS: u64 = 3600 * 1000;

/// Takes an upload in for a plugin. Unless the plugin keeps it, it is gone after an hour.
pub(crate) async fn receive(
    files: &BlobFiles,
    store: &storage::Store,
    plugin: &Loaded,
    upload: Upload,
    content: impl AsyncRead + Unpin + Send,
    now: Timestamp,
) -> Result<Uploaded, UploadError> {
    for (what, found) in [("name", upload.name.as_ref().map_or(0, String::len)), ("type", upload.content_type.len())] {
        if found > MAX_TEXT_BYTES {
            return Err(UploadError::TooLong { what, found });
        }
    }
    let (id, limit_bytes) = (BlobId::random(), plugin.limits().storage_bytes());
    let incoming = blocking({
        let (files, name, id) = (files.clone(), plugin.name().to_owned(), id.clone());
        move || files.begin(&name, &id)
    });
    let written = write(incoming.await?, content, limit_bytes, now).await;
    let noted = match written {
        Ok(written) => note(store, plugin, &id, upload, written, now).await.map(|()| written),
        Err(error) => Err(error),
    };
    match noted {
        Ok((size_bytes, sha256)) => {
            Ok(Uploaded { id: id.to_string(), size_bytes, sha256: Sha256Hash::from_bytes(sha256) })
        }
        // It may have a row: without one, the sweep takes its file.
        Err(error @ UploadError::Commit { source: CommitError::Failed { .. } }) => Err(error),
        Err(error) => {
            let (files, name) = (files.clone(), plugin.name().to_owned());
            // What cannot be removed is left to the sweep as well; the refusal is what the sender has to hear.
            let _ = blocking(move || files.remove(&name, &id)).await;
            Err(error)
        }
    }
}

/// Notes what was written.
async fn note(
    store: &storage::Store,
    plugin: &Loaded,
    id: &BlobId,
    upload: Upload,
    (size_bytes, sha256): (u64, [u8; 32]),
    now: Timestamp,
) -> Result<(), UploadError> {
    let limit_bytes = plugin.limits().storage_bytes();
    let Upload { name, content_type } = upload;
    let expires = Some(milliseconds(now).saturating_add(KEPT_MS));
    let row = BlobRow { size_bytes, content_type, sha256, name, expires };
    let mut transaction = store.begin().map_err(|source| UploadError::Read { source })?;
    put(plugin.keyspace(), id, &row, Some(limit_bytes), &mut transaction);
    match transaction.commit().await {
        Ok(()) => Ok(()),
        Err(CommitError::Counter { source: CounterError::OutOfBounds { key, .. } }) if is_sum(&key) => {
            Err(UploadError::Storage { limit_bytes })
        }
        Err(source) => Err(UploadError::Commit { source }),
    }
}

/// Writes what comes, piece by piece, up to a limit.
async fn write(
    mut incoming: Incoming,
    mut content: impl AsyncRead + Unpin + Send,
    limit_bytes: u64,
    now: Timestamp,
) -> Result<(u64, [u8; 32]), UploadError> {
    let mut hash = digest::Context::new(&digest::SHA256);
    let (mut size_bytes, mut piece) = (0_u64, Vec::with_capacity(PIECE_BYTES));
    loop {
        let read = (&mut content).take(PIECE_BYTES as u64).read_to_end(&mut piece).await;
        if read.map_err(|source| UploadError::Receive { source })? == 0 {
            break;
        }
        size_bytes = size_bytes.saturating_add(piece.len() as u64);
        if size_bytes > limit_bytes {
            return Err(UploadError::Storage { limit_bytes });
        }
        hash.update(&piece);
        (incoming, piece) = blocking(move || {
            incoming.append(&piece)?;
            piece.clear();
            Ok((incoming, piece))
        })
        .await?;
    }
    blocking(move || incoming.finish(now)).await?;
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(hash.finish().as_ref());
    Ok((size_bytes, sha256))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BlobFileError> + Send + 'static,
) -> Result<T, UploadError> {
    let done = spawn_blocking(work).await.map_err(|_| UploadError::ShutDown)?;
    done.map_err(|source| UploadError::Write { source })
}
