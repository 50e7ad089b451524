//! Takes in what was posted: a form, a form with files, or JSON from a script.

use super::At;
use crate::aside::parts;
use crate::gateway::Visit;
use crate::refusal::Refusal;
use aws_lc_rs::digest;
use http::header::{CONTENT_TYPE, HeaderMap};
use listener::read_bounded;
use pages::form::{self, Field};
use pages::multipart;
use pages::{FormKey, FormToken, TokenRefusal};
use plugin_host::manifest::Pages;
use plugin_host::web::{Submission, Upload};
use protocol::hash::Sha256Hash;

/// What was posted.
#[derive(Debug, Default)]
pub(super) struct Posted {
    pub(super) form: Vec<Field>,
    pub(super) uploads: Vec<Upload>,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
    pub(super) submission: Option<Submission>,
}

const JSON: &str = "application/json";

impl At<'_> {
    /// Takes in the body of a request, and checks that its form was shown here to whoever sent it.
    pub(super) async fn take(&self, visit: &mut Visit, pages: &Pages) -> Result<Posted, Refusal> {
        let headers = visit.head.headers.clone();
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let mut contents = Contents::of(visit);
        if multipart::is_multipart(content_type) {
            return self.take_parts(visit, content_type, pages, &headers, contents).await;
        }
        let patience = self.common.limits.body_patience;
        let body = read_bounded(visit.body.take().ok_or(Refusal::Malformed)?, form::MAX_BYTES, patience).await?;
        if essence == form::CONTENT_TYPE || body.is_empty() {
            let mut fields = form::parse(&body)?;
            let token = self.token(form::take(&mut fields, FormKey::FIELD), &headers)?;
            fields.iter().for_each(|field| contents.add_field(field));
            let submission = Some(contents.submission(token));
            return Ok(Posted { form: fields, submission, ..Posted::default() });
        }
        if essence != JSON {
            return Err(Refusal::ContentType);
        }
        let token = self.token(None, &headers)?;
        contents.add(&body);
        let submission = Some(contents.submission(token));
        Ok(Posted { content_type: essence, body: body.to_vec(), submission, ..Posted::default() })
    }

    /// Takes in a form of the gateway's own: its fields without its token.
    pub(super) async fn take_own(&self, visit: &mut Visit) -> Result<Vec<Field>, Refusal> {
        let body = visit.body.take().ok_or(Refusal::Malformed)?;
        let body = read_bounded(body, MAX_OWN_BYTES, self.common.limits.body_patience).await?;
        let mut fields = form::parse(&body)?;
        self.token(form::take(&mut fields, FormKey::FIELD), &visit.head.headers)?;
        Ok(fields)
    }

    async fn take_parts(
        &self,
        visit: &mut Visit,
        content_type: &str,
        pages: &Pages,
        headers: &HeaderMap,
        mut contents: Contents,
    ) -> Result<Posted, Refusal> {
        let taken = pages.uploads();
        let largest = taken.map_or(0, |taken| taken.largest_bytes()).saturating_mul(MAX_LARGE_FILES);
        let limit_bytes = largest.saturating_add(form::MAX_BYTES as u64 * 2);
        let mut parts = parts(visit, content_type, limit_bytes, self.common.limits.body_patience)?;
        let (mut uploads, mut token) = (Vec::new(), None);
        while let Some(file) = parts.next_file().await? {
            // The gateway's field stands first in each form: nothing is stored of a form that was not shown here.
            if token.is_none() {
                token = Some(self.token(parts.take(FormKey::FIELD), headers)?);
            }
            let field = file.field.clone();
            let uploaded = self.store(file, taken.ok_or(Refusal::NoFiles)?, visit.client).await?;
            contents.add_field(&(field.clone(), uploaded.sha256.to_string()));
            uploads.push(Upload { field, blob: uploaded.id });
        }
        let token = match token {
            Some(token) => token,
            None => self.token(parts.take(FormKey::FIELD), headers)?,
        };
        let fields = parts.into_fields();
        fields.iter().for_each(|field| contents.add_field(field));
        Ok(Posted { form: fields, uploads, submission: Some(contents.submission(token)), ..Posted::default() })
    }

    /// Checks the token of a form, or the one that a script sends.
    fn token(&self, field: Option<String>, headers: &HeaderMap) -> Result<FormToken, Refusal> {
        let sent = headers.get(FormKey::HEADER).and_then(|value| value.to_str().ok());
        let token = field.as_deref().or(sent);
        let (owner, now) = (self.visitor.owner(), self.common.clock.now());
        self.common.forms.check(token, owner, self.plugin.name(), now).map_err(|refused| match refused {
            TokenRefusal::Foreign if self.visitor.new_cookie().is_some() => Refusal::NoCookies,
            other => Refusal::Form(other),
        })
    }
}

/// The digest of what is submitted. Lengths stand before the parts, so that no two share one.
struct Contents(digest::Context);

impl Contents {
    fn of(visit: &Visit) -> Self {
        let mut contents = Self(digest::Context::new(&digest::SHA256));
        contents.add(visit.head.method.as_str().as_bytes());
        contents.add(visit.head.uri.path_and_query().map_or("", |path| path.as_str()).as_bytes());
        contents
    }

    fn add(&mut self, part: &[u8]) {
        self.0.update(&(part.len() as u64).to_be_bytes());
        self.0.update(part);
    }

    fn add_field(&mut self, (name, value): &Field) {
        self.add(name.as_bytes());
        self.add(value.as_bytes());
    }

    fn submission(self, token: FormToken) -> Submission {
        let mut contents = [0; Sha256Hash::SIZE];
        contents.copy_from_slice(self.0.finish().as_ref());
        Submission { id: token.to_string(), contents: Sha256Hash::from_bytes(contents) }
    }
}

/// A form of the gateway's own.
const MAX_OWN_BYTES: usize = 4 << 10;
/// A form has at most so many files of the largest size together.
const MAX_LARGE_FILES: u64 = 5;
