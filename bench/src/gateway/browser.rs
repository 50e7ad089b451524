//! A browser that looks at pages and sends forms, over one connection that it keeps.

use super::door::HOST;
use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, COOKIE, HOST as HOST_HEADER, SET_COOKIE};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// A browser.
pub(crate) struct Browser {
    sender: SendRequest<Full<Bytes>>,
    cookie: Option<String>,
    encodings: Encodings,
}

/// How contents may be sent to a browser.
#[derive(Debug, Clone, Copy)]
enum Encodings {
    /// As they are: what is measured beside a server that does nothing is of one size.
    None,
    AsBrowsers,
}

impl Browser {
    pub(crate) async fn connect(address: SocketAddr, tls: Arc<ClientConfig>) -> Result<Self> {
        Self::over(TcpStream::connect(address).await?, tls).await
    }

    /// A browser over a connection on which nothing was said.
    pub(crate) async fn over(stream: TcpStream, tls: Arc<ClientConfig>) -> Result<Self> {
        stream.set_nodelay(true)?;
        let stream = TlsConnector::from(tls).connect(ServerName::try_from("bench.localhost")?, stream).await?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { sender, cookie: None, encodings: Encodings::None })
    }

    /// The same, which takes contents that are compressed, as people's browsers do.
    pub(crate) fn with_compression(self) -> Self {
        Self { encodings: Encodings::AsBrowsers, ..self }
    }

    /// A page.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Bytes> {
        let request = self.request(path).body(Full::default())?;
        let response = self.send(request).await?;
        ensure!(response.status() == StatusCode::OK, "{path} is answered with {}", response.status());
        Ok(response.into_body())
    }

    /// The tokens of the forms of a page.
    pub(crate) async fn tokens(&mut self, path: &str) -> Result<Vec<String>> {
        let page = String::from_utf8(self.get(path).await?.to_vec())?;
        let marks = page.split("name=\"-form\" value=\"").skip(1);
        Ok(marks.filter_map(|rest| rest.split_once('"')).map(|(token, _)| token.to_owned()).collect())
    }

    /// Sends a form with one of the tokens that were shown.
    pub(crate) async fn post(&mut self, path: &str, token: &str) -> Result<()> {
        let form = format!("-form={token}&text={}", "a".repeat(TEXT_BYTES));
        let request = self
            .request(path)
            .method("POST")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("origin", format!("https://{HOST}"))
            .body(Full::new(Bytes::from(form)))?;
        let response = self.send(request).await?;
        ensure!(response.status() == StatusCode::SEE_OTHER, "a form is answered with {}", response.status());
        Ok(())
    }

    /// Sends any body, and gives the status of the answer.
    pub(crate) async fn send_body(&mut self, path: &str, content_type: &str, body: Vec<u8>) -> Result<StatusCode> {
        let request = self.request(path).method("POST").header(CONTENT_TYPE, content_type);
        let request = request.header("origin", format!("https://{HOST}")).body(Full::new(Bytes::from(body)))?;
        Ok(self.send(request).await?.status())
    }

    fn request(&self, path: &str) -> http::request::Builder {
        let request = Request::builder().uri(path).header(HOST_HEADER, HOST).header("accept", "text/html");
        let request = match self.encodings {
            Encodings::None => request,
            Encodings::AsBrowsers => request.header(ACCEPT_ENCODING, "gzip, deflate, br, zstd"),
        };
        match &self.cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        }
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Response<Bytes>> {
        self.sender.ready().await?;
        let (head, body) = self.sender.send_request(request).await.context("a request failed")?.into_parts();
        if let Some(cookie) = head.headers.get(SET_COOKIE) {
            self.cookie = cookie.to_str()?.split(';').next().map(str::to_owned);
        }
        Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
    }
}

/// What is written, as in the plugins' own measure.
const TEXT_BYTES: usize = 200;
