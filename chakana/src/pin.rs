//! The PIN that opens a token: from a file, the environment or the terminal, never from the arguments.

use anyhow::{Context as _, Result, bail};
use signer::Pin;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

/// The variable that may hold the PIN.
const VARIABLE: &str = "CHAKANA_PIN";

/// The variable in which systemd names the folder of a unit's credentials.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// Whether a file is a credential that the service manager handed over: it is in memory, and nobody else can read it.
pub(crate) fn is_credential(file: &Path) -> bool {
    #[allow(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
    let folder = std::env::var_os(CREDENTIALS);
    folder.is_some_and(|folder| file.parent() == Some(Path::new(&folder)))
}

/// Reads the PIN.
///
/// # Errors
/// When it is nowhere.
pub(crate) fn read(file: Option<&Path>) -> Result<Pin> {
    if let Some(file) = file {
        return Pin::from_file(file).with_context(|| format!("failed to read the PIN from {}", file.display()));
    }
    #[allow(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
    let variable = std::env::var(VARIABLE);
    if let Ok(pin) = variable {
        return Ok(Pin::new(pin));
    }
    if !std::io::stdin().is_terminal() {
        bail!("no PIN: give --pin-file FILE, or set {VARIABLE}");
    }
    eprint!("PIN of the token: ");
    std::io::stderr().flush()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(Pin::new(line.trim_end_matches(['\r', '\n'])))
}
