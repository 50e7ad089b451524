//! A conversation of version 1 of the transport as it was recorded: every later version must still read it.
//!
//! `recorded/chakana-1/` holds the frames of one request and its response. They are never made anew.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use bytes::Bytes;
use http_body_util::StreamBody;
use hyper::body::Frame;
use listener::LeastRate;
use protocol::context::{Context, MessageKind};
use protocol::credentials::Credentials;
use protocol::frame::FrameType;
use protocol::hash::Sha512Hash;
use protocol::head::{RequestHead, ResponseHead, request_hash};
use security_server::message::{MessageParts, Presented};
use security_server::transport::frames::{FrameReader, Piece};
use std::time::Duration;
use trust::certificate::Certificate;
use trust::checkpoint::SignedCheckpoint;
use trust::manifest::Manifest;

const REQUEST: &[u8] = include_bytes!("../../recorded/chakana-1/request.bin");
const RESPONSE: &[u8] = include_bytes!("../../recorded/chakana-1/response.bin");

/// A message that was read, and what ends it.
struct Read {
    parts: MessageParts,
    body: Vec<u8>,
    ending: Vec<FrameType>,
}

/// Reads frames that arrive in pieces of so many bytes.
async fn read(bytes: &'static [u8], piece: usize) -> Read {
    let pieces = bytes.chunks(piece).map(|piece| Ok::<_, std::io::Error>(Frame::data(Bytes::from_static(piece))));
    let body = StreamBody::new(futures_util::stream::iter(pieces.collect::<Vec<_>>()));
    let mut reader = FrameReader::new(body, u64::MAX, Duration::from_secs(10), LeastRate::default());
    let parts = reader.parts().await.unwrap();
    let mut read = Read { parts, body: Vec::new(), ending: Vec::new() };
    loop {
        match reader.next().await.unwrap() {
            Piece::Body(piece) => read.body.extend_from_slice(&piece),
            Piece::Frame(frame_type, _) => read.ending.push(frame_type),
            Piece::End => return read,
        }
    }
}

/// Demands that the signature is over what was read, by the certificate that came with it; the answer is the context.
fn check(read: &Read, kind: MessageKind) -> Context {
    let Read { parts, body, .. } = read;
    assert_eq!(parts.body_length, Some(body.len() as u64));
    assert!(parts.holds.is_some());
    let Presented::Whole(unit) = &parts.credentials else { panic!("the credentials came whole") };
    let credentials = Credentials::decode(unit.encoded()).unwrap();
    let signer = Certificate::from_der(&credentials.signing_chain[0]).unwrap();
    let manifest = Manifest {
        head: Sha512Hash::of(&parts.head),
        context: Sha512Hash::of(&parts.context),
        body: Some(Sha512Hash::of(body)),
        salt: Sha512Hash::of(&parts.salt),
    };
    trust::cades::verify(&parts.signature, manifest.render().as_bytes(), &signer).unwrap();
    let context = Context::parse(&parts.context).unwrap();
    assert_eq!(context.kind, kind);
    context
}

#[tokio::test]
async fn version_1_of_the_transport_still_reads() {
    for piece in [usize::MAX, 1000, 1] {
        let (request, response) = (read(REQUEST, piece).await, read(RESPONSE, piece).await);
        let (asked, answered) = (check(&request, MessageKind::Request), check(&response, MessageKind::Response));
        assert_eq!(
            (asked.from.to_string().as_str(), asked.to.to_string().as_str()),
            ("BO/MUN/2001/ss1", "BO/GOV/1002/ss1")
        );
        assert_eq!((&answered.from, &answered.to), (&asked.to, &asked.from));

        let head = RequestHead::parse(&request.parts.head).unwrap();
        assert_eq!((head.id(), head.service().to_string().as_str()), ("recorded", "BO/GOV/1002/padron/contribuyentes"));
        assert_eq!(request.body, br#"{"monto":1}"#);
        assert!(request.ending.is_empty());

        let answer = ResponseHead::parse(&response.parts.head).unwrap();
        assert_eq!(answer.status(), 201);
        let hash = request_hash(&Sha512Hash::of(head.as_bytes()), Some(&Sha512Hash::of(&request.body)));
        assert_eq!(answer.disagreement_with(&head, &hash), None);
        let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(body["numero"], 1);
        let note = response.parts.checkpoint.as_deref().unwrap();
        assert!(SignedCheckpoint::parse(note).is_ok());
        assert_eq!(response.ending, [FrameType::Durable]);
    }
}
