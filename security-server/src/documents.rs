//! What information systems fetch from their own security server: `listClients`, their evidence, and what verifies it.

use crate::asic_query::{AsicQuery, AsicRefusal, Expects, Timestamps};
use crate::client_proxy::Door;
use crate::client_proxy::authenticate::authenticate;
use crate::messaging::Messaging;
use crate::metaservices;
use crate::refusal::Refusal;
use crate::streaming;
use crate::upkeep::Upkeep;
use bytes::Bytes;
use global_configuration::StoreError;
use http::header::{ACCEPT, CONTENT_DISPOSITION, HeaderValue};
use http::{Method, StatusCode};
use listener::{Request, Response, reply};
use message_log::{Container, ContainerDigest, Found, FoundState, Query};
use std::io::{self, Write};
use std::sync::Arc;
use trust::asic::MIME_TYPE;
use trust::zip::ZipWriter;

/// Answers for the paths that are not messages.
pub struct Documents {
    messaging: Arc<Messaging>,
    upkeep: Arc<Upkeep>,
}

const LIST_CLIENTS: &str = "/listClients";
const ASIC: &str = "/asic";
const VERIFICATION_CONF: &str = "/verificationconf";
/// What stands in front of the paths of the log.
const LOG: &str = "/log/";
/// Containers in one answer.
const MAX_CONTAINERS: usize = 16;
/// Bodies in one answer of several containers: a ZIP file's 4 GiB, less what else a container has.
const MAX_BODIES_BYTES: u64 = trust::zip::MAX_BYTES - MAX_CONTAINERS as u64 * (1 << 20);

impl Documents {
    /// Answers by these parts.
    #[must_use]
    pub fn new(messaging: Arc<Messaging>, upkeep: Arc<Upkeep>) -> Self {
        Self { messaging, upkeep }
    }

    /// Whether a path is one of these.
    #[must_use]
    pub fn has(path: &str) -> bool {
        matches!(path, LIST_CLIENTS | ASIC | VERIFICATION_CONF) || path.starts_with(LOG)
    }

    /// Answers one request.
    ///
    /// # Errors
    /// When there is no configuration, or the method is another than GET.
    pub async fn answer(&self, request: &Request, door: Door) -> Result<Response, Refusal> {
        if request.method() != Method::GET {
            return Err(Refusal::Method(request.method().as_str().chars().take(32).collect()));
        }
        match request.uri().path() {
            LIST_CLIENTS => self.list_clients(request),
            VERIFICATION_CONF => self.verification_configuration(request).await,
            ASIC => Ok(self.asic(request, door).await),
            path => self.log(path.strip_prefix(LOG).unwrap_or(path).to_owned()).await,
        }
    }

    /// The log as anybody may audit it (C2SP tlog-tiles): the newest checkpoint, and tiles. They hold hashes alone; entry
    /// bundles, which would hold leaves, are not there.
    async fn log(&self, path: String) -> Result<Response, Refusal> {
        let log = self.messaging.evidence.log().clone();
        let read = tokio::task::spawn_blocking(move || match path.as_str() {
            "checkpoint" => {
                Ok(log.newest_checkpoint().map(|note| ("text/plain; charset=utf-8", note.to_string().into())))
            }
            _ => match path.parse() {
                Ok(tile) => log.tile(&tile).map(|tile| tile.map(|hashes| ("application/octet-stream", hashes))),
                Err(_) => Ok(None),
            },
        });
        let found = read.await.map_err(|error| Refusal::Internal(error.to_string()))?;
        match found.map_err(|error| Refusal::LogFailed(error.to_string()))? {
            Some((content_type, bytes)) => Ok(reply::bytes(StatusCode::OK, content_type, bytes)),
            None => Ok(reply::text(StatusCode::NOT_FOUND, "the log has no such tile\n")),
        }
    }

    fn list_clients(&self, request: &Request) -> Result<Response, Refusal> {
        let judgement = self.messaging.configuration.usable()?;
        let accept = request.headers().get_all(ACCEPT).iter().filter_map(|accept| accept.to_str().ok());
        let document = metaservices::list_clients(judgement.global(), request.uri().query(), accept)
            .map_err(|error| Refusal::Metaservice(error.to_string()))?;
        Ok(reply::bytes(StatusCode::OK, document.content_type, document.body))
    }

    /// `GET /verificationconf[?snapshot=HASH]`: the newest snapshot, or the one that a leaf names.
    async fn verification_configuration(&self, request: &Request) -> Result<Response, Refusal> {
        let hash = match parameter(request, "snapshot") {
            Some(hash) => hash.parse().map_err(|_| Refusal::Metaservice("snapshot is malformed".to_owned()))?,
            None => self.messaging.configuration.newest().ok_or(Refusal::NoConfiguration)?.hash(),
        };
        match self.messaging.source.bundle(&hash).await {
            Ok(bytes) => Ok(attachment("application/zip", "verificationconf.zip", bytes.into())),
            Err(error @ StoreError::UnknownSnapshot { .. }) => {
                Ok(reply::text(StatusCode::NOT_FOUND, format!("{error}\n")))
            }
            Err(error) => Err(Refusal::Internal(error.to_string())),
        }
    }

    /// `GET /asic?queryId=&xRoadInstance=&memberClass=&memberCode=[&subsystemCode=][&requestOnly|responseOnly][&unique]
    /// [&force]`; refusals are plain text.
    async fn asic(&self, request: &Request, door: Door) -> Response {
        let answered = self.evidence(request, door).await;
        answered.unwrap_or_else(|refusal| refusal.response())
    }

    async fn evidence(&self, request: &Request, door: Door) -> Result<Response, AsicRefusal> {
        let query = AsicQuery::parse(request.uri().query().unwrap_or_default())?;
        let configuration = self.messaging.server_configuration.load();
        authenticate(&query.client, &configuration, request, door).map_err(AsicRefusal::Unauthorized)?;
        if query.timestamps == Timestamps::Force {
            self.upkeep.checkpoint_and_stamp().await;
        }
        let place = self.messaging.exports.place().map_err(AsicRefusal::Busy)?;
        let log = self.messaging.evidence.log().clone();
        let id = safe(&query.id);
        let built = tokio::task::spawn_blocking(move || containers(&log, &query)).await;
        match built.map_err(|error| AsicRefusal::Failed(error.to_string()))?? {
            Evidence::One(name, container) => {
                let pieces = streaming::written(place, move |out| container.write(out).map(|_| ()));
                Ok(named(streaming::response(MIME_TYPE, pieces), &format!("{id}-{name}")))
            }
            Evidence::Several(files) => {
                let pieces = streaming::written(place, move |out| zip(&files, out));
                Ok(named(streaming::response("application/zip", pieces), "evidence.zip"))
            }
        }
    }
}

enum Evidence {
    One(String, Container),
    Several(Vec<(String, Container)>),
}

fn containers(log: &message_log::MessageLog, query: &AsicQuery) -> Result<Evidence, AsicRefusal> {
    let failed = |error: &dyn std::fmt::Display| AsicRefusal::Failed(error.to_string());
    let found = own_messages(log, query).map_err(|error| failed(&error))?;
    match (found.len(), query.expects) {
        (0, _) => return Err(AsicRefusal::NotFound),
        (2.., Expects::One) => return Err(AsicRefusal::Malformed("more than one message has this queryId".to_owned())),
        (count, _) if count > MAX_CONTAINERS => {
            let rule = format!("more than {MAX_CONTAINERS} messages have this queryId: ask the administrator for them");
            return Err(AsicRefusal::Malformed(rule));
        }
        _ => {}
    }
    let mut files = Vec::new();
    for found in found.iter().filter(|found| found.state != FoundState::Erased) {
        let container = log.export(found.index).map_err(|error| failed(&error))?;
        files.push((format!("{}-{}.asice", found.leaf.role.as_str(), found.index), container));
    }
    match files.pop() {
        None => Err(AsicRefusal::Erased),
        Some((name, container)) if files.is_empty() => Ok(Evidence::One(name, container)),
        last => {
            files.extend(last);
            check_size(files.iter().map(|(_, container)| container.body_bytes()).sum())?;
            Ok(Evidence::Several(files))
        }
    }
}

/// Refuses before the first byte what would break off in the middle: one file holds less than 4 GiB.
fn check_size(body_bytes: u64) -> Result<(), AsicRefusal> {
    if body_bytes > MAX_BODIES_BYTES {
        let rule = format!(
            "the messages under this queryId have {body_bytes} bytes of bodies, and one file holds {MAX_BODIES_BYTES}: ask with \
             requestOnly and responseOnly, or the administrator for each by itself (chakana log export)"
        );
        return Err(AsicRefusal::Malformed(rule));
    }
    Ok(())
}

/// What the client asked, and what was asked of it: nobody else's messages are shown, however many share the id.
fn own_messages(log: &message_log::MessageLog, query: &AsicQuery) -> io::Result<Vec<Found>> {
    let limit = MAX_CONTAINERS + 1;
    let of_id = Query { x_road_id: Some(query.id.clone()), kind: query.kind, limit, ..Query::default() };
    let mut found = log.find(&Query { client: Some(query.client.clone()), ..of_id.clone() })?;
    if let Some(subsystem) = query.client.subsystem() {
        found.extend(log.find(&Query { provider: Some(subsystem.clone()), ..of_id })?);
    }
    // A client that calls its own service is found twice.
    found.sort_by_key(|found| std::cmp::Reverse(found.index));
    found.dedup_by_key(|found| found.index);
    Ok(found)
}

/// Several containers in one file. Each is written twice: what its entry's header says must be known in front of it.
fn zip(files: &[(String, Container)], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ZipWriter::new(out);
    for (name, container) in files {
        let ContainerDigest { length, crc32 } = container.digest().map_err(io::Error::other)?;
        let entry = |out: &mut dyn Write| container.write(out).map(|_| ()).map_err(io::Error::other);
        writer.add_known(name, length, crc32, entry).map_err(io::Error::other)?;
    }
    writer.finish().map(|_| ()).map_err(io::Error::other)
}

/// A message id as part of a file name.
fn safe(id: &str) -> String {
    id.chars()
        .map(|character| if character.is_ascii_alphanumeric() || "-_.".contains(character) { character } else { '_' })
        .take(100)
        .collect()
}

fn attachment(content_type: &'static str, name: &str, bytes: Bytes) -> Response {
    named(reply::bytes(StatusCode::OK, content_type, bytes), name)
}

fn named(mut response: Response, name: &str) -> Response {
    if let Ok(value) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
    response
}

fn parameter(request: &Request, name: &str) -> Option<String> {
    url::form_urlencoded::parse(request.uri().query()?.as_bytes())
        .find(|(found, _)| found == name)
        .map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_more_than_one_file_can_hold_and_says_how_to_ask_for_less() {
        assert!(check_size(MAX_BODIES_BYTES).is_ok());
        let Err(AsicRefusal::Malformed(rule)) = check_size(MAX_BODIES_BYTES + 1) else { panic!("not refused") };
        assert!(rule.contains("4278190079") && rule.contains("responseOnly"), "{rule}");
    }
}
