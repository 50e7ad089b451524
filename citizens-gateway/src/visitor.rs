//! Who looks at a page.

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::HeaderMap;
use pages::FormOwner;
use plugin_host::Principal;
use plugin_host::manifest::Access;

/// Somebody who looks at a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visitor {
    cookie: Cookie,
}

/// What a browser that nobody signed in with is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cookie {
    /// It sent this.
    Sent(String),
    /// It is sent this with the first form.
    New(String),
}

/// Why somebody may not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAdmitted {
    /// It is for citizens who signed in.
    Citizens,
    /// It is for staff.
    Staff,
}

/// Holds a random value, by which the forms of somebody who did not sign in are known.
pub(crate) const COOKIE: &str = "__Host-visitor";
const RANDOM_BYTES: usize = 24;

impl Visitor {
    /// Who sent a request. `None` when there is no randomness.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let is_ours = |value: &&str| URL_SAFE_NO_PAD.decode(value).is_ok_and(|bytes| bytes.len() == RANDOM_BYTES);
        if let Some(value) = pages::cookie::read(headers, COOKIE).filter(is_ours) {
            return Some(Self { cookie: Cookie::Sent(value.to_owned()) });
        }
        let mut random = [0; RANDOM_BYTES];
        rand::fill(&mut random).ok()?;
        Some(Self { cookie: Cookie::New(URL_SAFE_NO_PAD.encode(random)) })
    }

    /// Whom forms are shown to.
    pub(crate) fn owner(&self) -> FormOwner<'_> {
        match &self.cookie {
            Cookie::Sent(value) | Cookie::New(value) => FormOwner::Visitor(value.as_bytes()),
        }
    }

    /// By what she gets the same version of a plugin at each visit.
    pub(crate) fn chooser(&self) -> &str {
        match &self.cookie {
            Cookie::Sent(value) | Cookie::New(value) => value,
        }
    }

    /// The cookie that her browser does not have yet.
    pub(crate) fn new_cookie(&self) -> Option<&str> {
        match &self.cookie {
            Cookie::Sent(_) => None,
            Cookie::New(value) => Some(value),
        }
    }

    /// Who she is on a route.
    pub(crate) fn admitted(&self, access: &Access) -> Result<Principal, NotAdmitted> {
        match access {
            Access::Anyone => Ok(Principal::Anonymous),
            Access::Citizen(_) => Err(NotAdmitted::Citizens),
            Access::Staff(_) => Err(NotAdmitted::Staff),
        }
    }
}
