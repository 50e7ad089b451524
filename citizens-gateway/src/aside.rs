//! Takes in forms with files, and keeps a file aside on the disk while it comes in.

use crate::gateway::Visit;
use crate::refusal::Refusal;
use bytes::Bytes;
use futures_util::StreamExt as _;
use http_body_util::BodyStream;
use listener::{BodyError, LeastRate, TimedBody};
use pages::multipart::{File, Parts};
use std::io;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;

/// The parts of a form with files, of at most so many bytes, as they come in.
pub(crate) fn parts(
    visit: &mut Visit,
    content_type: &str,
    limit_bytes: u64,
    patience: Duration,
) -> Result<Parts, Refusal> {
    let body = visit.body.take().ok_or(Refusal::Malformed)?;
    let body = TimedBody::new(body, limit_bytes, patience).at_least(LeastRate::default());
    let pieces = BodyStream::new(body).filter_map(|frame| async move {
        match frame {
            Ok(frame) => frame.into_data().ok().map(Ok::<Bytes, BodyError>),
            Err(error) => Some(Err(error)),
        }
    });
    Ok(Parts::of(content_type, Box::pin(pieces), limit_bytes)?)
}

/// Takes a file in, into one without a name; its beginning may have come before.
pub(crate) async fn kept_aside(
    mut file: File,
    beginning: Option<Bytes>,
    largest_bytes: u64,
    name: &str,
) -> Result<tokio::fs::File, Refusal> {
    let mut aside = tokio::fs::File::from_std(tempfile::tempfile().map_err(not_on_disk)?);
    let mut left = largest_bytes;
    let mut piece = match beginning {
        Some(beginning) => Some(beginning),
        None => file.piece().await?,
    };
    while let Some(content) = piece {
        let too_large = || Refusal::FileSize { name: name.to_owned(), largest_bytes };
        left = left.checked_sub(content.len() as u64).ok_or_else(too_large)?;
        aside.write_all(&content).await.map_err(not_on_disk)?;
        piece = file.piece().await?;
    }
    aside.flush().await.map_err(not_on_disk)?;
    Ok(aside)
}

/// The disk fails, which is nobody's fault who sends something.
pub(crate) fn not_on_disk(error: io::Error) -> Refusal {
    tracing::error!(error = %error, "a file cannot be kept aside on the disk");
    Refusal::Unavailable
}
