//! Pages and JSON answers for citizens and staff.
//!
//! A plugin names a function for each method and route of its manifest in [`routes!`](crate::routes), and exports
//! `pages`. Sessions, forgery protection, layout and headers are the host's; who may come to a route says the manifest.
//!
//! ```
//! use sdk::html::{Markup, html};
//! use sdk::web::{Citizen, Pages, Path, Response, Routes, Visit};
//! use sdk::Failure;
//!
//! struct Complaints;
//!
//! impl Pages for Complaints {
//!     const ROUTES: &'static Routes = &sdk::routes! {
//!         Get "/complaints/{number}" => show,
//!     };
//! }
//!
//! fn show(_: &Visit, citizen: Citizen, Path(number): Path<u64>) -> Result<Response, Failure> {
//!     Ok(Response::page("Queja", html! { h1 { "Queja " (number) } p { (citizen.subject) } }))
//! }
//! ```

mod export;
mod extract;
mod list;
mod response;
mod routes;
mod titled;
mod visit;

pub use crate::bindings::types::Method;
/// Answers requests for pages. Whatever implements [`Pages`] does.
pub use crate::bindings::web::Guest as Web;
pub use crate::bindings::web::{Content, Page, Raw, Request, Response, Upload};
pub use crate::context::{Citizen, Operator};
pub use export::Csv;
pub use extract::{FromVisit, Json, Path, PathPair};
pub use list::{Sorting, pagination, path_segment, query};
pub use routes::{Handler, Pages, Route, Routes};
pub use visit::Visit;
