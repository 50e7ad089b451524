//! Stores a picture: not the one that was sent, but one that the plugin `images` made of it in its sandbox.

use super::At;
use crate::aside::{Aside, kept_aside, not_on_disk};
use crate::refusal::Refusal;
use crate::room::Share;
use bytes::Bytes;
use pages::multipart::File;
use plugin_host::manifest::Uploads;
use plugin_host::{Answer, CallError, Caller, Failure, Method, Principal, Request, Upload, Uploaded};
use std::io::{self, Cursor};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

/// The plugin that decodes pictures and encodes them anew, and its service.
const IMAGES: &str = "images";
/// A picture is held as a whole while it is made anew.
const LARGEST_BYTES: u64 = 8 << 20;

impl At<'_> {
    /// Stores a picture that was made anew of what is sent.
    pub(super) async fn store_picture(
        &self,
        mut file: File,
        beginning: Bytes,
        content_type: &str,
        taken: &Uploads,
        share: Share,
    ) -> Result<Uploaded, Refusal> {
        let name = file.name.take();
        let shown_name = name.clone().unwrap_or_else(|| file.field.clone());
        let largest_bytes = taken.largest_bytes().min(LARGEST_BYTES);
        let sent = kept_aside(file, Some(beginning), largest_bytes, &shown_name, share).await?;
        // So many are held in memory at once, however many are sent; and none while its sender takes her time.
        let _one = self.common.pictures.acquire().await.map_err(|_| Refusal::Unavailable)?;
        let content = read(sent).await.map_err(not_on_disk)?;
        let made = self.remade(content, content_type, shown_name).await?;
        let upload = Upload { name, content_type: made.content_type };
        Ok(self.common.host.upload(self.plugin.name(), upload, Cursor::new(made.body)).await?)
    }

    async fn remade(&self, content: Vec<u8>, content_type: &str, name: String) -> Result<Answer, Refusal> {
        let request = Request {
            service: IMAGES.to_owned(),
            method: Method::Post,
            path: String::new(),
            query: Vec::new(),
            headers: Vec::new(),
            content_type: content_type.to_owned(),
            body: content,
            message_id: None,
        };
        let caller = Caller {
            request_id: uuid::Uuid::now_v7().to_string(),
            principal: Principal::System,
            locale: "es".to_owned(),
            trace_parent: None,
            document: None,
        };
        self.common.host.call_service_of(IMAGES, caller, request, None).await.map_err(|error| match error {
            CallError::Unknown | CallError::NotExported => Refusal::Images { name },
            CallError::Failed(Failure::Invalid(_)) => Refusal::Picture { name },
            CallError::Fault(fault) => {
                tracing::warn!(plugin = self.plugin.name(), error = %fault, "a picture stopped its sandbox");
                Refusal::Picture { name }
            }
            other => other.into(),
        })
    }
}

async fn read(mut aside: Aside) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    aside.file.rewind().await?;
    aside.file.read_to_end(&mut content).await?;
    Ok(content)
}
