//! Why it is believed: certificate paths, CAdES signatures, OCSP and RFC 3161 verdicts, Merkle trees, ASiC-E containers.
//!
//! This crate never does I/O (a container is read from and written to what the caller hands over), reads a clock (`now` is
//! an argument) or holds a private key.

mod asn1;
pub mod cades;
pub mod certificate;
pub mod long_signature;
pub mod ocsp;
pub mod path;
pub mod signature;
mod signed_attributes;
pub mod timestamp;

pub mod checkpoint;
pub mod leaf;
pub mod manifest;
pub mod merkle;
pub mod note;
pub mod tile;
pub mod tlog_proof;

pub mod asic;
pub mod evidence;
pub mod file_container;
pub mod zip;
