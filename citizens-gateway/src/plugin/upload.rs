//! Stores a file of a form as a blob of the plugin.

use super::{At, sniff};
use crate::refusal::Refusal;
use bytes::{Bytes, BytesMut};
use futures_util::stream::try_unfold;
use pages::multipart::File;
use plugin_host::manifest::Uploads;
use plugin_host::{Upload, UploadError, Uploaded};
use std::io;
use tokio_util::io::StreamReader;

impl At<'_> {
    /// Stores a file, if the page takes files of its type and size.
    pub(super) async fn store(&self, mut file: File, taken: &Uploads) -> Result<Uploaded, Refusal> {
        let shown_name = file.name.clone().unwrap_or_else(|| file.field.clone());
        let beginning = beginning(&mut file).await?;
        let found = sniff::content_type(&beginning, file.content_type.as_deref());
        let found = found.filter(|found| taken.types().iter().any(|taken| taken == found));
        let Some(content_type) = found else {
            return Err(Refusal::FileType { name: shown_name, types: taken.types().to_vec() });
        };
        let upload = Upload { name: file.name.take(), content_type: content_type.to_owned() };
        let largest_bytes = taken.largest_bytes();
        let pieces = try_unfold((file, Some(beginning), largest_bytes), |(mut file, first, left)| async move {
            let piece = match first {
                Some(first) => Some(first),
                None => file.piece().await.map_err(io::Error::other)?,
            };
            let Some(piece) = piece else { return Ok(None) };
            let left = left.checked_sub(piece.len() as u64).ok_or_else(|| io::Error::other(TooLargeFile))?;
            Ok::<_, io::Error>(Some((piece, (file, None, left))))
        });
        let content = StreamReader::new(Box::pin(pieces));
        match self.common.host.upload(self.plugin.name(), upload, content).await {
            Ok(uploaded) => Ok(uploaded),
            Err(UploadError::Receive { source }) if is_too_large(&source) => {
                Err(Refusal::FileSize { name: shown_name, largest_bytes })
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// As much of a file as tells what it is.
async fn beginning(file: &mut File) -> Result<Bytes, Refusal> {
    let mut beginning = BytesMut::new();
    while beginning.len() < sniff::LOOKED_AT {
        match file.piece().await? {
            Some(piece) => beginning.extend_from_slice(&piece),
            None => break,
        }
    }
    Ok(beginning.freeze())
}

#[derive(Debug, thiserror::Error)]
#[error("the file is too large")]
struct TooLargeFile;

fn is_too_large(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<TooLargeFile>())
}
