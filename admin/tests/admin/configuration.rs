//! A configuration is planned, applied, and looked back at, over a real socket.

use crate::common::{Server, request};
use admin::doctor::Severity;
use admin::{Action, ClientError};

/// What the server refused: status, kind, and what it says to do.
fn answered(error: ClientError) -> (u16, String, String) {
    match error {
        ClientError::Answered { status, kind, next, .. } => (status, kind, next),
        other => panic!("no answer: {other}"),
    }
}

#[tokio::test]
async fn plans_applies_and_looks_back() {
    let server = Server::start(vec![]).await;
    let client = server.client.clone().with_author("María Quispe");
    assert_eq!(client.configuration().await.unwrap().version, 0);

    let plan = client.plan("a = 1\nb = 1").await.unwrap();
    assert_eq!(plan.to_string(), "+ a: 1\n+ b: 1");
    assert_eq!(client.configuration().await.unwrap().text, "", "a plan changes nothing");
    let applied = client.apply("a = 1\nb = 1", 0).await.unwrap();
    assert_eq!((applied.version, applied.plan), (1, plan));
    client.apply("a = 2", 1).await.unwrap();

    assert_eq!(client.configuration().await.unwrap().text, "a = 2");
    assert_eq!(client.configuration_of(1).await.unwrap().text, "a = 1\nb = 1");
    assert_eq!(client.configuration_of(0).await.unwrap().text, "");
    let history = client.history().await.unwrap();
    let versions: Vec<_> = history.iter().map(|entry| (entry.version, entry.author.as_str(), entry.bytes)).collect();
    assert_eq!(versions, [(2, "María Quispe", 5), (1, "María Quispe", 11)]);
    let diff = client.diff(2, 1).await.unwrap();
    assert_eq!(diff.changes.iter().map(|change| change.action).collect::<Vec<_>>(), [Action::Change, Action::Add]);
}

#[tokio::test]
async fn what_was_applied_is_there_after_a_restart() {
    let server = Server::start(vec![]).await;
    server.client.apply("a = 1", 0).await.unwrap();
    let folder = server.stop().await;
    let versions = crate::common::lines_in(folder.path()).versions;
    assert_eq!(versions.current().unwrap().unwrap().text, "a = 1");
}

#[tokio::test]
async fn without_a_name_the_author_is_the_user_of_the_connection() {
    let server = Server::start(vec![]).await;
    server.client.apply("a = 1", 0).await.unwrap();
    let user = std::process::Command::new("id").arg("-un").output().unwrap();
    let history = server.client.history().await.unwrap();
    assert_eq!(history[0].author, String::from_utf8(user.stdout).unwrap().trim());
}

#[tokio::test]
async fn shows_status_and_findings() {
    let server = Server::start(vec![]).await;
    assert_eq!(server.client.status().await.unwrap()["server"], "BO/GOV/1001/ss1");
    let findings = server.client.doctor().await.unwrap();
    assert_eq!(findings[0].severity, Severity::Warning);
    let (_, json) = server.raw(request("GET", "/v1/doctor"), "").await;
    assert_eq!(json[0]["severity"], "warning");
    assert_eq!(json[0]["next_step"], "request the next one");
}

#[tokio::test]
async fn refuses_a_text_that_is_not_accepted() {
    let server = Server::start(vec![]).await;
    for error in [server.client.plan("a").await.unwrap_err(), server.client.apply("a", 0).await.unwrap_err()] {
        assert_eq!(error.to_string(), "line 1 has no value: write name = value");
        assert_eq!(answered(error), (422, "refused".to_owned(), "write name = value".to_owned()));
    }
    assert_eq!(server.client.history().await.unwrap(), [], "nothing was kept");
}

#[tokio::test]
async fn refuses_a_change_of_a_version_that_is_not_in_force() {
    let server = Server::start(vec![]).await;
    server.client.apply("a = 1", 0).await.unwrap();
    for expected in [0, 2, u64::MAX] {
        let (status, kind, next) = answered(server.client.apply("a = 2", expected).await.unwrap_err());
        assert_eq!((status, kind.as_str()), (412, "version-conflict"), "{expected}");
        assert!(next.contains("plan again"), "{next}");
    }
    assert_eq!(server.client.configuration().await.unwrap().text, "a = 1");
}

#[tokio::test]
async fn of_many_who_change_the_same_version_exactly_one_wins() {
    let server = Server::start(vec![]).await;
    let tasks = (0..16).map(|caller| {
        let client = server.client.clone();
        tokio::spawn(async move { client.apply(format!("a = {caller}"), 0).await })
    });
    let mut won = 0;
    for task in tasks.collect::<Vec<_>>() {
        match task.await.unwrap() {
            Ok(applied) => won += applied.version,
            Err(error) => assert_eq!(answered(error).0, 412),
        }
    }
    assert_eq!((won, server.client.history().await.unwrap().len()), (1, 1));
}

#[tokio::test]
async fn refuses_to_apply_without_a_version() {
    let server = Server::start(vec![]).await;
    let (status, json) = server.raw(request("POST", "/v1/apply"), "a = 1").await;
    assert_eq!((status, json["type"].as_str()), (428, Some("version-required")));
    assert!(json["next"].as_str().unwrap().contains("If-Match"), "{json}");
    for version in ["*", "W/\"1\"", "+1", "", "99999999999999999999"] {
        let (status, json) = server.raw(request("POST", "/v1/apply").header("if-match", version), "a = 1").await;
        assert_eq!((status, json["type"].as_str()), (400, Some("invalid")), "{version}");
    }
    let (status, json) = server.raw(request("POST", "/v1/apply").header("if-match", "\"0\""), "a = 1").await;
    assert_eq!((status, json["version"].as_u64()), (200, Some(1)), "an entity tag will do");
}

#[tokio::test]
async fn refuses_an_author_that_is_no_name() {
    let server = Server::start(vec![]).await;
    for author in ["", "%0A", "%ff"] {
        let (status, json) = server.raw(request("POST", "/v1/plan").header("chakana-author", author), "").await;
        assert_eq!((status, json["type"].as_str()), (400, Some("invalid")), "{author}");
    }
}

#[tokio::test]
async fn refuses_a_text_that_is_not_utf8() {
    let server = Server::start(vec![]).await;
    let error = server.client.plan(b"a = \xff".to_vec()).await.unwrap_err();
    assert_eq!(answered(error).0, 400);
}

#[tokio::test]
async fn refuses_versions_that_do_not_exist_or_are_not_named() {
    let server = Server::start(vec![]).await;
    let unknown = [server.client.configuration_of(7).await.unwrap_err(), server.client.diff(0, 7).await.unwrap_err()];
    for error in unknown {
        assert_eq!(error.to_string(), "there is no version 7: see the history for the versions");
        assert_eq!(answered(error).0, 404);
    }
    for query in ["", "?from=1", "?from=1&to=x", "?from=1&from=2&to=3", "?from=%ff&to=1"] {
        let (status, json) = server.raw(request("GET", &format!("/v1/diff{query}")), "").await;
        assert_eq!((status, json["type"].as_str()), (400, Some("invalid")), "{query}");
    }
}

#[tokio::test]
async fn says_that_nothing_can_be_kept() {
    let server = Server::start_broken().await;
    for error in [server.client.apply("a = 1", 0).await.unwrap_err(), server.client.history().await.unwrap_err()] {
        assert!(error.to_string().contains("the disk is gone"), "{error}");
        assert_eq!(answered(error).0, 500);
    }
}
