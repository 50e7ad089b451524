//! The files of a call's blobs: written before its transaction is committed, and removed again if it is not.

use std::sync::Arc;

use storage::CommitError;
use tokio::task::spawn_blocking;

use super::CallError;
use crate::blobs::{BlobFileError, BlobId};
use crate::sandbox::{Call, NewBlob};

/// The files that a call has written.
pub(super) struct Written {
    call: Arc<Call>,
    ids: Vec<BlobId>,
}

/// Writes the contents that a call created; when this returns, they are durable.
pub(super) async fn write(call: &Arc<Call>, blobs: Vec<NewBlob>) -> Result<Written, CallError> {
    let mut written = Written { call: call.clone(), ids: blobs.iter().map(|blob| blob.id.clone()).collect() };
    if blobs.is_empty() {
        return Ok(written);
    }
    let call = call.clone();
    let writing = spawn_blocking(move || {
        let (files, plugin) = (&call.environment.blobs, call.plugin.name());
        blobs.iter().try_for_each(|blob| files.write(plugin, &blob.id, &blob.content, call.now))
    });
    match writing.await {
        Ok(Ok(())) => Ok(written),
        Ok(Err(error)) => {
            written.remove().await;
            Err(CallError::Blob(error))
        }
        Err(_) => Err(CallError::ShutDown),
    }
}

impl Written {
    /// Removes the files again if the transaction was refused. One that may yet be found committed keeps them.
    pub(super) async fn settle(mut self, outcome: &Result<(), CommitError>) {
        match outcome {
            Ok(()) | Err(CommitError::Failed { .. }) => {}
            Err(_) => self.remove().await,
        }
    }

    async fn remove(&mut self) {
        let (ids, files) = (std::mem::take(&mut self.ids), self.call.environment.blobs.clone());
        on_files(&self.call, ids, move |plugin, id| files.remove(plugin, id)).await;
    }
}

/// Lets the sweep have the files of deleted blobs once nobody can be reading them any more.
pub(super) async fn retire(call: &Arc<Call>, ids: Vec<BlobId>) {
    let (files, now) = (call.environment.blobs.clone(), call.now);
    on_files(call, ids, move |plugin, id| files.touch(plugin, id, now)).await;
}

/// What fails here is done by the sweep.
async fn on_files(
    call: &Arc<Call>,
    ids: Vec<BlobId>,
    each: impl Fn(&str, &BlobId) -> Result<(), BlobFileError> + Send + 'static,
) {
    if ids.is_empty() {
        return;
    }
    let plugin = call.plugin.name().to_owned();
    let done = spawn_blocking(move || ids.iter().try_for_each(|id| each(&plugin, id))).await;
    if let Ok(Err(error)) = done {
        tracing::warn!(plugin = call.plugin.name(), %error, "a blob's file is left to the sweep");
    }
}
