//! The numbers that the contract's texts name, and what they say of a status. Host and SDK are both compiled with this file,
//! so that the harness stops a plugin where a server would.

// What a call is.

/// Conflicts after which a call is given up.
pub const MAX_CONFLICTS: u32 = 8;
/// Questions that one call asks.
pub const MAX_QUESTIONS: usize = 16;
/// What all the answers to them hold together.
pub const MAX_ANSWERS_BYTES: usize = 16 << 20;
/// What the host holds for one call: contents of blobs, what is written and ordered, and notes on what is read.
pub const MAX_CALL_BYTES: usize = 16 << 20;
/// What a row that is written, or the note of one, takes beside its key and value.
pub const ROW_BYTES: usize = 192;
/// Puts, deletions and additions of one call.
pub const MAX_ROWS: usize = 10_000;
/// Messages, publications and documents of one call.
pub const MAX_ORDERS: usize = 1_000;

// What several interfaces have.

/// The longest name of a timer, a topic, an index, a metric, a filter, a blob, a document, or label of a reply.
pub const MAX_NAME_BYTES: usize = 256;
/// The longest content type.
pub const MAX_CONTENT_TYPE_BYTES: usize = 256;

// `kv`

/// What a call is told that a counter's bounds do not allow: no more of the counter than that.
pub const OUT_OF_BOUNDS: &str = "a counter would leave its bounds";
/// The longest key.
pub const MAX_KEY_BYTES: usize = 2_048;
/// The longest value: what is larger is a blob.
pub const MAX_VALUE_BYTES: usize = 1 << 20;
/// Entries that one scan, or one `get-many`, gives.
pub const MAX_ENTRIES: usize = 10_000;
/// What they hold together, but for the first, which is given however large it is.
pub const MAX_ENTRIES_BYTES: usize = 4 << 20;

// `search`

/// The longest id of a document.
pub const MAX_DOCUMENT_ID_BYTES: usize = 512;
/// All texts of a document together.
pub const MAX_TEXT_BYTES: usize = 64 << 10;
/// Filters of a document, or of a query.
pub const MAX_FILTERS: usize = 32;
/// The longest value of a filter.
pub const MAX_FILTER_VALUE_BYTES: usize = 512;
/// The longest text of a query.
pub const MAX_QUERY_BYTES: usize = 4 << 10;
/// Hits that one search gives.
pub const MAX_HITS: usize = 100;

// `blobs`

/// The largest content that comes out of a sandbox: what is larger comes as an upload.
pub const MAX_CONTENT_BYTES: usize = 4 << 20;
/// What is read at once.
pub const MAX_READ_BYTES: usize = 4 << 20;
/// Blobs that one call creates: each is a file to be synced.
pub const MAX_BLOBS: usize = 64;

// `outbox`, `exchange`, `timers`

/// The longest body of a message or a publication.
pub const MAX_BODY_BYTES: usize = 1 << 20;
/// The longest path below a service, its query included.
pub const MAX_PATH_BYTES: usize = 2_048;
/// Stands in the path of a question for the number of the identity document of the citizen who calls.
pub const CITIZEN: &str = "{citizen}";
/// The longest payload of a timer.
pub const MAX_PAYLOAD_BYTES: usize = 64 << 10;
/// Times that an event which fails is handled, before it is given up.
pub const MAX_TRIES: u32 = 20;
/// After so many milliseconds a message that nobody answered is given up: seven days.
pub const GIVE_UP_AFTER_MS: u64 = 7 * 24 * 3_600 * 1_000;

// `i18n`, `notices`

/// The names and values of a text's arguments together.
pub const MAX_ARGUMENTS_BYTES: usize = 16 << 10;
/// The longest path that a notice leads to.
pub const MAX_LINK_BYTES: usize = 512;
/// Notices of one call.
pub const MAX_NOTICES: usize = 1_000;
/// Sign-ins that are told of one account.
pub const MAX_SIGN_INS: u32 = 100;

// `evidence`, `crypto`, `rng`

/// The largest document that is signed.
pub const MAX_DOCUMENT_BYTES: usize = 4 << 20;
/// The largest container that is verified. It is read whole, so it counts to what a call holds.
pub const MAX_CONTAINER_BYTES: usize = 8 << 20;
/// The most that is hashed, verified or sealed at once: as much as a blob gives in one piece.
pub const MAX_DATA_BYTES: usize = 4 << 20;
/// A nonce of 12 bytes stands before what was sealed, and a tag of 16 after it.
pub const MAX_SEALED_BYTES: usize = MAX_DATA_BYTES + 12 + 16;
/// The longest context of a seal.
pub const MAX_SEAL_CONTEXT_BYTES: usize = 1 << 10;
/// An RSA key of 8,192 bits takes a little more than 1 KiB.
pub const MAX_PUBLIC_KEY_BYTES: usize = 2 << 10;
/// The longest signature.
pub const MAX_SIGNATURE_BYTES: usize = 2 << 10;
/// Random bytes that are given at once.
pub const MAX_RANDOM_BYTES: usize = 4_096;

// `log`, `metrics`

/// The longest message of a line.
pub const MAX_MESSAGE_BYTES: usize = 4_096;
/// Fields of a line.
pub const MAX_FIELDS: usize = 32;
/// Names and values of a line's fields together.
pub const MAX_FIELDS_BYTES: usize = 4_096;
/// Lines of one attempt: a plugin that loops does not fill the disk.
pub const MAX_LINES: u32 = 100;
/// Numbers of one call.
pub const MAX_METRICS: usize = 100;

// What a service answers.

/// Headers that a service is shown, where its caller sent them.
pub const REQUEST_HEADERS: [&str; 7] = [
    "accept",
    "accept-language",
    "if-match",
    "if-none-match",
    "x-road-issue",
    "x-road-represented-party",
    "x-road-userid",
];
/// Headers that a service may set, and that its caller is shown.
pub const ANSWER_HEADERS: [&str; 7] =
    ["cache-control", "content-disposition", "content-language", "etag", "last-modified", "location", "retry-after"];
/// The longest value of a header.
pub const MAX_HEADER_BYTES: usize = 1 << 10;

/// Whether a status is a service's last word: a server's fault, or too many requests, is not.
pub const fn is_final(status: u16) -> bool {
    status < 500 && !matches!(status, 408 | 425 | 429)
}

/// Whether an answer may have a status: what did not take place, or is to be tried again, is a failure.
pub const fn is_answers_status(status: u16) -> bool {
    status >= 200 && is_final(status)
}

/// The headers that pages are shown of what a browser sent.
pub const PAGE_REQUEST_HEADERS: [&str; 3] = ["accept", "accept-language", "if-match"];

/// The headers that a page may set.
pub const PAGE_HEADERS: [&str; 4] = ["cache-control", "content-disposition", "content-language", "retry-after"];

/// The longest target of a redirect.
pub const MAX_TARGET_BYTES: usize = 2_048;

/// Whether a target is a path of the same origin. Browsers take a backslash for a slash, and two slashes for another
/// origin (WHATWG URL §4.4).
pub fn is_own_path(target: &str) -> bool {
    is_target(target) && target.starts_with('/') && !target.starts_with("//") && !target.contains('\\')
}

/// Whether a target is at, or below, an origin.
pub fn is_below(target: &str, origin: &str) -> bool {
    is_target(target) && target.strip_prefix(origin).is_some_and(|path| path.is_empty() || path.starts_with('/'))
}

fn is_target(target: &str) -> bool {
    target.len() <= MAX_TARGET_BYTES && target.bytes().all(|byte| byte.is_ascii_graphic())
}
