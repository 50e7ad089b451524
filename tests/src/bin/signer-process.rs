//! What `chakana signer-process` does, for servers that run inside a test.

use std::os::fd::AsFd as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let socket = std::io::stdin().as_fd().try_clone_to_owned();
    match socket.map_err(signer::pkcs11::ServeError::from).and_then(signer::pkcs11::serve) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
