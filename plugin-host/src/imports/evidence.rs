//! `evidence`: documents signed in the name of the plugin's subsystem, after the call was committed.

use std::result::Result as Answer;

use trust::file_container::{ContentType, NameError};
use wasmtime::Result;

use super::{a_name, at_most, blobs};
use crate::agenda::signed_key;
use crate::blobs::reserve;
use crate::contract::imports::blobs::Blob;
use crate::contract::imports::evidence::{Disbelief, Document, Host, Verification};
use crate::contract::limits::{MAX_CONTAINER_BYTES, MAX_CONTENT_TYPE_BYTES, MAX_DOCUMENT_BYTES};
use crate::rows::{Signing, Work, decode, milliseconds};
use crate::sandbox::{Broken, Sandbox, Stop};

impl Host for Sandbox {
    fn sign(&mut self, document: Document) -> Result<String> {
        self.view.writing("evidence.sign")?;
        let Document { name, content_type, content } = document;
        a_name("evidence.sign", "the name", &name)?;
        at_most("evidence.sign", "the content type", content_type.len(), MAX_CONTENT_TYPE_BYTES)?;
        if !content_type.is_empty() {
            let refused = |error: NameError| Broken::Argument { function: "evidence.sign", rule: error.to_string() };
            content_type.parse::<ContentType>().map_err(|error| Stop::from(refused(error)))?;
        }
        at_most("evidence.sign", "the content", content.len(), MAX_DOCUMENT_BYTES)?;
        // Its container will take a little more, which is owed then: an order that was taken is carried out.
        let (keyspace, limit) = (self.keyspace(), self.call.plugin.limits().storage_bytes());
        reserve(keyspace, content.len(), limit, self.view.writing("evidence.sign")?);
        let signing = |id| Work::Sign(Signing { id, name, content_type, content });
        let id = self.effects.order(&self.call.request_id, self.call.now, signing)?;
        self.effects.signings.push(id.clone());
        Ok(id)
    }

    fn signed(&mut self, id: String) -> Result<Option<Blob>> {
        a_name("evidence.signed", "the id", &id)?;
        let Some(row) = self.read_row(&signed_key(&id))? else { return Ok(None) };
        let container = decode::<String>(&row);
        let container =
            container.ok_or_else(|| Stop::from(Broken::Damaged { what: "the note of a signed document" }))?;
        Ok(self.blob(&container)?.map(|(id, row)| blobs::blob(&id, row)))
    }

    async fn verify(&mut self, container: String) -> Result<Answer<Verification, Disbelief>> {
        // It takes longer than most calls: it goes on where a slow guest does, and others are not kept waiting.
        tokio::task::yield_now().await;
        Ok(self.verified(&container)?)
    }
}

impl Sandbox {
    fn verified(&mut self, container: &str) -> std::result::Result<Answer<Verification, Disbelief>, Stop> {
        let Some((id, row)) = self.blob(container)? else { return Ok(Err(Disbelief::NoSuchBlob)) };
        let length = usize::try_from(row.size_bytes).unwrap_or(usize::MAX);
        if length > MAX_CONTAINER_BYTES {
            return Ok(Err(Disbelief::TooLarge));
        }
        self.effects.weigh(length)?;
        let container = self.content(&id, 0, length)?;
        let verified = self.call.environment.documents.verify(&container);
        let shown = |verified: crate::seams::Verification| Verification {
            signer: verified.signer.to_string(),
            signed_at: milliseconds(verified.signed_at),
        };
        Ok(verified.map(shown).map_err(|error| Disbelief::NotBelieved(error.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::CallError;
    use crate::contract::imports::blobs::Host as _;
    use crate::sandbox::Access;
    use crate::testing::{Stage, broken};
    use std::sync::atomic::Ordering;
    use storage::CommitError;

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
            Ok((sandbox.verified(&container.id)?, container, content))
        });
        let (verified, container, content) = called.await.expect("it is called");
        assert_eq!(content, b"BO/GOB/1001 signs: text");
        assert_eq!(container.name.as_deref(), Some("a.pdf.asice"));
        let (signer, signed_at) = ("BO/GOB/1001".to_owned(), 1_795_694_400_000);
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
                // On a busy machine it may have to be signed again, and that by a clock that stands still otherwise.
                stage.clock.advance(std::time::Duration::from_secs(1));
                tokio::task::yield_now().await;
            }
        };
        let container = tokio::time::timeout(std::time::Duration::from_secs(20), signed).await.expect("it is signed");
        assert_eq!(container.name.as_deref(), Some("a.pdf.asice"));
        assert_eq!(stage.documents.signed.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn documents_to_be_signed_count_as_what_the_plugin_keeps() {
        let stage = Stage::waiting().await;
        let large = Document { content: vec![0; 300 << 10], ..document() };
        let limit = usize::try_from(stage.plugin.limits().storage_bytes()).expect("it fits");
        let mut taken = 0;
        let refused = loop {
            let large = large.clone();
            match stage.call(Access::Write, move |sandbox| sandbox.sign(large.clone())).await {
                Ok(_) => taken += 300 << 10,
                Err(error) => break error,
            }
        };
        assert!((1..=limit).contains(&taken), "{taken} of {limit}");
        let full = matches!(refused, CallError::Storage { .. } | CallError::Commit(CommitError::Quota { .. }));
        assert!(full, "{refused:?}");
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
            Ok((sandbox.verified(&blob.id)?, sandbox.verified("no id")?))
        });
        let (unsigned, unknown) = called.await.expect("it is called");
        assert_eq!(unsigned, Err(Disbelief::NotBelieved("it holds no signature".to_owned())));
        assert_eq!(unknown, Err(Disbelief::NoSuchBlob));
    }

    #[tokio::test]
    async fn stops_a_plugin_that_signs_where_it_may_only_read() {
        let stage = Stage::new().await;
        let called = stage.call(Access::Read, |sandbox| sandbox.sign(document()));
        assert_eq!(broken(called.await), Broken::Write { function: "evidence.sign" });
    }

    #[tokio::test]
    async fn stops_a_plugin_whose_document_could_never_be_signed() {
        let stage = Stage::new().await;
        let called = stage.call(Access::Write, |sandbox| {
            sandbox.sign(Document { content_type: "a document".to_owned(), ..document() })
        });
        let rule = "\"a document\" is not a content type such as application/pdf".to_owned();
        assert_eq!(broken(called.await), Broken::Argument { function: "evidence.sign", rule });
    }

    #[tokio::test]
    async fn a_document_has_any_name_and_its_container_keeps_it() {
        let stage = Stage::new().await;
        let signed = stage.call(Access::Write, |sandbox| {
            sandbox.sign(Document { name: "Resolución 12.pdf".to_owned(), ..document() })
        });
        let id = signed.await.expect("it is called");
        let container =
            stage.call(Access::Read, move |sandbox| sandbox.signed(id.clone())).await.expect("it is called");
        assert_eq!(container.and_then(|blob| blob.name).as_deref(), Some("Resolución 12.pdf.asice"));
    }
}
