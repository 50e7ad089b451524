//! Why something is not shown, and what it is called in HTTP.

use http::StatusCode;
use listener::BodyError;
use pages::TokenRefusal;
use pages::form::FormError;
use pages::multipart::MultipartError;
use plugin_host::{CallError, Failure, UploadError};

/// Why something is not shown.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The host name is none of the gateway's.
    NoSuchHost,
    /// There is no such page.
    NotFound,
    /// The page cannot be asked in this way.
    Method,
    /// The client comes too often.
    TooOften,
    /// A link to a file that was changed, or is too old.
    FileLink,
    /// Something that the page needs is not there for now.
    Unavailable,
    /// Too many visit the service at once.
    Busy,
    /// The service is being changed.
    Maintenance,
    /// The service failed.
    Broken,
    /// The page is for citizens who signed in.
    Citizens,
    /// The page is for staff.
    Staff,
    /// The form comes from another site.
    ForeignOrigin,
    /// The form was not shown here.
    Form(TokenRefusal),
    /// The browser keeps no cookies.
    NoCookies,
    /// The form was sent before with other contents.
    SubmittedBefore,
    /// What was sent is larger than it may be.
    TooLarge,
    /// What was sent came too slowly.
    TooSlow,
    /// What was sent is none of the forms of the web.
    Malformed,
    /// What was sent is of a type that the page does not take.
    ContentType,
    /// The page takes no files.
    NoFiles,
    /// A file is larger than the page takes.
    FileSize {
        /// What it is called.
        name: String,
        /// What is taken, in bytes.
        largest_bytes: u64,
    },
    /// A file is of a type that the page does not take.
    FileType {
        /// What it is called.
        name: String,
        /// What is taken.
        types: Vec<String>,
    },
    /// The service has no room for the files.
    Storage,
    /// The plugin says no.
    Plugin(Failure),
}

impl Refusal {
    /// What it is called in HTTP (RFC 9110 §15).
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchHost => StatusCode::MISDIRECTED_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooOften => StatusCode::TOO_MANY_REQUESTS,
            Self::FileLink => StatusCode::GONE,
            Self::Unavailable | Self::Busy | Self::Maintenance => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Citizens | Self::Staff | Self::ForeignOrigin | Self::Form(_) | Self::NoCookies => {
                StatusCode::FORBIDDEN
            }
            Self::SubmittedBefore => StatusCode::CONFLICT,
            Self::TooLarge | Self::FileSize { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::ContentType | Self::NoFiles | Self::FileType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Storage => StatusCode::INSUFFICIENT_STORAGE,
            Self::Plugin(failure) => of_failure(failure),
        }
    }

    /// A word that a program can act upon.
    pub(crate) fn code(&self) -> &str {
        match self {
            Self::NoSuchHost => "no_such_host",
            Self::NotFound => "not_found",
            Self::Method => "method_not_allowed",
            Self::TooOften => "too_often",
            Self::FileLink => "link_ended",
            Self::Unavailable => "unavailable",
            Self::Busy => "busy",
            Self::Maintenance => "maintenance",
            Self::Broken => "broken",
            Self::Citizens => "sign_in_required",
            Self::Staff => "staff_only",
            Self::ForeignOrigin => "foreign_origin",
            Self::Form(TokenRefusal::Missing) => "form_token_missing",
            Self::Form(TokenRefusal::Foreign) => "form_token_foreign",
            Self::Form(TokenRefusal::Expired) => "form_token_expired",
            Self::NoCookies => "no_cookies",
            Self::SubmittedBefore => "submitted_before",
            Self::TooLarge => "too_large",
            Self::TooSlow => "too_slow",
            Self::Malformed => "malformed",
            Self::ContentType => "content_type",
            Self::NoFiles => "no_files",
            Self::FileSize { .. } => "file_size",
            Self::FileType { .. } => "file_type",
            Self::Storage => "storage",
            Self::Plugin(Failure::Other(other)) => &other.code,
            Self::Plugin(_) => "refused",
        }
    }

    /// After how many seconds it may help to come again.
    pub(crate) fn retry_after_seconds(&self) -> Option<u32> {
        match self {
            Self::TooOften => Some(2),
            Self::Busy => Some(5),
            Self::Unavailable | Self::Maintenance => Some(60),
            _ => None,
        }
    }
}

fn of_failure(failure: &Failure) -> StatusCode {
    StatusCode::from_u16(plugin_host::answer_of_failure(failure).status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl From<CallError> for Refusal {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Failed(Failure::Internal(_)) => Self::Broken,
            CallError::Failed(failure) => Self::Plugin(failure),
            CallError::NotExported | CallError::Unknown => Self::NotFound,
            CallError::Fault(_) | CallError::TooManyQuestions { .. } | CallError::TooLongAnswers { .. } => Self::Broken,
            CallError::Busy | CallError::Rate { .. } | CallError::Conflict { .. } => Self::Busy,
            CallError::OtherData => Self::Maintenance,
            CallError::Storage { .. } => Self::Storage,
            CallError::BreakerOpen { .. }
            | CallError::Commit(_)
            | CallError::Read(_)
            | CallError::Blob(_)
            | CallError::ShutDown => Self::Unavailable,
        }
    }
}

impl From<UploadError> for Refusal {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::NotLoaded { .. } => Self::Maintenance,
            UploadError::Storage { .. } => Self::Storage,
            UploadError::TooLong { .. } | UploadError::Receive { .. } => Self::Malformed,
            UploadError::Write { .. }
            | UploadError::Commit { .. }
            | UploadError::Read { .. }
            | UploadError::ShutDown => Self::Unavailable,
        }
    }
}

impl From<BodyError> for Refusal {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge { .. } => Self::TooLarge,
            BodyError::TooSlow { .. } => Self::TooSlow,
            BodyError::Broken { .. } => Self::Malformed,
        }
    }
}

impl From<FormError> for Refusal {
    fn from(error: FormError) -> Self {
        match error {
            FormError::TooManyFields => Self::TooLarge,
            FormError::LongName | FormError::NotText => Self::Malformed,
        }
    }
}

impl From<MultipartError> for Refusal {
    fn from(error: MultipartError) -> Self {
        match error {
            MultipartError::NotMultipart => Self::Malformed,
            MultipartError::TooManyFiles | MultipartError::TooLong => Self::TooLarge,
            MultipartError::Form(error) => error.into(),
            MultipartError::Broken { source } => match source.downcast::<multer_source::Timed>() {
                Ok(timed) => timed.0.into(),
                Err(_) => Self::Malformed,
            },
        }
    }
}

/// What the body says of itself while it is taken apart.
pub(crate) mod multer_source {
    use listener::BodyError;

    /// A body that was too large or too slow.
    #[derive(Debug, thiserror::Error)]
    #[error("the body ended early")]
    pub(crate) struct Timed(#[source] pub(crate) BodyError);
}
