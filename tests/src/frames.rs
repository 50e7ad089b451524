//! Frames of HTTP/2 (RFC 9113 §4) as no library would send them.

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// A frame that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Its type.
    pub kind: u8,
    /// Its stream.
    pub stream: u32,
    /// What it carries.
    pub payload: Vec<u8>,
}

/// What a frame is.
pub mod kind {
    #![allow(missing_docs, reason = "the names of RFC 9113 §6")]
    pub const DATA: u8 = 0;
    pub const HEADERS: u8 = 1;
    pub const RST_STREAM: u8 = 3;
    pub const SETTINGS: u8 = 4;
    pub const PING: u8 = 6;
    pub const GOAWAY: u8 = 7;
    pub const CONTINUATION: u8 = 9;
}

/// No flag.
pub const NONE: u8 = 0;
/// The stream ends, or settings are taken note of.
pub const END_STREAM: u8 = 1;
/// The head of the message ends.
pub const END_HEADERS: u8 = 4;
/// RFC 9113 §7, of a connection that ends in good order.
pub const NO_ERROR: u32 = 0;
/// RFC 9113 §7, of a peer that is too much.
pub const ENHANCE_YOUR_CALM: u32 = 11;

/// What a connection begins with: preface and these settings.
#[must_use]
pub fn preface(settings: &[(u16, u32)]) -> Vec<u8> {
    let settings = settings.iter().flat_map(|(name, value)| name.to_be_bytes().into_iter().chain(value.to_be_bytes()));
    [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), frame(kind::SETTINGS, NONE, 0, &settings.collect::<Vec<_>>())]
        .concat()
}

/// A frame.
///
/// # Panics
/// When it is longer than a frame can be.
#[must_use]
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a short payload");
    assert!(length < 1 << 24, "a frame has at most 24 bits of length");
    [&length.to_be_bytes()[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The head of a request.
#[must_use]
pub fn head(method: &str, authority: &str, path: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let pseudo = [(":method", method), (":scheme", "https"), (":authority", authority), (":path", path)];
    pseudo.iter().chain(more).flat_map(|(name, value)| field(name, value)).collect()
}

/// RFC 7541 §6.2.2: a field that no table keeps.
#[must_use]
pub fn field(name: &str, value: &str) -> Vec<u8> {
    [vec![0], text(name), text(value)].concat()
}

/// RFC 7541 §6.2.1: a field that is kept as the newest of the table.
#[must_use]
pub fn kept_field(name: &str, value: &str) -> Vec<u8> {
    [vec![0x40], text(name), text(value)].concat()
}

/// The next frame; nothing when the connection has ended.
pub async fn next(from: &mut (impl AsyncRead + Unpin)) -> Option<Frame> {
    let mut head = [0; 9];
    from.read_exact(&mut head).await.ok()?;
    let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
    from.read_exact(&mut payload).await.ok()?;
    Some(Frame { kind: head[3], stream: u32::from_be_bytes([head[5], head[6], head[7], head[8]]), payload })
}

impl Frame {
    /// Why the connection ends, if this says it.
    #[must_use]
    pub fn reason(&self) -> Option<u32> {
        let reason = self.payload.get(4..8).filter(|_| self.kind == kind::GOAWAY)?;
        Some(u32::from_be_bytes(reason.try_into().ok()?))
    }

    /// Whether it begins an answer with this status: RFC 7541 Appendix A has one for 200, others have their digits.
    #[must_use]
    pub fn has_status(&self, status: &str) -> bool {
        let begins_so = match status {
            "200" => self.payload.first() == Some(&0x88),
            // RFC 7541 Appendix B.
            "431" => self.payload.get(1..5) == Some(&[0x83, 0x69, 0x90, 0xff]),
            _ => self.payload.get(2..5) == Some(status.as_bytes()),
        };
        self.kind == kind::HEADERS && begins_so
    }
}

/// RFC 7541 §5.2, without Huffman's code.
fn text(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut left = text.len();
    if left < 127 {
        bytes.push(left as u8);
    } else {
        bytes.push(127);
        left -= 127;
        while left >= 128 {
            bytes.push((left % 128) as u8 | 128);
            left /= 128;
        }
        bytes.push(left as u8);
    }
    bytes.extend_from_slice(text.as_bytes());
    bytes
}
