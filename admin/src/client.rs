//! Calls a server through the socket in its data folder.
//!
//! Each call has a connection of its own: a command makes few of them, and what is downloaded may be larger than memory.

use crate::author::AUTHOR_HEADER;
use crate::doctor::Finding;
use crate::error::WireError;
use crate::socket::{MAX_PATH_BYTES, path_in};
use crate::{Applied, HistoryEntry, Plan, Versioned, percent_encoded};
use bytes::Bytes;
use http::{Method, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use listener::{TimedBody, read_bounded};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::error::Error as StdError;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::timeout;

/// Calls one server.
#[derive(Debug, Clone)]
pub struct Client {
    folder: PathBuf,
    author: Option<String>,
    start_command: String,
}

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody listens there.
    #[error("no server answers at {}: start it with `{start_command}`", path.display())]
    NoServer {
        /// The socket.
        path: PathBuf,
        /// What starts it.
        start_command: String,
    },
    /// The socket is another user's.
    #[error("not allowed to connect to {}: run the command as the user that runs the server", path.display())]
    Forbidden {
        /// The socket.
        path: PathBuf,
    },
    /// The system cannot name a socket that deep.
    #[error("the path {} has {length} bytes, a unix socket at most {MAX_PATH_BYTES}: choose a shorter data folder", path.display())]
    TooLong {
        /// The path.
        path: PathBuf,
        /// Its length in bytes.
        length: usize,
    },
    /// The server answered that it does not.
    #[error("{message}: {next}")]
    Answered {
        /// The status.
        status: u16,
        /// The kind of failure, for example `version-conflict`.
        kind: String,
        /// What is wrong.
        message: String,
        /// What to do about it.
        next: String,
    },
    /// The server did not answer in time.
    #[error("the server did not answer {path} within {within:?}")]
    TimedOut {
        /// What was called.
        path: String,
        /// The time it had.
        within: Duration,
    },
    /// The connection broke.
    #[error("the call of {path} broke off")]
    Broken {
        /// What was called.
        path: String,
        /// What the HTTP library says about it.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The answer is not what this version of the command knows.
    #[error("the answer to {path} is not understood: server and command are of different versions")]
    NotUnderstood {
        /// What was called.
        path: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// What was downloaded cannot be written.
    #[error("failed to write what was downloaded")]
    Write(#[source] io::Error),
}

/// Time for a call, the server's work included.
const WITHIN: Duration = Duration::from_secs(60);
/// Time between two pieces of a download.
const PATIENCE: Duration = Duration::from_secs(60);
/// An answer that is read whole.
const MAX_ANSWER_BYTES: usize = 64 << 20;

impl Client {
    /// A client of the server whose data is in `folder`.
    #[must_use]
    pub fn of(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        let start_command = format!("chakana security-server --data {}", folder.display());
        Self { folder, author: None, start_command }
    }

    /// Names who asks, instead of the user that runs the command.
    #[must_use]
    pub fn with_author(mut self, author: impl Into<String>) -> Self {
        self.author = Some(author.into());
        self
    }

    /// Says what starts the server, for when it does not run.
    #[must_use]
    pub fn with_start_command(mut self, command: impl Into<String>) -> Self {
        self.start_command = command.into();
        self
    }

    /// Asks for JSON at a path, query included.
    ///
    /// # Errors
    /// When there is no answer, or another than expected.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        self.call(Method::GET, path, &[], Bytes::new()).await
    }

    /// Sends JSON to a path and returns the JSON that is answered.
    ///
    /// # Errors
    /// When there is no answer, or another than expected.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ClientError> {
        let not_json = |source| ClientError::NotUnderstood { path: path.to_owned(), source };
        let body = serde_json::to_vec(body).map_err(not_json)?;
        self.call(Method::POST, path, &[(header::CONTENT_TYPE, "application/json")], body.into()).await
    }

    /// Sends bytes to a path and returns the JSON that is answered.
    ///
    /// # Errors
    /// When there is no answer, or another than expected.
    pub async fn upload<T: DeserializeOwned>(&self, path: &str, bytes: impl Into<Bytes>) -> Result<T, ClientError> {
        self.call(Method::POST, path, &[(header::CONTENT_TYPE, "application/octet-stream")], bytes.into()).await
    }

    /// The configuration in force.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn configuration(&self) -> Result<Versioned, ClientError> {
        self.get("/v1/configuration").await
    }

    /// An earlier configuration.
    ///
    /// # Errors
    /// When there is no answer or no such version.
    pub async fn configuration_of(&self, version: u64) -> Result<Versioned, ClientError> {
        self.get(&format!("/v1/configuration?version={version}")).await
    }

    /// What would change if `text` were applied.
    ///
    /// # Errors
    /// When there is no answer or the text is refused.
    pub async fn plan(&self, text: impl Into<Bytes>) -> Result<Plan, ClientError> {
        self.call(Method::POST, "/v1/plan", &[], text.into()).await
    }

    /// Applies `text` if `expected_version` is in force.
    ///
    /// # Errors
    /// When there is no answer, the text is refused or another version is in force.
    pub async fn apply(&self, text: impl Into<Bytes>, expected_version: u64) -> Result<Applied, ClientError> {
        let version = expected_version.to_string();
        self.call(Method::POST, "/v1/apply", &[(header::IF_MATCH, &version)], text.into()).await
    }

    /// The versions, newest first.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn history(&self) -> Result<Vec<HistoryEntry>, ClientError> {
        self.get("/v1/history").await
    }

    /// What changed from one version to another.
    ///
    /// # Errors
    /// When there is no answer or no such version.
    pub async fn diff(&self, from: u64, to: u64) -> Result<Plan, ClientError> {
        self.get(&format!("/v1/diff?from={from}&to={to}")).await
    }

    /// What the server says of itself.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn status(&self) -> Result<serde_json::Value, ClientError> {
        self.get("/v1/status").await
    }

    /// What is wrong and what to do.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn doctor(&self) -> Result<Vec<Finding>, ClientError> {
        self.get("/v1/doctor").await
    }

    /// Writes what is at a path to `writer`, and returns how many bytes that were.
    ///
    /// # Errors
    /// When there is no answer, it breaks off, or cannot be written. What was written until then is not the whole.
    pub async fn download(&self, path: &str, writer: &mut (impl AsyncWrite + Unpin)) -> Result<u64, ClientError> {
        let body = self.send(Method::GET, path, &[], Bytes::new()).await?;
        let mut body = TimedBody::new(body, u64::MAX, PATIENCE);
        let mut bytes = 0;
        while let Some(frame) = body.frame().await {
            if let Ok(piece) = frame.map_err(|error| broken(path, error))?.into_data() {
                writer.write_all(&piece).await.map_err(ClientError::Write)?;
                bytes += piece.len() as u64;
            }
        }
        writer.flush().await.map_err(ClientError::Write)?;
        Ok(bytes)
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        headers: Headers<'_>,
        body: Bytes,
    ) -> Result<T, ClientError> {
        let answer = async {
            let answer = self.send(method, path, headers, body).await?;
            read_bounded(answer, MAX_ANSWER_BYTES, WITHIN).await.map_err(|error| broken(path, error))
        };
        let timed_out = |_| ClientError::TimedOut { path: path.to_owned(), within: WITHIN };
        let answer = timeout(WITHIN, answer).await.map_err(timed_out)??;
        serde_json::from_slice(&answer).map_err(|source| ClientError::NotUnderstood { path: path.to_owned(), source })
    }

    /// Sends a request and returns the body of its answer, if that is the one that was asked for.
    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: Headers<'_>,
        body: Bytes,
    ) -> Result<Incoming, ClientError> {
        let mut request = http::Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        if let Some(author) = &self.author {
            request = request.header(AUTHOR_HEADER, percent_encoded(author));
        }
        let request = request.body(Full::new(body)).map_err(|error| broken(path, error))?;
        let stream = self.connect().await?;
        let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = handshake.map_err(|error| broken(path, error))?;
        // Ends with the body of the answer; its error reaches the reader of that.
        tokio::spawn(connection);
        let timed_out = |_| ClientError::TimedOut { path: path.to_owned(), within: WITHIN };
        let response = timeout(WITHIN, sender.send_request(request)).await.map_err(timed_out)?;
        let response = response.map_err(|error| broken(path, error))?;
        match response.status() {
            StatusCode::OK => Ok(response.into_body()),
            status => Err(refusal(path, status, response.into_body()).await),
        }
    }

    async fn connect(&self) -> Result<UnixStream, ClientError> {
        let path = path_in(&self.folder).map_err(|(path, length)| ClientError::TooLong { path, length })?;
        UnixStream::connect(&path).await.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
                ClientError::NoServer { path, start_command: self.start_command.clone() }
            }
            io::ErrorKind::PermissionDenied => ClientError::Forbidden { path },
            _ => broken(&path.display().to_string(), error),
        })
    }

    /// The data folder of the server.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

type Headers<'a> = &'a [(header::HeaderName, &'a str)];

async fn refusal(path: &str, status: StatusCode, body: Incoming) -> ClientError {
    let body = match read_bounded(body, MAX_ANSWER_BYTES, WITHIN).await {
        Ok(body) => body,
        Err(error) => return broken(path, error),
    };
    match serde_json::from_slice(&body) {
        Ok(WireError { r#type: kind, message, next }) => {
            ClientError::Answered { status: status.as_u16(), kind, message, next }
        }
        Err(source) => ClientError::NotUnderstood { path: path.to_owned(), source },
    }
}

fn broken(path: &str, error: impl Into<Box<dyn StdError + Send + Sync>>) -> ClientError {
    ClientError::Broken { path: path.to_owned(), source: error.into() }
}
