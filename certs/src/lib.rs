//! Certification, OCSP and time-stamping services for development and small installations.
//!
//! This crate never is required in production.
