//! What a certificate may be used for: exactly one thing.
//!
//! `webpki` looks neither at key usage bits nor at how roles are mixed, so we do. A certificate that could sign
//! messages and also open connections would let a stolen TLS key speak for the member.

use super::{Criticality, extension};
use crate::asn1::oid;
use const_oid::ObjectIdentifier;
use der::flagset::FlagSet;
use std::fmt;
use x509_cert::ext::{
    Extensions,
    pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages},
};

/// The one thing a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Issues certificates.
    Authority,
    /// Signs messages for a member.
    Signing,
    /// Authenticates a security server on a connection.
    Authentication,
    /// Signs OCSP responses on behalf of the authority that issued it.
    OcspResponder,
    /// Signs timestamps.
    TimeStamping,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Authority => "certification authority",
            Self::Signing => "signing",
            Self::Authentication => "authentication",
            Self::OcspResponder => "OCSP responder",
            Self::TimeStamping => "time-stamping",
        })
    }
}

/// Why a certificate has none of our roles.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// An extension that decides the role is not well-formed.
    #[error("malformed key usage or basic constraints")]
    Malformed(#[source] der::Error),
    /// Without key usage everything would be allowed.
    #[error("no critical key usage")]
    NoCriticalKeyUsage,
    /// The usages belong to none of our roles, or to several.
    #[error("key usage {key_usage} with extended key usage {extended_key_usage} is not exactly one role")]
    NotOneRole {
        /// The key usage bits.
        key_usage: String,
        /// The extended key usages, or "none".
        extended_key_usage: String,
    },
}

/// What the extensions say about the use of the key.
struct Usages {
    authority: bool,
    key: KeyUsage,
    /// Empty if the extension is absent.
    extended: Vec<ObjectIdentifier>,
    extended_is_critical: bool,
}

pub(super) fn of(extensions: Option<&Extensions>) -> Result<Role, RoleError> {
    let usages = Usages::read(extensions)?;
    usages.role().ok_or_else(|| RoleError::NotOneRole {
        key_usage: format!("{:?}", usages.key.0),
        extended_key_usage: usages.extended_text(),
    })
}

impl Usages {
    fn read(extensions: Option<&Extensions>) -> Result<Self, RoleError> {
        let constraints = extension::<BasicConstraints>(extensions).map_err(RoleError::Malformed)?;
        let key = extension::<KeyUsage>(extensions).map_err(RoleError::Malformed)?;
        let extended = extension::<ExtendedKeyUsage>(extensions).map_err(RoleError::Malformed)?;
        let Some((Criticality::Critical, key)) = key else { return Err(RoleError::NoCriticalKeyUsage) };
        let (extended_is_critical, extended) = match extended {
            None => (false, Vec::new()),
            Some((_, ExtendedKeyUsage(purposes))) if purposes.is_empty() => {
                return Err(RoleError::Malformed(der::ErrorKind::Failed.into()));
            }
            Some((criticality, ExtendedKeyUsage(purposes))) => (criticality == Criticality::Critical, purposes),
        };
        let authority = constraints.is_some_and(|(_, constraints)| constraints.ca);
        Ok(Self { authority, key, extended, extended_is_critical })
    }

    fn role(&self) -> Option<Role> {
        if self.authority {
            let others = KeyUsages::DigitalSignature | KeyUsages::CRLSign;
            let fits = self.key.key_cert_sign() && self.only(others | KeyUsages::KeyCertSign);
            return fits.then_some(Role::Authority);
        }
        let signs = self.only(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation);
        match self.extended.as_slice() {
            [] | [oid::KP_DOCUMENT_SIGNING] => (self.key.0 == KeyUsages::NonRepudiation).then_some(Role::Signing),
            [oid::KP_CLIENT_AUTH, oid::KP_SERVER_AUTH] | [oid::KP_SERVER_AUTH, oid::KP_CLIENT_AUTH] => {
                (self.key.0 == KeyUsages::DigitalSignature).then_some(Role::Authentication)
            }
            [oid::KP_OCSP_SIGNING] => (signs && self.key.digital_signature()).then_some(Role::OcspResponder),
            // RFC 3161 §2.3: critical, and the only purpose.
            [oid::KP_TIME_STAMPING] => (signs && self.extended_is_critical).then_some(Role::TimeStamping),
            _ => None,
        }
    }

    /// Are at least one and no other bits set than these?
    fn only(&self, allowed: impl Into<FlagSet<KeyUsages>>) -> bool {
        !self.key.0.is_empty() && allowed.into().contains(self.key.0)
    }

    fn extended_text(&self) -> String {
        let purposes: Vec<String> = self.extended.iter().map(ToString::to_string).collect();
        if purposes.is_empty() { "none".to_owned() } else { purposes.join(", ") }
    }
}
