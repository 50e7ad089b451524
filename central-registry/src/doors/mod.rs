//! The ports: management requests over HTTPS, the published files over HTTP, the administrator's socket.

mod administration;
mod management;
mod public;

pub(crate) use administration::api;
pub(crate) use management::ManagementDoor;
pub(crate) use public::PublicDoor;
