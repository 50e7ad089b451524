//! Keys in hardware, against SoftHSM2: what works, and what happens when token, module or process do not.

#![allow(clippy::unwrap_used, reason = "in a test, what cannot be unwrapped is what failed")]

mod faults;
mod keys;
mod load;
mod pins;
mod process;
mod softhsm;
