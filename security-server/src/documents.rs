//! What information systems fetch from their own security server: `listClients`, their evidence, and what verifies it.

use crate::client_proxy::Door;
use crate::client_proxy::authenticate::authenticate;
use crate::messaging::Messaging;
use crate::metaservices;
use crate::refusal::Refusal;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_DISPOSITION, HeaderValue};
use http::{Method, StatusCode};
use listener::{Request, Response, reply};
use message_log::{FoundState, Query};
use protocol::context::MessageKind;
use protocol::identifier::{ClientId, MemberId, SubsystemId};
use std::io::Cursor;
use std::sync::Arc;
use trust::zip::ZipWriter;

/// Answers for the paths that are not messages.
pub struct Documents {
    messaging: Arc<Messaging>,
}

const LIST_CLIENTS: &str = "/listClients";
const ASIC: &str = "/asic";
const VERIFICATION_CONF: &str = "/verificationconf";
/// Containers in one answer.
const MAX_CONTAINERS: usize = 16;

impl Documents {
    /// Answers by these parts.
    #[must_use]
    pub fn new(messaging: Arc<Messaging>) -> Self {
        Self { messaging }
    }

    /// Whether a path is one of these.
    #[must_use]
    pub fn has(path: &str) -> bool {
        matches!(path, LIST_CLIENTS | ASIC | VERIFICATION_CONF)
    }

    /// Answers one request.
    ///
    /// # Errors
    /// When there is no configuration, or the caller is not the client whose evidence it asks for.
    pub async fn answer(&self, request: &Request, door: Door) -> Result<Response, Refusal> {
        if request.method() != Method::GET {
            return Err(Refusal::Method(request.method().as_str().chars().take(32).collect()));
        }
        match request.uri().path() {
            LIST_CLIENTS => self.list_clients(request),
            VERIFICATION_CONF => self.verification_configuration().await,
            _ => self.asic(request, door).await,
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

    /// `GET /asic?queryId=&xRoadInstance=&memberClass=&memberCode=[&subsystemCode=][&requestOnly|responseOnly]`.
    async fn asic(&self, request: &Request, door: Door) -> Result<Response, Refusal> {
        let client = client_of(request)?;
        let configuration = self.messaging.server_configuration.load();
        let client = authenticate(&client, &configuration, request, door)?;
        let id = parameter(request, "queryId").ok_or_else(|| Refusal::Metaservice("queryId is missing".to_owned()))?;
        let kind = match (has_flag(request, "requestOnly"), has_flag(request, "responseOnly")) {
            (true, false) => Some(MessageKind::Request),
            (false, true) => Some(MessageKind::Response),
            _ => None,
        };
        let log = self.messaging.evidence.log().clone();
        let client = client.id().clone();
        let built = tokio::task::spawn_blocking(move || containers(&log, &client, &id, kind)).await;
        let built = built.map_err(|error| Refusal::Internal(error.to_string()))?;
        match built.map_err(Refusal::LogFailed)? {
            Evidence::None => Ok(reply::text(StatusCode::NOT_FOUND, "no evidence of this client under that queryId\n")),
            Evidence::Erased => Ok(reply::text(StatusCode::GONE, "the evidence under that queryId was erased\n")),
            Evidence::One(name, bytes) => Ok(attachment("application/vnd.etsi.asic-e+zip", &name, bytes)),
            Evidence::Several(bytes) => Ok(attachment("application/zip", "evidence.zip", bytes)),
        }
    }
}

enum Evidence {
    None,
    Erased,
    One(String, Bytes),
    Several(Bytes),
}

fn containers(
    log: &message_log::MessageLog,
    client: &ClientId,
    id: &str,
    kind: Option<MessageKind>,
) -> Result<Evidence, String> {
    let query = Query { x_road_id: Some(id.to_owned()), kind, limit: MAX_CONTAINERS, ..Query::default() };
    let found = log.find(&query).map_err(|error| error.to_string())?;
    // A provider's own system may ask for what it answered; nobody else's messages are shown.
    let own = |leaf: &trust::leaf::MessageLeaf| {
        leaf.client == *client || client.subsystem().is_some_and(|subsystem| leaf.service.subsystem() == subsystem)
    };
    let (mut files, mut erased) = (Vec::new(), false);
    for found in found.iter().filter(|found| own(&found.leaf)) {
        if found.state == FoundState::Erased {
            erased = true;
            continue;
        }
        let bytes = log.export(found.index, Cursor::new(Vec::new())).map_err(|error| error.to_string())?.into_inner();
        files.push((format!("{}-{}-{}.asice", safe(id), found.leaf.role.as_str(), found.index), Bytes::from(bytes)));
    }
    match files.len() {
        0 if erased => Ok(Evidence::Erased),
        0 => Ok(Evidence::None),
        1 => Ok(files.pop().map_or(Evidence::None, |(name, bytes)| Evidence::One(name, bytes))),
        _ => {
            let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
            for (name, bytes) in &files {
                writer.add(name, bytes).map_err(|error| error.to_string())?;
            }
            let bytes = writer.finish().map_err(|error| error.to_string())?.into_inner();
            Ok(Evidence::Several(bytes.into()))
        }
    }
}

/// A message id as part of a file name.
fn safe(id: &str) -> String {
    id.chars()
        .map(|character| if character.is_ascii_alphanumeric() || "-_.".contains(character) { character } else { '_' })
        .take(100)
        .collect()
}

fn client_of(request: &Request) -> Result<ClientId, Refusal> {
    let missing = |name: &str| Refusal::Metaservice(format!("{name} is missing or malformed"));
    let value = |name: &str| parameter(request, name).ok_or_else(|| missing(name));
    let member = MemberId::new(&value("xRoadInstance")?, &value("memberClass")?, &value("memberCode")?)
        .map_err(|error| Refusal::Metaservice(error.to_string()))?;
    match parameter(request, "subsystemCode") {
        None => Ok(ClientId::Member(member)),
        Some(code) => {
            let subsystem = SubsystemId::new(member, &code).map_err(|error| Refusal::Metaservice(error.to_string()))?;
            Ok(ClientId::Subsystem(subsystem))
        }
    }
}

fn parameter(request: &Request, name: &str) -> Option<String> {
    url::form_urlencoded::parse(request.uri().query()?.as_bytes())
        .find(|(found, _)| found == name)
        .map(|(_, value)| value.into_owned())
}

fn has_flag(request: &Request, name: &str) -> bool {
    request
        .uri()
        .query()
        .is_some_and(|query| url::form_urlencoded::parse(query.as_bytes()).any(|(found, _)| found == name))
}

fn attachment(content_type: &'static str, name: &str, bytes: Bytes) -> Response {
    let mut response = reply::bytes(StatusCode::OK, content_type, bytes);
    if let Ok(value) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
    response
}
