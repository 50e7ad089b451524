//! `evidence`: documents signed in the name of the plugin's subsystem, after the call was committed.

use std::result::Result as Answer;

use wasmtime::Result;

use super::{MAX_CONTENT_TYPE_BYTES, a_name, at_most, blobs};
use crate::agenda::signed_key;
use crate::contract::imports::blobs::Blob;
use crate::contract::imports::evidence::{Document, Host, Verification};
use crate::rows::{Signing, Work, decode};
use crate::sandbox::{Broken, Sandbox, Stop};

/// The largest document.
const MAX_DOCUMENT_BYTES: usize = 4 << 20;
/// The largest container that is verified. It is read whole, so it counts to what a call holds.
const MAX_CONTAINER_BYTES: u64 = 8 << 20;

impl Host for Sandbox {
    fn sign(&mut self, document: Document) -> Result<String> {
        self.view.writing("evidence.sign")?;
        let Document { name, content_type, content } = document;
        a_name("evidence.sign", "the name", &name)?;
        at_most("evidence.sign", "the content type", content_type.len(), MAX_CONTENT_TYPE_BYTES)?;
        at_most("evidence.sign", "the content", content.len(), MAX_DOCUMENT_BYTES)?;
        let signing = |id| Work::Sign(Signing { id, name, content_type, content });
        let id = self.effects.order(&self.call.request_id, self.call.now, signing)?;
        self.effects.signings.push(id.clone());
        Ok(id)
    }

    fn signed(&mut self, id: String) -> Result<Option<Blob>> {
        a_name("evidence.signed", "the id", &id)?;
        let keyspace = self.keyspace();
        let Some(row) = self.view.get(keyspace, &signed_key(&id))? else { return Ok(None) };
        let container = decode::<String>(&row);
        let container =
            container.ok_or_else(|| Stop::from(Broken::Damaged { what: "the note of a signed document" }))?;
        Ok(self.blob(&container)?.map(|(id, row)| blobs::blob(&id, row)))
    }

    fn verify(&mut self, container: String) -> Result<Answer<Verification, String>> {
        let Some((id, row)) = self.blob(&container)? else { return Ok(Err("there is no such blob".to_owned())) };
        let size_bytes = row.size_bytes;
        let Some(length) = usize::try_from(size_bytes).ok().filter(|_| size_bytes <= MAX_CONTAINER_BYTES) else {
            let refusal = format!("it has {size_bytes} bytes, and a container may have {MAX_CONTAINER_BYTES}");
            return Ok(Err(refusal));
        };
        self.effects.weigh(length)?;
        let container = self.content(&id, 0, length)?;
        let verified = self.call.environment.documents.verify(&container);
        let shown = |verified: crate::seams::Verification| Verification {
            signer: verified.signer.to_string(),
            signed_at: verified.signed_at.to_string(),
        };
        Ok(verified.map(shown).map_err(|error| error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::imports::blobs::Host as _;
    use crate::sandbox::Access;
    use crate::testing::{Stage, broken};
    use std::sync::atomic::Ordering;

    fn document() -> Document {
        Document { name: "a.pdf".to_owned(), content_type: "application/pdf".to_owned(), content: b"text".to_vec() }
    }

    #[tokio::test]
    async fn a_document_is_signed_before_the_call_is_answered() {
        let stage = Stage::new().await;
        let signed = stage.call(Access::Write, |sandbox| {
            let id = sandbox.sign(document())?;
            assert_eq!(sandbox.signed(id.clone())?, None);
            Ok(id)
        });
        let id = signed.await.expect("it is called");
        let called = stage.call(Access::Read, move |sandbox| {
            let container = sandbox.signed(id.clone())?.expect("it is signed");
            let content = sandbox.read(container.id.clone(), 0, 100)?.expect("it is there");
            Ok((sandbox.verify(container.id.clone())?, container, content))
        });
        let (verified, container, content) = called.await.expect("it is called");
        assert_eq!(content, b"BO/GOB/1001 signs: text");
        assert_eq!(container.name.as_deref(), Some("a.pdf.asice"));
        let (signer, signed_at) = ("BO/GOB/1001".to_owned(), "2026-11-26T12:00:00Z".to_owned());
        assert_eq!(verified, Ok(Verification { signer, signed_at }));
    }

    #[tokio::test]
    async fn a_document_that_was_ordered_before_a_crash_is_signed_after_the_next_start() {
        let stage = Stage::waiting().await;
        let id = stage.call(Access::Write, |sandbox| sandbox.sign(document())).await.expect("it is called");
        assert_eq!(stage.documents.signed.load(Ordering::SeqCst), 0);

        let stage = stage.started_again().await;
        let signed = async {
            loop {
                let id = id.clone();
                let signed = stage.call(Access::Read, move |sandbox| sandbox.signed(id.clone())).await;
                if let Some(container) = signed.expect("it is called") {
                    return container;
                }
                tokio::task::yield_now().await;
            }
        };
        let container = tokio::time::timeout(std::time::Duration::from_secs(20), signed).await.expect("it is signed");
        assert_eq!(container.name.as_deref(), Some("a.pdf.asice"));
        assert_eq!(stage.documents.signed.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn what_a_call_that_fails_ordered_is_not_signed() {
        let stage = Stage::new().await;
        let called = stage.call(Access::Write, |sandbox| {
            sandbox.sign(document())?;
            Err::<(), _>(wasmtime::format_err!("the guest trapped"))
        });
        called.await.expect_err("it fails");
        assert_eq!(stage.documents.signed.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn says_in_words_why_a_container_is_not_believed() {
        let stage = Stage::new().await;
        let called = stage.call(Access::Write, |sandbox| {
            let blob = sandbox.create(None, String::new(), b"no container".to_vec())?;
            Ok((sandbox.verify(blob.id)?, sandbox.verify("no id".to_owned())?))
        });
        let (unsigned, unknown) = called.await.expect("it is called");
        assert_eq!(unsigned, Err("it holds no signature".to_owned()));
        assert_eq!(unknown, Err("there is no such blob".to_owned()));
    }

    #[tokio::test]
    async fn stops_a_plugin_that_signs_where_it_may_only_read() {
        let stage = Stage::new().await;
        let called = stage.call(Access::Read, |sandbox| sandbox.sign(document()));
        assert_eq!(broken(called.await), Broken::Write { function: "evidence.sign" });
    }
}
