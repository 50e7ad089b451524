//! Compiled components on disk, each authenticated and bound to its component and engine.
//!
//! A file is `MAGIC`, a MAC over everything that follows it, the digest of the component, the digest of what the engine is
//! compatible with, and the compiled form. It is machine code that the server will run: what the MAC does not vouch for is
//! not looked at.

use super::CacheKey;
use aws_lc_rs::{constant_time, digest, hmac};
use protocol::hash::Sha256Hash;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{Hash as _, Hasher};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use thiserror::Error;
use wasmtime::Engine;

/// The compiled components of a server, in a folder that is its alone.
pub struct CompiledCache {
    folder: PathBuf,
    key: CacheKey,
    engine: Sha256Hash,
}

/// Why nothing is taken from the cache, or put there.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CacheError {
    /// The folder is open to others.
    #[error("{} may be entered by others (mode {mode:o}); make it the server's alone: chmod 700", folder.display())]
    Exposed {
        /// Which folder.
        folder: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// Reading or writing failed.
    #[error("failed to {doing} {}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// Which file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A file is not what this server put there, for this component and this engine.
    #[error("{} is not a compilation that this server made of this component for this engine", path.display())]
    NotOurs {
        /// Which file.
        path: PathBuf,
    },
}

/// A compiled component that this server made, and nobody has changed since: only [`CompiledCache`] makes one.
pub(super) struct Authenticated(Vec<u8>);

/// A file that a compiler writes into.
pub(super) struct Draft {
    file: File,
    path: PathBuf,
    component: Sha256Hash,
}

impl CompiledCache {
    /// The cache in this folder, which is made where it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made, or may be entered by others.
    pub fn open(folder: PathBuf, key: CacheKey, engine: &Engine) -> Result<Self, CacheError> {
        let failed = |doing| {
            let path = folder.clone();
            move |source| CacheError::Io { doing, path, source }
        };
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(failed("make"))?;
        let mode = fs::metadata(&folder).map_err(failed("look at"))?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(CacheError::Exposed { folder, mode });
        }
        Ok(Self { folder, key, engine: compatibility(engine) })
    }

    /// What was compiled of a component, if it was.
    ///
    /// # Errors
    /// When reading fails, or the file is not ours: then it has to be compiled again.
    pub(super) fn find(&self, component: &Sha256Hash) -> Result<Option<Authenticated>, CacheError> {
        let path = self.path(component);
        let failed = |source| CacheError::Io { doing: "read", path: path.clone(), source };
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(failed)?,
        };
        let mut bytes = Vec::new();
        file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
        self.authenticate(component, bytes).map(Some).ok_or(CacheError::NotOurs { path })
    }

    /// A file for the compiled form of a component; nothing of it counts before it is kept.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(super) fn draft(&self, component: &Sha256Hash) -> Result<Draft, CacheError> {
        let path = self.folder.join(format!("{component}.new"));
        let failed = |source| CacheError::Io { doing: "make", path: path.clone(), source };
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(true).mode(0o600).clone();
        let mut file = options.open(&path).map_err(failed)?;
        file.write_all(&[0; HEADER_BYTES]).map_err(failed)?;
        Ok(Draft { file, path, component: *component })
    }

    /// Vouches for what a compiler wrote, and keeps it.
    ///
    /// # Errors
    /// When writing fails.
    pub(super) fn keep(&self, draft: Draft) -> Result<Authenticated, CacheError> {
        let Draft { mut file, path, component } = draft;
        let failed = |source| CacheError::Io { doing: "keep", path: path.clone(), source };
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        (&file).take(MAX_FILE_BYTES).read_to_end(&mut bytes).map_err(failed)?;
        let compiled = bytes.split_off(HEADER_BYTES.min(bytes.len()));
        let bound = [component.as_bytes().as_slice(), self.engine.as_bytes()].concat();
        let tag = self.tag(&bound, &compiled);
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        file.write_all(&[MAGIC, tag.as_ref(), &bound].concat()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        fs::rename(&path, self.path(&component)).map_err(failed)?;
        Ok(Authenticated(compiled))
    }

    fn authenticate(&self, component: &Sha256Hash, mut bytes: Vec<u8>) -> Option<Authenticated> {
        if bytes.len() < HEADER_BYTES {
            return None;
        }
        let compiled = bytes.split_off(HEADER_BYTES);
        let (tag, bound) = bytes.strip_prefix(MAGIC)?.split_at(TAG_BYTES);
        constant_time::verify_slices_are_equal(self.tag(bound, &compiled).as_ref(), tag).ok()?;
        let expected = [component.as_bytes().as_slice(), self.engine.as_bytes()].concat();
        (bound == expected).then_some(Authenticated(compiled))
    }

    fn tag(&self, bound: &[u8], compiled: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.key.0);
        context.update(bound);
        context.update(compiled);
        context.sign()
    }

    fn path(&self, component: &Sha256Hash) -> PathBuf {
        self.folder.join(format!("{component}.cwasm"))
    }
}

impl Authenticated {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Draft {
    /// The file, at the place where the compiled form begins.
    pub(super) fn output(&self) -> Result<File, CacheError> {
        self.file.try_clone().map_err(|source| CacheError::Io { doing: "open", path: self.path.clone(), source })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// What an engine can load, as a digest that is the same in every process.
fn compatibility(engine: &Engine) -> Sha256Hash {
    struct Collected(digest::Context);
    impl Hasher for Collected {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }

        fn finish(&self) -> u64 {
            0
        }
    }
    let mut collected = Collected(digest::Context::new(&digest::SHA256));
    engine.precompile_compatibility_hash().hash(&mut collected);
    let mut bytes = [0; Sha256Hash::SIZE];
    bytes.copy_from_slice(collected.0.finish().as_ref());
    Sha256Hash::from_bytes(bytes)
}

const MAGIC: &[u8] = b"chakana compiled component 1\n";
const TAG_BYTES: usize = 32;
const HEADER_BYTES: usize = MAGIC.len() + TAG_BYTES + 2 * Sha256Hash::SIZE;
const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;
