//! Three small information systems that answer real JSON, and one that answers a large file.

mod records;

use bytes::Bytes;
use futures_util::stream;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::{Method, StatusCode};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use listener::{Handler, Limits, Request, Response, Socket, Tls, read_bounded, reply};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Size of the file that the archive answers with: 50 MB.
pub const FILE_BYTES: u64 = 50_000_000;

/// The information systems of the small state.
#[derive(Debug, Default)]
pub struct Providers {
    numbers: AtomicU64,
}

const PIECE_BYTES: usize = 64 * 1024;
const MAX_TAKEN_BYTES: usize = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves them until `shutdown`.
pub async fn serve(socket: TcpListener, shutdown: CancellationToken) {
    let (handler, limits) = (Arc::new(Providers::default()), Limits::default());
    listener::serve(Socket::Tcp(socket), Tls::Plain, limits, handler, shutdown, Duration::from_secs(2)).await;
}

impl Handler for Providers {
    async fn handle(&self, request: Request) -> Response {
        let path = request.uri().path().to_owned();
        let (system, rest) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
        match (request.method(), system, rest.split('/').collect::<Vec<_>>().as_slice()) {
            (&Method::GET, "segip", ["openapi.json"]) => json_answer(StatusCode::OK, &records::persons_open_api()),
            (&Method::GET, "segip", ["personas", id]) => found(records::person(id), "persona", id),
            (&Method::GET, "sin", ["contribuyentes", id]) => found(records::taxpayer(id), "contribuyente", id),
            (&Method::POST, "sin", ["declaraciones"]) | (&Method::POST, "visitas", ["entries"]) => {
                self.take(request).await
            }
            (&Method::GET, "seprec", ["empresas", id]) => found(records::company(id), "empresa", id),
            (&Method::GET, "archivo", ["gaceta.bin"]) => large_file(),
            _ => json_answer(StatusCode::NOT_FOUND, &json!({ "mensaje": "no existe esa ruta" })),
        }
    }
}

impl Providers {
    async fn take(&self, request: Request) -> Response {
        let Ok(body) = read_bounded(request.into_body(), MAX_TAKEN_BYTES, PATIENCE).await else {
            return json_answer(StatusCode::BAD_REQUEST, &json!({ "mensaje": "el contenido no llegó completo" }));
        };
        match serde_json::from_slice::<Value>(&body) {
            Ok(taken) => {
                let number = self.numbers.fetch_add(1, Ordering::Relaxed) + 1;
                json_answer(StatusCode::CREATED, &json!({ "numero": number, "recibido": taken }))
            }
            Err(error) => {
                let message = format!("el contenido no es JSON: {error}");
                json_answer(StatusCode::BAD_REQUEST, &json!({ "mensaje": message }))
            }
        }
    }
}

fn found(record: Option<Value>, what: &str, id: &str) -> Response {
    match record {
        Some(record) => json_answer(StatusCode::OK, &record),
        None => json_answer(StatusCode::NOT_FOUND, &json!({ "mensaje": format!("no hay {what} {id}") })),
    }
}

fn json_answer(status: StatusCode, value: &Value) -> Response {
    reply::json(status, value.to_string())
}

/// Pieces that are made as they are sent: nobody holds the file.
fn large_file() -> Response {
    let pieces = stream::unfold(FILE_BYTES, |left| async move {
        let size = usize::try_from(left).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
        let offset = FILE_BYTES - left;
        (size > 0).then(|| {
            let piece: Bytes = (0..size).map(|at| ((offset + at as u64) % 251) as u8).collect();
            (Ok(Frame::data(piece)), left - size as u64)
        })
    });
    let mut response = Response::new(StreamBody::new(pieces).boxed_unsync());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(FILE_BYTES));
    response
}
