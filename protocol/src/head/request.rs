//! The head of a request.

use super::fields::{Fields, append, is_hop_by_hop};
use super::{HeadError, MAX_HEAD_BYTES, names};
use crate::hash::Sha512Hash;
use crate::identifier::{ClientId, ServerId, ServiceId};
use crate::request_uri::RequestUri;
use std::fmt;
use std::str::FromStr;

/// The eight methods that are relayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the methods of RFC 9110 and RFC 5789 by their names")]
pub enum Method {
    Delete,
    Get,
    Head,
    Options,
    Patch,
    Post,
    Put,
    Trace,
}

impl Method {
    /// Every method, in alphabetical order.
    pub const ALL: [Self; 8] =
        [Self::Delete, Self::Get, Self::Head, Self::Options, Self::Patch, Self::Post, Self::Put, Self::Trace];

    /// The method as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Trace => "TRACE",
        }
    }

    /// Whether a body goes on to the provider; with other methods it is signed and kept, and goes no further.
    #[must_use]
    pub const fn encloses_entity(self) -> bool {
        matches!(self, Self::Patch | Self::Post | Self::Put)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Method {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        Self::ALL.into_iter().find(|method| method.as_str() == text).ok_or(HeadError::FirstLine)
    }
}

/// A request head: its bytes, and what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestHead {
    text: String,
    fields_at: usize,
    method: Method,
    uri: RequestUri,
    client: ClientId,
    id: String,
    request_id: String,
    server: Option<ServerId>,
}

impl RequestHead {
    /// Reads the head that a peer sent.
    ///
    /// # Errors
    /// When the bytes are not exactly a request head that a security server may send.
    pub fn parse(bytes: &[u8]) -> Result<Self, HeadError> {
        if bytes.len() > MAX_HEAD_BYTES {
            return Err(HeadError::TooLarge);
        }
        Self::from_text(String::from_utf8(bytes.to_vec()).map_err(|_| HeadError::Lines)?)
    }

    fn from_text(text: String) -> Result<Self, HeadError> {
        if !text.ends_with("\r\n") {
            return Err(HeadError::Lines);
        }
        let (method, rest) = text.split_once("\r\n").ok_or(HeadError::Lines)?;
        let (uri, lines) = rest.split_once("\r\n").ok_or(HeadError::Lines)?;
        let method = method.parse()?;
        let uri = RequestUri::parse(uri)?;
        let fields = Fields::parse(lines)?;
        let client = fields.identifier(names::CLIENT)?;
        let id = message_id(fields.required(names::ID)?)?.to_owned();
        let request_id = uuid(fields.required(names::REQUEST_ID)?)?.to_owned();
        let server = match fields.find(names::SECURITY_SERVER) {
            Some(_) => Some(fields.identifier(names::SECURITY_SERVER)?),
            None => None,
        };
        let fields_at = text.len() - lines.len();
        Ok(Self { method, uri, client, id, request_id, server, fields_at, text })
    }

    /// The bytes that are signed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The request target.
    #[must_use]
    pub fn uri(&self) -> &RequestUri {
        &self.uri
    }

    /// The service called.
    #[must_use]
    pub fn service(&self) -> &ServiceId {
        self.uri.service()
    }

    /// Who calls.
    #[must_use]
    pub fn client(&self) -> &ClientId {
        &self.client
    }

    /// The message id (`x-road-id`).
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The id of this relayed request (`x-road-request-id`), a UUID.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The one security server that shall answer, where the client named one.
    #[must_use]
    pub fn security_server(&self) -> Option<&ServerId> {
        self.server.as_ref()
    }

    /// The header fields, in order.
    #[must_use]
    pub fn fields(&self) -> Fields<'_> {
        Fields::checked(&self.text[self.fields_at..])
    }
}

/// The hash of a request that its response repeats: the digest of the head's bytes, or where there is a body, that of the two
/// digests.
#[must_use]
pub fn request_hash(head: &Sha512Hash, body: Option<&Sha512Hash>) -> Sha512Hash {
    body.map_or(*head, |body| Sha512Hash::of_parts(&[head.as_bytes(), body.as_bytes()]))
}

/// Builds a request head out of what an information system sent.
#[derive(Debug)]
pub struct RequestHeadBuilder {
    text: String,
    fields: usize,
    has_id: bool,
    has_accept: bool,
}

impl RequestHeadBuilder {
    /// Starts a head.
    #[must_use]
    pub fn new(method: Method, uri: &RequestUri) -> Self {
        let text = format!("{method}\r\n{}\r\n", uri.as_str());
        Self { text, fields: 0, has_id: false, has_accept: false }
    }

    /// Takes over one header of the information system; hop-by-hop headers and those that the server sets are left out.
    ///
    /// # Errors
    /// When the value holds control characters, or the head grows too large.
    pub fn field(&mut self, name: &str, value: &str) -> Result<(), HeadError> {
        if is_hop_by_hop(name) || matches!(name, names::REQUEST_ID | names::REQUEST_HASH) {
            return Ok(());
        }
        self.fields += 1;
        self.has_id |= name == names::ID;
        self.has_accept |= name == "accept";
        append(&mut self.text, name, value).ok_or(HeadError::Field { position: self.fields })?;
        if self.text.len() > MAX_HEAD_BYTES { Err(HeadError::TooLarge) } else { Ok(()) }
    }

    /// Whether the information system gave a message id.
    #[must_use]
    pub fn has_id(&self) -> bool {
        self.has_id
    }

    /// Ends the head with the ids that the security server made, `generated_id` where the client gave none.
    ///
    /// # Errors
    /// When a required header is missing, repeated or malformed.
    pub fn finish(mut self, request_id: &str, generated_id: &str) -> Result<RequestHead, HeadError> {
        // PR-REST §4.3: Accept defaults to application/json.
        let accept = (!self.has_accept).then_some(("accept", "application/json"));
        let id = (!self.has_id).then_some((names::ID, generated_id));
        for (name, value) in accept.into_iter().chain([(names::REQUEST_ID, request_id)]).chain(id) {
            append(&mut self.text, name, value).ok_or(HeadError::FirstLine)?;
        }
        if self.text.len() > MAX_HEAD_BYTES { Err(HeadError::TooLarge) } else { RequestHead::from_text(self.text) }
    }
}

/// A message id goes into logs, indexes and file names: printable, bounded, not empty.
pub(super) fn message_id(value: &str) -> Result<&str, HeadError> {
    let bad = value.chars().any(|character| character.is_control()) || value.len() > 255;
    if bad { Err(HeadError::Value { name: names::ID }) } else { Ok(value) }
}

/// RFC 9562 §4: lower-case hexadecimal groups of 8-4-4-4-12.
pub(super) fn uuid(value: &str) -> Result<&str, HeadError> {
    let well_formed = value.len() == 36
        && value.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        });
    if well_formed { Ok(value) } else { Err(HeadError::Value { name: names::REQUEST_ID }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "8f0e4a3c-5d0c-4d5e-9a55-0f6c1b9d2e11";

    fn build(headers: &[(&str, &str)]) -> Result<RequestHead, HeadError> {
        let uri = RequestUri::parse("/r1/BO/GOV/1001/civil/personas/7?x=1").unwrap();
        let mut builder = RequestHeadBuilder::new(Method::Get, &uri);
        for (name, value) in headers {
            builder.field(name, value)?;
        }
        builder.finish(ID, "BO-made")
    }

    #[test]
    fn writes_x_roads_byte_form() {
        let head =
            build(&[("x-road-client", "BO/GOV/2/app"), ("host", "h"), ("accept", "text/xml"), ("x-road-id", "abc")])
                .unwrap();
        let expected = format!(
            "GET\r\n/r1/BO/GOV/1001/civil/personas/7?x=1\r\nx-road-client:BO/GOV/2/app\r\naccept:text/xml\r\nx-road-id:abc\r\nx-road-request-id:{ID}\r\n"
        );
        assert_eq!(std::str::from_utf8(head.as_bytes()).unwrap(), expected);
        assert_eq!(RequestHead::parse(head.as_bytes()).unwrap(), head);
    }

    #[test]
    fn gives_an_id_and_an_accept_where_the_client_gave_none() {
        let head = build(&[("x-road-client", "BO/GOV/2/app")]).unwrap();
        assert_eq!(head.id(), "BO-made");
        assert_eq!(head.fields().find("accept"), Some("application/json"));
    }

    #[test]
    fn strips_ids_that_only_the_server_may_set() {
        let head =
            build(&[("x-road-client", "BO/GOV/2/app"), ("x-road-request-id", "evil"), ("x-road-request-hash", "evil")])
                .unwrap();
        assert_eq!(head.request_id(), ID);
        assert_eq!(head.fields().find(names::REQUEST_HASH), None);
    }

    #[test]
    fn refuses_a_missing_doubled_or_broken_client() {
        assert_eq!(build(&[]), Err(HeadError::Missing { name: names::CLIENT }));
        let doubled = build(&[("x-road-client", "BO/GOV/2/app"), ("x-road-client", "BO/GOV/2/app")]);
        assert_eq!(doubled, Err(HeadError::Duplicate { name: names::CLIENT }));
        assert!(matches!(build(&[("x-road-client", "BO/GOV")]), Err(HeadError::Identifier { .. })));
        assert!(matches!(build(&[("x-road-client", "")]), Err(HeadError::Value { .. })));
    }

    #[test]
    fn refuses_what_no_server_may_send() {
        let good = build(&[("x-road-client", "BO/GOV/2/app")]).unwrap();
        let text = std::str::from_utf8(good.as_bytes()).unwrap();
        assert!(matches!(RequestHead::parse(format!("{text}host:x\r\n").as_bytes()), Err(HeadError::HopByHop { .. })));
        assert!(matches!(RequestHead::parse(format!("{text}X-Big:x\r\n").as_bytes()), Err(HeadError::Field { .. })));
        assert!(RequestHead::parse(format!("{text}a:b\r\n\r\n").as_bytes()).is_err());
        assert!(RequestHead::parse(&text.as_bytes()[..text.len() - 1]).is_err());
        assert!(RequestHead::parse(text.replace("GET", "CONNECT").as_bytes()).is_err());
        assert!(RequestHead::parse(text.replace(ID, "not-a-uuid").as_bytes()).is_err());
    }

    #[test]
    fn hashes_as_x_road_does() {
        let head = build(&[("x-road-client", "BO/GOV/2/app")]).unwrap();
        let own = Sha512Hash::of(head.as_bytes());
        assert_eq!(request_hash(&own, None), own);
        let body = Sha512Hash::of(b"body");
        let both = [own.as_bytes().as_slice(), body.as_bytes()].concat();
        assert_eq!(request_hash(&own, Some(&body)), Sha512Hash::of(&both));
    }

    proptest! {
        #[test]
        fn a_parsed_head_keeps_its_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(head) = RequestHead::parse(&bytes) {
                prop_assert_eq!(head.as_bytes(), &bytes[..]);
            }
        }

        #[test]
        fn a_value_never_becomes_a_second_line(value in "\\PC{0,20}[\r\n]{0,2}\\PC{0,20}") {
            if let Ok(head) = build(&[("x-road-client", "BO/GOV/2/app"), ("x-note", &value)]) {
                prop_assert_eq!(head.fields().iter().count(), 5);
            }
        }
    }
}
