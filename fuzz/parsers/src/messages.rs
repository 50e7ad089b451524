//! What information systems and peers send.

use protocol::context::Context;
use protocol::credentials::Credentials;
use protocol::fault::Fault;
use protocol::frame;
use protocol::head::{RequestHead, ResponseHead};
use protocol::identifier::{ClientId, GlobalGroupId, MemberId, ServerId, ServiceId, SubsystemId};
use protocol::request_uri::RequestUri;

/// Identifiers of every kind.
pub fn identifiers(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    reads_back::<MemberId>(text);
    reads_back::<SubsystemId>(text);
    reads_back::<ServiceId>(text);
    reads_back::<ServerId>(text);
    reads_back::<ClientId>(text);
    reads_back::<GlobalGroupId>(text);
}

fn reads_back<T: std::str::FromStr + ToString + PartialEq>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        assert!(value.to_string().parse::<T>().is_ok_and(|again| again == value), "{text:?}");
    }
}

/// Request targets.
pub fn request_uri(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(uri) = RequestUri::parse(text) {
        assert!(RequestUri::parse(uri.as_str()).is_ok_and(|again| again == uri), "{text:?}");
        assert!(!uri.normal_path().split('/').any(|step| step == ".."), "{text:?}");
    }
    if let Ok(normal) = protocol::request_uri::normalise(text) {
        assert!(!normal.split('/').any(|step| step == ".."), "{text:?}");
    }
}

/// Heads of requests and responses.
pub fn message_head(data: &[u8]) {
    let request = RequestHead::parse(data);
    if let Ok(head) = &request {
        assert_eq!(head.as_bytes(), data);
    }
    if let Ok(head) = ResponseHead::parse(data) {
        assert_eq!(head.as_bytes(), data);
        assert!(request.is_err(), "one head is both a request and a response");
    }
}

/// Contexts.
pub fn context(data: &[u8]) {
    if let Ok(context) = Context::parse(data) {
        assert_eq!(context.render().as_bytes(), data);
    }
}

/// A stream of frames, and what stands in some of them.
pub fn frames(data: &[u8]) {
    let mut rest = data;
    let mut written = Vec::new();
    while let Ok(Some((frame_type, value))) = frame::take(&mut rest) {
        frame::append(&mut written, frame_type, value).expect("what was taken can be appended");
        let _ = Fault::decode(value);
    }
    assert_eq!(written, data[..data.len() - rest.len()]);
}

/// Credentials units.
pub fn credentials(data: &[u8]) {
    if let Ok(credentials) = Credentials::decode(data) {
        assert_eq!(credentials.encode(), data);
    }
}
