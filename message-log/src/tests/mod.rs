//! The log as a whole, through its public methods, on real files and on a disk that fails when told to.

mod fixture;

mod audits;
mod bodies;
mod checkpoints;
mod crashes;
mod damage;
mod epochs;
mod erasure;
mod exchange;
mod export;
mod sequences;
mod signature_timestamps;
mod space;
