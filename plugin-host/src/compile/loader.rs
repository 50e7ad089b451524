//! A component, ready to be run: from the cache, or compiled.

use super::cache::Authenticated;
use super::{CacheError, CompileError, CompiledCache, Compiler, deserialize};
use protocol::hash::Sha256Hash;
use std::sync::Arc;
use thiserror::Error;
use tokio::sync::Semaphore;
use wasmtime::Engine;
use wasmtime::component::Component;

/// Loads components for one engine.
#[derive(Clone)]
pub struct ComponentLoader {
    engine: Engine,
    cache: Arc<CompiledCache>,
    compiler: Arc<Compiler>,
    /// A compilation takes a processor for seconds: one at a time, and never two of one component.
    turns: Arc<Semaphore>,
}

/// Why a component cannot be run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// It cannot be compiled.
    #[error("the component cannot be compiled")]
    Compile(#[from] CompileError),
    /// Its compiled form cannot be kept.
    #[error("the compiled component cannot be kept")]
    Cache(#[from] CacheError),
    /// What was just compiled cannot be loaded.
    #[error("the compiled component cannot be loaded: {0:#}")]
    Deserialize(wasmtime::Error),
    /// The server stops.
    #[error("the server stops, and compiles nothing any more")]
    Stopping,
}

impl ComponentLoader {
    /// A loader for `engine`, which was made with [`crate::engine_config::engine_config`].
    #[must_use]
    pub fn new(engine: Engine, cache: CompiledCache, compiler: Compiler) -> Self {
        Self { engine, cache: Arc::new(cache), compiler: Arc::new(compiler), turns: Arc::new(Semaphore::new(1)) }
    }

    /// Loads a component: from the cache where its compilation is there and ours, else compiled anew.
    ///
    /// # Errors
    /// When it cannot be compiled within the limits, or the compiled form cannot be kept.
    pub async fn load(&self, component: &[u8]) -> Result<Component, LoadError> {
        let digest = Sha256Hash::of(component);
        if let Some(loaded) = self.load_cached(digest).await? {
            return Ok(loaded);
        }
        let _turn = self.turns.acquire().await.map_err(|_| LoadError::Stopping)?;
        // Who had the turn before may have compiled the same.
        if let Some(loaded) = self.load_cached(digest).await? {
            return Ok(loaded);
        }
        let draft = self.cache.draft(&digest)?;
        let path = draft.path().to_owned();
        if let Err(error) = self.compiler.compile(component, draft.output()?).await {
            // What is left of it has no use, and the next attempt writes over it.
            let _ = std::fs::remove_file(path);
            return Err(error.into());
        }
        let cache = Arc::clone(&self.cache);
        let compiled = blocking(move || cache.keep(draft)).await??;
        self.deserialize(compiled).await?.map_err(LoadError::Deserialize)
    }

    /// What is in the cache and can be loaded; whatever else is there is said in the log, and compiled again.
    async fn load_cached(&self, digest: Sha256Hash) -> Result<Option<Component>, LoadError> {
        let cache = Arc::clone(&self.cache);
        let found = blocking(move || cache.find(&digest)).await?;
        let compiled = match found {
            Ok(Some(compiled)) => compiled,
            Ok(None) => return Ok(None),
            Err(error) => {
                tracing::warn!(%error, component.digest = %digest, "a compiled component is refused and compiled again");
                return Ok(None);
            }
        };
        match self.deserialize(compiled).await? {
            Ok(component) => Ok(Some(component)),
            Err(error) => {
                let error = format!("{error:#}");
                tracing::warn!(error, component.digest = %digest, "a compiled component is refused and compiled again");
                Ok(None)
            }
        }
    }

    async fn deserialize(&self, compiled: Authenticated) -> Result<wasmtime::Result<Component>, LoadError> {
        let engine = self.engine.clone();
        blocking(move || deserialize::component(&engine, &compiled)).await
    }
}

/// Files and code of megabytes are read, checked and mapped beside the async threads.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, LoadError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| LoadError::Stopping)
}
