//! Why something is not shown, and what it is called in HTTP.

use crate::sign_in::SignInError;
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
    /// The page is for people who signed in, and nobody can sign in here.
    NoSignIn,
    /// She may not represent whom she chose.
    Representation,
    /// The page is for people who signed in; where one does.
    SignIn {
        /// The path of the gateway that begins it.
        at: String,
    },
    /// It is not known well enough who she is.
    Assurance {
        /// The path of the gateway at which she signs in as well as the page asks.
        at: String,
    },
    /// The page is for staff, of a role that she does not have.
    Role,
    /// Whoever says who people are cannot be asked, or is not believed.
    SignInUnavailable,
    /// What comes back from a sign-in is of none that goes on here.
    SignInEnded,
    /// She did not sign in after all.
    SignInDenied,
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
    /// What was sent is compressed.
    Encoded,
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
    /// A file is a picture, and the server cannot make a harmless one of it.
    Images {
        /// What it is called.
        name: String,
    },
    /// A file is no picture that can be made anew.
    Picture {
        /// What it is called.
        name: String,
    },
    /// The service has no room for the files.
    Storage,
    /// There is no room for one more of what the plugin counts.
    Full,
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
            Self::Unavailable | Self::Busy | Self::Maintenance | Self::SignInUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NoSignIn
            | Self::Representation
            | Self::SignIn { .. }
            | Self::Assurance { .. }
            | Self::Role
            | Self::SignInDenied
            | Self::ForeignOrigin
            | Self::Form(_)
            | Self::NoCookies => StatusCode::FORBIDDEN,
            Self::SubmittedBefore | Self::Full => StatusCode::CONFLICT,
            Self::TooLarge | Self::FileSize { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Malformed | Self::SignInEnded => StatusCode::BAD_REQUEST,
            Self::ContentType
            | Self::Encoded
            | Self::NoFiles
            | Self::FileType { .. }
            | Self::Images { .. }
            | Self::Picture { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
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
            Self::NoSignIn => "no_sign_in",
            Self::Representation => "representation",
            Self::SignIn { .. } => "sign_in_required",
            Self::Assurance { .. } => "assurance_too_low",
            Self::Role => "role_missing",
            Self::SignInUnavailable => "sign_in_unavailable",
            Self::SignInEnded => "sign_in_ended",
            Self::SignInDenied => "sign_in_denied",
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
            Self::Encoded => "content_encoding",
            Self::NoFiles => "no_files",
            Self::FileSize { .. } => "file_size",
            Self::FileType { .. } => "file_type",
            Self::Images { .. } => "images",
            Self::Picture { .. } => "picture",
            Self::Storage => "storage",
            Self::Full => "conflict",
            Self::Plugin(Failure::Other(other)) => &other.code,
            Self::Plugin(_) => "refused",
        }
    }

    /// After how many seconds it may help to come again.
    pub(crate) fn retry_after_seconds(&self) -> Option<u32> {
        match self {
            Self::TooOften => Some(2),
            Self::Busy => Some(5),
            Self::Unavailable | Self::Maintenance | Self::SignInUnavailable => Some(60),
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
            CallError::Failed(Failure::Conflict(why)) if why == plugin_host::OUT_OF_BOUNDS => Self::Full,
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
            | CallError::Citizens(_)
            | CallError::ShutDown => Self::Unavailable,
        }
    }
}

impl From<SignInError> for Refusal {
    fn from(error: SignInError) -> Self {
        tracing::error!(error = %error, "nobody can sign in");
        match error {
            SignInError::Token(_) | SignInError::OtherSubject => Self::SignInEnded,
            // RFC 6749 §5.2, `invalid_grant`: the code was used, or is over.
            SignInError::Refused { error, .. } if error == "invalid_grant" => Self::SignInEnded,
            SignInError::Unreachable { .. }
            | SignInError::Refused { .. }
            | SignInError::NotUnderstood { .. }
            | SignInError::OtherIssuer { .. } => Self::SignInUnavailable,
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
            MultipartError::TooManyFiles | MultipartError::TooLong | MultipartError::TooLarge { .. } => Self::TooLarge,
            MultipartError::Form(error) => error.into(),
            MultipartError::Body { source } => {
                source.downcast::<BodyError>().map_or(Self::Malformed, |error| (*error).into())
            }
            MultipartError::Shapeless | MultipartError::Malformed { .. } => Self::Malformed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;
    use html::Language;

    #[test]
    fn that_a_counter_is_full_is_said_in_the_language_of_the_page() {
        let refusal = Refusal::from(CallError::Failed(Failure::Conflict(plugin_host::OUT_OF_BOUNDS.to_owned())));
        assert_eq!(refusal.status(), StatusCode::CONFLICT);
        for (language, title) in [(Language::Spanish, "No queda lugar"), (Language::English, "There is no room left")] {
            let words = words::of(language);
            assert_eq!((words.title)(&refusal), title);
            assert_ne!((words.advice)(&refusal), "");
        }
    }

    #[test]
    fn why_a_plugin_refuses_it_says_itself() {
        let refusal = Refusal::from(CallError::Failed(Failure::Conflict("Ya se presentó.".to_owned())));
        assert!(matches!(refusal, Refusal::Plugin(Failure::Conflict(_))));
    }
}
