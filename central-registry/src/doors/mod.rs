//! The ports: management requests over HTTPS, the published files over HTTP, the administrator's socket.

mod administration;
mod management;
mod public;
mod root;

pub(crate) use administration::api;
pub(crate) use management::ManagementDoor;
pub(crate) use public::PublicDoor;
