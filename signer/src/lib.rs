//! Keys, behind one `Signer` that says who may use them.
//!
//! This crate never lets a private key out.
