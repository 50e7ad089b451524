//! `lifecycle`: steps of a data migration, and health.

use storage::Transaction;
use wasmtime::component::Instance;

use super::{Context, Export, Failure};
use crate::contract::exports::lifecycle;
use crate::migration::Progress;
use crate::plugin::Exports;
use crate::sandbox::{Access, Broken, Call, Sandbox, Stop};

/// A cursor says where to go on; what was done stands in the data.
const MAX_CURSOR_BYTES: usize = 4 << 10;

/// One step of a migration.
#[derive(Debug, Clone)]
pub(crate) struct MigrateCall {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) cursor: Option<String>,
}

/// Whether the plugin can do its work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HealthCall;

impl Export for MigrateCall {
    type Output = Option<String>;

    fn is_exported(exports: &Exports) -> bool {
        exports.lifecycle.is_some()
    }

    fn access(&self) -> Access {
        Access::Write
    }

    async fn invoke(
        &self,
        exports: &Exports,
        store: &mut wasmtime::Store<Sandbox>,
        instance: &Instance,
        context: &Context,
    ) -> wasmtime::Result<Result<Option<String>, Failure>> {
        let guest = indices(exports)?.load(&mut *store, instance)?;
        let step = guest.call_migrate(store, context, self.from, self.to, self.cursor.as_deref()).await?;
        let length = step.as_ref().ok().and_then(|cursor| cursor.as_ref()).map_or(0, String::len);
        if length > MAX_CURSOR_BYTES {
            let rule = format!("the cursor has {length} bytes, and may have {MAX_CURSOR_BYTES}");
            return Err(Stop::from(Broken::Argument { function: "lifecycle.migrate", rule }).into());
        }
        Ok(step)
    }

    fn expects_data_of(&self, _: &Call) -> Option<u32> {
        None
    }

    fn seal(&self, call: &Call, cursor: &Option<String>, transaction: &mut Transaction) {
        Progress::after_step(self.from, self.to, cursor.as_deref()).put(call.plugin.keyspace(), transaction);
    }
}

impl Export for HealthCall {
    type Output = ();

    fn is_exported(exports: &Exports) -> bool {
        exports.lifecycle.is_some()
    }

    fn access(&self) -> Access {
        Access::Read
    }

    async fn invoke(
        &self,
        exports: &Exports,
        store: &mut wasmtime::Store<Sandbox>,
        instance: &Instance,
        context: &Context,
    ) -> wasmtime::Result<Result<(), Failure>> {
        indices(exports)?.load(&mut *store, instance)?.call_health(store, context).await
    }
}

fn indices(exports: &Exports) -> wasmtime::Result<&lifecycle::GuestIndices> {
    exports.lifecycle.as_ref().ok_or_else(|| wasmtime::format_err!("the component exports no lifecycle"))
}
