//! Who looks at a page.

use crate::gateway::Common;
use crate::refusal::Refusal;
use crate::session::{self, Session};
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::HeaderMap;
use pages::FormOwner;
use plugin_host::manifest::{Access, Assurance, Name};
use plugin_host::{Citizen, Operator, Principal, Represented};

/// Somebody who looks at a page of a plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Visitor {
    /// She did not sign in; by this her forms are known.
    Guest(Cookie),
    /// She signed in at this origin.
    SignedIn(SignedIn),
}

/// Somebody who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignedIn {
    pub(crate) session: Session,
    /// Her roles for the plugin, if she works at the entity.
    roles: Vec<String>,
}

/// What a browser that nobody signed in with is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// It sent this.
    Sent(String),
    /// It is sent this with the first form.
    New(String),
}

/// Why somebody may not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAdmitted {
    /// She would have to sign in, at least so well.
    SignIn(Assurance),
    /// It is not known well enough who she is: it would have to be so well.
    Assurance(Assurance),
    /// It is for staff, of a role that she does not have.
    Role,
}

/// Holds a random value, by which the forms of somebody who did not sign in are known.
pub(crate) const COOKIE: &str = "__Host-visitor";
const RANDOM_BYTES: usize = 24;

impl Visitor {
    /// Who sent a request to a plugin's origin.
    pub(crate) async fn of(common: &Common, plugin: &str, headers: &HeaderMap) -> Result<Self, Refusal> {
        if let (Some(sign_in), Some(value)) = (&common.sign_in, pages::cookie::read(headers, session::COOKIE)) {
            let visited = sign_in.sessions.visited(plugin, value, common.clock.now()).await;
            let session = visited.map_err(|error| {
                tracing::error!(error = %error, "sessions cannot be read");
                Refusal::Unavailable
            })?;
            if let Some(session) = session {
                let person = session.person();
                let roles =
                    person.certain_document().map_or_else(Vec::new, |document| sign_in.staff.roles(plugin, document));
                return Ok(Self::SignedIn(SignedIn { session, roles }));
            }
        }
        Self::guest(headers).ok_or(Refusal::Unavailable)
    }

    fn guest(headers: &HeaderMap) -> Option<Self> {
        let is_ours = |value: &&str| URL_SAFE_NO_PAD.decode(value).is_ok_and(|bytes| bytes.len() == RANDOM_BYTES);
        if let Some(value) = pages::cookie::read(headers, COOKIE).filter(is_ours) {
            return Some(Self::Guest(Cookie::Sent(value.to_owned())));
        }
        let mut random = [0; RANDOM_BYTES];
        rand::fill(&mut random).ok()?;
        Some(Self::Guest(Cookie::New(URL_SAFE_NO_PAD.encode(random))))
    }

    /// Whom forms are shown to.
    pub(crate) fn owner(&self) -> FormOwner<'_> {
        match self {
            Self::Guest(Cookie::Sent(value) | Cookie::New(value)) => FormOwner::Visitor(value.as_bytes()),
            Self::SignedIn(person) => FormOwner::Session(person.session.form_owner()),
        }
    }

    /// The cookie that her browser does not have yet.
    pub(crate) fn new_cookie(&self) -> Option<&str> {
        match self {
            Self::Guest(Cookie::New(value)) => Some(value),
            Self::Guest(Cookie::Sent(_)) | Self::SignedIn(_) => None,
        }
    }

    /// Her session, if she signed in.
    pub(crate) fn session(&self) -> Option<&Session> {
        match self {
            Self::Guest(_) => None,
            Self::SignedIn(person) => Some(&person.session),
        }
    }

    /// The number of the document of who came as a citizen, if it is known for certain: what somebody says of herself is
    /// nothing to ask registers about.
    pub(crate) fn document_of(&self, principal: &Principal) -> Option<String> {
        let (Self::SignedIn(person), Principal::Citizen(_)) = (self, principal) else { return None };
        person.session.person().certain_document().map(|document| document.number.clone())
    }

    /// Who she is on a route.
    pub(crate) fn admitted(&self, access: &Access) -> Result<Principal, NotAdmitted> {
        let least = match access {
            Access::Anyone => None,
            Access::Citizen(least) => Some(*least),
            Access::Staff(_) => Some(session::LEAST_OF_CERTAIN),
        };
        let person = match (self, least) {
            (Self::Guest(_), None) => return Ok(Principal::Anonymous),
            (Self::Guest(_), Some(least)) => return Err(NotAdmitted::SignIn(least)),
            (Self::SignedIn(person), _) => person,
        };
        if let Some(least) = least.filter(|least| person.session.person().assurance < *least) {
            return Err(NotAdmitted::Assurance(least));
        }
        match access {
            Access::Anyone | Access::Citizen(_) => Ok(person.citizen()),
            Access::Staff(roles) => person.operator(roles).ok_or(NotAdmitted::Role),
        }
    }
}

impl SignedIn {
    fn citizen(&self) -> Principal {
        let person = self.session.person();
        Principal::Citizen(Citizen {
            subject: person.subject.clone(),
            name: person.name.clone(),
            assurance: match person.assurance {
                Assurance::Low => plugin_host::Assurance::Low,
                Assurance::Substantial => plugin_host::Assurance::Substantial,
                Assurance::High => plugin_host::Assurance::High,
            },
            represents: self.session.acting().map(|acting| Represented {
                subject: acting.subject.clone(),
                name: acting.name.clone(),
                kind: acting.kind,
            }),
        })
    }

    /// With one of these roles, or with any if none is named.
    fn operator(&self, wanted: &[Name]) -> Option<Principal> {
        let has = |wanted: &str| self.roles.iter().any(|role| role == wanted);
        let may = if wanted.is_empty() { !self.roles.is_empty() } else { wanted.iter().any(|role| has(role.as_str())) };
        let person = self.session.person();
        may.then(|| {
            Principal::Operator(Operator {
                id: person.subject.clone(),
                name: person.name.clone(),
                roles: self.roles.clone(),
            })
        })
    }
}
