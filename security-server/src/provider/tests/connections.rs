//! When a connection is used again, and when it is not.

use super::*;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
const NO_CONTENT: &str = "HTTP/1.1 204 No Content\r\n\r\n";

/// Calls with each method in turn, reading each answer to its end.
async fn calls(providers: &Providers, service: &InformationSystem, methods: &[Method]) {
    for method in methods {
        let body = method.encloses_entity().then(|| whole("b")).flatten();
        let response = call(providers, service, *method, body).await.unwrap();
        text(response).await.unwrap();
    }
}

#[tokio::test]
async fn a_connection_serves_many_calls() {
    let twice = ["\r\n\r\n", "\r\n\r\nb", "\r\n\r\n"].map(|end| [Act::ReadTo(end), answer(OK)]).concat();
    let script = Script::play(vec![twice]).await;
    calls(&providers(), &script.service(), &[Method::Get, Method::Post, Method::Get]).await;
    assert_eq!(script.received().len(), 1);
}

#[tokio::test]
async fn an_answer_without_body_gives_the_connection_back() {
    let script = Script::play(vec![[Act::Read, answer(NO_CONTENT), Act::Read, answer(NO_CONTENT)].to_vec()]).await;
    let (providers, service) = (providers(), script.service());
    for _ in 0..2 {
        assert_eq!(get(&providers, &service).await.unwrap().status, 204);
    }
    assert_eq!(script.received().len(), 1);
}

#[tokio::test]
async fn a_connection_that_the_provider_has_closed_is_not_used() {
    for method in [Method::Get, Method::Post] {
        let once = || vec![Act::Read, answer(OK)];
        let mut script = Script::play(vec![once(), once()]).await;
        let (providers, service) = (providers(), script.service());
        calls(&providers, &service, &[Method::Get]).await;
        script.end().await;
        // Sent as soon as the provider has closed: the socket shows it, whatever our tasks have done since.
        let response = call(&providers, &service, method, None).await.unwrap();
        assert_eq!(response.status, 200);
        assert_eq!(script.received().len(), 2);
    }
}

#[tokio::test]
async fn a_request_that_may_have_been_received_is_not_sent_again() {
    for method in [Method::Get, Method::Post, Method::Put] {
        // The second request is read and never answered: the provider may have acted.
        let script = Script::play(vec![vec![Act::Read, answer(OK), Act::Read], vec![Act::Read, answer(OK)]]).await;
        let (providers, service) = (providers(), script.service());
        calls(&providers, &service, &[Method::Get]).await;
        let error = call(&providers, &service, method, None).await.unwrap_err();
        assert!(matches!(error, ProviderError::Closed { .. }), "{error:?}");
        assert_eq!(script.received().len(), 1);
    }
}

#[tokio::test]
async fn a_provider_that_speaks_unasked_is_not_trusted_with_a_call() {
    let unasked = answer(&format!("{OK}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"));
    let script = Script::play(vec![vec![Act::Read, unasked, Act::ReadToEnd], vec![Act::Read, answer(OK)]]).await;
    let (providers, service) = (providers(), script.service());
    calls(&providers, &service, &[Method::Get]).await;
    let response = get(&providers, &service).await.unwrap();
    assert_eq!(text(response).await.unwrap(), "hi");
    assert_eq!(script.received().len(), 2);
}

#[tokio::test]
async fn connections_are_kept_for_a_while_only() {
    let once = || vec![Act::Read, answer(OK), Act::ReadToEnd];
    let mut script = Script::play(vec![once(), once()]).await;
    let limits = Limits { kept_for: Duration::from_millis(20), ..Limits::default() };
    let (providers, service) = (Providers::new(InternalCertificate::None, limits), script.service());
    calls(&providers, &service, &[Method::Get]).await;
    assert_eq!(script.end().await, 0, "the kept connection is closed without another call");
    calls(&providers, &service, &[Method::Get]).await;
    assert_eq!(script.received().len(), 2);
}

#[tokio::test]
async fn no_more_connections_are_kept_than_may_be() {
    let once = || vec![Act::Read, answer(OK), Act::ReadToEnd];
    let mut script = Script::play(vec![once(), once()]).await;
    let limits = Limits { kept: 1, kept_for: Duration::from_secs(60), ..Limits::default() };
    let (providers, service) = (Providers::new(InternalCertificate::None, limits), script.service());
    let (one, other) = tokio::join!(get(&providers, &service), get(&providers, &service));
    text(one.unwrap()).await.unwrap();
    text(other.unwrap()).await.unwrap();
    script.end().await;
    drop(providers);
    script.end().await;
}

#[tokio::test]
async fn an_answer_that_is_not_read_to_its_end_closes_the_connection() {
    let long = answer("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc");
    let mut script = Script::play(vec![vec![Act::Read, long, Act::ReadToEnd]]).await;
    let (providers, service) = (providers(), script.service());
    drop(get(&providers, &service).await.unwrap());
    script.end().await;
}

#[tokio::test]
async fn a_call_that_is_given_up_closes_the_connection() {
    let mut script = Script::play(vec![vec![Act::Read, Act::ReadToEnd]]).await;
    let (providers, service) = (providers(), script.service());
    let given_up = tokio::time::timeout(Duration::from_millis(50), get(&providers, &service)).await;
    assert!(given_up.is_err());
    script.end().await;
}

#[tokio::test]
async fn an_answer_before_the_whole_request_ends_the_connection() {
    let early = answer("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
    let mut script = Script::play(vec![vec![Act::Read, early, Act::ReadToEnd]]).await;
    let (providers, service) = (providers(), script.service());
    let (sender, body) = pieces();
    let response = call(&providers, &service, Method::Post, body).await.unwrap();
    assert_eq!((response.status, text(response).await.unwrap().as_str()), (413, "no"));
    script.end().await;
    drop(sender);
}

#[tokio::test]
async fn calls_beyond_the_bound_wait_their_turn() {
    let script = Script::play(vec![vec![Act::Read, answer(OK), Act::Read, answer(OK)]]).await;
    let limits = Limits { calls: 1, turn_within: Duration::from_millis(30), ..Limits::default() };
    let (providers, service) = (Providers::new(InternalCertificate::None, limits), script.service());
    let first = get(&providers, &service).await.unwrap();
    let second = get(&providers, &service).await.unwrap_err();
    assert!(matches!(second, ProviderError::Busy { calls: 1, .. }), "{second:?}");
    text(first).await.unwrap();
    text(get(&providers, &service).await.unwrap()).await.unwrap();
}

#[tokio::test]
async fn a_service_that_has_moved_is_called_at_its_new_place() {
    let once = || vec![vec![Act::Read, answer(OK), Act::ReadToEnd]];
    let (mut old, new) = (Script::play(once()).await, Script::play(once()).await);
    let providers = providers();
    calls(&providers, &old.service(), &[Method::Get]).await;
    calls(&providers, &new.service(), &[Method::Get]).await;
    assert_eq!((old.received().len(), new.received().len()), (1, 1));
    old.end().await;
}
