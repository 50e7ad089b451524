//! Pages and JSON answers for citizens and staff.

pub use crate::bindings::types::Method;
/// Answers requests for pages. Sessions, forgery protection, layout and headers are the host's.
pub use crate::bindings::web::Guest as Web;
pub use crate::bindings::web::{Content, Page, Raw, Request, Response, Upload};
