//! What is looked at: the settings, the marks of stores and logs, the packages of plugins, and the room on the disk.

use admin::{DataFormat, Mark, Reading};
use anyhow::{Result, bail};
use demo::installation::TRUST_SETTINGS;
use security_server::KeptPackage;
use std::error::Error;
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// What was found in a data folder.
#[derive(Debug)]
pub(super) struct Examination {
    pub(super) folder: PathBuf,
    pub(super) kind: Kind,
    pub(super) parts: Vec<Part>,
}

/// Whose data folder it is: its settings tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    SecurityServer,
    CentralRegistry,
    TrustServices,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) what: String,
    /// As it is.
    pub(super) found: String,
    /// As this program needs it.
    pub(super) needed: String,
    pub(super) verdict: Verdict,
    /// What to do about a problem.
    pub(super) next: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Ready,
    Problem,
}

impl Examination {
    /// Looks at the data folder `folder`. Blocks.
    ///
    /// # Errors
    /// When it is no server's.
    pub(super) fn of(folder: &Path) -> Result<Self> {
        let Some(kind) = Kind::of(folder) else {
            bail!("{} is no data folder of a server: it has none of {}", folder.display(), Kind::SETTINGS.join(", "))
        };
        let parts = match kind {
            Kind::SecurityServer => security_server(folder),
            Kind::CentralRegistry => central_registry(folder),
            Kind::TrustServices => trust_services(folder),
        };
        Ok(Self { folder: folder.to_owned(), kind, parts })
    }

    /// Whether this program can go on with everything that is there.
    pub(super) fn can_be_opened(&self) -> bool {
        self.parts.iter().all(|part| part.verdict == Verdict::Ready)
    }
}

impl Kind {
    const ALL: [Self; 3] = [Self::SecurityServer, Self::CentralRegistry, Self::TrustServices];
    const SETTINGS: [&str; 3] = [security_server::Settings::FILE, central_registry::Settings::FILE, TRUST_SETTINGS];

    fn of(folder: &Path) -> Option<Self> {
        let known = Self::ALL.into_iter().zip(Self::SETTINGS);
        known.into_iter().find(|(_, file)| folder.join(file).exists()).map(|(kind, _)| kind)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::SecurityServer => "a security server",
            Self::CentralRegistry => "a central registry",
            Self::TrustServices => "trust services",
        }
    }
}

fn security_server(folder: &Path) -> Vec<Part> {
    match security_server::Settings::load(folder) {
        Ok(settings) => {
            let mut parts = vec![settings_ready(security_server::Settings::FILE)];
            parts.extend(security_server::data_formats(folder, &settings).iter().map(of_format));
            parts.extend(packages(folder));
            parts.push(room(folder, settings.message_log.free_bytes_floor));
            parts
        }
        // Where parts lie stands in the settings: they come first.
        Err(error) => vec![settings_refused(security_server::Settings::FILE, &error)],
    }
}

fn central_registry(folder: &Path) -> Vec<Part> {
    match central_registry::Settings::load(folder) {
        Ok(settings) => {
            let mut parts = vec![settings_ready(central_registry::Settings::FILE)];
            parts.extend(central_registry::data_formats(folder, &settings).iter().map(of_format));
            parts.push(room(folder, storage::Settings::default().disk_reserve_bytes));
            parts
        }
        Err(error) => vec![settings_refused(central_registry::Settings::FILE, &error)],
    }
}

fn trust_services(folder: &Path) -> Vec<Part> {
    let path = folder.join(certs::TOKEN);
    let mark = Mark::required(signer::format_of_token(&path));
    let token = DataFormat { what: "token", path, mark, reads: signer::TOKEN_FORMAT.to_owned() };
    let room = room(folder, storage::Settings::default().disk_reserve_bytes);
    let settings = match crate::commands::servers::trust_settings(folder) {
        Ok(_) => settings_ready(TRUST_SETTINGS),
        Err(error) => settings_refused(TRUST_SETTINGS, error.as_ref()),
    };
    vec![settings, of_format(&token), room]
}

fn settings_ready(file: &str) -> Part {
    ready(file, "understood", "")
}

fn settings_refused(file: &str, error: &dyn Error) -> Part {
    let why = chain(error);
    problem(
        file,
        why,
        "settings that it understands",
        "correct the file for this version: the changelog says what changed",
    )
}

fn of_format(part: &DataFormat) -> Part {
    let (found, reads) = (part.found(), &part.reads);
    match part.reading() {
        Reading::AsItIs => ready(part.what, found, reads),
        Reading::Refused => {
            problem(part.what, found, reads, "keep the version of chakana that wrote it, or take a newer one than this")
        }
        Reading::Unknown => {
            let next = format!("look at {} as the user that runs the server, and run this again", part.path.display());
            problem(part.what, found, reads, next)
        }
    }
}

fn packages(folder: &Path) -> Vec<Part> {
    const NEEDED: &str = "the contract of this version";
    let of_package = |package: KeptPackage| match package.plugin {
        Ok(plugin) => ready(format!("package of {plugin}"), "understood", NEEDED),
        Err(why) => {
            let next = "have its author build it for this version, and install it; or, if no server configuration names it, \
                        delete its file from plugins/packages";
            problem(format!("package {}", package.digest), why, NEEDED, next)
        }
    };
    match security_server::kept_packages(folder) {
        Ok(packages) => packages.into_iter().map(of_package).collect(),
        Err(error) => {
            let next = "look at plugins/packages as the user that runs the server, and run this again";
            vec![problem("packages of plugins", format!("cannot be read: {error}"), NEEDED, next)]
        }
    }
}

fn room(folder: &Path, floor_bytes: u64) -> Part {
    let needed = format!("{} MiB", floor_bytes >> 20);
    let free = rustix::fs::statvfs(folder).map(|stat| stat.f_bavail.saturating_mul(stat.f_frsize));
    match free {
        Ok(free) if free >= floor_bytes => ready("free on the disk", format!("{} MiB", free >> 20), needed),
        Ok(free) => problem("free on the disk", format!("{} MiB", free >> 20), needed, "make room"),
        Err(error) => problem("free on the disk", format!("unknown: {error}"), needed, "check the disk"),
    }
}

fn ready(what: impl Display, found: impl Display, needed: impl Display) -> Part {
    let (what, found, needed) = (what.to_string(), found.to_string(), needed.to_string());
    Part { what, found, needed, verdict: Verdict::Ready, next: String::new() }
}

fn problem(what: impl Display, found: impl Display, needed: impl Display, next: impl Display) -> Part {
    Part { verdict: Verdict::Problem, next: next.to_string(), ..ready(what, found, needed) }
}

fn chain(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests;
