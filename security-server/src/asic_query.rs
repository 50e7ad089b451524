//! What `GET /asic` is asked for, and its refusals: X-Road's parameters, and its plain text (UG-SIGDOC §2).

use crate::refusal::Refusal;
use crate::streaming::TooManyExports;
use http::StatusCode;
use listener::{Response, reply};
use protocol::context::MessageKind;
use protocol::identifier::{ClientId, MemberId, SubsystemId};

/// Which messages an information system asks the evidence of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AsicQuery {
    /// Whose messages.
    pub(crate) client: ClientId,
    /// Under which message id.
    pub(crate) id: String,
    /// Requests or responses only.
    pub(crate) kind: Option<MessageKind>,
    /// How many there may be.
    pub(crate) expects: Expects,
    /// What to do where a timestamp is missing.
    pub(crate) timestamps: Timestamps,
}

/// How many messages there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expects {
    /// Any number.
    Any,
    /// `unique`: one and no more.
    One,
}

/// What to do where a timestamp is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timestamps {
    /// The evidence goes out with those there are, and says so to who verifies it.
    AsTheyAre,
    /// `force`: the newest records are stamped first.
    Force,
}

/// Why there is no evidence.
#[derive(Debug)]
pub(crate) enum AsicRefusal {
    /// The parameters are no query.
    Malformed(String),
    /// The caller did not authenticate as the client.
    Unauthorized(Refusal),
    /// Nothing is there for this client.
    NotFound,
    /// What was there was erased.
    Erased,
    /// As much is being written out as may be at once.
    Busy(TooManyExports),
    /// The server failed; the words are for its log.
    Failed(String),
}

impl AsicQuery {
    /// Reads the query of a request's target.
    pub(crate) fn parse(query: &str) -> Result<Self, AsicRefusal> {
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let value = |name: &str| pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
        let required = |name: &str| {
            let found = value(name).filter(|value| !value.is_empty());
            found.ok_or_else(|| AsicRefusal::Malformed(format!("the parameter {name} is missing")))
        };
        let has = |name: &str| value(name).is_some();
        let malformed = |error: &dyn std::fmt::Display| AsicRefusal::Malformed(error.to_string());
        let id = required("queryId")?.to_owned();
        let member = MemberId::new(required("xRoadInstance")?, required("memberClass")?, required("memberCode")?)
            .map_err(|error| malformed(&error))?;
        let client = match value("subsystemCode") {
            None => ClientId::Member(member),
            Some(code) => ClientId::Subsystem(SubsystemId::new(member, code).map_err(|error| malformed(&error))?),
        };
        let kind = match (has("requestOnly"), has("responseOnly")) {
            (true, true) => return Err(malformed(&"requestOnly and responseOnly exclude each other")),
            (true, false) => Some(MessageKind::Request),
            (false, true) => Some(MessageKind::Response),
            (false, false) => None,
        };
        if has("unique") && kind.is_none() {
            return Err(malformed(&"unique goes with requestOnly or responseOnly"));
        }
        let expects = if has("unique") { Expects::One } else { Expects::Any };
        let timestamps = if has("force") { Timestamps::Force } else { Timestamps::AsTheyAre };
        Ok(Self { client, id, kind, expects, timestamps })
    }
}

impl AsicRefusal {
    /// The answer to the information system.
    pub(crate) fn response(&self) -> Response {
        let (status, words) = match self {
            Self::Malformed(rule) => (StatusCode::BAD_REQUEST, format!("{rule}\n")),
            Self::Unauthorized(refusal) => (StatusCode::UNAUTHORIZED, format!("{refusal}\n")),
            Self::NotFound => (StatusCode::NOT_FOUND, "no evidence of this client under that queryId\n".to_owned()),
            Self::Erased => (StatusCode::GONE, "the evidence under that queryId was erased\n".to_owned()),
            Self::Busy(rule) => (StatusCode::SERVICE_UNAVAILABLE, format!("{rule}: ask again later\n")),
            Self::Failed(why) => {
                let detail = uuid::Uuid::new_v4();
                tracing::error!(fault.detail = %detail, why, "evidence could not be exported");
                let words = format!("the evidence cannot be read; the server's log has more under {detail}\n");
                (StatusCode::INTERNAL_SERVER_ERROR, words)
            }
        };
        reply::text(status, words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: &str = "xRoadInstance=BO&memberClass=GOV&memberCode=1001&subsystemCode=civil";

    fn parse(more: &str) -> Result<AsicQuery, StatusCode> {
        AsicQuery::parse(&format!("{CLIENT}{more}")).map_err(|refusal| refusal.response().status())
    }

    #[test]
    fn reads_every_parameter() {
        let query = parse("&queryId=a%2Fb&responseOnly&unique&force").unwrap();
        assert_eq!((query.client.to_string().as_str(), query.id.as_str()), ("BO/GOV/1001/civil", "a/b"));
        assert_eq!(query.kind, Some(MessageKind::Response));
        assert_eq!((query.expects, query.timestamps), (Expects::One, Timestamps::Force));
        let query = parse("&queryId=a").unwrap();
        assert_eq!((query.kind, query.expects, query.timestamps), (None, Expects::Any, Timestamps::AsTheyAre));
    }

    #[test]
    fn refuses_what_is_missing_or_contradicts_itself() {
        for more in ["", "&queryId=", "&queryId=a&requestOnly&responseOnly", "&queryId=a&unique"] {
            assert_eq!(parse(more), Err(StatusCode::BAD_REQUEST), "{more}");
        }
        assert!(AsicQuery::parse("queryId=a").is_err());
    }

    #[tokio::test]
    async fn a_refusal_is_plain_text_and_keeps_what_is_inside() {
        let response = AsicRefusal::Failed("disk /dev/sda1 broke".to_owned()).response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
        let body = listener::read_bounded(response.into_body(), 1000, std::time::Duration::from_secs(1)).await.unwrap();
        assert!(!String::from_utf8_lossy(&body).contains("sda1"));
        assert_eq!(AsicRefusal::NotFound.response().status(), StatusCode::NOT_FOUND);
        let unauthorized = AsicRefusal::Unauthorized(Refusal::NoConfiguration);
        assert_eq!(unauthorized.response().status(), StatusCode::UNAUTHORIZED);
    }
}
