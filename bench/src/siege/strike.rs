//! What one attacker does on one connection, and how it is answered.

use crate::gateway::door::{Door, HOST};
use anyhow::{Context as _, Result};
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::interval;

/// A kind of attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strike {
    Idle,
    NoHandshake,
    SlowHead,
    SlowBody,
    ManyFields,
    LongField,
    LargeUpload,
    EndlessParts,
    PictureBomb,
    Mistyped,
    ContainerBomb,
    Compressed,
    ContinuedHead,
    GrowingHead,
    RapidReset,
    EmptyFrames,
}

/// What an ordinary visitor gets.
pub(super) const SERVED: &str = "served";
const A_BYTE_EACH: Duration = Duration::from_millis(200);

impl Strike {
    pub(super) const ALL: [Self; 15] = [
        Self::NoHandshake,
        Self::SlowHead,
        Self::SlowBody,
        Self::ManyFields,
        Self::LongField,
        Self::LargeUpload,
        Self::EndlessParts,
        Self::PictureBomb,
        Self::Mistyped,
        Self::ContainerBomb,
        Self::Compressed,
        Self::ContinuedHead,
        Self::GrowingHead,
        Self::RapidReset,
        Self::EmptyFrames,
    ];

    /// The kind of this name, or all.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn named(name: Option<&str>) -> Result<&'static [Self]> {
        let Some(name) = name else { return Ok(&Self::ALL) };
        let kind = Self::ALL.chunks(1).find(|kind| kind[0].name() == name);
        kind.with_context(|| {
            let names: Vec<_> = Self::ALL.iter().map(|kind| kind.name()).collect();
            format!("there is no attack {name}; there are {}", names.join(", "))
        })
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::NoHandshake => "no_handshake",
            Self::SlowHead => "slow_head",
            Self::SlowBody => "slow_body",
            Self::ManyFields => "many_fields",
            Self::LongField => "long_field",
            Self::LargeUpload => "large_upload",
            Self::EndlessParts => "endless_parts",
            Self::PictureBomb => "picture_bomb",
            Self::Mistyped => "mistyped",
            Self::ContainerBomb => "container_bomb",
            Self::Compressed => "compressed",
            Self::ContinuedHead => "continued_head",
            Self::GrowingHead => "growing_head",
            Self::RapidReset => "rapid_reset",
            Self::EmptyFrames => "empty_frames",
        }
    }
}

/// Strikes once, and says how it was answered.
///
/// # Errors
/// When the connection is cut while it writes.
pub(super) async fn strike(door: &Door, strike: Strike, from: Ipv4Addr) -> Result<String> {
    match strike {
        Strike::Idle => closed(door.tls_from(from, "http/1.1").await?).await,
        Strike::NoHandshake => {
            let mut stream = door.connection_from(from).await?;
            stream.write_all(b"\x16\x03\x01\x02\x00\x01").await?;
            closed(stream).await
        }
        Strike::SlowHead => drip(door, from, &head("GET", "/", "x-long: ")).await,
        Strike::SlowBody => drip(door, from, &head("POST", "/", &format!("{FORM}content-length: 9000\r\n\r\n"))).await,
        Strike::ManyFields => say(door, from, &head("GET", "/", &("a: b\r\n".repeat(200) + "\r\n"))).await,
        Strike::LongField => say(door, from, &head("GET", "/", &format!("a: {}\r\n\r\n", "x".repeat(60_000)))).await,
        Strike::LargeUpload => {
            let announced = format!("{PARTS}content-length: 9000000000\r\n\r\n");
            say(door, from, &head("POST", "/files", &announced)).await
        }
        Strike::EndlessParts => say(door, from, &posted("/files", PARTS, &[b'a'; 200_000])).await,
        Strike::PictureBomb => upload(door, from, &picture_bomb()).await,
        Strike::Mistyped => upload(door, from, b"MZ\x90\0 no picture at all").await,
        Strike::ContainerBomb => {
            // Its directory says that there are 65,535 entries of four gigabytes.
            let container =
                [&[0; 60_000], b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\x60\xea\0\0\0\0\0\0\0\0".as_slice()].concat();
            let sent = file("evidence", &container);
            let sent = posted("/verify", &format!("{PARTS}accept: application/json\r\n"), &sent);
            let said = said(door, from, &sent.replace_host(HOST, DOMAIN)).await?;
            Ok(if said.contains("\"invalid\"") { "judged invalid".to_owned() } else { outcome(&said) })
        }
        Strike::Compressed => {
            say(door, from, &posted("/", &format!("{FORM}content-encoding: gzip\r\n"), b"\x1f\x8b")).await
        }
        _ => frames(door, from, &over_http2(strike)).await,
    }
}

const DOMAIN: &str = "localhost:8443";
const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";
const PARTS: &str = "content-type: multipart/form-data; boundary=X\r\n";

/// A request as its bytes.
struct Bytes(Vec<u8>);

impl Bytes {
    fn replace_host(self, host: &str, other: &str) -> Self {
        let at = self.0.windows(host.len()).position(|found| found == host.as_bytes());
        match at {
            Some(at) => Self([&self.0[..at], other.as_bytes(), &self.0[at + host.len()..]].concat()),
            None => self,
        }
    }
}

fn head(method: &str, path: &str, more: &str) -> Bytes {
    Bytes(format!("{method} {path} HTTP/1.1\r\nhost: {HOST}\r\nconnection: close\r\n{more}").into_bytes())
}

fn posted(path: &str, more: &str, body: &[u8]) -> Bytes {
    let mut bytes = head("POST", path, &format!("{more}content-length: {}\r\n\r\n", body.len()));
    bytes.0.extend_from_slice(body);
    bytes
}

fn file(field: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--X\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a\"\r\n\r\n");
    [head.as_bytes(), content, b"\r\n--X--\r\n"].concat()
}

/// A file with the token of a form that was shown to its sender, as the gateway asks for one.
async fn upload(door: &Door, from: Ipv4Addr, content: &[u8]) -> Result<String> {
    let mut browser = door.browser_from(from).await?;
    let Some(token) = browser.tokens("/files").await?.pop() else { return Ok("no form".to_owned()) };
    let token = format!("--X\r\nContent-Disposition: form-data; name=\"-form\"\r\n\r\n{token}\r\n");
    let body = [token.as_bytes(), &file("file", content)].concat();
    let status = browser.send_body("/files", "multipart/form-data; boundary=X", body).await?;
    Ok(if status.is_success() || status.is_redirection() { SERVED.to_owned() } else { status.as_str().to_owned() })
}

/// A PNG of 50,000 by 50,000 pixels that has none.
fn picture_bomb() -> Vec<u8> {
    b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\xc3P\x00\x00\xc3P\x08\x06\x00\x00\x00K\xaf=\xca\
      \x00\x00\x00\x08IDATx\x9c\x03\x00\x00\x00\x00\x01H\x06\x89\xd2\x00\x00\x00\x00IEND\xaeB`\x82"
        .to_vec()
}

async fn say(door: &Door, from: Ipv4Addr, request: &Bytes) -> Result<String> {
    Ok(outcome(&said(door, from, request).await?))
}

async fn said(door: &Door, from: Ipv4Addr, request: &Bytes) -> Result<String> {
    let mut stream = door.tls_from(from, "http/1.1").await?;
    // It is refused before all of it was written.
    let _ = stream.write_all(&request.0).await;
    let _ = stream.flush().await;
    heard(stream).await
}

/// Sends the beginning, and then a byte now and then.
async fn drip(door: &Door, from: Ipv4Addr, beginning: &Bytes) -> Result<String> {
    let mut stream = door.tls_from(from, "http/1.1").await?;
    stream.write_all(&beginning.0).await?;
    let (reading, mut writing) = tokio::io::split(stream);
    let drip = async {
        let mut drops = interval(A_BYTE_EACH);
        while writing.write_all(b"x").await.is_ok() && writing.flush().await.is_ok() {
            drops.tick().await;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = drip => Ok("reset".to_owned()),
        heard = heard(reading) => Ok(outcome(&heard?)),
    }
}

async fn closed(stream: impl AsyncRead + AsyncWrite + Unpin) -> Result<String> {
    Ok(outcome(&heard(stream).await?))
}

async fn heard(mut stream: impl AsyncRead + Unpin) -> Result<String> {
    let mut heard = Vec::new();
    // A reset is an end, too.
    let _ = stream.read_to_end(&mut heard).await;
    Ok(String::from_utf8_lossy(&heard).into_owned())
}

/// The status, or that there was none.
fn outcome(heard: &str) -> String {
    match heard.split(' ').nth(1) {
        Some("200" | "303") => SERVED.to_owned(),
        Some(status) => status.to_owned(),
        None => "closed".to_owned(),
    }
}

/// RFC 9113 §4.1.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or_default().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

fn over_http2(strike: Strike) -> Vec<u8> {
    // RFC 7541 Appendix A and §6.2.2: GET, https, `/`, and the authority as a field that no table keeps.
    let head = |method: u8| [&[method, 0x87, 0x84, 0x01, HOST.len() as u8], HOST.as_bytes()].concat();
    let (get, post) = (head(0x82), head(0x83));
    match strike {
        Strike::ContinuedHead => {
            [frame(HEADERS, END_STREAM, 1, &get), frame(CONTINUATION, 0, 1, b"").repeat(1_000)].concat()
        }
        Strike::GrowingHead => {
            // RFC 7541 §6.2.1: a field of 100 bytes that is kept, and then stands there thousands of times.
            let kept = [b"\x40\x01a\x64".as_slice(), &[b'x'; 100]].concat();
            frame(HEADERS, END_STREAM | END_HEADERS, 1, &[get, kept, vec![0xbe; 12_000]].concat())
        }
        Strike::RapidReset => (0..1_000)
            .flat_map(|number| {
                let id = 2 * number + 1;
                [frame(HEADERS, END_STREAM | END_HEADERS, id, &get), frame(RST_STREAM, 0, id, &[0, 0, 0, 8])].concat()
            })
            .collect(),
        _ => [frame(HEADERS, END_HEADERS, 1, &post), frame(DATA, 0, 1, b"").repeat(1_000)].concat(),
    }
}

/// Sends frames, and gives why the connection ended, or that the first stream was answered.
async fn frames(door: &Door, from: Ipv4Addr, sent: &[u8]) -> Result<String> {
    let mut stream = door.tls_from(from, "h2").await?;
    let preface = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), frame(SETTINGS, 0, 0, b"")].concat();
    let _ = stream.write_all(&[preface, sent.to_vec()].concat()).await;
    let _ = stream.flush().await;
    loop {
        let mut head = [0; 9];
        if stream.read_exact(&mut head).await.is_err() {
            return Ok("closed".to_owned());
        }
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        stream.read_exact(&mut payload).await?;
        match (head[3], payload.as_slice()) {
            (GOAWAY, [_, _, _, _, _, _, _, reason, ..]) => return Ok(format!("told to go, reason {reason}")),
            // RFC 7541 Appendix A: status 200.
            (HEADERS, [0x88, ..]) => return Ok(SERVED.to_owned()),
            (HEADERS | RST_STREAM, _) => return Ok("refused on its stream".to_owned()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_found_by_its_own_name() {
        assert_eq!(Strike::named(None).unwrap(), Strike::ALL);
        for kind in Strike::ALL {
            assert_eq!(Strike::named(Some(kind.name())).unwrap(), [kind]);
        }
    }

    #[test]
    fn a_kind_that_there_is_not_is_refused_with_those_that_there_are() {
        let refused = Strike::named(Some("flood")).unwrap_err().to_string();
        assert!(refused.starts_with("there is no attack flood; there are no_handshake, slow_head,"), "{refused}");
    }
}
