//! The socket in the data folder, for the server's own user alone.

use crate::Api;
use crate::dispatch::Dispatcher;
use crate::handler::SocketHandler;
use listener::{Drained, Limits, Socket, Tls};
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;

/// The name of the socket in its folder.
pub const SOCKET_NAME: &str = "admin.sock";

/// A bound socket; its file goes with it.
#[derive(Debug)]
pub struct AdminSocket {
    listener: UnixListener,
    file: SocketFile,
}

/// Why the socket is not there.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The system cannot name a socket that deep.
    #[error("the path {} has {length} bytes, a unix socket at most {MAX_PATH_BYTES}: choose a shorter data folder", path.display())]
    TooLong {
        /// The path.
        path: PathBuf,
        /// Its length in bytes.
        length: usize,
    },
    /// A server answers there.
    #[error("a server is already running on {}", path.display())]
    InUse {
        /// The path.
        path: PathBuf,
    },
    /// Something else has the name, and is left alone.
    #[error("{} is there and is not a socket: move it away", path.display())]
    NotASocket {
        /// The path.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("failed to make the socket {}", path.display())]
    File {
        /// The path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// What the address of a Unix socket holds, its end mark excepted.
pub(crate) const MAX_PATH_BYTES: usize = 107;

/// The socket is made under this name and takes its own once nobody else may connect: shorter, so that it fits as well.
const BEGINNING_NAME: &str = "admin.new";

const MAX_CONNECTIONS: usize = 64;
const DRAIN: Duration = Duration::from_secs(10);

/// Answers on the socket in `folder` until `shutdown` is cancelled, then finishes what is in progress.
///
/// # Errors
/// When the socket cannot be made. To know that before anything else starts, use [`AdminSocket::bind`].
pub async fn serve(folder: &Path, api: Api, shutdown: CancellationToken) -> Result<Drained, BindError> {
    Ok(AdminSocket::bind(folder)?.serve(api, shutdown).await)
}

impl AdminSocket {
    /// Makes the socket in `folder`; a socket that a dead server left is replaced. Needs a tokio runtime around it.
    ///
    /// # Errors
    /// When the path is too long, a server answers there, or the file system refuses.
    pub fn bind(folder: &Path) -> Result<Self, BindError> {
        let path = path_in(folder).map_err(|(path, length)| BindError::TooLong { path, length })?;
        let refused = |source| BindError::File { path: path.clone(), source };
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(refused(error)),
            Ok(file) if !file.file_type().is_socket() => return Err(BindError::NotASocket { path }),
            Ok(_) if UnixStream::connect(&path).is_ok() => return Err(BindError::InUse { path }),
            Ok(_) => {}
        }
        let beginning = SocketFile(folder.join(BEGINNING_NAME));
        match fs::remove_file(&beginning.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(refused(error)),
            _ => {}
        }
        let listener = UnixListener::bind(&beginning.0).map_err(refused)?;
        fs::set_permissions(&beginning.0, Permissions::from_mode(0o600)).map_err(refused)?;
        fs::rename(&beginning.0, &path).map_err(refused)?;
        Ok(Self { listener, file: SocketFile(path) })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.file.0
    }

    /// Answers until `shutdown` is cancelled, then finishes what is in progress and takes the socket away.
    pub async fn serve(self, api: Api, shutdown: CancellationToken) -> Drained {
        let Self { listener, file } = self;
        let limits = Limits { max_connections: MAX_CONNECTIONS, ..Limits::default() };
        let dispatcher = Dispatcher::new(api);
        let handler = Arc::new(SocketHandler(dispatcher.clone()));
        let drained = listener::serve(Socket::Unix(listener), Tls::Plain, limits, handler, shutdown, DRAIN).await;
        drop(file);
        dispatcher.finish(DRAIN).await;
        drained
    }
}

/// The path of the socket in `folder`, or the path and its length where that is too long.
pub(crate) fn path_in(folder: &Path) -> Result<PathBuf, (PathBuf, usize)> {
    let path = folder.join(SOCKET_NAME);
    let length = path.as_os_str().len();
    if length > MAX_PATH_BYTES { Err((path, length)) } else { Ok(path) }
}

/// A file that is removed with its owner.
#[derive(Debug)]
struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Gone already, or left for the next server to replace.
        let _ = fs::remove_file(&self.0);
    }
}
