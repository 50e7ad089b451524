//! Whole sign-ins, as browsers and clients make them, and each refusal on the way.

mod account;
mod authorization;
mod browser;
mod clients;
mod sign_in;
mod world;
