//! What information systems fetch from their own security server: `listClients`, their evidence, and what verifies it.

use crate::asic_query::{AsicQuery, AsicRefusal, Expects, Timestamps};
use crate::client_proxy::Door;
use crate::client_proxy::authenticate::authenticate;
use crate::messaging::Messaging;
use crate::metaservices;
use crate::refusal::Refusal;
use crate::upkeep::Upkeep;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_DISPOSITION, HeaderValue};
use http::{Method, StatusCode};
use listener::{Request, Response, reply};
use message_log::{Found, Query};
use std::io::Cursor;
use std::sync::Arc;
use trust::zip::ZipWriter;

/// Answers for the paths that are not messages.
pub struct Documents {
    messaging: Arc<Messaging>,
    upkeep: Arc<Upkeep>,
}

const LIST_CLIENTS: &str = "/listClients";
const ASIC: &str = "/asic";
const VERIFICATION_CONF: &str = "/verificationconf";
/// Containers in one answer.
const MAX_CONTAINERS: usize = 16;

impl Documents {
    /// Answers by these parts.
    #[must_use]
    pub fn new(messaging: Arc<Messaging>, upkeep: Arc<Upkeep>) -> Self {
        Self { messaging, upkeep }
    }

    /// Whether a path is one of these.
    #[must_use]
    pub fn has(path: &str) -> bool {
        matches!(path, LIST_CLIENTS | ASIC | VERIFICATION_CONF)
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
            VERIFICATION_CONF => self.verification_configuration().await,
            _ => Ok(self.asic(request, door).await),
        }
    }

    fn list_clients(&self, request: &Request) -> Result<Response, Refusal> {
        let judgement = self.messaging.configuration.usable()?;
        let accept = request.headers().get_all(ACCEPT).iter().filter_map(|accept| accept.to_str().ok());
        let document = metaservices::list_clients(judgement.global(), request.uri().query(), accept)
            .map_err(|error| Refusal::Metaservice(error.to_string()))?;
        Ok(reply::bytes(StatusCode::OK, document.content_type, document.body))
    }

    async fn verification_configuration(&self) -> Result<Response, Refusal> {
        let judgement = self.messaging.configuration.newest().ok_or(Refusal::NoConfiguration)?;
        let bundle = self.messaging.source.bundle(&judgement.hash()).await;
        let bytes = bundle.map_err(|error| Refusal::Internal(error.to_string()))?;
        Ok(attachment("application/zip", "verificationconf.zip", bytes.into()))
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
        let log = self.messaging.evidence.log().clone();
        let built = tokio::task::spawn_blocking(move || containers(&log, &query)).await;
        match built.map_err(|error| AsicRefusal::Failed(error.to_string()))?? {
            Evidence::One(name, bytes) => Ok(attachment("application/vnd.etsi.asic-e+zip", &name, bytes)),
            Evidence::Several(bytes) => Ok(attachment("application/zip", "evidence.zip", bytes)),
        }
    }
}

enum Evidence {
    One(String, Bytes),
    Several(Bytes),
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
    for found in &found {
        let bytes = log.export(found.index, Cursor::new(Vec::new())).map_err(|error| failed(&error))?.into_inner();
        let name = format!("{}-{}-{}.asice", safe(&query.id), found.leaf.role.as_str(), found.index);
        files.push((name, Bytes::from(bytes)));
    }
    if let [(name, bytes)] = files.as_slice() {
        return Ok(Evidence::One(name.clone(), bytes.clone()));
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in &files {
        writer.add(name, bytes).map_err(|error| failed(&error))?;
    }
    let bytes = writer.finish().map_err(|error| failed(&error))?.into_inner();
    Ok(Evidence::Several(bytes.into()))
}

/// What the client asked, and what was asked of it: nobody else's messages are shown, however many share the id.
fn own_messages(log: &message_log::MessageLog, query: &AsicQuery) -> std::io::Result<Vec<Found>> {
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

/// A message id as part of a file name.
fn safe(id: &str) -> String {
    id.chars()
        .map(|character| if character.is_ascii_alphanumeric() || "-_.".contains(character) { character } else { '_' })
        .take(100)
        .collect()
}

fn attachment(content_type: &'static str, name: &str, bytes: Bytes) -> Response {
    let mut response = reply::bytes(StatusCode::OK, content_type, bytes);
    if let Ok(value) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
    response
}
