//! A healthy plugin under a steady load: alone, beside three hundred plugins that mean harm, and alone again.
//!
//! Each of them is called once a second. First they behave at every fifth call, as far as their kind lets them, so that
//! their circuit breakers never open; then they harm whenever they are called.

mod attack;
mod healthy;
pub(crate) mod pace;
mod report;

use crate::plugins::installed::{Installed, Size};
use crate::report::Figures;
use crate::usage::own_memory_mib;
use crate::{PluginOptions, refuse_tmpfs};
use anyhow::{Context as _, Result, ensure};
use attack::Manners;
use hostile::{Door, Specimen, specimens};
use plugin_host::Given;
use plugin_host::package::Package;
use security_server::PluginSettings;
use std::sync::Arc;
use std::time::Duration;
use trust::file_container::{File, FileContainer};

pub use report::HostileReport;
use report::Phase;

/// As the bar says.
const COMPONENTS: u32 = 300;
/// Of each phase.
const LASTING: Duration = Duration::from_secs(30);
/// As a security server has by default.
fn size() -> Size {
    let PluginSettings { sandboxes, slow_threads, .. } = PluginSettings::default();
    Size { sandboxes, slow_threads }
}

/// Measures, prints, and gives what was measured.
///
/// # Errors
/// When a call of the healthy plugin fails, or a hostile one is answered as if all were well.
pub async fn run_hostile(options: &PluginOptions) -> Result<HostileReport> {
    std::fs::create_dir_all(&options.folder)?;
    let scratch = tempfile::Builder::new().prefix("bench-").tempdir_in(&options.folder)?;
    refuse_tmpfs(scratch.path())?;
    let component = std::fs::read(&options.component)
        .with_context(|| format!("failed to read {}: scripts/bench-guest builds it", options.component.display()))?;
    let installed = Installed::new(scratch.path(), &options.binary, &component, size(), &mut Figures::new()).await?;
    healthy::prepare(&installed).await?;
    let specimens = install(&installed).await?;
    let installed = Arc::new(installed);

    let mut report = HostileReport::of(COMPONENTS);
    for (phase, manners) in PHASES {
        eprintln!("{} for {} s", phase.name(), LASTING.as_secs());
        let attack = manners.map(|manners| attack::begin(&installed, &specimens, manners, LASTING));
        let healthy = healthy::measure(&installed, LASTING).await?;
        let attacked = match attack {
            Some(attack) => attack.end().await?,
            None => Default::default(),
        };
        report.note(phase, healthy, attacked, own_memory_mib()?);
    }
    report.show(options.form);
    if let Some(installed) = Arc::into_inner(installed) {
        installed.close().await;
    }
    report.judge()?;
    Ok(report)
}

const PHASES: [(Phase, Option<Manners>); 4] = [
    (Phase::Alone, None),
    (Phase::BesideUnbroken, Some(Manners::EveryFifthCall)),
    (Phase::Beside, Some(Manners::Never)),
    (Phase::AloneAgain, None),
];

/// Makes a package of each specimen, checks it as any other, and loads it.
async fn install(installed: &Installed) -> Result<Arc<[Specimen]>> {
    eprintln!("installing {COMPONENTS} hostile plugins");
    let specimens: Arc<[Specimen]> = specimens(COMPONENTS).collect();
    for (number, specimen) in specimens.iter().enumerate() {
        let package = package(specimen, &attack::name(number))?;
        // With what a plugin gets that asks for nothing.
        let manifest = package.manifest().clone();
        let loaded = installed.load_as(manifest, package.component(), Given::default()).await;
        loaded.with_context(|| format!("{specimen:?} is not loaded"))?;
    }
    Ok(specimens)
}

fn package(specimen: &Specimen, name: &str) -> Result<Package> {
    let mut files = vec![
        ("plugin.toml", specimen.door.manifest(name, "").into_bytes()),
        (Package::COMPONENT, specimen.component()?),
    ];
    if specimen.door == Door::Service {
        files.push((Door::DESCRIPTION_FILE, Door::DESCRIPTION.into()));
    }
    let files = files.into_iter().map(|(name, content)| Ok((name.parse()?, File::new(content))));
    let container = FileContainer::new(files.collect::<Result<Vec<_>>>()?)?;
    let read = Package::read(&container.write()?)?;
    ensure!(read.manifest().name().as_str() == name, "another package was read");
    Ok(read)
}
