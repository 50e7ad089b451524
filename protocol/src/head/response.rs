//! The head of a response.

use super::fields::{Fields, append, is_hop_by_hop};
use super::request::{RequestHead, message_id, uuid};
use super::{HeadError, MAX_HEAD_BYTES, names};
use crate::hash::Sha512Hash;
use crate::identifier::{ClientId, ServiceId};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// A response head: its bytes, and what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHead {
    text: String,
    fields_at: usize,
    status: u16,
    client: ClientId,
    service: ServiceId,
    id: String,
    request_id: String,
    request_hash: Sha512Hash,
}

impl ResponseHead {
    /// Reads the head that a peer sent.
    ///
    /// # Errors
    /// When the bytes are not exactly a response head that a security server may send.
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
        let (code, rest) = text.split_once("\r\n").ok_or(HeadError::Lines)?;
        let (reason, lines) = rest.split_once("\r\n").ok_or(HeadError::Lines)?;
        let status = status_code(code)?;
        if reason.len() > 256 || reason.chars().any(char::is_control) {
            return Err(HeadError::FirstLine);
        }
        let fields = Fields::parse(lines)?;
        let hash = fields.required(names::REQUEST_HASH)?;
        Ok(Self {
            fields_at: text.len() - lines.len(),
            status,
            client: fields.identifier(names::CLIENT)?,
            service: fields.identifier(names::SERVICE)?,
            id: message_id(fields.required(names::ID)?)?.to_owned(),
            request_id: uuid(fields.required(names::REQUEST_ID)?)?.to_owned(),
            request_hash: decode_hash(hash).ok_or(HeadError::Value { name: names::REQUEST_HASH })?,
            text,
        })
    }

    /// The bytes that are signed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The provider's status code, 200 to 599.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Who called.
    #[must_use]
    pub fn client(&self) -> &ClientId {
        &self.client
    }

    /// The service that answered.
    #[must_use]
    pub fn service(&self) -> &ServiceId {
        &self.service
    }

    /// The message id (`x-road-id`).
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The id of the relayed request (`x-road-request-id`).
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The hash of the request that this answers.
    #[must_use]
    pub fn request_hash(&self) -> &Sha512Hash {
        &self.request_hash
    }

    /// The header fields, in order.
    #[must_use]
    pub fn fields(&self) -> Fields<'_> {
        Fields::checked(&self.text[self.fields_at..])
    }

    /// The first of the five facts in which this is not the answer to `request`, which has this hash, by header name.
    ///
    /// PR-REST §4.3: client, id, service, request id and request hash repeat what was sent.
    #[must_use]
    pub fn disagreement_with(&self, request: &RequestHead, request_hash: &Sha512Hash) -> Option<&'static str> {
        let facts = [
            (self.client == *request.client(), names::CLIENT),
            (self.id == request.id(), names::ID),
            (self.service == *request.service(), names::SERVICE),
            (self.request_id == request.request_id(), names::REQUEST_ID),
            (self.request_hash == *request_hash, names::REQUEST_HASH),
        ];
        facts.into_iter().find(|(agrees, _)| !agrees).map(|(_, name)| name)
    }
}

/// Builds a response head out of what a provider answered.
#[derive(Debug)]
pub struct ResponseHeadBuilder {
    text: String,
    fields: usize,
    has_date: bool,
}

impl ResponseHeadBuilder {
    /// Starts a head with the provider's status line.
    #[must_use]
    pub fn new(status: u16, reason: &str) -> Self {
        Self { text: format!("{status}\r\n{reason}\r\n"), fields: 0, has_date: false }
    }

    /// Takes over one header of the provider; hop-by-hop headers, those that the server sets, and a second `Date` are left out.
    ///
    /// # Errors
    /// When the value holds control characters, or the head grows too large.
    pub fn field(&mut self, name: &str, value: &str) -> Result<(), HeadError> {
        let own = matches!(
            name,
            names::CLIENT | names::ID | names::SERVICE | names::REQUEST_ID | names::REQUEST_HASH | names::ERROR
        );
        let second_date = name == "date" && std::mem::replace(&mut self.has_date, true);
        if is_hop_by_hop(name) || own || second_date {
            return Ok(());
        }
        self.fields += 1;
        append(&mut self.text, name, value).ok_or(HeadError::Field { position: self.fields })?;
        if self.text.len() > MAX_HEAD_BYTES { Err(HeadError::TooLarge) } else { Ok(()) }
    }

    /// Ends the head as the answer to `request`, which has this hash.
    ///
    /// # Errors
    /// When the status line or the size is not acceptable.
    pub fn finish(mut self, request: &RequestHead, request_hash: &Sha512Hash) -> Result<ResponseHead, HeadError> {
        let hash = BASE64.encode(request_hash.as_bytes());
        let own = [
            (names::ID, request.id().to_owned()),
            (names::CLIENT, request.client().to_string()),
            (names::SERVICE, request.service().to_string()),
            (names::REQUEST_ID, request.request_id().to_owned()),
            (names::REQUEST_HASH, hash),
        ];
        for (name, value) in own {
            append(&mut self.text, name, &value).ok_or(HeadError::Value { name })?;
        }
        if self.text.len() > MAX_HEAD_BYTES { Err(HeadError::TooLarge) } else { ResponseHead::from_text(self.text) }
    }
}

fn status_code(code: &str) -> Result<u16, HeadError> {
    // Informational codes end no exchange.
    match code.parse::<u16>() {
        Ok(status @ 200..=599) if code.len() == 3 => Ok(status),
        _ => Err(HeadError::FirstLine),
    }
}

fn decode_hash(text: &str) -> Option<Sha512Hash> {
    let bytes: [u8; Sha512Hash::SIZE] = BASE64.decode(text).ok()?.try_into().ok()?;
    Some(Sha512Hash::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::super::{Method, RequestHeadBuilder, request_hash};
    use super::*;
    use crate::request_uri::RequestUri;
    use proptest::prelude::*;

    fn hash_of_request(body: Option<&Sha512Hash>) -> Sha512Hash {
        request_hash(&Sha512Hash::of(request().as_bytes()), body)
    }

    fn request() -> RequestHead {
        let uri = RequestUri::parse("/r1/BO/GOV/1001/civil/personas").unwrap();
        let mut builder = RequestHeadBuilder::new(Method::Post, &uri);
        builder.field("x-road-client", "BO/GOV/2/app").unwrap();
        builder.finish("8f0e4a3c-5d0c-4d5e-9a55-0f6c1b9d2e11", "BO-1").unwrap()
    }

    fn response(headers: &[(&str, &str)]) -> ResponseHead {
        let mut builder = ResponseHeadBuilder::new(200, "OK");
        for (name, value) in headers {
            builder.field(name, value).unwrap();
        }
        builder.finish(&request(), &hash_of_request(Some(&Sha512Hash::of(b"body")))).unwrap()
    }

    #[test]
    fn writes_x_roads_byte_form_and_reads_it_back() {
        let head = response(&[("content-type", "application/json"), ("connection", "close")]);
        let text = std::str::from_utf8(head.as_bytes()).unwrap();
        assert!(text.starts_with("200\r\nOK\r\ncontent-type:application/json\r\nx-road-id:BO-1\r\n"), "{text}");
        assert_eq!(ResponseHead::parse(head.as_bytes()).unwrap(), head);
    }

    #[test]
    fn a_provider_cannot_speak_for_x_road() {
        let head =
            response(&[("x-road-id", "forged"), ("x-road-error", "server.x"), ("x-road-request-hash", "forged")]);
        assert_eq!(head.id(), "BO-1");
        assert_eq!(head.fields().find(names::ERROR), None);
    }

    #[test]
    fn keeps_one_date() {
        let head = response(&[("date", "a"), ("date", "b")]);
        assert_eq!(head.fields().iter().filter(|field| field.name == "date").count(), 1);
    }

    #[test]
    fn says_in_what_it_is_not_the_answer() {
        let head = response(&[]);
        let hash = hash_of_request(Some(&Sha512Hash::of(b"body")));
        assert_eq!(head.disagreement_with(&request(), &hash), None);
        assert_eq!(head.disagreement_with(&request(), &hash_of_request(None)), Some(names::REQUEST_HASH));
    }

    #[test]
    fn refuses_codes_that_end_no_exchange() {
        let text = String::from_utf8(response(&[]).as_bytes().to_vec()).unwrap();
        for code in ["100", "600", "20", "0200", "+20", "abc"] {
            assert!(ResponseHead::parse(text.replacen("200", code, 1).as_bytes()).is_err(), "{code}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(head) = ResponseHead::parse(&bytes) {
                prop_assert_eq!(head.as_bytes(), &bytes[..]);
            }
        }
    }
}
