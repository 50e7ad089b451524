//! The administrator's API through its public face: a server and its client over a real socket.

mod common;
mod configuration;
mod routes;
mod socket;
