//! The published files, over plain HTTP: whoever copies them is a mirror.

use crate::publication::{Part, PublicFolder};
use futures_util::TryStreamExt as _;
use http::header::{self, HeaderValue};
use http::{Method, StatusCode};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use listener::{Handler, Request, Response, reply};
use protocol::hash::Sha256Hash;
use std::io;
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

/// Serves the published files.
#[derive(Debug)]
pub(crate) struct PublicDoor {
    folder: PublicFolder,
}

/// A file that may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked<'a> {
    part: Part,
    name: &'a str,
}

impl PublicDoor {
    pub(crate) fn new(folder: PublicFolder) -> Self {
        Self { folder }
    }

    async fn serve(&self, request: &Request) -> Response {
        let is_head = match *request.method() {
            Method::GET => false,
            Method::HEAD => true,
            _ => {
                let mut response = reply::text(StatusCode::METHOD_NOT_ALLOWED, "files are read, with GET or HEAD\n");
                response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
                return response;
            }
        };
        let Some(asked) = Asked::parse(request.uri().path()) else { return missing() };
        let known = request.headers().get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
        match self.file(asked, known, is_head).await {
            Ok(response) => response,
            Err(error) if error.kind() == io::ErrorKind::NotFound => missing(),
            Err(error) => {
                tracing::error!(error = %error, file.name = asked.name, "failed to read a published file");
                reply::text(StatusCode::INTERNAL_SERVER_ERROR, "the file cannot be read\n")
            }
        }
    }

    async fn file(&self, asked: Asked<'_>, known: Option<&str>, is_head: bool) -> io::Result<Response> {
        let file = File::open(self.folder.path().join(asked.part.name()).join(asked.name)).await?;
        let facts = file.metadata().await?;
        if !facts.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let mut response = if asked.is_versioned() {
            let tag = format!("\"{}\"", asked.name);
            if known.is_some_and(|known| matches(known, &tag)) {
                not_modified(&tag)
            } else {
                let length = facts.len();
                let pieces = ReaderStream::with_capacity(file.take(length), PIECE_BYTES).map_ok(Frame::data);
                let body = if is_head { reply::whole("") } else { StreamBody::new(pieces).boxed_unsync() };
                found(&tag, length, body)
            }
        } else {
            // It is replaced in place: its tag is of its content, and the content is small.
            let mut bytes = Vec::new();
            file.take(MAX_REPLACED_BYTES).read_to_end(&mut bytes).await?;
            let tag = format!("\"{}\"", Sha256Hash::of(&bytes));
            if known.is_some_and(|known| matches(known, &tag)) {
                not_modified(&tag)
            } else {
                let length = bytes.len() as u64;
                found(&tag, length, if is_head { reply::whole("") } else { reply::whole(bytes) })
            }
        };
        let caching = if asked.is_versioned() { "public, max-age=31536000, immutable" } else { "no-cache" };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        Ok(response)
    }
}

impl Handler for PublicDoor {
    async fn handle(&self, request: Request) -> Response {
        self.serve(&request).await
    }
}

impl<'a> Asked<'a> {
    /// Only names that the publication itself gives, without any encoding, so that no path leads out of the folder.
    fn parse(path: &'a str) -> Option<Self> {
        let (part, name) = path.strip_prefix('/')?.split_once('/')?;
        let part = [Part::Metadata, Part::Targets].into_iter().find(|known| known.name() == part)?;
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
        let possible = plain && !name.starts_with('.') && name.ends_with(".json") && name.len() <= MAX_NAME_BYTES;
        possible.then_some(Self { part, name })
    }

    /// Whether another content would have another name.
    fn is_versioned(&self) -> bool {
        self.part == Part::Targets || self.name.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
    }
}

fn found(tag: &str, length: u64, body: listener::Body) -> Response {
    let mut response = reply::bytes(StatusCode::OK, "application/json", "");
    *response.body_mut() = body;
    response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    tagged(response, tag)
}

fn not_modified(tag: &str) -> Response {
    tagged(reply::empty(StatusCode::NOT_MODIFIED), tag)
}

fn tagged(mut response: Response, tag: &str) -> Response {
    if let Ok(tag) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

fn missing() -> Response {
    reply::text(StatusCode::NOT_FOUND, "there is no such file\n")
}

/// RFC 9110 §13.1.2: a list of tags, weak ones compared as if they were strong.
fn matches(known: &str, tag: &str) -> bool {
    known.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// Two hashes and the longest name of a document.
const MAX_NAME_BYTES: usize = 128;
const PIECE_BYTES: usize = 64 * 1024;
/// A root has a few KiB for each rotation that its own keys need.
const MAX_REPLACED_BYTES: u64 = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn takes_the_names_that_are_published() {
        for path in ["/metadata/timestamp.json", "/metadata/12.root.json", "/targets/00ff.members-3f.json"] {
            assert!(Asked::parse(path).is_some(), "{path}");
        }
    }

    #[test]
    fn refuses_paths_that_lead_elsewhere() {
        for path in [
            "",
            "/",
            "/metadata",
            "/metadata/",
            "/metadata/..",
            "/metadata/../store.redb",
            "/metadata/%2e%2e/x.json",
            "/metadata/.timestamp.json.new",
            "/metadata/.hidden.json",
            "/metadata/a/b.json",
            "//metadata/timestamp.json",
            "/targets/a\\b.json",
            "/token/token.json",
            "/metadata/timestamp.json/",
        ] {
            assert_eq!(Asked::parse(path), None, "{path}");
        }
        assert_eq!(Asked::parse(&format!("/targets/{}.json", "a".repeat(200))), None);
    }

    #[test]
    fn understands_lists_of_tags() {
        assert!(matches("\"a\", W/\"b\"", "\"b\""));
        assert!(matches("*", "\"b\""));
        assert!(!matches("\"a\"", "\"b\""));
    }

    proptest! {
        #[test]
        fn no_path_leads_out_of_the_folder(path in "(/(metadata|targets)/)?[a-z./%0-9\\-]{0,40}") {
            if let Some(asked) = Asked::parse(&path) {
                prop_assert!(!asked.name.contains('/') && !asked.name.starts_with('.'));
            }
        }
    }
}
