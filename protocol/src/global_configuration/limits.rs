//! How large a global configuration may become; every bound is far beyond an honest one.

/// Bytes of one document.
pub const DOCUMENT_BYTES: usize = 16 * 1024 * 1024;
/// Characters of a name, description or notice.
pub const TEXT_CHARACTERS: usize = 1024;
/// Characters of a URL.
pub const URL_CHARACTERS: usize = 2048;
/// Bytes of one certificate.
pub const CERTIFICATE_BYTES: usize = 16 * 1024;
/// Trust services of one kind.
pub const SERVICES: usize = 256;
/// CA certificates, or OCSP URLs, of one certification service.
pub const CERTIFICATES_OF_SERVICE: usize = 64;
/// Global groups.
pub const GROUPS: usize = 10_000;
/// Members of one group.
pub const GROUP_MEMBERS: usize = 100_000;
/// Members in one of the 256 bins.
pub const BIN_MEMBERS: usize = 10_000;
/// Subsystems, or security servers, of one member.
pub const OF_MEMBER: usize = 10_000;
/// Security servers one subsystem is registered on.
pub const SERVERS_OF_SUBSYSTEM: usize = 256;
/// Certificates, or log keys, of one member, server or registry.
pub const KEYS: usize = 256;
/// Seconds of OCSP freshness: a week.
pub const OCSP_FRESHNESS_SECONDS: u32 = 7 * 24 * 3600;
