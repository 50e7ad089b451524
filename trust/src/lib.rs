//! Why it is believed: certificate paths, CAdES signatures, OCSP and RFC 3161 verdicts, Merkle trees, ASiC-E containers.
//!
//! This crate never does I/O, reads a clock (`now` is an argument) or holds a private key.

pub mod merkle;
