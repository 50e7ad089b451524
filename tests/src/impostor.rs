//! A server in evil hands that answers in the place of an entity's true one.

use crate::peer::{Frame, Message, Peer, stalls, whole};
use crate::world::World;
use bytes::Bytes;
use http::StatusCode;
use listener::{Handler, LeastRate, Limits, Request, Response, Socket, Tls, reply};
use protocol::context::MessageKind;
use protocol::hash::Sha512Hash;
use protocol::head::{RequestHead, ResponseHead, ResponseHeadBuilder, request_hash};
use protocol::identifier::ServerId;
use security_server::transport::frames::{FrameReader, Piece};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A server in evil hands. It ends with the value.
pub struct Impostor {
    shared: Arc<Shared>,
    _shutdown: DropGuard,
}

struct Shared {
    peer: Peer,
    from: ServerId,
    posts: AtomicUsize,
    // Taken for as long as it takes to copy it.
    behaviour: Mutex<Behaviour>,
}

/// A request as the impostor got it.
pub struct Asked {
    /// Its head.
    pub head: RequestHead,
    /// Its body's hash.
    pub body: Option<Sha512Hash>,
    from: ServerId,
}

type Behaviour = Arc<dyn Fn(&Peer, &Asked) -> Option<Response> + Send + Sync>;

const PATIENCE: Duration = Duration::from_secs(30);
const DRAIN: Duration = Duration::from_millis(100);

impl Impostor {
    /// Stands in the place of `place` with the keys of `peer`, for whoever `from` is, and answers as an honest server
    /// until it is told otherwise.
    ///
    /// # Panics
    /// When the place is taken.
    pub async fn start(world: &World, place: &str, peer: Peer, from: &str) -> Self {
        let socket =
            TcpListener::bind(world.installation.addresses_of(place).transport).await.expect("the place is free");
        let tls = Tls::fixed(peer.server_tls());
        let honest: Behaviour = Arc::new(|peer, asked| Some(frames(&asked.answer(peer).durable())));
        let from = from.parse().expect("a server id");
        let shared = Arc::new(Shared { peer, from, posts: AtomicUsize::new(0), behaviour: Mutex::new(honest) });
        let shutdown = CancellationToken::new();
        let serving = listener::serve(
            Socket::Tcp(socket),
            tls,
            Limits::default(),
            Arc::new(Door(shared.clone())),
            shutdown.clone(),
            DRAIN,
        );
        tokio::spawn(serving);
        Self { shared, _shutdown: shutdown.drop_guard() }
    }

    /// From now on it answers so; without an answer it keeps silent.
    pub fn behave(&self, behaviour: impl Fn(&Peer, &Asked) -> Option<Response> + Send + Sync + 'static) {
        *self.shared.behaviour.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(behaviour);
    }

    /// From now on it answers with these frames of its honest answer.
    pub fn bend(&self, bend: impl Fn(Message) -> Vec<Frame> + Send + Sync + 'static) {
        self.behave(move |peer, asked| Some(frames(&bend(asked.answer(peer)))));
    }

    /// From now on it answers with an honest signature over another head.
    pub fn answer_head(&self, change: impl Fn(String) -> String + Send + Sync + 'static) {
        self.behave(move |peer, asked| {
            let head = String::from_utf8(asked.honest_head().as_bytes().to_vec()).expect("a head is text");
            let context = peer.context(MessageKind::Response, &asked.from);
            Some(frames(&peer.seal_head(change(head).as_bytes(), &context, None).durable()))
        });
    }

    /// How many requests it got.
    #[must_use]
    pub fn posts(&self) -> usize {
        self.shared.posts.load(Ordering::Relaxed)
    }
}

impl Asked {
    /// What an honest server would answer.
    ///
    /// # Panics
    /// When the key fails.
    #[must_use]
    pub fn answer(&self, peer: &Peer) -> Message {
        self.answer_of(peer, Bytes::from_static(b"{}"))
    }

    /// What an honest server would answer with this body.
    ///
    /// # Panics
    /// When the key fails.
    #[must_use]
    pub fn answer_of(&self, peer: &Peer, body: Bytes) -> Message {
        let context = peer.context(MessageKind::Response, &self.from);
        peer.seal_head(self.honest_head().as_bytes(), &context, Some(body))
    }

    fn honest_head(&self) -> ResponseHead {
        let mut builder = ResponseHeadBuilder::new(200, "OK");
        builder.field("content-type", "application/json").expect("a field");
        let hash = request_hash(&Sha512Hash::of(self.head.as_bytes()), self.body.as_ref());
        builder.finish(&self.head, &hash).expect("a head")
    }
}

/// An answer of frames.
#[must_use]
pub fn frames(frames: &[Frame]) -> Response {
    Response::new(whole(frames))
}

/// An answer of frames that never ends.
#[must_use]
pub fn frames_that_stall(frames: &[Frame]) -> Response {
    Response::new(stalls(frames))
}

struct Door(Arc<Shared>);

impl Handler for Door {
    async fn handle(&self, request: Request) -> Response {
        if request.method() != http::Method::POST {
            return reply::empty(StatusCode::NOT_FOUND);
        }
        let shared = &self.0;
        shared.posts.fetch_add(1, Ordering::Relaxed);
        let asked = read(request, &shared.from).await;
        let behaviour = shared.behaviour.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match behaviour(&shared.peer, &asked) {
            Some(response) => response,
            None => std::future::pending().await,
        }
    }
}

async fn read(request: Request, from: &ServerId) -> Asked {
    let mut reader = FrameReader::new(request.into_body(), u64::MAX, PATIENCE, LeastRate::default());
    let parts = reader.parts().await.expect("an honest request");
    let mut body = Vec::new();
    loop {
        match reader.next().await.expect("an honest request") {
            Piece::Body(piece) => body.extend_from_slice(&piece),
            Piece::End => break,
            Piece::Frame(..) => panic!("a request ends with its body"),
        }
    }
    Asked {
        head: RequestHead::parse(&parts.head).expect("an honest head"),
        body: parts.body_length.map(|_| Sha512Hash::of(&body)),
        from: from.clone(),
    }
}
