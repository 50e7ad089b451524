//! A plugin that is tried: once, and while it is written.

mod dev;
mod once;
mod support;
