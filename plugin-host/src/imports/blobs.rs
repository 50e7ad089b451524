//! `blobs`: large contents. What a call creates is held until its commit, which writes it to a file first.

use wasmtime::Result;

use super::{a_name, at_most};
use crate::blobs::{self, BlobId, BlobRow};
use crate::contract::imports::blobs::{Blob, Host};
use crate::contract::limits::{MAX_CONTENT_BYTES, MAX_CONTENT_TYPE_BYTES, MAX_READ_BYTES};
use crate::sandbox::{Broken, NewBlob, Sandbox, Stop};

/// About what the row and the notes of a blob take.
const NOTE_BYTES: usize = 512;

impl Host for Sandbox {
    fn create(&mut self, name: Option<String>, content_type: String, content: Vec<u8>) -> Result<Blob> {
        self.view.writing("blobs.create")?;
        if let Some(name) = &name {
            a_name("blobs.create", "the name", name)?;
        }
        at_most("blobs.create", "the content type", content_type.len(), MAX_CONTENT_TYPE_BYTES)?;
        at_most("blobs.create", "the content", content.len(), MAX_CONTENT_BYTES)?;
        self.effects.weigh(NOTE_BYTES + content.len())?;
        let (id, row) = (BlobId::random(), BlobRow::of(name, content_type, &content));
        self.effects.create(NewBlob { id: id.clone(), content })?;
        let (keyspace, limit) = (self.keyspace(), self.call.plugin.limits().storage_bytes());
        blobs::put(keyspace, &id, &row, Some(limit), self.view.writing("blobs.create")?);
        Ok(blob(&id, row))
    }

    fn keep(&mut self, id: String) -> Result<()> {
        self.view.writing("blobs.keep")?;
        let Some((id, row)) = self.blob(&id)? else {
            let rule = "there is no such upload".to_owned();
            return Err(Stop::from(Broken::Argument { function: "blobs.keep", rule }).into());
        };
        let keyspace = self.keyspace();
        blobs::keep(keyspace, &id, row, self.view.writing("blobs.keep")?);
        Ok(())
    }

    fn stat(&mut self, id: String) -> Result<Option<Blob>> {
        Ok(self.blob(&id)?.map(|(id, row)| blob(&id, row)))
    }

    fn read(&mut self, id: String, offset: u64, length: u32) -> Result<Option<Vec<u8>>> {
        let length = (length as usize).min(MAX_READ_BYTES);
        let Some((id, _)) = self.blob(&id)? else { return Ok(None) };
        Ok(Some(self.content(&id, offset, length)?))
    }

    fn delete(&mut self, id: String) -> Result<()> {
        self.view.writing("blobs.delete")?;
        let Some((id, row)) = self.blob(&id)? else { return Ok(()) };
        let keyspace = self.keyspace();
        blobs::remove(keyspace, &id, &row, self.view.writing("blobs.delete")?);
        self.effects.delete(id);
        Ok(())
    }
}

impl Sandbox {
    /// A blob of the plugin's, as the call sees it; `None` for an id that is none.
    pub(super) fn blob(&mut self, id: &str) -> std::result::Result<Option<(BlobId, BlobRow)>, Stop> {
        let Ok(id) = id.parse() else { return Ok(None) };
        self.effects.weigh(NOTE_BYTES)?;
        let keyspace = self.keyspace();
        Ok(blobs::read_row(keyspace, &id, &mut self.view)?.map(|row| (id, row)))
    }

    /// Of the content of a blob that has a row, the bytes from `offset` on.
    pub(super) fn content(&self, id: &BlobId, offset: u64, length: usize) -> std::result::Result<Vec<u8>, Stop> {
        let Some(new) = self.effects.created(id) else {
            let files = &self.call.environment.blobs;
            return files.read(self.call.plugin.name(), id, offset, length).map_err(Stop::Blob);
        };
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(new.content.len());
        Ok(new.content[start..].iter().take(length).copied().collect())
    }
}

/// A blob as the contract shows it.
pub(super) fn blob(id: &BlobId, row: BlobRow) -> Blob {
    let BlobRow { size_bytes, content_type, sha256, name, expires: _ } = row;
    Blob { id: id.to_string(), size: size_bytes, content_type, sha256: hex::encode(sha256), name }
}

#[cfg(test)]
mod tests;
