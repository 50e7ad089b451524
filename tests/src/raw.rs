//! A caller that writes the bytes of HTTP by itself, and so can write what no library would.

use crate::caller::Answer;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{interval, timeout};

/// One connection.
#[derive(Debug)]
pub struct Raw(TcpStream);

const WITHIN: Duration = Duration::from_secs(30);
const DRIP: Duration = Duration::from_millis(100);

impl Raw {
    /// Connects.
    ///
    /// # Panics
    /// When nobody listens.
    pub async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.expect("somebody listens"))
    }

    /// Sends bytes.
    ///
    /// # Panics
    /// When the connection is gone.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.expect("the connection takes bytes");
    }

    /// Says that nothing more will come.
    ///
    /// # Panics
    /// When the connection is gone.
    pub async fn finish(&mut self) {
        self.0.shutdown().await.expect("the connection is there");
    }

    /// Sends a byte now and then, for as long as the other side bears it, and reads what it says to that.
    ///
    /// # Panics
    /// When it bears it for half a minute.
    pub async fn drip(&mut self) -> Vec<u8> {
        let (mut reading, mut writing) = self.0.split();
        let drip = async {
            let mut drops = interval(DRIP);
            while writing.write_all(b"x").await.is_ok() {
                drops.tick().await;
            }
            std::future::pending::<()>().await;
        };
        let mut heard = Vec::new();
        let borne = async {
            tokio::select! {
                () = drip => {}
                // Whoever is dripped on may answer before it closes, or reset the connection.
                _ = reading.read_to_end(&mut heard) => {}
            }
        };
        timeout(WITHIN, borne).await.expect("the other side does not bear it");
        heard
    }

    /// Reads the status line of the answer and nothing behind it.
    ///
    /// # Panics
    /// When there is none.
    pub async fn status(&mut self) -> StatusCode {
        let mut line = Vec::new();
        while line.last() != Some(&b'\n') {
            line.push(timeout(WITHIN, self.0.read_u8()).await.expect("the server answers").expect("a status line"));
        }
        let code = line.split(|byte| *byte == b' ').nth(1).expect("a status line");
        StatusCode::from_bytes(code).expect("a status")
    }

    /// Reads the answer up to the end of the connection.
    ///
    /// # Panics
    /// When there is none.
    pub async fn answer(&mut self) -> Answer {
        let mut bytes = Vec::new();
        // A server that has not read everything may reset the connection after its answer.
        let _ = timeout(WITHIN, self.0.read_to_end(&mut bytes)).await.expect("the server closes");
        answer(&bytes)
    }
}

/// The answer in these bytes.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn answer(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status line");
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").expect("a header field");
        let name: HeaderName = name.parse().expect("a name");
        headers.append(name, HeaderValue::from_str(value).expect("a value"));
    }
    let status = StatusCode::from_bytes(status.as_bytes()).expect("a status");
    Answer { status, headers, body: Bytes::copy_from_slice(body.as_bytes()) }
}
