//! An information system that behaves as badly as it is asked to: the path of a call says how.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::interval;

/// An information system that behaves as badly as it is asked to. It ends with the value.
#[derive(Debug)]
pub struct Provider {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    // Short critical sections around a count.
    calls: Mutex<HashMap<String, usize>>,
    arrived: Semaphore,
    released: Semaphore,
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{\"ok\":true}";
const DRIP: Duration = Duration::from_millis(100);

impl Provider {
    /// Starts one.
    ///
    /// # Panics
    /// When there is no port.
    pub async fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = socket.local_addr().expect("a port");
        let (arrived, released) = (Semaphore::new(0), Semaphore::new(0));
        let shared = Arc::new(Shared { calls: Mutex::default(), arrived, released });
        let serving = shared.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                tokio::spawn(serve(stream, serving.clone()));
            }
        });
        Self { address, shared, task }
    }

    /// The lines that offer it as a service to the municipality's subsystem.
    #[must_use]
    pub fn service(&self, code: &str, timeout_seconds: u32) -> String {
        service_at(&format!("http://{}/", self.address), code, timeout_seconds)
    }

    /// The port where it is.
    #[must_use]
    pub fn port(&self) -> String {
        self.address.port().to_string()
    }

    /// How often a path was called.
    #[must_use]
    pub fn calls(&self, path: &str) -> usize {
        let calls = self.shared.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.get(path).copied().unwrap_or_default()
    }

    /// Waits until a call of `/held` has arrived.
    ///
    /// # Panics
    /// Never: the semaphore is not closed.
    pub async fn arrived(&self) {
        self.shared.arrived.acquire().await.expect("it is open").forget();
    }

    /// Lets one call of `/held` be answered.
    pub fn release(&self) {
        self.shared.released.add_permits(1);
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The lines that offer a service at any URL to the municipality's subsystem.
#[must_use]
pub fn service_at(url: &str, code: &str, timeout_seconds: u32) -> String {
    format!(
        "[[client.service]]\ncode = \"{code}\"\nurl = \"{url}\"\ntimeout_seconds = {timeout_seconds}\n\n\
         [[client.service.access]]\nsubject = \"{}\"\npath = \"/**\"\n",
        demo::state::PORTAL
    )
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let mut stream = BufStream::new(stream);
    // Every answer but the good one ends its connection.
    while let Some(path) = read_request(&mut stream).await {
        *shared.calls.lock().unwrap_or_else(PoisonError::into_inner).entry(path.clone()).or_default() += 1;
        if path == "/held" {
            shared.arrived.add_permits(1);
            let Ok(turn) = shared.released.acquire().await else { return };
            turn.forget();
        }
        let answer = match path.as_str() {
            "/hangs" => return std::future::pending().await,
            "/drips" => return drip(&mut stream).await,
            "/closes" => return,
            other => answer(other),
        };
        if stream.write_all(&answer).await.is_err() || stream.flush().await.is_err() || answer != OK {
            return;
        }
    }
}

fn answer(path: &str) -> Vec<u8> {
    match path {
        "/garbage" => b"\x16\x03\x01 220 ready for mail\r\n\r\n".to_vec(),
        "/bad-length" => b"HTTP/1.1 200 OK\r\ncontent-length: eleven\r\n\r\n{\"ok\":true}".to_vec(),
        "/breaks-off" => b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"ok\":true}".to_vec(),
        "/switches" => b"HTTP/1.1 101 Switching Protocols\r\nupgrade: mail\r\nconnection: upgrade\r\n\r\n".to_vec(),
        "/large-head" => format!("HTTP/1.1 200 OK\r\nx-large: {}\r\n\r\n", "x".repeat(80 << 10)).into_bytes(),
        "/large-body" => {
            let body = "x".repeat(200 << 10);
            format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
        }
        _ => OK.to_vec(),
    }
}

/// Reads one request; the answer is its path.
async fn read_request(stream: &mut BufStream<TcpStream>) -> Option<String> {
    let (mut path, mut length) = (None, 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if path.is_none() {
            path = line.split(' ').nth(1).map(str::to_owned);
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    path
}

/// A body that never ends, a byte at a time.
async fn drip(stream: &mut BufStream<TcpStream>) {
    let mut drops = interval(DRIP);
    let mut piece: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n";
    while stream.write_all(piece).await.is_ok() && stream.flush().await.is_ok() {
        piece = b"x";
        drops.tick().await;
    }
}
