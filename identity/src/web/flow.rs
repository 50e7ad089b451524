//! Where somebody was going who has to sign in first: it travels with her forms, sealed, and the provider keeps nothing.

use crate::provider::Provider;
use clock::Timestamp;
use factors::NoRandomness;
use serde::{Deserialize, Serialize};

/// A way that leads through a sign-in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Flow {
    to: To,
    begun_at: i64,
    went_to_sign_in: bool,
    wants_passkey: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
enum To {
    /// To a client, by its request.
    Request(String),
    /// To a page of the provider.
    Page(String),
}

const CONTEXT: &str = "sign-in";
const LASTS_SECONDS: i64 = 3600;

impl Flow {
    pub(crate) fn of_request(query: String, now: Timestamp) -> Self {
        Self { to: To::Request(query), begun_at: now.as_second(), went_to_sign_in: false, wants_passkey: false }
    }

    /// To a page of the provider's own: the caller has its path from no request.
    pub(crate) fn of_page(path: &'static str, now: Timestamp) -> Self {
        Self { to: To::Page(path.to_owned()), begun_at: now.as_second(), went_to_sign_in: false, wants_passkey: false }
    }

    /// The one that a form brings back, if it is not too old.
    pub(crate) fn open(provider: &Provider, sealed: &str) -> Option<Self> {
        let flow: Self = provider.seals.flow.open(sealed, CONTEXT)?;
        (provider.now().as_second().saturating_sub(flow.begun_at) <= LASTS_SECONDS).then_some(flow)
    }

    pub(crate) fn close(&self, provider: &Provider) -> Result<String, NoRandomness> {
        provider.seals.flow.close(self, CONTEXT)
    }

    /// The same on its way to the sign-in: a session that begins from now on is of this flow.
    pub(crate) fn to_sign_in(&self, now: Timestamp) -> Self {
        Self { begun_at: now.as_second(), went_to_sign_in: true, ..self.clone() }
    }

    /// The same, where a password will not do.
    pub(crate) fn wants_passkey(&self) -> Self {
        Self { wants_passkey: true, ..self.clone() }
    }

    pub(crate) fn is_for_passkey(&self) -> bool {
        self.wants_passkey
    }

    pub(crate) fn begun_at(&self) -> i64 {
        self.begun_at
    }

    pub(crate) fn went_to_sign_in(&self) -> bool {
        self.went_to_sign_in
    }

    /// The client's request, if it leads to one.
    pub(crate) fn request(&self) -> Option<&str> {
        match &self.to {
            To::Request(query) => Some(query),
            To::Page(_) => None,
        }
    }

    /// Where a browser goes after the sign-in.
    pub(crate) fn after_sign_in(&self, sealed: &str) -> String {
        match &self.to {
            To::Request(_) => format!("/auth/continue?flow={sealed}"),
            To::Page(path) => path.clone(),
        }
    }
}
