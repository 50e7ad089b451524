//! Whole sign-ins, as browsers and clients make them, and each refusal on the way.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod account;
mod authorization;
mod browser;
mod clients;
mod sign_in;
mod world;
