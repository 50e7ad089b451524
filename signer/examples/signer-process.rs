//! A signer process for the tests of other crates: what `chakana signer-process` is, without the rest of the binary.

use std::os::fd::AsFd as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let socket = std::io::stdin().as_fd().try_clone_to_owned();
    match socket.map_err(signer::pkcs11::ServeError::from).and_then(signer::pkcs11::serve) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
