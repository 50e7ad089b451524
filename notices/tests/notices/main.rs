//! Notices through the public interface: what is kept, what is sent, and to whom never.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;
mod courier;
mod email;
mod http_peer;
mod list;
mod settings;
mod sms;
mod smtp_peer;
mod webhook;
