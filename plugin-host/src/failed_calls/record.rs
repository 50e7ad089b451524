//! A failed call as it is kept: everything that a replay needs, sealed.

use clock::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Called, FailedCall};
use crate::call::{Caller, Principal, service, web};
use crate::contract::imports::exchange::{Answer, Refusal};
use crate::keys::PluginKeys;
use crate::rows::{decode, encode, time_at};
use crate::sandbox::{Answers, Question};

/// A failed call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) id: String,
    /// Milliseconds of the epoch.
    pub(super) called_at: u64,
    pub(super) version: String,
    pub(super) failure: String,
    pub(super) principal: Principal,
    pub(super) locale: String,
    pub(super) trace_parent: Option<String>,
    pub(super) request: KeptRequest,
    /// Whom it asked for what, and what it got.
    pub(super) answers: Vec<(String, String, Result<Answer, Refusal>)>,
}

/// What was asked of the plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum KeptRequest {
    Page(web::Request),
    Service(service::Request),
}

impl Record {
    /// It so that only the server reads it, and only in this row; `None` if the generator of the system fails.
    pub(super) fn seal(&self, keys: &PluginKeys, row: &[u8]) -> Option<Vec<u8>> {
        keys.seal_for_host(row, &encode(self))
    }

    pub(super) fn open(keys: &PluginKeys, row: &[u8], sealed: &[u8]) -> Option<Self> {
        decode(&keys.open_for_host(row, sealed)?)
    }

    /// Who called.
    pub(super) fn caller(&self) -> Caller {
        Caller {
            request_id: self.id.clone(),
            principal: self.principal.clone(),
            locale: self.locale.clone(),
            trace_parent: self.trace_parent.clone(),
            document: None,
        }
    }

    /// What it was answered.
    pub(super) fn answers(&self) -> Answers {
        let answered = self.answers.iter().cloned();
        answered.map(|(to, path, answer)| (Question { to, path }, answer)).collect()
    }

    /// It without what was sent.
    pub(super) fn shown(&self, kept_until: Timestamp) -> FailedCall {
        let (called, method, fields, body_bytes, files) = match &self.request {
            KeptRequest::Page(page) => {
                let method = format!("{:?}", page.method);
                let fields = page.query.iter().chain(&page.form).map(|field| field.name.clone()).collect();
                (Called::Page(page.route.clone()), method, fields, page.body.len(), page.uploads.len())
            }
            KeptRequest::Service(request) => {
                let method = format!("{:?}", request.method);
                let fields = request.query.iter().map(|field| field.name.clone()).collect();
                (Called::Service(request.service.clone()), method, fields, request.body.len(), 0)
            }
        };
        FailedCall {
            id: self.id.clone(),
            called_at: time_at(self.called_at),
            kept_until,
            version: self.version.clone(),
            failure: self.failure.clone(),
            called,
            // `Method::Get` in the contract, `GET` in HTTP.
            method: method.rsplit("::").next().unwrap_or_default().to_ascii_uppercase(),
            fields,
            body_bytes,
            files,
            answers: self.answers.len(),
        }
    }
}
