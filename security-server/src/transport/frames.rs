//! Messages as frames: reading them off a body as it arrives, writing them as one.

use crate::credentials::CredentialsUnit;
use crate::message::{MessageParts, Presented, SealedMessage};
use crate::refusal::MessageRefusal;
use bytes::{Buf, Bytes, BytesMut};
use futures_util::stream::{self, StreamExt};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use listener::{BodyError, LeastRate, TimedBody};
use message_log::{Body, BodyReader};
use protocol::frame::{self, FrameHeader, FrameType, HEADER_BYTES};
use protocol::hash::Sha256Hash;
use std::future::Future;
use std::io;
use std::time::Duration;

/// Bytes of one body frame that this server writes.
const BODY_FRAME_BYTES: usize = 64 * 1024;

/// Reads frames off a body.
#[derive(Debug)]
pub struct FrameReader<B> {
    body: TimedBody<B>,
    buffer: BytesMut,
    body_left: usize,
    ended: bool,
}

/// What comes next.
#[derive(Debug)]
pub enum Piece {
    /// A whole frame that is not a body frame.
    Frame(FrameType, Bytes),
    /// Some bytes of the body.
    Body(Bytes),
    /// The stream has ended between two frames.
    End,
}

impl<B> FrameReader<B>
where
    B: hyper::body::Body<Data = Bytes> + Unpin,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    /// Reads from `body`, waiting at most `pause` for each piece and demanding `rate` of all; `limit` bounds all of it.
    pub fn new(body: B, limit: u64, pause: Duration, rate: LeastRate) -> Self {
        Self {
            body: TimedBody::new(body, limit, pause).at_least(rate),
            buffer: BytesMut::new(),
            body_left: 0,
            ended: false,
        }
    }

    /// The next frame, or piece of a body frame.
    ///
    /// # Errors
    /// When what arrives are no frames, or stops arriving.
    pub async fn next(&mut self) -> Result<Piece, MessageRefusal> {
        loop {
            if let Some(piece) = self.buffered()? {
                return Ok(piece);
            }
            if self.ended {
                let whole = self.buffer.is_empty() && self.body_left == 0;
                return if whole { Ok(Piece::End) } else { Err(MessageRefusal::Truncated) };
            }
            self.fill().await?;
        }
    }

    /// Demands that nothing follows.
    ///
    /// # Errors
    /// When something does, or the stream broke off.
    pub async fn end(&mut self) -> Result<(), MessageRefusal> {
        match self.next().await? {
            Piece::End => Ok(()),
            Piece::Frame(..) | Piece::Body(_) => Err(MessageRefusal::Order),
        }
    }

    fn buffered(&mut self) -> Result<Option<Piece>, MessageRefusal> {
        if self.body_left > 0 {
            let available = self.buffer.len().min(self.body_left);
            self.body_left -= available;
            return Ok((available > 0).then(|| Piece::Body(self.buffer.split_to(available).freeze())));
        }
        let Some(header) = self.buffer.first_chunk::<HEADER_BYTES>() else { return Ok(None) };
        let header = FrameHeader::decode(header)?;
        if header.frame_type == FrameType::Body {
            self.buffer.advance(HEADER_BYTES);
            self.body_left = header.length;
            return if header.length == 0 { Err(MessageRefusal::Order) } else { self.body_piece() };
        }
        if self.buffer.len() < HEADER_BYTES + header.length {
            return Ok(None);
        }
        self.buffer.advance(HEADER_BYTES);
        Ok(Some(Piece::Frame(header.frame_type, self.buffer.split_to(header.length).freeze())))
    }

    fn body_piece(&mut self) -> Result<Option<Piece>, MessageRefusal> {
        if self.buffer.is_empty() { Ok(None) } else { self.buffered() }
    }

    async fn fill(&mut self) -> Result<(), MessageRefusal> {
        match self.body.frame().await {
            None => self.ended = true,
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    // A message mostly comes in one piece: taken over as it is.
                    match (self.buffer.is_empty(), data.try_into_mut()) {
                        (true, Ok(whole)) => self.buffer = whole,
                        (_, Ok(more)) => self.buffer.extend_from_slice(&more),
                        (_, Err(shared)) => self.buffer.extend_from_slice(&shared),
                    }
                }
            }
            Some(Err(BodyError::TooSlow { patience })) => return Err(MessageRefusal::TooSlow(patience)),
            Some(Err(BodyError::TooLarge { limit })) => return Err(MessageRefusal::BodyTooLarge(limit)),
            Some(Err(BodyError::Broken { .. })) => return Err(MessageRefusal::Truncated),
        }
        Ok(())
    }

    /// Everything before the body.
    ///
    /// # Errors
    /// When the frames are not those of a message in their order.
    pub async fn parts(&mut self) -> Result<MessageParts, MessageRefusal> {
        let first = self.next().await?;
        self.parts_after(first).await
    }

    /// Everything before the body, when the first frame was read already.
    ///
    /// # Errors
    /// As [`Self::parts`].
    pub async fn parts_after(&mut self, first: Piece) -> Result<MessageParts, MessageRefusal> {
        let head = expect(first, FrameType::Head)?;
        let context = self.expect(FrameType::Context).await?;
        let credentials = match self.next().await? {
            Piece::Frame(FrameType::Credentials, whole) => Presented::Whole(CredentialsUnit::new(whole)),
            Piece::Frame(FrameType::CredentialsName, name) => Presented::Named(hash(&name)?),
            Piece::End => return Err(MessageRefusal::Truncated),
            _ => return Err(MessageRefusal::Order),
        };
        let salt = *hash(&self.expect(FrameType::Salt).await?)?.as_bytes();
        let signature = self.expect(FrameType::Signature).await?;
        let (mut holds, mut checkpoint) = (None, None);
        let body_length = loop {
            match self.next().await? {
                Piece::Frame(FrameType::Holds, name) if holds.is_none() && checkpoint.is_none() => {
                    holds = Some(hash(&name)?);
                }
                Piece::Frame(FrameType::Checkpoint, note) if checkpoint.is_none() => checkpoint = Some(note),
                Piece::Frame(FrameType::BodyLength, length) => break body_length(&length)?,
                Piece::End => return Err(MessageRefusal::Truncated),
                _ => return Err(MessageRefusal::Order),
            }
        };
        Ok(MessageParts { head, context, credentials, salt, signature, holds, checkpoint, body_length })
    }

    async fn expect(&mut self, expected: FrameType) -> Result<Bytes, MessageRefusal> {
        expect(self.next().await?, expected)
    }
}

fn expect(piece: Piece, expected: FrameType) -> Result<Bytes, MessageRefusal> {
    match piece {
        Piece::Frame(frame_type, value) if frame_type == expected => Ok(value),
        Piece::End => Err(MessageRefusal::Truncated),
        Piece::Frame(..) | Piece::Body(_) => Err(MessageRefusal::Order),
    }
}

fn hash(value: &[u8]) -> Result<Sha256Hash, MessageRefusal> {
    value.try_into().map(Sha256Hash::from_bytes).map_err(|_| MessageRefusal::Order)
}

fn body_length(value: &[u8]) -> Result<Option<u64>, MessageRefusal> {
    match <[u8; 8]>::try_from(value) {
        Ok(length) => Ok(Some(u64::from_be_bytes(length))),
        Err(_) if value.is_empty() => Ok(None),
        Err(_) => Err(MessageRefusal::Order),
    }
}

/// What accompanies a message to one receiver, and is not signed.
#[derive(Debug, Clone, Default)]
pub struct Accompaniment {
    /// Whether the receiver is known to hold our credentials.
    pub receiver_holds_credentials: bool,
    /// Which of the receiver's credentials we hold.
    pub holds: Option<Sha256Hash>,
    /// Our newest checkpoint, where the receiver has not seen it.
    pub checkpoint: Option<Bytes>,
}

/// The body of an HTTP message that carries frames.
pub type FrameBody = http_body_util::combinators::UnsyncBoxBody<Bytes, io::Error>;

/// A whole request as frames.
///
/// # Errors
/// When a part is larger than a frame of its type.
pub fn request(message: &SealedMessage, accompaniment: &Accompaniment) -> Result<FrameBody, MessageRefusal> {
    let (opening, rest) = opening(message, accompaniment)?;
    Ok(match rest {
        None => listener::reply::whole(opening),
        Some(body) => boxed(stream::once(async { Ok(opening) }).chain(body_frames(body))),
    })
}

/// A whole response as frames; `ending` is awaited before the last one is sent.
///
/// # Errors
/// When a part is larger than a frame of its type.
pub fn response<E>(
    message: &SealedMessage,
    accompaniment: &Accompaniment,
    ending: E,
) -> Result<FrameBody, MessageRefusal>
where
    E: Future<Output = Bytes> + Send + 'static,
{
    let (opening, rest) = opening(message, accompaniment)?;
    let opening = stream::once(async { Ok(opening) });
    let ending = stream::once(async { Ok(ending.await) });
    Ok(match rest {
        None => boxed(opening.chain(ending)),
        Some(body) => boxed(opening.chain(body_frames(body)).chain(ending)),
    })
}

/// The frame that ends a response whose record is durable.
#[must_use]
pub fn durable() -> Bytes {
    Bytes::from_static(&[FrameType::Durable as u8, 0, 0, 0, 0])
}

/// The frame that refuses, instead of a response or in the place of its end.
#[must_use]
pub fn fault(fault: &protocol::fault::Fault) -> Bytes {
    let mut frame = Vec::new();
    // A fault's value is bounded by its encoding, so that it always fits its frame.
    let _ = frame::append(&mut frame, FrameType::Fault, &fault.encode());
    frame.into()
}

fn boxed(frames: impl stream::Stream<Item = io::Result<Bytes>> + Send + 'static) -> FrameBody {
    StreamBody::new(frames.map(|piece| piece.map(Frame::data))).boxed_unsync()
}

/// The frames up to the body, and the body with them when it is in memory and fits one frame.
fn opening(
    message: &SealedMessage,
    accompaniment: &Accompaniment,
) -> Result<(Bytes, Option<BodyReader>), MessageRefusal> {
    let inline = message.body.as_ref().and_then(Body::bytes).filter(|bytes| bytes.len() <= BODY_FRAME_BYTES);
    let mut frames = Vec::with_capacity(4096 + inline.map_or(0, Bytes::len));
    frame::append(&mut frames, FrameType::Head, &message.head)?;
    frame::append(&mut frames, FrameType::Context, &message.context)?;
    if accompaniment.receiver_holds_credentials {
        frame::append(&mut frames, FrameType::CredentialsName, message.credentials.name().as_bytes())?;
    } else {
        frame::append(&mut frames, FrameType::Credentials, message.credentials.encoded())?;
    }
    frame::append(&mut frames, FrameType::Salt, &message.salt)?;
    frame::append(&mut frames, FrameType::Signature, &message.signature)?;
    if let Some(name) = &accompaniment.holds {
        frame::append(&mut frames, FrameType::Holds, name.as_bytes())?;
    }
    if let Some(note) = &accompaniment.checkpoint {
        frame::append(&mut frames, FrameType::Checkpoint, note)?;
    }
    let length = message.body.as_ref().map(|body| body.digest().length.to_be_bytes());
    frame::append(&mut frames, FrameType::BodyLength, length.as_ref().map_or(&[], |length| length.as_slice()))?;
    match (inline, &message.body) {
        (Some(bytes), _) if bytes.is_empty() => Ok((frames.into(), None)),
        (Some(bytes), _) => {
            frame::append(&mut frames, FrameType::Body, bytes)?;
            Ok((frames.into(), None))
        }
        (None, body) => Ok((frames.into(), body.as_ref().map(Body::reader))),
    }
}

fn body_frames(reader: BodyReader) -> impl stream::Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::try_unfold(reader, |mut reader| async move {
        let Some(chunk) = reader.next_chunk().await.map_err(io::Error::other)? else { return Ok(None) };
        let mut frames = Vec::with_capacity(chunk.len() + HEADER_BYTES * (1 + chunk.len() / BODY_FRAME_BYTES));
        for piece in chunk.chunks(BODY_FRAME_BYTES) {
            frame::append(&mut frames, FrameType::Body, piece).map_err(io::Error::other)?;
        }
        Ok(Some((Bytes::from(frames), reader)))
    })
}
