//! What somebody submits on a page has one effect, however often and however close together it comes.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use plugin_host::web::{Answer, Content, Method, Request, Response, Submission};
use plugin_host::{CallError, Caller, Field, PluginHost, Principal};
use protocol::hash::Sha256Hash;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use storage::Store;
use tests::visitors;

const PAGES: &str = r#"
[web]
routes = ["/", "/visitors/{id}", "/count"]
"#;

/// A host with the visitors' book.
struct Book {
    host: Arc<PluginHost>,
    store: Store,
}

impl Book {
    async fn open(folder: &Path) -> Self {
        let (host, store) = visitors::open(folder, PAGES, BTreeMap::new()).await;
        Self { host, store }
    }

    async fn submit(&self, id: &str, name: &str) -> Result<Answer, CallError> {
        let contents = Sha256Hash::of(name.as_bytes());
        let form = vec![Field { name: "name".to_owned(), value: name.to_owned() }];
        let submission = Some(Submission { id: id.to_owned(), contents });
        self.call(Request { form, ..Request::of(Method::Post, "/") }, submission).await
    }

    async fn visitors(&self) -> String {
        match self.call(Request::of(Method::Get, "/count"), None).await.unwrap() {
            Answer::Response(Response { content: Content::Json(json), .. }) => json,
            other => panic!("{other:?}"),
        }
    }

    async fn call(&self, request: Request, submission: Option<Submission>) -> Result<Answer, CallError> {
        let plugin = self.host.visited("visitors", "").unwrap();
        let caller = Caller {
            request_id: uuid::Uuid::now_v7().to_string(),
            principal: Principal::Anonymous,
            locale: "es".to_owned(),
            trace_parent: None,
            document: None,
        };
        self.host.call_web(&plugin, caller, request, submission).await
    }

    async fn close(self) {
        self.host.close().await;
        self.store.close().await;
    }
}

fn target(answer: Answer) -> String {
    match answer {
        Answer::Response(Response { content: Content::Redirect(target), .. }) => target,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_submitted_again_has_one_effect_and_the_first_answer_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let book = Book::open(folder.path()).await;
    let first = target(book.submit("one", "Ana").await.unwrap());
    assert_eq!(target(book.submit("one", "Ana").await.unwrap()), first);
    book.close().await;
    let book = Book::open(folder.path()).await;
    assert_eq!(target(book.submit("one", "Ana").await.unwrap()), first);
    assert_ne!(target(book.submit("two", "Ana").await.unwrap()), first);
    assert_eq!(book.visitors().await, r#"{"visitors":2}"#);
    book.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_submitted_many_times_at_once_has_one_effect() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::open(folder.path()).await);
    let posts = (0..16).map(|_| {
        tokio::spawn({
            let book = book.clone();
            async move { book.submit("one", "Ana").await }
        })
    });
    let mut targets = BTreeSet::new();
    for post in posts.collect::<Vec<_>>() {
        match post.await.unwrap() {
            Ok(answer) => drop(targets.insert(target(answer))),
            Err(refused) => assert!(matches!(refused, CallError::Busy | CallError::Conflict { .. }), "{refused:?}"),
        }
    }
    assert_eq!(targets.len(), 1, "{targets:?}");
    assert_eq!(book.visitors().await, r#"{"visitors":1}"#);
    Arc::into_inner(book).unwrap().close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn something_else_under_the_same_id_is_refused_and_what_was_refused_may_be_corrected() {
    let folder = tempfile::tempdir().unwrap();
    let book = Book::open(folder.path()).await;
    assert!(matches!(book.submit("one", "").await, Err(CallError::Failed(_))));
    target(book.submit("one", "Ana").await.unwrap());
    assert_eq!(book.submit("one", "Eva").await.unwrap(), Answer::SubmittedBefore);
    assert_eq!(book.visitors().await, r#"{"visitors":1}"#);
    book.close().await;
}
