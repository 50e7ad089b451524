//! How a server shows pages to people: security headers, cookies, form tokens, bodies of forms, compression.
//!
//! This crate never knows what a page says, keeps state, or reads a clock.
//!
//! Read it along a request: [`cookie`] and [`form`] take in what a browser sends, [`FormKey`] tells a form that was shown here
//! from one that was forged; [`mark_forms`] puts the token into each form that leaves, [`ContentPolicy`] says what the browser
//! may do with the page, [`Compressor`] makes it small.

pub mod cookie;
pub mod form;
mod form_token;
pub mod language;
mod mark_forms;
pub mod multipart;

mod asset;
mod compression;
mod headers;
mod page;
mod validator;

pub use asset::{Asset, Assets};
pub use compression::{Compressor, Encoding};
pub use form_token::{FormKey, FormOwner, FormToken, TokenRefusal};
pub use headers::{Allowed, ContentPolicy, WebAssembly};
pub use mark_forms::{HasForms, mark_forms};
pub use page::{Asked, Freshness, content, html, see_other};
pub use validator::{Validator, is_current};
