//! What becomes of blobs, in calls and after them.

use std::time::Duration;

use super::*;
use crate::blobs::Upload;
use crate::call::CallError;
use crate::sandbox::Access;
use crate::testing::{Stage, broken};

const HOUR: Duration = Duration::from_secs(3600);

/// Creates a blob in a call of its own.
async fn create(stage: &Stage, content: &'static [u8]) -> Blob {
    let created = stage.call(Access::Write, |sandbox| {
        sandbox.create(Some("a.txt".to_owned()), "text/plain".to_owned(), content.to_vec())
    });
    created.await.expect("it is created")
}

async fn read(stage: &Stage, id: &str) -> Option<Vec<u8>> {
    let id = id.to_owned();
    stage.call(Access::Read, move |sandbox| sandbox.read(id.clone(), 0, 100)).await.expect("it is read")
}

async fn delete(stage: &Stage, id: &str) {
    let id = id.to_owned();
    stage.call(Access::Write, move |sandbox| sandbox.delete(id.clone())).await.expect("it is deleted");
}

/// The files there are.
fn files(stage: &Stage) -> usize {
    let Ok(shards) = stage.folder.path().join("blobs/cases").read_dir() else { return 0 };
    shards.map(|shard| shard.expect("a folder").path().read_dir().expect("it is listed").count()).sum()
}

#[tokio::test]
async fn what_a_call_created_is_read_by_the_next() {
    let stage = Stage::new().await;
    let blob = create(&stage, b"content").await;
    assert_eq!((blob.size, blob.name.as_deref(), blob.content_type.as_str()), (7, Some("a.txt"), "text/plain"));
    assert_eq!(blob.sha256, "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73");
    assert_eq!(read(&stage, &blob.id).await.as_deref(), Some(b"content".as_slice()));
    let id = blob.id.clone();
    let stat = stage.call(Access::Read, move |sandbox| sandbox.stat(id.clone())).await.expect("it is called");
    assert_eq!(stat, Some(blob));
}

#[tokio::test]
async fn a_call_reads_what_it_created_itself() {
    let stage = Stage::new().await;
    let called = stage.call(Access::Write, |sandbox| {
        let blob = sandbox.create(None, "text/plain".to_owned(), b"content".to_vec())?;
        let read = (sandbox.read(blob.id.clone(), 3, 2)?, sandbox.read(blob.id.clone(), 9, 2)?);
        sandbox.delete(blob.id.clone())?;
        Ok((read, sandbox.read(blob.id, 0, 2)?))
    });
    let (first, after) = called.await.expect("it is called");
    assert_eq!(first, (Some(b"te".to_vec()), Some(Vec::new())));
    assert_eq!(after, None);
    assert_eq!(files(&stage), 0);
}

#[tokio::test]
async fn what_a_call_that_fails_created_is_not_there() {
    let stage = Stage::new().await;
    let called = stage.call(Access::Write, |sandbox| {
        sandbox.create(None, "text/plain".to_owned(), b"content".to_vec())?;
        Err::<(), _>(wasmtime::format_err!("the guest trapped"))
    });
    assert!(matches!(called.await, Err(CallError::Fault(_))));
    assert_eq!(files(&stage), 0);
}

#[tokio::test]
async fn refuses_more_than_the_plugin_may_keep_and_takes_it_when_there_is_room_again() {
    let stage = Stage::new().await;
    let fill = |sandbox: &mut Sandbox| sandbox.create(None, "text/plain".to_owned(), vec![0; 600 << 10]);
    let blob = stage.call(Access::Write, fill).await.expect("it is created");
    let refused = stage.call(Access::Write, fill).await.expect_err("it is refused");
    assert_eq!(refused.to_string(), "the plugin's blobs may take 1048576 bytes, and would take more");
    assert_eq!(files(&stage), 1);
    delete(&stage, &blob.id).await;
    stage.call(Access::Write, fill).await.expect("it is created");
}

#[tokio::test]
async fn a_deleted_blob_is_gone_at_once_and_its_file_after_an_hour() {
    let stage = Stage::new().await;
    let (blob, other) = (create(&stage, b"content").await, create(&stage, b"other").await);
    stage.clock.advance(2 * HOUR);
    delete(&stage, &blob.id).await;
    assert_eq!(read(&stage, &blob.id).await, None);
    stage.sweep().await;
    assert_eq!(files(&stage), 2, "somebody may still read it");
    stage.clock.advance(2 * HOUR);
    stage.sweep().await;
    assert_eq!(files(&stage), 1);
    assert_eq!(read(&stage, &other.id).await.as_deref(), Some(b"other".as_slice()));
}

#[tokio::test]
async fn a_file_without_a_row_is_swept_after_an_hour() {
    let stage = Stage::new().await;
    let now = crate::rows::time_at(crate::rows::milliseconds(clock::Clock::now(&*stage.clock)));
    stage.environment().blobs.write("cases", &BlobId::random(), b"of a crash", now).expect("it is written");
    stage.sweep().await;
    assert_eq!(files(&stage), 1);
    stage.clock.advance(2 * HOUR);
    stage.sweep().await;
    assert_eq!(files(&stage), 0);
}

async fn upload(stage: &Stage, content: &[u8]) -> Result<String, crate::blobs::UploadError> {
    let upload = Upload { name: Some("photo.jpg".to_owned()), content_type: "image/jpeg".to_owned() };
    stage.host.upload("cases", upload, content).await.map(|uploaded| uploaded.id)
}

#[tokio::test]
async fn an_upload_that_is_not_kept_is_gone_after_an_hour() {
    let stage = Stage::new().await;
    let kept = upload(&stage, b"kept").await.expect("it is taken in");
    let left = upload(&stage, b"left").await.expect("it is taken in");
    let id = kept.clone();
    let keep = move |sandbox: &mut Sandbox| {
        sandbox.keep(id.clone())?;
        sandbox.keep(id.clone())?;
        sandbox.stat(id.clone())
    };
    let blob = stage.call(Access::Write, keep).await.expect("it is kept").expect("it is there");
    assert_eq!(blob.sha256, "79f076abdd19a752db7267bfff2f9022161d120dea919fdaca2ffdfc24ca8c96");
    stage.sweep().await;
    assert_eq!(read(&stage, &left).await.as_deref(), Some(b"left".as_slice()));
    stage.clock.advance(2 * HOUR);
    stage.sweep().await;
    assert_eq!(read(&stage, &left).await, None);
    assert_eq!(read(&stage, &kept).await.as_deref(), Some(b"kept".as_slice()));
    assert_eq!(files(&stage), 1);
}

#[tokio::test]
async fn refuses_an_upload_that_does_not_fit() {
    let stage = Stage::new().await;
    let refused = upload(&stage, &vec![0; 2 << 20]).await.expect_err("it is refused");
    let says = "the upload does not fit into the 1048576 bytes that the plugin's blobs may take";
    assert_eq!(refused.to_string(), says);
    upload(&stage, &vec![0; 700 << 10]).await.expect("it is taken in");
    assert_eq!(upload(&stage, &vec![0; 700 << 10]).await.expect_err("it is refused").to_string(), says);
    let upload = Upload { name: None, content_type: "x".repeat(257) };
    let refused = stage.host.upload("cases", upload, b"".as_slice()).await.expect_err("it is refused");
    assert_eq!(refused.to_string(), "the type of an upload has 257 bytes, and may have 256");
}

#[tokio::test]
async fn stops_a_plugin_that_writes_where_it_may_only_read() {
    let stage = Stage::new().await;
    let called = stage.call(Access::Read, |sandbox| sandbox.create(None, String::new(), Vec::new()));
    assert_eq!(broken(called.await), Broken::Write { function: "blobs.create" });
    let called = stage.call(Access::Write, |sandbox| sandbox.keep("no id".to_owned()));
    let rule = "there is no such upload".to_owned();
    assert_eq!(broken(called.await), Broken::Argument { function: "blobs.keep", rule });
}

#[tokio::test]
async fn erasing_a_plugin_erases_its_blobs() {
    let stage = Stage::new().await;
    create(&stage, b"content").await;
    assert_eq!(files(&stage), 1);
    stage.host.erase("cases").await.expect("it is erased");
    assert_eq!(files(&stage), 0);
}
