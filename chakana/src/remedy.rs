//! What to do about an error that does not say so itself: known by the kind of its cause.

use central_registry::settings::SettingsError as RegistrySettingsError;
use message_log::{EpochCause, OpenError};
use security_server::settings::SettingsError;
use signer::pkcs11::{Failure, Health};
use signer::{HardwareError, TokenError};
use std::io;

/// The next step, if one is known.
pub(crate) fn of(error: &anyhow::Error) -> Option<&'static str> {
    error.chain().find_map(|cause| {
        let token = cause.downcast_ref::<TokenError>().map(of_token);
        let hardware = || cause.downcast_ref::<HardwareError>().and_then(of_hardware);
        let settings = || cause.downcast_ref::<SettingsError>().map(of_settings);
        let registry = || cause.downcast_ref::<RegistrySettingsError>().map(of_registry_settings);
        let store = || cause.downcast_ref::<storage::OpenError>().and_then(of_store);
        let file = || cause.downcast_ref::<io::Error>().and_then(of_io);
        let log = || cause.downcast_ref::<OpenError>().and_then(of_log);
        token.or_else(hardware).or_else(settings).or_else(registry).or_else(log).or_else(store).or_else(file)
    })
}

fn of_token(error: &TokenError) -> &'static str {
    match error {
        TokenError::NotFound { .. } => "name the folder of a token, or make one: chakana keys init --token DIR",
        TokenError::WrongPin { .. } => "give the PIN that the token was made with: --pin-file FILE",
        TokenError::EmptyPin => "choose a PIN of at least one character",
        TokenError::NoSuchKey { .. } => {
            "see its keys: chakana keys list --token DIR; make one: chakana keys create NAME"
        }
        TokenError::KeyExists { .. } => "use the key that is there, or choose another name",
        TokenError::NotImportable => "convert it: openssl pkcs8 -topk8 -nocrypt -in OLD.pem -out NEW.pem",
        TokenError::Request { .. } => "correct the subject: a country has two letters, a serial number no umlauts",
        _ => "check the token's folder: it is there, may be read and written, and is as it was made",
    }
}

fn of_hardware(error: &HardwareError) -> Option<&'static str> {
    match error {
        HardwareError::NotReady { health, .. } => Some(match health {
            Health::WrongPin => {
                "give the token's user PIN: --pin-file FILE; each wrong one is one nearer to a locked token"
            }
            Health::Locked => "have the token's security officer unlock the PIN",
            Health::LastTry => "log in once with the vendor's tool, which gives the tries back",
            Health::TokenMissing { .. } => "name one of the tokens that the module shows: --token-label LABEL",
            _ => "check the module and what it needs: --module FILE, --environment NAME=VALUE",
        }),
        HardwareError::Failed { failure: Failure::KeyExists { .. }, .. } => {
            Some("use the key that is there, or choose another name")
        }
        HardwareError::NoSuchKey { .. } => Some("see its keys: chakana keys list; make one: chakana keys create NAME"),
        HardwareError::NotImportable { .. } => {
            Some("convert it: openssl pkcs8 -topk8 -nocrypt -in OLD.pem -out NEW.pem")
        }
        _ => None,
    }
}

fn of_settings(error: &SettingsError) -> &'static str {
    match error {
        SettingsError::Read { .. } => {
            "name the data folder of a security server, or write its server.toml: docs/operate.md has one"
        }
        SettingsError::Parse { .. } | SettingsError::Value { .. } => "correct the file, and start again",
    }
}

fn of_registry_settings(error: &RegistrySettingsError) -> &'static str {
    match error {
        RegistrySettingsError::Read { .. } => {
            "name the data folder of a central registry, or make one: chakana central-registry --create registry.toml"
        }
        _ => "correct the file, and start again",
    }
}

fn of_log(error: &OpenError) -> Option<&'static str> {
    match error {
        OpenError::EpochDue { cause: EpochCause::Restored, .. } => {
            Some("start again with --restored, or with --cut-damage if the log does not verify")
        }
        OpenError::EpochDue { cause: EpochCause::Cut, .. } => Some("start again with --cut-damage"),
        OpenError::Damaged(_) => Some(
            "keep a copy of the data folder, run `chakana log verify`, and restore the log (--restored), or start with --cut-damage",
        ),
        OpenError::Locked { .. }
        | OpenError::Foreign { .. }
        | OpenError::WrongKey { .. }
        | OpenError::Append(_)
        | OpenError::Disk { .. } => None,
    }
}

fn of_store(error: &storage::OpenError) -> Option<&'static str> {
    match error {
        storage::OpenError::InUse { .. } => Some("stop the server whose store it is"),
        storage::OpenError::Unreadable { .. } => Some("restore a copy of the store"),
        storage::OpenError::Format { .. } => Some(
            "start the version of this program that wrote it, or a newer one: chakana upgrade --check says which data are of which",
        ),
        storage::OpenError::OtherEngine { .. }
        | storage::OpenError::NotBuilt { .. }
        | storage::OpenError::File { .. } => None,
    }
}

fn of_io(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        io::ErrorKind::NotFound => Some("check the path"),
        io::ErrorKind::PermissionDenied => Some("run the command as the user that owns the files"),
        io::ErrorKind::AddrInUse => Some("stop what uses the port (is the server running already?), or choose another"),
        io::ErrorKind::AddrNotAvailable => Some("listen on an address of this machine"),
        io::ErrorKind::StorageFull => Some("make room on the disk"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn finds_the_remedy_below_any_context() {
        let error = Err::<(), _>(io::Error::from(io::ErrorKind::NotFound)).context("failed to read x").unwrap_err();
        assert_eq!(of(&error), Some("check the path"));
        let error = Err::<(), _>(TokenError::EmptyPin).context("failed to open").unwrap_err();
        assert_eq!(of(&error), Some("choose a PIN of at least one character"));
        let cause = EpochCause::Cut;
        let due = OpenError::EpochDue { folder: "message-log".into(), cause };
        let error = Err::<(), _>(due).context("the message log cannot be opened").unwrap_err();
        assert!(format!("{error:#}").contains("no number may be used twice"), "{error:#}");
        assert_eq!(of(&error), Some("start again with --cut-damage"));
        let in_use = storage::OpenError::InUse { path: "state.redb".into() };
        let error = Err::<(), _>(storage::MigrateError::Open { source: in_use }).context("not migrated").unwrap_err();
        assert_eq!(of(&error), Some("stop the server whose store it is"));
        assert_eq!(of(&anyhow::anyhow!("anything else")), None);
    }
}
