//! The sandbox: loads, limits, meters and runs plugins, one transaction a call.

pub mod manifest;
