//! Whether a component is what its manifest says.

use super::{Export, PackageError, Surface};
use crate::manifest::{Capability, Manifest};

pub(super) fn check(manifest: &Manifest, surface: &Surface) -> Result<(), PackageError> {
    let undeclared = surface.capabilities().iter().find(|capability| manifest.requests(**capability).is_none());
    if let Some(capability) = undeclared {
        return Err(PackageError::Undeclared { capability: *capability });
    }
    let promised = |export: Export, promise: Option<&'static str>| match promise {
        Some(promise) if !surface.exports().contains(&export) => Err(PackageError::NotExported { promise, export }),
        _ => Ok(()),
    };
    let announced = |export: Export, is_announced: bool, silence: &'static str| {
        let is_silent = surface.exports().contains(&export) && !is_announced;
        if is_silent { Err(PackageError::Unannounced { export, silence }) } else { Ok(()) }
    };
    let services = (!manifest.services().is_empty()).then_some("plugin.toml has a [[service]]");
    promised(Export::Service, services)?;
    announced(Export::Service, services.is_some(), "plugin.toml has no [[service]]; add it, or remove the export")?;

    let pages = manifest.web().map(|_| "plugin.toml has [web] routes");
    promised(Export::Web, pages)?;
    announced(Export::Web, pages.is_some(), "plugin.toml has no [web] routes; add them, or remove the export")?;

    let woken = woken_by(manifest);
    promised(Export::Events, woken)?;
    // Answers and failed deliveries can come, and need not be looked at.
    let sends = manifest.requests(Capability::Outbox).is_some_and(|outbox| !outbox.services().is_empty());
    let silence =
        "plugin.toml has nothing that wakes it: [[cron]], [[subscription]], timers or an outbox; remove the export";
    announced(Export::Events, woken.is_some() || sends, silence)?;

    let migrates = (manifest.data_version() > 1).then_some("plugin.toml has a data-version above 1");
    promised(Export::Lifecycle, migrates)
}

/// What certainly brings events.
fn woken_by(manifest: &Manifest) -> Option<&'static str> {
    if !manifest.schedules().is_empty() {
        Some("plugin.toml has a [[cron]]")
    } else if !manifest.subscriptions().is_empty() {
        Some("plugin.toml has a [[subscription]]")
    } else {
        manifest.requests(Capability::Timers).map(|_| "plugin.toml asks for timers")
    }
}
