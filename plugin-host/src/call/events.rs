//! `events`: what happens without a caller. The entry of the agenda goes with the transaction that handles it.

use storage::Keyspace;
use wasmtime::component::Instance;

use super::{Context, Export, Failure};
pub use crate::contract::exports::events::{Event, Published, Reply, Timer, Undelivered};
use crate::plugin::Exports;
use crate::sandbox::{Access, Call, Sandbox, Stop, View};

/// An event, and the row that announced it; none if an author has it happen.
#[derive(Debug, Clone)]
pub(crate) struct EventCall {
    pub(crate) event: Event,
    pub(crate) row: Option<EventRow>,
}

/// Where an event stands until it is handled: in the plugin's own agenda, or in that of who published it.
#[derive(Debug, Clone)]
pub(crate) struct EventRow {
    pub(crate) keyspace: Keyspace,
    pub(crate) key: Vec<u8>,
    /// What goes with it: where a timer is looked up by name.
    pub(crate) also: Option<Vec<u8>>,
    /// What takes its place: the next occurrence of a schedule.
    pub(crate) next: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Export for EventCall {
    type Output = ();

    fn is_exported(exports: &Exports) -> bool {
        exports.events.is_some()
    }

    fn access(&self) -> Access {
        Access::Write
    }

    fn prepare(&self, _: &Call, view: &mut View) -> Result<Option<()>, Stop> {
        let Some(EventRow { keyspace, key, also, next }) = &self.row else { return Ok(None) };
        // Read, so that two who handle the same event conflict; gone, if somebody did or cancelled it.
        if view.get(*keyspace, key)?.is_none() {
            return Ok(Some(()));
        }
        // Before the handler, which may set the same timer anew.
        let transaction = view.writing("an event")?;
        transaction.delete(*keyspace, key.clone());
        if let Some(also) = also {
            transaction.delete(*keyspace, also.clone());
        }
        for (key, value) in next {
            transaction.put(*keyspace, key.clone(), value.clone());
        }
        Ok(None)
    }

    async fn invoke(
        &self,
        exports: &Exports,
        store: &mut wasmtime::Store<Sandbox>,
        instance: &Instance,
        context: &Context,
    ) -> wasmtime::Result<Result<(), Failure>> {
        let indices = exports.events.as_ref();
        let indices = indices.ok_or_else(|| wasmtime::format_err!("the component exports no events"))?;
        indices.load(&mut *store, instance)?.call_handle(store, context, &self.event).await
    }
}
