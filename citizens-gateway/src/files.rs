//! What was uploaded, on an origin of its own: no session is known there, and nothing in it runs.
//!
//! A page leads there by a link that carries a permit: the id of the blob and the time until when, under a MAC.

use crate::gateway::{Common, Visit};
use crate::layout;
use crate::refusal::Refusal;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use clock::Timestamp;
use futures_util::StreamExt as _;
use http::header::{self, HeaderValue};
use http::{Method, StatusCode};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use listener::{Response, reply};
use pages::ContentPolicy;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use plugin_host::OpenBlob;
use std::time::Duration;
use tokio_util::io::ReaderStream;

/// The secret that permits are made with.
pub(crate) struct FileKey(hmac::Key);

/// A page with many pictures on a slow line takes a while.
const PERMIT: Duration = Duration::from_secs(15 * 60);
const PIECE_BYTES: usize = 64 << 10;
const MAX_PATH_BYTES: usize = 512;

impl FileKey {
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The path by which a plugin's blob is shown for some minutes.
    pub(crate) fn path(&self, plugin: &str, blob: &str, now: Timestamp) -> String {
        // In steps, so that the same picture has the same path for a while, and is kept by browsers.
        let until = now.as_second().saturating_add(2 * PERMIT.as_secs().cast_signed()) / PERMIT.as_secs().cast_signed();
        format!("/{until}/{}/{blob}", URL_SAFE_NO_PAD.encode(self.mac(plugin, blob, until)))
    }

    /// The blob that a path permits to see now.
    fn permitted<'p>(&self, plugin: &str, path: &'p str, now: Timestamp) -> Option<&'p str> {
        if path.len() > MAX_PATH_BYTES {
            return None;
        }
        let (until, rest) = path.strip_prefix('/')?.split_once('/')?;
        let (mac, blob) = rest.split_once('/')?;
        let (until, mac) = (until.parse::<i64>().ok()?, URL_SAFE_NO_PAD.decode(mac).ok()?);
        hmac::verify(&self.0, message(plugin, blob, until).as_bytes(), &mac).ok()?;
        let end = until.checked_mul(PERMIT.as_secs().cast_signed())?;
        (now.as_second() <= end).then_some(blob)
    }

    fn mac(&self, plugin: &str, blob: &str, until: i64) -> Vec<u8> {
        hmac::sign(&self.0, message(plugin, blob, until).as_bytes()).as_ref().to_vec()
    }
}

/// Neither a name nor an id holds a slash.
fn message(plugin: &str, blob: &str, until: i64) -> String {
    format!("{until}/{plugin}/{blob}")
}

/// Answers a request to the origin of what was uploaded to a plugin.
pub(crate) async fn answer(common: &Common, plugin: &str, visit: &Visit) -> Response {
    let refused = |refusal| layout::refusal(common, visit, &refusal);
    if !visit.only_looks() {
        return refused(Refusal::Method);
    }
    let Some(blob) = common.file_key.permitted(plugin, visit.path(), common.clock.now()) else {
        return refused(Refusal::FileLink);
    };
    match common.host.open_blob(plugin, blob).await {
        Ok(Some(blob)) => shown(blob, &visit.head.method),
        Ok(None) => refused(Refusal::NotFound),
        Err(error) => {
            tracing::error!(plugin, error = %error, "a blob cannot be opened");
            refused(Refusal::Unavailable)
        }
    }
}

fn shown(blob: OpenBlob, method: &Method) -> Response {
    let mut response = reply::empty(StatusCode::OK);
    let headers = response.headers_mut();
    let content_type = HeaderValue::from_str(&blob.content_type).ok().filter(|found| !found.is_empty());
    let content_type = content_type.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let disposition = disposition(&content_type, blob.name.as_deref());
    headers.insert(header::CONTENT_TYPE, content_type);
    headers.extend(HeaderValue::from_str(&disposition).ok().map(|value| (header::CONTENT_DISPOSITION, value)));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(blob.size_bytes));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=900, immutable"));
    ContentPolicy::of_contents().apply(headers);
    if method != Method::HEAD {
        let pieces = ReaderStream::with_capacity(tokio::fs::File::from_std(blob.file), PIECE_BYTES);
        *response.body_mut() = StreamBody::new(pieces.map(|piece| piece.map(Frame::<Bytes>::data))).boxed_unsync();
    }
    response
}

/// Pictures and documents are shown, anything else is saved (RFC 6266, RFC 8187).
fn disposition(content_type: &HeaderValue, name: Option<&str>) -> String {
    let is_shown = SHOWN.iter().any(|shown| content_type.as_bytes() == shown.as_bytes());
    let kind = if is_shown { "inline" } else { "attachment" };
    match name {
        Some(name) => format!("{kind}; filename*=UTF-8''{}", utf8_percent_encode(name, ATTRIBUTE)),
        None => kind.to_owned(),
    }
}

const SHOWN: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "application/pdf"];
/// RFC 8187 §3.2.1, `attr-char`, or fewer.
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_').remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("a time")
    }

    #[test]
    fn a_link_shows_one_blob_of_one_plugin_for_some_minutes() {
        let key = FileKey::new(&[1; 32]);
        let path = key.path("portal", "abc", at(0));
        assert_eq!(key.permitted("portal", &path, at(0)), Some("abc"));
        assert_eq!(key.permitted("portal", &path, at(15 * 60)), Some("abc"));
        assert_eq!(key.permitted("portal", &path, at(31 * 60)), None);
        assert_eq!(key.permitted("voting", &path, at(0)), None);
        assert_eq!(key.permitted("portal", &path.replace("abc", "abd"), at(0)), None);
        assert_eq!(FileKey::new(&[2; 32]).permitted("portal", &path, at(0)), None);
        for path in ["", "/", "/1/2", "/x/y/z", &format!("/9223372036854775807/{}/abc", "A".repeat(43))] {
            assert_eq!(key.permitted("portal", path, at(0)), None, "{path}");
        }
    }

    #[test]
    fn what_a_browser_could_run_is_saved() {
        let says = |content_type, name| disposition(&HeaderValue::from_static(content_type), name);
        assert_eq!(says("image/png", Some("mi casa.png")), "inline; filename*=UTF-8''mi%20casa.png");
        assert_eq!(says("text/html", Some("a\"\r\n.html")), "attachment; filename*=UTF-8''a%22%0D%0A.html");
        assert_eq!(says("image/svg+xml", None), "attachment");
    }
}
