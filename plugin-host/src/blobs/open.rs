//! Blobs opened for whoever answers a request with one.

use std::fs::File;

use storage::{ReadError, Store};
use tokio::task::spawn_blocking;

use super::rows::row_key;
use super::{BlobFileError, BlobFiles, BlobId, BlobRow};
use crate::plugin::Loaded;
use crate::rows::decode;

/// A blob of a plugin, to be read from its beginning.
#[derive(Debug)]
pub struct OpenBlob {
    /// The name that it is saved under.
    pub name: Option<String>,
    /// Its type, as the plugin or the sender gave it.
    pub content_type: String,
    /// How long it is.
    pub size_bytes: u64,
    /// Its content.
    pub file: File,
}

/// Why a blob is not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenBlobError {
    /// What is known of it cannot be read.
    #[error("what is known of the blob cannot be read")]
    Read(#[from] ReadError),
    /// Its file cannot be read.
    #[error(transparent)]
    File(#[from] BlobFileError),
    /// The server is shutting down.
    #[error("the server is shutting down")]
    ShutDown,
}

/// Opens a blob of a plugin; `None` if it has no such blob.
pub(crate) async fn open(
    files: &BlobFiles,
    store: &Store,
    plugin: &Loaded,
    id: &str,
) -> Result<Option<OpenBlob>, OpenBlobError> {
    let Ok(id) = id.parse::<BlobId>() else { return Ok(None) };
    let row = store.snapshot()?.get(plugin.keyspace(), row_key(&id))?;
    let Some(BlobRow { size_bytes, content_type, name, .. }) = row.and_then(|row| decode(&row)) else {
        return Ok(None);
    };
    let (files, plugin) = (files.clone(), plugin.name().to_owned());
    let file = spawn_blocking(move || files.open(&plugin, &id)).await.map_err(|_| OpenBlobError::ShutDown)??;
    Ok(Some(OpenBlob { name, content_type, size_bytes, file }))
}
