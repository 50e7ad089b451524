//! The files of a package.

use super::{Package, PackageError};
use crate::locales;
use crate::manifest::{Manifest, Service, Web};
use openapi::Description;
use protocol::identifier::ServiceCode;
use std::collections::BTreeMap;
use trust::file_container::FileContainer;

pub(super) fn manifest(container: &FileContainer) -> Result<Manifest, PackageError> {
    let bytes = content(container, Manifest::FILE_NAME, "it says what the plugin is")?;
    let text = std::str::from_utf8(bytes).map_err(|_| PackageError::NotText)?;
    Ok(text.parse()?)
}

pub(super) fn component(container: &FileContainer) -> Result<&[u8], PackageError> {
    content(container, Package::COMPONENT, "it is the plugin's code")
}

/// Nothing else is there but what has a meaning.
pub(super) fn check_names(container: &FileContainer, manifest: &Manifest) -> Result<(), PackageError> {
    let is_named = |name: &str| manifest.services().iter().any(|service| service.openapi().as_str() == name);
    let has_meaning =
        |name: &str| matches!(name, Manifest::FILE_NAME | Package::COMPONENT) || is_extra(name) || is_named(name);
    match container.files().map(|(name, _)| name).find(|name| !has_meaning(name.as_str())) {
        Some(name) => Err(PackageError::Unexpected { name: name.clone() }),
        None => Ok(()),
    }
}

/// Whether a file is one of those that the manifest need not name.
pub(super) fn is_extra(name: &str) -> bool {
    FOLDERS.iter().any(|folder| name.starts_with(folder))
}

/// The styles and scripts of the pages are there.
pub(super) fn check_assets(container: &FileContainer, manifest: &Manifest) -> Result<(), PackageError> {
    let files = manifest.web().into_iter().flat_map(|web| web.styles().iter().chain(web.scripts()));
    for file in files {
        content(
            container,
            &format!("{}{file}", Web::ASSETS),
            "plugin.toml names it among styles and scripts of [web]",
        )?;
    }
    Ok(())
}

/// The texts can be said.
pub(super) fn check_texts(container: &FileContainer) -> Result<(), PackageError> {
    let files = container.files().map(|(name, content)| (name.as_str(), content.content()));
    Ok(locales::read(files).map(drop)?)
}

pub(super) fn descriptions(
    container: &FileContainer,
    manifest: &Manifest,
) -> Result<BTreeMap<ServiceCode, Description>, PackageError> {
    manifest.services().iter().map(|service| Ok((service.code().clone(), description(container, service)?))).collect()
}

fn description(container: &FileContainer, service: &Service) -> Result<Description, PackageError> {
    let name = service.openapi();
    let bytes = content(container, name.as_str(), "plugin.toml names it as the description of a service")?;
    Description::import(bytes).map_err(|source| PackageError::Description {
        name: name.clone(),
        service: service.code().clone(),
        source,
    })
}

fn content<'a>(container: &'a FileContainer, name: &str, reason: &'static str) -> Result<&'a [u8], PackageError> {
    container.content(name).ok_or_else(|| PackageError::Missing { name: name.to_owned(), reason })
}

const FOLDERS: [&str; 2] = ["assets/", "locales/"];
