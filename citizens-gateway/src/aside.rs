//! Takes in forms with files, and keeps a file aside on the disk while it comes in.

use crate::gateway::Visit;
use crate::refusal::Refusal;
use crate::room::Share;
use bytes::Bytes;
use futures_util::StreamExt as _;
use http_body_util::BodyStream;
use hyper::body::Body as _;
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
    if body.size_hint().lower() > limit_bytes {
        return Err(Refusal::TooLarge);
    }
    let body = TimedBody::new(body, limit_bytes, patience).at_least(LeastRate::default());
    let pieces = BodyStream::new(body).filter_map(|frame| async move {
        match frame {
            Ok(frame) => frame.into_data().ok().map(Ok::<Bytes, BodyError>),
            Err(error) => Some(Err(error)),
        }
    });
    Ok(Parts::of(content_type, Box::pin(pieces), limit_bytes)?)
}

/// A file on the disk that has no name, and the room that it takes there.
pub(crate) struct Aside {
    pub(crate) file: tokio::fs::File,
    pub(crate) share: Share,
}

/// Takes a file in; its beginning may have come before.
pub(crate) async fn kept_aside(
    mut file: File,
    beginning: Option<Bytes>,
    largest_bytes: u64,
    name: &str,
    mut share: Share,
) -> Result<Aside, Refusal> {
    let mut aside = tokio::fs::File::from_std(tempfile::tempfile().map_err(not_on_disk)?);
    let mut left = largest_bytes;
    let mut piece = match beginning {
        Some(beginning) => Some(beginning),
        None => file.piece().await?,
    };
    while let Some(content) = piece {
        let too_large = || Refusal::FileSize { name: name.to_owned(), largest_bytes };
        left = left.checked_sub(content.len() as u64).ok_or_else(too_large)?;
        share.grow(content.len() as u64)?;
        aside.write_all(&content).await.map_err(not_on_disk)?;
        piece = file.piece().await?;
    }
    aside.flush().await.map_err(not_on_disk)?;
    Ok(Aside { file: aside, share })
}

/// The disk fails, which is nobody's fault who sends something.
pub(crate) fn not_on_disk(error: io::Error) -> Refusal {
    tracing::error!(error = %error, "a file cannot be kept aside on the disk");
    Refusal::Unavailable
}
