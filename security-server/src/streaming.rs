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
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// What one piece holds at least, but for the last.
const PIECE_BYTES: usize = 64 * 1024;
/// Pieces that wait for the reader.
const PIECES: usize = 4;
/// How long the reader may take for one piece; with each that it takes in time, it holds the thread on.
const PATIENCE: Duration = Duration::from_secs(60);

/// The answers of this kind that may be under way at once: each holds a thread for as long as its reader takes.
#[derive(Debug, Clone)]
pub struct Exports {
    places: Arc<Semaphore>,
    limit: usize,
}

/// A place among them, held until the answer is written.
#[derive(Debug)]
pub(crate) struct ExportPlace {
    _permit: OwnedSemaphorePermit,
}

/// All places are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("as many evidence files are being written as limits.exports allows at once: {0}")]
pub struct TooManyExports(usize);

impl Exports {
    /// So many at once.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(limit)), limit }
    }

    /// A place, if one is free: nobody waits for readers who may be slow.
    pub(crate) fn place(&self) -> Result<ExportPlace, TooManyExports> {
        let permit = self.places.clone().try_acquire_owned().map_err(|_| TooManyExports(self.limit))?;
        Ok(ExportPlace { _permit: permit })
    }
}

/// Runs `write` on a thread of its own and hands over what it writes. An error, or a panic, comes as the last piece, so
/// that nobody takes half for the whole.
pub(crate) fn written<E>(
    place: ExportPlace,
    write: impl FnOnce(&mut dyn Write) -> Result<(), E> + Send + 'static,
) -> BoxStream<'static, io::Result<Bytes>>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (sender, receiver) = mpsc::channel(PIECES);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let _place = place;
        let mut pieces = Pieces { sender, runtime, piece: BytesMut::new() };
        let whole = write(&mut pieces).map_err(io::Error::other).and_then(|()| pieces.flush());
        match whole.and_then(|()| pieces.send(Ok(None))) {
            Ok(()) => {}
            Err(error) => {
                tracing::warn!(error = %error, "an answer broke off");
                // A reader that is too slow is not waited for a second time: it sees that the end is missing.
                let _ = pieces.sender.try_send(Err(error));
            }
        }
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
    use std::sync::atomic::{AtomicU64, Ordering};

    fn place() -> ExportPlace {
        Exports::new(1).place().unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_place_is_taken_until_the_answer_is_written_or_its_reader_has_gone() {
        let exports = Exports::new(1);
        let (go_on, wait) = std::sync::mpsc::sync_channel::<()>(1);
        let under_way = written(exports.place().unwrap(), move |out| {
            wait.recv().map_err(io::Error::other)?;
            out.write_all(b"all of it")
        });
        let refused = exports.place().unwrap_err().to_string();
        assert_eq!(refused, "as many evidence files are being written as limits.exports allows at once: 1");
        go_on.send(()).unwrap();
        assert_eq!(under_way.collect::<Vec<_>>().await.len(), 1);
        let freed = exports.places.clone().acquire_owned().await.unwrap();
        drop(freed);
        let abandoned = written(exports.place().unwrap(), |out| out.write_all(&[7; 10 * PIECE_BYTES]));
        drop(abandoned);
        exports.places.acquire().await.unwrap().forget();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn hands_over_everything_and_runs_ahead_by_a_few_pieces_only() {
        let written_bytes = Arc::new(AtomicU64::new(0));
        let counter = written_bytes.clone();
        let total: u64 = 10 << 20;
        let mut pieces = written(place(), move |out| {
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
        let failing = written(place(), |out| {
            out.write_all(b"half")?;
            Err::<(), _>(io::Error::other("no more"))
        });
        let pieces: Vec<_> = failing.collect().await;
        assert!(pieces.last().unwrap().is_err());
        let panicking = written(place(), |_| -> Result<(), io::Error> { panic!("a bug") });
        let pieces: Vec<_> = panicking.collect().await;
        assert!(matches!(&pieces[..], [Err(_)]));
    }
}
