//! What is said over a connection between security servers, frame by frame.

use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use http_body_util::{BodyExt, StreamBody};
use listener::LeastRate;
use protocol::fault::Fault;
use protocol::frame::{FrameType, MAX_BODY_FRAME_BYTES};
use protocol::head::ResponseHead;
use rustls::pki_types::ServerName;
use rustls::{AlertDescription, ClientConfig};
use security_server::message::{MessageParts, SealedMessage};
use security_server::transport::Transport;
use security_server::transport::frames::{FrameBody, FrameReader, Piece};
use security_server::transport::link::Link;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::interval;
use tokio_rustls::TlsConnector;

/// A frame as it is written: its type's number and its value, both as wrong as they may be.
pub type Frame = (u8, Vec<u8>);

/// A message, part by part.
#[derive(Debug, Clone)]
pub struct Message {
    /// The head.
    pub head: Vec<u8>,
    /// The context.
    pub context: Vec<u8>,
    /// The credentials: the whole unit, or its name.
    pub credentials: Frame,
    /// The salt.
    pub salt: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
    /// How long the body is said to be.
    pub body_length: Vec<u8>,
    /// The body.
    pub body: Vec<u8>,
}

/// What was answered.
#[derive(Debug)]
pub enum Heard {
    /// A refusal.
    Fault(Fault),
    /// A signed answer, with its body.
    Answer(Box<(MessageParts, Bytes)>),
}

const PATIENCE: Duration = Duration::from_secs(30);
const DRIP: Duration = Duration::from_millis(100);
const AGAIN: Duration = Duration::from_millis(20);

/// The number of a type of frames.
#[must_use]
pub fn number(frame_type: FrameType) -> u8 {
    frame_type as u8
}

impl Message {
    pub(super) fn of(sealed: &SealedMessage) -> Self {
        let body = sealed.body.as_ref().and_then(message_log::Body::bytes).cloned().unwrap_or_default();
        let length = sealed.body.as_ref().map(|body| body.digest().length.to_be_bytes().to_vec());
        Self {
            head: sealed.head.to_vec(),
            context: sealed.context.to_vec(),
            credentials: (number(FrameType::Credentials), sealed.credentials.encoded().to_vec()),
            salt: sealed.salt.to_vec(),
            signature: sealed.signature.clone(),
            body_length: length.unwrap_or_default(),
            body: body.to_vec(),
        }
    }

    /// Its frames in their order; a request's end with the body.
    #[must_use]
    pub fn frames(&self) -> Vec<Frame> {
        let mut frames = vec![
            (number(FrameType::Head), self.head.clone()),
            (number(FrameType::Context), self.context.clone()),
            self.credentials.clone(),
            (number(FrameType::Salt), self.salt.clone()),
            (number(FrameType::Signature), self.signature.clone()),
            (number(FrameType::BodyLength), self.body_length.clone()),
        ];
        let pieces = self.body.chunks(MAX_BODY_FRAME_BYTES);
        frames.extend(pieces.map(|piece| (number(FrameType::Body), piece.to_vec())));
        frames
    }

    /// Its frames, and the one by which a response says that it is durable.
    #[must_use]
    pub fn durable(&self) -> Vec<Frame> {
        let mut frames = self.frames();
        frames.push((number(FrameType::Durable), Vec::new()));
        frames
    }
}

impl Heard {
    /// Demands a refusal that names the code and the facts.
    ///
    /// # Panics
    /// When something else was heard.
    #[track_caller]
    pub fn is_fault(&self, code: &str, says: &str) {
        match self {
            Self::Fault(fault) => {
                assert_eq!(fault.code.to_string(), code, "{}", fault.message);
                assert!(fault.message.contains(says), "{:?} should say {says:?}", fault.message);
                assert_eq!(fault.detail.len(), 36, "the detail is the id that the log has");
            }
            Self::Answer(answer) => panic!("no refusal: {}", String::from_utf8_lossy(&answer.0.head)),
        }
    }

    /// Demands an answer; gives its head and body.
    ///
    /// # Panics
    /// When the request was refused.
    #[track_caller]
    #[must_use]
    pub fn answered(self) -> (ResponseHead, Bytes) {
        match self {
            Self::Answer(answer) => (ResponseHead::parse(&answer.0.head).expect("a head"), answer.1),
            Self::Fault(fault) => panic!("refused: {} {}", fault.code, fault.message),
        }
    }
}

/// Posts a message and hears what the server says.
///
/// # Panics
/// When it says nothing that can be understood.
pub async fn say(link: &Link, body: FrameBody) -> Heard {
    let response = link.post(Transport::Chakana1.path(), body).await.expect("the server answers");
    let mut reader = FrameReader::new(response.into_body(), u64::MAX, PATIENCE, LeastRate::default());
    let first = reader.next().await.expect("frames");
    if let Piece::Frame(FrameType::Fault, value) = &first {
        let fault = Fault::decode(value).expect("a fault");
        assert_eq!(fault.encode(), value.to_vec(), "the frame is the fault and nothing else");
        return Heard::Fault(fault);
    }
    let parts = reader.parts_after(first).await.expect("a message");
    let mut body = Vec::new();
    loop {
        match reader.next().await.expect("frames") {
            Piece::Body(piece) => body.extend_from_slice(&piece),
            Piece::Frame(FrameType::Durable, _) => return Heard::Answer(Box::new((parts, body.into()))),
            other => panic!("an answer ends with its durable frame, not {other:?}"),
        }
    }
}

/// Frames in one piece.
#[must_use]
pub fn whole(frames: &[Frame]) -> FrameBody {
    listener::reply::whole(encode(frames))
}

/// Frames after which nothing comes, not even an end.
#[must_use]
pub fn stalls(frames: &[Frame]) -> FrameBody {
    boxed(stream::once(std::future::ready(Ok(encode(frames)))).chain(stream::pending()))
}

/// Frames, and those behind them once something has come about.
#[must_use]
pub fn late(frames: &[Frame], until: impl Future<Output = ()> + Send + 'static, behind: &[Frame]) -> FrameBody {
    let behind = encode(behind);
    let then = stream::once(async {
        until.await;
        Ok(behind)
    });
    boxed(stream::once(std::future::ready(Ok(encode(frames)))).chain(then))
}

/// Waits until the server in `folder` has begun to take a large body in: it goes to a file, which is made once what stands in
/// front of it was read.
pub async fn body_begun(folder: &Path) {
    let mut turns = interval(AGAIN);
    while !std::fs::read_dir(folder.join("message-log/bodies/new")).is_ok_and(|mut files| files.next().is_some()) {
        turns.tick().await;
    }
}

/// Frames after which the stream is reset.
#[must_use]
pub fn breaks_off(frames: &[Frame]) -> FrameBody {
    let end = Err(io::ErrorKind::ConnectionReset.into());
    boxed(stream::iter([Ok(encode(frames)), end]))
}

/// Frames a byte at a time, and never the last.
#[must_use]
pub fn drips(frames: &[Frame]) -> FrameBody {
    let bytes = encode(frames);
    boxed(stream::unfold((bytes, interval(DRIP)), |(mut bytes, mut drops)| async {
        drops.tick().await;
        let drop = if bytes.len() > 1 { bytes.split_to(1) } else { std::future::pending().await };
        Some((Ok(drop), (bytes, drops)))
    }))
}

fn encode(frames: &[Frame]) -> Bytes {
    let mut bytes = Vec::new();
    for (number, value) in frames {
        bytes.push(*number);
        bytes.extend_from_slice(&u32::try_from(value.len()).expect("a frame fits").to_be_bytes());
        bytes.extend_from_slice(value);
    }
    bytes.into()
}

fn boxed(pieces: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> FrameBody {
    StreamBody::new(pieces.map(|piece| piece.map(hyper::body::Frame::data))).boxed_unsync()
}

/// The alert by which a server refuses a handshake; none where it does not.
///
/// # Panics
/// When the connection ends in another way.
pub async fn alert(address: SocketAddr, config: Arc<ClientConfig>) -> Option<AlertDescription> {
    let tcp = TcpStream::connect(address).await.expect("somebody listens");
    let name = ServerName::try_from("localhost").expect("a name");
    // A server judges the client's certificate after the client has ended its handshake: its word comes with the first read.
    let heard = async {
        let mut stream = TlsConnector::from(config).connect(name, tcp).await?;
        stream.read(&mut [0; 64]).await
    };
    let error = match heard.await {
        Ok(0) => panic!("the server closed without a word"),
        Ok(_) => return None,
        Err(error) => error,
    };
    match error.get_ref().and_then(|error| error.downcast_ref()) {
        Some(rustls::Error::AlertReceived(alert)) => Some(*alert),
        _ => panic!("no alert: {error}"),
    }
}
