//! Faults that tests ask for, so that clients can be seen to cope with them. No setting or command leads here.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::StatusCode;

/// One of the services that are reached over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// The OCSP responder.
    Ocsp,
    /// The time-stamping authority.
    TimeStamping,
}

/// What a service does instead of its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Misbehaviour {
    /// Nothing: it does its work.
    #[default]
    None,
    /// It takes requests and never answers.
    Hang,
    /// It answers with an HTTP status and no content.
    Status(StatusCode),
    /// It refuses by its protocol: OCSP `tryLater`, RFC 3161 `systemFailure`.
    Refuse,
    /// It answers as it would have so long ago.
    Stale(Duration),
    /// It leaves the nonce out of its answers, as one that keeps them would; OCSP alone.
    WithoutNonce,
    /// It answers with the nonce of another question; OCSP alone.
    OtherNonce,
    /// It answers with bytes that mean nothing.
    Garbage,
}

/// What each service is asked to do wrong.
#[derive(Debug, Default)]
pub(crate) struct Misbehaviours {
    ocsp: Mutex<Misbehaviour>,
    time_stamping: Mutex<Misbehaviour>,
}

impl Misbehaviours {
    pub(crate) fn set(&self, service: Service, misbehaviour: Misbehaviour) {
        *self.of_service(service).lock().unwrap_or_else(PoisonError::into_inner) = misbehaviour;
    }

    pub(crate) fn of(&self, service: Service) -> Misbehaviour {
        *self.of_service(service).lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of_service(&self, service: Service) -> &Mutex<Misbehaviour> {
        match service {
            Service::Ocsp => &self.ocsp,
            Service::TimeStamping => &self.time_stamping,
        }
    }
}
