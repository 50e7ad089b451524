//! `web`: pages and JSON answers.

use wasmtime::component::Instance;

use super::{Context, Export, Failure};
pub use crate::contract::exports::web::{Content, Method, Page, Raw, Request, Response, Upload};
use crate::plugin::Exports;
use crate::sandbox::{Access, Sandbox};

/// A request for a page.
#[derive(Debug, Clone)]
pub(crate) struct WebCall(pub(crate) Request);

impl Export for WebCall {
    type Output = Response;

    fn is_exported(exports: &Exports) -> bool {
        exports.web.is_some()
    }

    fn access(&self) -> Access {
        match self.0.method {
            Method::Get | Method::Head | Method::Options => Access::Read,
            Method::Post | Method::Put | Method::Delete | Method::Patch => Access::Write,
        }
    }

    fn waits_for_signatures(&self) -> bool {
        true
    }

    async fn invoke(
        &self,
        exports: &Exports,
        store: &mut wasmtime::Store<Sandbox>,
        instance: &Instance,
        context: &Context,
    ) -> wasmtime::Result<Result<Response, Failure>> {
        let indices = exports.web.as_ref();
        let indices = indices.ok_or_else(|| wasmtime::format_err!("the component exports no web"))?;
        indices.load(&mut *store, instance)?.call_handle(store, context, &self.0).await
    }
}
