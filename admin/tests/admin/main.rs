//! The administrator's API through its public face: a server and its client over a real socket.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;
mod configuration;
mod port;
mod routes;
mod socket;
mod visitor;
