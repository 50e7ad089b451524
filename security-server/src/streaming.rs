//! Answers larger than memory: what a thread writes goes out piece by piece, and waits for whoever reads it.

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use listener::Response;
use std::io::{self, Write};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// What one piece holds at least, but for the last.
const PIECE_BYTES: usize = 64 * 1024;
/// Pieces that wait for the reader.
const PIECES: usize = 4;
/// How long the reader may take for one piece: until then it holds a thread.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs `write` on a thread of its own and hands over what it writes. An error, or a panic, comes as the last piece, so
/// that nobody takes half for the whole.
pub(crate) fn written<E>(
    write: impl FnOnce(&mut dyn Write) -> Result<(), E> + Send + 'static,
) -> BoxStream<'static, io::Result<Bytes>>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (sender, receiver) = mpsc::channel(PIECES);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let mut pieces = Pieces { sender, runtime, piece: BytesMut::new() };
        let last = match write(&mut pieces).map_err(io::Error::other).and_then(|()| pieces.flush()) {
            Ok(()) => Ok(None),
            Err(error) => {
                tracing::warn!(error = %error, "an answer broke off");
                Err(error)
            }
        };
        // Whoever has gone does not need to know.
        let _ = pieces.send(last);
    });
    stream::unfold(Some(receiver), |receiver| async {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Ok(Some(piece))) => Some((Ok(piece), Some(receiver))),
            Some(Ok(None)) => None,
            Some(Err(error)) => Some((Err(error), None)),
            None => Some((Err(io::Error::other("the writer of an answer broke off")), None)),
        }
    })
    .boxed()
}

/// A response of such pieces.
pub(crate) fn response(content_type: &'static str, pieces: BoxStream<'static, io::Result<Bytes>>) -> Response {
    let body = StreamBody::new(pieces.map(|piece| piece.map(Frame::data))).boxed_unsync();
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Collects what is written into pieces.
struct Pieces {
    sender: mpsc::Sender<io::Result<Option<Bytes>>>,
    runtime: Handle,
    piece: BytesMut,
}

impl Pieces {
    fn send(&self, piece: io::Result<Option<Bytes>>) -> io::Result<()> {
        let sent = async { tokio::time::timeout(PATIENCE, self.sender.send(piece)).await };
        match self.runtime.block_on(sent) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(io::Error::new(io::ErrorKind::BrokenPipe, "the reader has gone")),
            Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "the reader does not read")),
        }
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = self.piece.split().freeze();
        self.send(Ok(Some(piece)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[tokio::test(flavor = "multi_thread")]
    async fn hands_over_everything_and_runs_ahead_by_a_few_pieces_only() {
        let written_bytes = Arc::new(AtomicU64::new(0));
        let counter = written_bytes.clone();
        let total: u64 = 10 << 20;
        let mut pieces = written(move |out| {
            for _ in 0..total / 1000 {
                out.write_all(&[7; 1000])?;
                counter.fetch_add(1000, Ordering::SeqCst);
            }
            Ok::<(), io::Error>(())
        });
        let mut read = 0;
        while let Some(piece) = pieces.next().await {
            read += piece.unwrap().len() as u64;
            let ahead = written_bytes.load(Ordering::SeqCst).saturating_sub(read);
            assert!(ahead <= ((PIECES + 2) * (PIECE_BYTES + 1000)) as u64, "{ahead} bytes wait in memory");
        }
        assert_eq!(read, total / 1000 * 1000);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_error_and_a_panic_end_the_stream_with_an_error() {
        let failing = written(|out| {
            out.write_all(b"half")?;
            Err::<(), _>(io::Error::other("no more"))
        });
        let pieces: Vec<_> = failing.collect().await;
        assert!(pieces.last().unwrap().is_err());
        let panicking = written(|_| -> Result<(), io::Error> { panic!("a bug") });
        let pieces: Vec<_> = panicking.collect().await;
        assert!(matches!(&pieces[..], [Err(_)]));
    }
}
