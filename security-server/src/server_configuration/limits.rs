//! How large a server configuration may become; every bound is far beyond an honest one.

/// Bytes of the document.
pub const DOCUMENT_BYTES: usize = 64 * 1024 * 1024;
/// Clients of one server.
pub const CLIENTS: usize = 10_000;
/// Certificates of one client, or of one provider.
pub const CERTIFICATES: usize = 256;
/// Local groups of one client.
pub const LOCAL_GROUPS: usize = 1_000;
/// Members of one local group.
pub const GROUP_MEMBERS: usize = 100_000;
/// Services of one client.
pub const SERVICES: usize = 10_000;
/// Access rights to one service.
pub const RIGHTS: usize = 200_000;
/// Bytes of a URL.
pub const URL_BYTES: usize = 2_048;
/// Bytes of the code of a local group.
pub const GROUP_CODE_BYTES: usize = 255;
/// Bytes of a notice.
pub const NOTICE_BYTES: usize = 1_024;
/// Bytes of one certificate in PEM form.
pub const PEM_BYTES: usize = 32 * 1024;
/// Longest time-out of a service, in seconds: an hour.
pub const TIMEOUT_SECONDS: u32 = 3_600;
/// Time-out of a service that names none, in seconds.
pub const DEFAULT_TIMEOUT_SECONDS: u32 = 60;
/// Plugins of one server.
pub const PLUGINS: usize = 1_000;
/// Configuration keys, or secrets, of one plugin.
pub const PLUGIN_KEYS: usize = 256;
/// Days for which a plugin's failed calls are kept, at most: what was sent may be a citizen's.
pub const FAILED_CALLS_DAYS: u32 = 30;
/// People who work with one plugin.
pub const PLUGIN_STAFF: usize = 10_000;
/// Bytes of the value of a plugin's configuration key.
pub const PLUGIN_VALUE_BYTES: usize = 64 * 1024;
