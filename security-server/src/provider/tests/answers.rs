//! What reaches the provider, and what comes back of its answer.

use super::*;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

/// What a provider receives of a call.
async fn received(
    method: Method,
    target: &str,
    fields: &[(&str, &str)],
    body: Option<Body>,
    end: &'static str,
) -> String {
    let script = Script::play(vec![vec![Act::ReadTo(end), answer(OK)]]).await;
    let head = head(method, target, fields);
    let response = providers().call(&script.service(), ProviderRequest::of(&head, body), soon()).await.unwrap();
    assert_eq!(text(response).await.unwrap(), "hi");
    script.received().concat().replace(&script.address.to_string(), "ADDRESS")
}

const FIELDS: &str = "x-road-client: BO/GOV/2/app\r\n";
const MADE: &str =
    "accept: application/json\r\nx-road-request-id: 8f0e4a3c-5d0c-4d5e-9a55-0f6c1b9d2e11\r\nx-road-id: id-1\r\n";

#[tokio::test]
async fn a_provider_gets_the_message_and_nothing_of_the_connection() {
    let fields = [("authorization", "Bearer x"), ("host", "evil"), ("connection", "close"), ("x-note", "ñ")];
    let got = received(Method::Get, "/people/%41%2f7?a=1%202&b", &fields, None, "\r\n\r\n").await;
    let note = "x-note: \u{c3}\u{b1}\r\n";
    assert_eq!(
        got,
        format!(
            "GET /api/people/%41%2f7?a=1%202&b HTTP/1.1\r\nhost: ADDRESS\r\n{FIELDS}authorization: Bearer x\r\n{note}{MADE}\r\n"
        )
    );
}

#[tokio::test]
async fn a_body_of_known_length_is_announced() {
    let got = received(Method::Post, "", &[], whole("body"), "\r\n\r\nbody").await;
    assert!(got.starts_with("POST /api HTTP/1.1\r\n") && got.contains("content-length: 4\r\n"), "{got}");
}

#[tokio::test]
async fn a_body_of_unknown_length_is_chunked() {
    let (sender, body) = pieces();
    sender.try_send(Ok(Bytes::from_static(b"bo"))).unwrap();
    sender.try_send(Ok(Bytes::from_static(b"dy"))).unwrap();
    drop(sender);
    let got = received(Method::Put, "/", &[], body, "0\r\n\r\n").await;
    assert!(
        got.contains("transfer-encoding: chunked\r\n") && got.ends_with("2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"),
        "{got}"
    );
}

#[tokio::test]
async fn a_method_with_content_says_that_there_is_none() {
    for body in [None, whole("")] {
        let got = received(Method::Patch, "", &[], body, "\r\n\r\n").await;
        assert_eq!(got.matches("content-length: 0\r\n").count(), 1, "{got}");
    }
}

#[tokio::test]
async fn other_methods_carry_no_body_on() {
    for method in [Method::Get, Method::Delete, Method::Options, Method::Trace] {
        let got = received(method, "", &[], whole("body"), "\r\n\r\n").await;
        assert!(!got.contains("body") && !got.contains("content-length"), "{got}");
    }
}

#[tokio::test]
async fn an_answer_comes_with_its_reason_and_its_fields_in_order() {
    let head = "HTTP/1.1 418 Soy tetera\r\nB: 1\r\nA: 2\r\nb: 3\r\nC: \u{f1}\r\nD:\r\nContent-Length: 0\r\n\r\n";
    let head: Vec<u8> = head.chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect();
    let script = Script::play(vec![vec![Act::Read, Act::Write(head)]]).await;
    let response = get(&providers(), &script.service()).await.unwrap();
    assert_eq!((response.status, response.reason.as_str()), (418, "Soy tetera"));
    let fields: Vec<(&str, &str)> =
        response.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(fields, [("b", "1"), ("b", "3"), ("a", "2"), ("c", "ñ"), ("d", ""), ("content-length", "0")]);
}

#[tokio::test]
async fn a_reason_that_no_head_takes_becomes_the_standard_one() {
    let long = "x".repeat(300);
    for (reason, expected) in
        [("", ""), (" ", ""), (" Nada", "Nada"), (&*format!(" {long}"), "Not Found"), (" a\tb", "Not Found")]
    {
        let script =
            Script::play(vec![vec![Act::Read, answer(&format!("HTTP/1.1 404{reason}\r\nContent-Length: 0\r\n\r\n"))]])
                .await;
        assert_eq!(get(&providers(), &script.service()).await.unwrap().reason, expected, "{reason:?}");
    }
}

#[tokio::test]
async fn redirects_and_errors_of_the_provider_are_answers() {
    for status in ["302 Found\r\nLocation: http://127.0.0.1:1/", "401 Unauthorized", "503 Service Unavailable"] {
        let script =
            Script::play(vec![vec![Act::Read, answer(&format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"))]])
                .await;
        let response = get(&providers(), &script.service()).await.unwrap();
        assert_eq!(response.status.to_string(), status[..3]);
        assert_eq!(script.received().len(), 1);
    }
}

#[tokio::test]
async fn bodies_come_whole_however_they_are_framed() {
    let chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nx-sum: 1\r\n\r\n";
    let to_the_end = "HTTP/1.0 200 OK\r\n\r\nabcde";
    let after_continue = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde";
    for framed in [chunked, to_the_end, after_continue] {
        let script = Script::play(vec![vec![Act::Read, answer(framed)]]).await;
        let response = get(&providers(), &script.service()).await.unwrap();
        assert_eq!(text(response).await.unwrap(), "abcde", "{framed}");
    }
}

#[tokio::test]
async fn an_answer_to_head_has_no_body() {
    let script = Script::play(vec![vec![Act::Read, answer("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")]]).await;
    let response = call(&providers(), &script.service(), Method::Head, None).await.unwrap();
    assert_eq!(text(response).await.unwrap(), "");
}

#[tokio::test]
async fn the_description_is_fetched_from_its_own_url() {
    let script = Script::play(vec![vec![Act::Read, answer(OK)]]).await;
    let described = service("http://127.0.0.1:1/", &format!("openapi = \"http://{}/o.yaml?v=1\"", script.address));
    let response = providers().fetch_description(&described, soon()).await.unwrap().unwrap();
    assert_eq!(text(response).await.unwrap(), "hi");
    assert_eq!(script.received(), [format!("GET /o.yaml?v=1 HTTP/1.1\r\nhost: {}\r\n\r\n", script.address)]);
    assert!(providers().fetch_description(&script.service(), soon()).await.unwrap().is_none());
}
