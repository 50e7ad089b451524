//! Bodies out of the log's spool as bodies of HTTP messages.

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use message_log::Body;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A body as it goes out: whole when it is in memory, else in the pieces in which it is read.
#[must_use]
pub fn outgoing(body: &Body) -> listener::Body {
    match body.bytes() {
        Some(bytes) => listener::reply::whole(bytes.clone()),
        None => Spooled::new(body).boxed_unsync(),
    }
}

/// A body that is read from disk, and whose length is known.
struct Spooled {
    chunks: BoxStream<'static, io::Result<Bytes>>,
    left: u64,
}

impl Spooled {
    fn new(body: &Body) -> Self {
        let chunks = stream::try_unfold(body.reader(), |mut reader| async move {
            let chunk = reader.next_chunk().await.map_err(io::Error::other)?;
            Ok(chunk.map(|chunk| (chunk, reader)))
        });
        Self { chunks: chunks.boxed(), left: body.digest().length }
    }
}

impl HttpBody for Spooled {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.chunks.poll_next_unpin(cx).map(|next| {
            next.map(|chunk| {
                chunk.map(|chunk| {
                    self.left = self.left.saturating_sub(chunk.len() as u64);
                    Frame::data(chunk)
                })
            })
        })
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
