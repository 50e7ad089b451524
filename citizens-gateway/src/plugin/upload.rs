//! Stores a file of a form as a blob of the plugin.

use super::{At, sniff};
use crate::refusal::Refusal;
use bytes::{Bytes, BytesMut};
use futures_util::stream::try_unfold;
use listener::Peer;
use pages::multipart::{File, MultipartError};
use plugin_host::manifest::Uploads;
use plugin_host::{Upload, UploadError, Uploaded};
use std::io;
use tokio_util::io::StreamReader;

impl At<'_> {
    /// Stores a file, if the page takes files of its type and size.
    pub(super) async fn store(&self, mut file: File, taken: &Uploads, client: Peer) -> Result<Uploaded, Refusal> {
        let shown_name = file.name.clone().unwrap_or_else(|| file.field.clone());
        let beginning = beginning(&mut file).await?;
        let found = sniff::content_type(&beginning, file.content_type.as_deref());
        let found = found.filter(|found| taken.types().iter().any(|taken| taken == found));
        let Some(content_type) = found else {
            return Err(Refusal::FileType { name: shown_name, types: taken.types().to_vec() });
        };
        if content_type.starts_with("image/") {
            let share = self.common.room.share(client);
            return self.store_picture(file, beginning, content_type, taken, share).await;
        }
        let upload = Upload { name: file.name.take(), content_type: content_type.to_owned() };
        let largest_bytes = taken.largest_bytes();
        let pieces = try_unfold((file, Some(beginning), largest_bytes), |(mut file, first, left)| async move {
            let piece = match first {
                Some(first) => Some(first),
                None => file.piece().await.map_err(|error| io::Error::other(Ended::Form(error)))?,
            };
            let Some(piece) = piece else { return Ok(None) };
            let left = left.checked_sub(piece.len() as u64).ok_or_else(|| io::Error::other(Ended::TooLarge))?;
            Ok::<_, io::Error>(Some((piece, (file, None, left))))
        });
        let content = StreamReader::new(Box::pin(pieces));
        match self.common.host.upload(self.plugin.name(), upload, content).await {
            Ok(uploaded) => Ok(uploaded),
            Err(UploadError::Receive { source }) => {
                Err(match source.into_inner().map(|inner| inner.downcast::<Ended>()) {
                    Some(Ok(ended)) => ended.refusal(shown_name, largest_bytes),
                    _ => Refusal::Malformed,
                })
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Why a file did not come to its end.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("the file is too large")]
    TooLarge,
    #[error("the form ended early")]
    Form(#[source] MultipartError),
}

impl Ended {
    fn refusal(self, name: String, largest_bytes: u64) -> Refusal {
        match self {
            Self::TooLarge => Refusal::FileSize { name, largest_bytes },
            Self::Form(error) => error.into(),
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
