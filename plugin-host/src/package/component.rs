//! What a component imports and exports, read without compiling it.

use super::Package;
use crate::engine_config::wasm_features;
use crate::manifest::Capability;
use std::collections::BTreeSet;
use wasmparser::{BinaryReaderError, Encoding, Parser, Payload, Validator};

/// What a component imports and exports of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surface {
    capabilities: BTreeSet<Capability>,
    exports: BTreeSet<Export>,
    wasi: BTreeSet<String>,
}

/// An interface that the host calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Export {
    /// Calls of other subsystems.
    Service,
    /// What happens without a caller.
    Events,
    /// Migrations and health.
    Lifecycle,
    /// Pages.
    Web,
}

/// Why a component is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ComponentError {
    /// It is larger than any plugin's.
    #[error("it has {size_bytes} bytes, allowed are {}; build it for size", Package::MAX_COMPONENT_BYTES)]
    TooLarge {
        /// Its length.
        size_bytes: usize,
    },
    /// It is a module, or something else.
    #[error("it is not a component; build it with `--target wasm32-wasip2`, or with your language's component tool")]
    NotAComponent,
    /// It breaks a rule of WebAssembly, or uses a feature that is switched off here.
    #[error("it is not a valid component of the features that plugins have")]
    Invalid(#[source] BinaryReaderError),
    /// It imports what the host does not offer.
    #[error("it imports {name}, which no plugin gets: there are chakana:plugin {CONTRACT_VERSIONS} and WASI 0.2")]
    UnknownImport {
        /// What it imports.
        name: String,
    },
    /// It was made for another version of the contract.
    #[error("it was built for {name}, and this host has chakana:plugin {CONTRACT_VERSIONS}; build it for that")]
    OtherContract {
        /// What it imports or exports.
        name: String,
    },
}

impl Export {
    const ALL: [Self; 4] = [Self::Service, Self::Events, Self::Lifecycle, Self::Web];

    /// The interface's name in the contract, without a version.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Service => "chakana:plugin/service",
            Self::Events => "chakana:plugin/events",
            Self::Lifecycle => "chakana:plugin/lifecycle",
            Self::Web => "chakana:plugin/web",
        }
    }
}

impl Surface {
    /// Validates a component, and reads what it imports and exports.
    ///
    /// # Errors
    /// When it is no valid component, or imports what no plugin gets.
    pub fn read(component: &[u8]) -> Result<Self, ComponentError> {
        if component.len() > Package::MAX_COMPONENT_BYTES {
            return Err(ComponentError::TooLarge { size_bytes: component.len() });
        }
        Validator::new_with_features(wasm_features()).validate_all(component).map_err(ComponentError::Invalid)?;
        let mut surface = Self { capabilities: BTreeSet::new(), exports: BTreeSet::new(), wasi: BTreeSet::new() };
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(component) {
            match payload.map_err(ComponentError::Invalid)? {
                Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                    return Err(ComponentError::NotAComponent);
                }
                Payload::Version { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                // What stands deeper belongs to parts of the component, which reach the host only through these.
                Payload::ComponentImportSection(imports) if depth == 1 => {
                    for import in imports {
                        surface.import(import.map_err(ComponentError::Invalid)?.name.name)?;
                    }
                }
                Payload::ComponentExportSection(exports) if depth == 1 => {
                    for export in exports {
                        surface.export(export.map_err(ComponentError::Invalid)?.name.name)?;
                    }
                }
                _ => {}
            }
        }
        Ok(surface)
    }

    /// The capabilities that it uses.
    #[must_use]
    pub fn capabilities(&self) -> &BTreeSet<Capability> {
        &self.capabilities
    }

    /// What of the contract it exports.
    #[must_use]
    pub fn exports(&self) -> &BTreeSet<Export> {
        &self.exports
    }

    /// The interfaces of WASI that it imports.
    #[must_use]
    pub fn wasi(&self) -> &BTreeSet<String> {
        &self.wasi
    }

    fn import(&mut self, name: &str) -> Result<(), ComponentError> {
        let unknown = || ComponentError::UnknownImport { name: shown(name) };
        let (interface, version) = name.split_once('@').ok_or_else(unknown)?;
        if interface.starts_with(CONTRACT) {
            check_contract(name, version)?;
            if interface == TYPES {
                return Ok(());
            }
            self.capabilities.insert(Capability::named(interface).ok_or_else(unknown)?);
            return Ok(());
        }
        let is_wasi = WASI.iter().any(|package| interface.starts_with(package)) && is_patch_of(version, "0.2.");
        if !is_wasi {
            return Err(unknown());
        }
        self.wasi.insert(shown(name));
        Ok(())
    }

    /// Tools of some languages export more than the contract asks for; nobody calls that.
    fn export(&mut self, name: &str) -> Result<(), ComponentError> {
        let Some((interface, version)) = name.split_once('@').filter(|(name, _)| name.starts_with(CONTRACT)) else {
            return Ok(());
        };
        check_contract(name, version)?;
        self.exports.extend(Export::ALL.into_iter().find(|export| export.name() == interface));
        Ok(())
    }
}

fn check_contract(name: &str, version: &str) -> Result<(), ComponentError> {
    if is_patch_of(version, "0.1.") { Ok(()) } else { Err(ComponentError::OtherContract { name: shown(name) }) }
}

/// Whether a version is the minor version with a number behind it, and nothing else.
fn is_patch_of(version: &str, minor: &str) -> bool {
    let patch = version.strip_prefix(minor).unwrap_or_default();
    !patch.is_empty() && patch.bytes().all(|byte| byte.is_ascii_digit())
}

fn shown(name: &str) -> String {
    name.chars().take(MAX_NAME_CHARACTERS).collect()
}

const CONTRACT: &str = "chakana:plugin/";
const CONTRACT_VERSIONS: &str = "0.1.x";
/// Records alone: to import them is to ask for nothing.
const TYPES: &str = "chakana:plugin/types";
const WASI: [&str; 6] = ["wasi:io/", "wasi:cli/", "wasi:clocks/", "wasi:random/", "wasi:filesystem/", "wasi:sockets/"];
const MAX_NAME_CHARACTERS: usize = 120;
