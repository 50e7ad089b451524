//! Mirrors over HTTP.

use crate::fetch::{Fetch, FetchError, Fetched, FileFetch, Validator};
use ::http::header::{ETAG, HeaderValue, IF_NONE_MATCH};
use ::http::{Request, StatusCode};
use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::Full;
use listener::client::{Client, ClientError};
use std::time::Duration;
use url::Url;

/// Gets files from mirrors over HTTP, and from folders.
///
/// Redirects are not followed: a mirror is a plain copy at the address that was configured.
#[derive(Debug, Clone)]
pub struct MirrorFetch {
    client: Client,
    within: Duration,
}

impl MirrorFetch {
    /// Fetches through `client`, each file `within` the given time.
    #[must_use]
    pub fn new(client: Client, within: Duration) -> Self {
        Self { client, within }
    }
}

#[async_trait]
impl Fetch for MirrorFetch {
    async fn fetch(&self, url: &Url, known: Option<&Validator>, limit: usize) -> Result<Fetched, FetchError> {
        match url.scheme() {
            "http" | "https" => {}
            _ => return FileFetch.fetch(url, known, limit).await,
        }
        let mut request = Request::get(url.as_str());
        if let Some(value) = known.and_then(|known| HeaderValue::from_str(&known.0).ok()) {
            request = request.header(IF_NONE_MATCH, value);
        }
        let request = request.body(Full::<Bytes>::default()).map_err(|_| FetchError::Scheme { url: url.clone() })?;
        let response = self.client.send(request, self.within, limit).await.map_err(|source| match source {
            ClientError::TooLarge { .. } => FetchError::TooLarge { url: url.clone(), limit },
            source => FetchError::Exchange { url: url.clone(), source },
        })?;
        match response.status() {
            StatusCode::OK => {
                let etag = response.headers().get(ETAG).and_then(|value| value.to_str().ok());
                let validator = etag.map(|etag| Validator(etag.to_owned()));
                Ok(Fetched::Found { bytes: response.into_body(), validator })
            }
            StatusCode::NOT_MODIFIED if known.is_some() => Ok(Fetched::Unchanged),
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(Fetched::Missing),
            status => Err(FetchError::Status { url: url.clone(), status: status.as_u16() }),
        }
    }
}
