//! Accepts HTTP connections within bounds, and drains them at shutdown.
//!
//! This crate never knows what is served, reads a configuration file or retries a request.
//!
//! A server implements [`Handler`] and calls [`serve`] once per socket. Each connection runs in a task of its own: the
//! TLS handshake, the request head and the idle time between requests have their own timeouts ([`Limits`]); a body is
//! read through [`read_bounded`] or [`TimedBody`], and a response that its peer does not take is not held for ever. A
//! peer has so many connections at most, and while all places are taken those that do nothing end soon. When the shutdown
//! token is cancelled no connection is accepted any more, the ones in progress are finished, and whatever is left at the
//! deadline is cut.
//!
//! [`client::Client`] is the other side: small calls to services of the control plane.

mod body;
pub mod client;
mod connection;
mod idle;
mod limits;
mod peer;
mod places;
pub mod reply;
mod request_body;
mod serve;
mod shares;
mod socket;
mod tasks;
mod tls;

pub use body::{BodyError, LeastRate, TimedBody, read_bounded};
pub use limits::Limits;
pub use peer::Peer;
pub use request_body::RequestBody;
pub use serve::{Body, Drained, Handler, Request, Response, serve};
pub use shares::{Share, Shares};
pub use socket::{Connection, PeerAddress, Socket};
pub use tls::Tls;
