//! A plugin's package: one file `NAME-VERSION.chakana` with everything that is installed.
//!
//! It is an ASiC-E container ([`trust::file_container`]) of
//! ```text
//! plugin.toml · component.wasm · the OpenAPI document of each service · assets/** · locales/**
//! ```
//! and of nothing else. [`Package::read`] checks what can be known from the file alone; [`Package::verify`] checks who signed
//! it. Only what passed both can be installed.

mod component;
mod contents;
mod fit;
mod verify;

pub use component::{ComponentError, Export, Surface};
pub use verify::{Approver, PackageTrust, VerifiedPackage, VerifyError};

use crate::locales::LocalesError;
use crate::manifest::{Capability, Manifest, ManifestError};
use bytes::Bytes;
use openapi::{Description, ImportError};
use protocol::hash::Sha256Hash;
use protocol::identifier::ServiceCode;
use std::collections::BTreeMap;
use trust::file_container::{FileContainer, FileContainerError, FileName};

/// A package whose parts fit one another. Who made it is not known yet.
#[derive(Debug, Clone)]
pub struct Package {
    container: FileContainer,
    manifest: Manifest,
    surface: Surface,
    descriptions: BTreeMap<ServiceCode, Description>,
    component_digest: Sha256Hash,
}

/// Why a file is no package.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// The file is larger than any package.
    #[error("the package has {size_bytes} bytes, allowed are {}; move what is large into blobs", Package::MAX_BYTES)]
    TooLarge {
        /// Its length.
        size_bytes: usize,
    },
    /// It is not a container of files, or a file was changed after it was signed.
    #[error("the package is not a container of signed files")]
    Container(#[from] FileContainerError),
    /// A file that must be there is not.
    #[error("{name} is missing, {reason}; add it and build the package again")]
    Missing {
        /// Its name.
        name: String,
        /// What it is needed for.
        reason: &'static str,
    },
    /// A file that nothing names.
    #[error("{name} is not part of a package: besides what plugin.toml names, files are below assets/ and locales/")]
    Unexpected {
        /// Its name.
        name: FileName,
    },
    /// The manifest is not text.
    #[error("plugin.toml is not text in UTF-8")]
    NotText,
    /// The manifest breaks a rule.
    #[error("the manifest is refused")]
    Manifest(#[from] ManifestError),
    /// The component is none, or imports or exports what no plugin does.
    #[error("component.wasm is refused")]
    Component(#[from] ComponentError),
    /// The texts in several languages cannot be said.
    #[error("the texts below locales/ are refused")]
    Texts(#[from] LocalesError),
    /// A service's description is none.
    #[error("{name}, the description of the service {service}, is not an OpenAPI document")]
    Description {
        /// The file.
        name: FileName,
        /// The service.
        service: ServiceCode,
        /// Why.
        source: ImportError,
    },
    /// The component uses what the manifest does not ask for.
    #[error(
        "the manifest lies: component.wasm imports {capability}, which plugin.toml does not ask for; add {} to [capabilities], or remove the use",
        .capability.key()
    )]
    Undeclared {
        /// What it uses.
        capability: Capability,
    },
    /// The manifest promises what the component does not answer.
    #[error("the manifest lies: {promise}, but component.wasm does not export {}; export it, or remove that", .export.name())]
    NotExported {
        /// What the manifest says.
        promise: &'static str,
        /// What is missing.
        export: Export,
    },
    /// The component answers what the manifest does not announce.
    #[error("the manifest lies: component.wasm exports {}, but {silence}", .export.name())]
    Unannounced {
        /// What the component exports.
        export: Export,
        /// What the manifest does not say.
        silence: &'static str,
    },
}

impl Package {
    /// What a package's file is called at its end.
    pub const EXTENSION: &'static str = "chakana";

    /// The largest package.
    pub const MAX_BYTES: usize = 64 * 1024 * 1024;

    /// The largest component: the largest of the measured languages, with room for a plugin in it.
    pub const MAX_COMPONENT_BYTES: usize = 32 * 1024 * 1024;

    /// The name of the component.
    pub const COMPONENT: &'static str = "component.wasm";

    /// Checks everything about a package that needs nothing outside it.
    ///
    /// # Errors
    /// [`PackageError`] names the first thing that is wrong, and what to do.
    pub fn read(bytes: &[u8]) -> Result<Self, PackageError> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(PackageError::TooLarge { size_bytes: bytes.len() });
        }
        Self::of(FileContainer::read(bytes)?)
    }

    /// The package that a container holds.
    ///
    /// # Errors
    /// As of [`Self::read`].
    pub fn of(container: FileContainer) -> Result<Self, PackageError> {
        let manifest = contents::manifest(&container)?;
        contents::check_names(&container, &manifest)?;
        contents::check_assets(&container, &manifest)?;
        contents::check_texts(&container)?;
        let component = contents::component(&container)?;
        let surface = Surface::read(component)?;
        fit::check(&manifest, &surface)?;
        let descriptions = contents::descriptions(&container, &manifest)?;
        Ok(Self { component_digest: Sha256Hash::of(component), container, manifest, surface, descriptions })
    }

    /// The file that the package is.
    ///
    /// # Errors
    /// When it would be larger than a package may be.
    pub fn write(&self) -> Result<Vec<u8>, PackageError> {
        let bytes = self.container.write()?;
        if bytes.len() > Self::MAX_BYTES {
            return Err(PackageError::TooLarge { size_bytes: bytes.len() });
        }
        Ok(bytes)
    }

    /// The package with one signature more, in its long form, over what its container says is to be signed.
    ///
    /// # Errors
    /// When the signature does not fit, or there are too many.
    pub fn with_signature(self, long_form: Vec<u8>) -> Result<Self, PackageError> {
        Ok(Self { container: self.container.with_signature(long_form)?, ..self })
    }

    /// What the file is called.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}-{}.{}", self.manifest.name(), self.manifest.version(), Self::EXTENSION)
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The component, in its binary form.
    #[must_use]
    pub fn component(&self) -> &[u8] {
        // It was there when the package was read, and a container's files do not change.
        self.container.content(Self::COMPONENT).unwrap_or_default()
    }

    /// The digest of the component.
    #[must_use]
    pub fn component_digest(&self) -> &Sha256Hash {
        &self.component_digest
    }

    /// What the component imports and exports.
    #[must_use]
    pub fn surface(&self) -> &Surface {
        &self.surface
    }

    /// The description of each service.
    #[must_use]
    pub fn descriptions(&self) -> &BTreeMap<ServiceCode, Description> {
        &self.descriptions
    }

    /// The files below `assets/` and `locales/`, by their names.
    #[must_use]
    pub fn extras(&self) -> BTreeMap<String, Bytes> {
        let files = self.container.files().filter(|(name, _)| contents::is_extra(name.as_str()));
        files.map(|(name, file)| (name.to_string(), Bytes::copy_from_slice(file.content()))).collect()
    }

    /// All files, and the signatures over them.
    #[must_use]
    pub fn container(&self) -> &FileContainer {
        &self.container
    }

    /// The digest that names what is in the package, whoever has signed it.
    #[must_use]
    pub fn digest(&self) -> Sha256Hash {
        self.container.digest()
    }
}
