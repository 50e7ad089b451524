//! Why trust services cannot be created, opened or run.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use signer::TokenError;
use thiserror::Error;

use crate::{IndexError, IssueError, SettingsError};

/// Why trust services cannot be created or opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServicesError {
    /// The settings cannot be used.
    #[error("invalid settings")]
    Settings(#[from] SettingsError),
    /// There are services already.
    #[error("{folder} already holds trust services")]
    AlreadyExist {
        /// The folder.
        folder: PathBuf,
    },
    /// There are none yet.
    #[error("{folder} holds no trust services")]
    NotFound {
        /// The folder.
        folder: PathBuf,
    },
    /// The token with the keys cannot be used.
    #[error("failed to open the keys")]
    Token(#[from] TokenError),
    /// A certificate of the services could not be made.
    #[error("failed to make the certificate of {service}")]
    Certify {
        /// Which one.
        service: &'static str,
        /// The failure.
        source: IssueError,
    },
    /// A file could not be read or written.
    #[error("failed to use {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// The failure.
        source: io::Error,
    },
    /// A certificate file holds something else.
    #[error("{path} does not hold a certificate of the services")]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The index of certificates or the counter of timestamps cannot be used.
    #[error("failed to open what was issued")]
    Index(#[from] IndexError),
}

/// Why trust services do not run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RunError {
    /// The address is open to others.
    #[error(
        "{address} is not on the loopback interface: these services suit a development or small installation only, and \
             \"reach = network\" says that this is known"
    )]
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// The socket is unusable.
    #[error("failed to ask the socket for its address")]
    Socket {
        /// The failure.
        source: io::Error,
    },
}
