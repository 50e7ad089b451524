//! What the portal tells information systems, and what they may do.

mod applications;
mod catalogue;
mod common;
mod definitions;
mod linked_data;
mod registration;
mod schema;
