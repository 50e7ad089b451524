//! The sandbox: loads, limits, meters and runs plugins, one transaction a call.

pub mod manifest;
pub mod package;

pub mod compile;
pub mod engine_config;
