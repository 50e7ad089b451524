//! The newest view of a store, which all share who read before something else is durable.

use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::View;

/// The newest view, made when it is asked for.
#[derive(Clone, Default)]
pub(crate) struct Newest(Arc<Mutex<Option<Arc<dyn View>>>>);

impl Newest {
    /// The view of everything that is durable now; `make` gives it if the last one is past.
    pub(crate) fn get<E>(&self, make: impl FnOnce() -> Result<Arc<dyn View>, E>) -> Result<Arc<dyn View>, E> {
        // Made under the lock: one that was made before a commit must not be kept after it.
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(view) = &*newest {
            return Ok(Arc::clone(view));
        }
        let view = make()?;
        *newest = Some(Arc::clone(&view));
        Ok(view)
    }

    /// Something else is durable: the view is kept by those only who read in it.
    pub(crate) fn pass(&self) {
        let past = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(past);
    }
}
