//! One call, and what came of it.

use crate::support::{Author, compiler};
use clock::SystemClock;
use plugin_host::{Agendas, Method, Principal};
use std::path::PathBuf;
use std::sync::Arc;
use workshop::build;
use workshop::folder::PluginFolder;
use workshop::package::pack;
use workshop::run::{Outcome, RunError, Sent, What, call, parse_caller};
use workshop::stage::{Stage, StageParts};

async fn stage(author: &Author, state: Option<PathBuf>) -> Stage {
    let folder = PluginFolder::open(&author.folder).unwrap();
    let package = pack(&folder, &build::component(&folder, &author.tools).unwrap()).unwrap();
    let parts = StageParts {
        state,
        compiled: author.compiled(),
        compiler: compiler(),
        clock: Arc::new(SystemClock),
        agendas: Agendas::Wait,
        say: author.say(),
    };
    let stage = Stage::open(&folder, parts).unwrap();
    stage.load(&package).await.unwrap();
    stage
}

async fn visit(stage: &Stage, method: Method, path: &str, form: &[(&str, &str)]) -> Result<Outcome, RunError> {
    let form = form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let what = What::Page { method, path: path.to_owned(), body: Sent::Form(form) };
    call(stage, what, Principal::Anonymous, "es").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_shows_its_answer_what_it_wrote_and_what_it_took() {
    let author = Author::new();
    let stage = stage(&author, None).await;
    let outcome = visit(&stage, Method::Post, "/", &[("name", "Ana")]).await.unwrap();
    assert_eq!((outcome.shown.status, outcome.shown.kind), (Some(303), "redirect"));
    assert!(outcome.shown.is_success() && outcome.shown.about.starts_with("/visitors/"));
    let written: Vec<_> = outcome.written.iter().map(|row| (row.key.as_str(), row.before.as_deref())).collect();
    assert!(written.iter().any(|(key, before)| key.starts_with("v/") && before.is_none()), "{written:?}");
    assert_eq!(written.len(), 2, "the visitor, and the count of visitors");
    assert!(outcome.busy_us > 0 && outcome.peak_memory_bytes > 0);
    let listed = visit(&stage, Method::Get, "/", &[]).await.unwrap();
    assert!(String::from_utf8_lossy(&listed.shown.body).contains("<li>Ana</li>"));
    assert!(listed.written.is_empty());
    stage.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_the_plugin_and_a_stop_are_no_success_and_leave_nothing() {
    let author = Author::new();
    let stage = stage(&author, None).await;
    let refused = visit(&stage, Method::Post, "/", &[("name", "")]).await.unwrap();
    assert_eq!(refused.shown.status, Some(422));
    assert!(!refused.shown.is_success() && refused.written.is_empty());
    let stopped = visit(&stage, Method::Get, "/writes", &[]).await.unwrap();
    assert_eq!((stopped.shown.kind, stopped.shown.status), ("stopped", None));
    assert!(!stopped.shown.about.is_empty() && stopped.written.is_empty());
    stage.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_manifest_does_not_have_is_refused_with_what_it_has() {
    let author = Author::new();
    let stage = stage(&author, None).await;
    let refused = visit(&stage, Method::Get, "/nowhere", &[]).await.unwrap_err().to_string();
    assert!(refused.contains("/visitors/{id}"), "{refused}");
    let refused = visit(&stage, Method::Get, "/who", &[]).await.unwrap_err().to_string();
    assert!(refused.contains("--as citizen:ID"), "{refused}");
    let who = What::Page { method: Method::Get, path: "/who".to_owned(), body: Sent::Form(Vec::new()) };
    let shown = call(&stage, who, parse_caller("citizen:ana").unwrap(), "es").await.unwrap();
    assert!(String::from_utf8_lossy(&shown.shown.body).contains("citizen ana"));
    let service = What::Service { code: None, method: Method::Get, path: "/x".to_owned(), json: None };
    let refused = call(&stage, service, Principal::Anonymous, "es").await.unwrap_err();
    assert!(matches!(refused, RunError::NoService { .. }), "{refused}");
    stage.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn data_in_a_folder_are_there_the_next_time_and_others_are_not() {
    let author = Author::new();
    for (state, found) in [(Some(author.state()), false), (Some(author.state()), true), (None, false)] {
        let stage = stage(&author, state).await;
        let listed = visit(&stage, Method::Get, "/", &[]).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&listed.shown.body).contains("Ana"), found);
        visit(&stage, Method::Post, "/", &[("name", "Ana")]).await.unwrap();
        stage.close().await;
    }
}
