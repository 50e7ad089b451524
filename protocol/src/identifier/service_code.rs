//! The code of a service that a member offers: none of those that security servers answer themselves.

use super::{IdentifierError, part};
use std::fmt;
use std::sync::Arc;

/// The code of a service that a member may offer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceCode(pub(super) Arc<str>);

/// Why a text is not the code of a service that a member may offer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServiceCodeError {
    /// It cannot stand in an identifier.
    #[error("the service code cannot stand in an identifier")]
    Identifier(#[source] IdentifierError),
    /// The security server answers it itself.
    #[error("the service code is reserved for a metaservice")]
    Reserved,
}

impl ServiceCode {
    /// Reads a code.
    ///
    /// # Errors
    /// When it cannot stand in an identifier, or is that of a metaservice in whatever case.
    pub fn new(code: &str) -> Result<Self, ServiceCodeError> {
        let reserved = RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(code));
        if reserved || code.to_ascii_lowercase().starts_with(RESERVED_PREFIX) {
            return Err(ServiceCodeError::Reserved);
        }
        part(code, 5).map(Self).map_err(ServiceCodeError::Identifier)
    }

    /// The code as it stands in identifiers, decoded.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServiceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ServiceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

/// Answered by the server itself (X-Road UG-SYSPAR `reserved-service-codes`), in whatever case they are written.
const RESERVED: [&str; 5] = ["listMethods", "allowedMethods", "getOpenAPI", "listClients", "getWsdl"];
const RESERVED_PREFIX: &str = "getsecurityserver";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_the_codes_of_metaservices_in_every_case() {
        for code in ["listMethods", "LISTMETHODS", "getOpenAPI", "getSecurityServerMetrics", "getsecurityserver"] {
            assert_eq!(ServiceCode::new(code), Err(ServiceCodeError::Reserved), "{code}");
        }
    }

    #[test]
    fn refuses_what_cannot_stand_in_an_identifier() {
        for code in ["", "..", "a/b", "a:b", "a\u{200b}", &"a".repeat(256)] {
            assert!(matches!(ServiceCode::new(code), Err(ServiceCodeError::Identifier(_))), "{code:?}");
        }
    }

    #[test]
    fn names_a_service_of_a_subsystem() {
        let code = ServiceCode::new("personas").unwrap();
        let service = super::super::ServiceId::of("BO/GOV/1001/civil".parse().unwrap(), &code);
        assert_eq!(service.to_string(), "BO/GOV/1001/civil/personas");
    }
}
