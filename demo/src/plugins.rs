//! The plugins of the small state, installed as an administrator would: packed, signed by the entity, handed over, and
//! named in the configuration of its server.

use crate::installation::Installation;
use crate::onboarding::bring_up;
use crate::state::Entity;
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// A plugin on an entity's server, and who may call it.
#[derive(Debug, Clone, Copy)]
pub struct Placed {
    /// The plugin.
    pub name: &'static str,
    /// The folder of the entity whose server it runs on.
    pub entity: &'static str,
    /// The guest of that server whose subsystem it runs as; the entity's own, where none is named.
    pub guest: Option<&'static str>,
    /// What it asks for and is granted.
    pub grants: &'static [&'static str],
    /// Its configuration.
    pub config: &'static [(&'static str, &'static str)],
    /// Its services, and who may call each.
    pub services: &'static [(&'static str, &'static [&'static str])],
    /// Who works with it, by document, and in which roles.
    pub staff: &'static [(&'static str, &'static [&'static str])],
}

/// The people's register of the plugin `register`.
pub const PEOPLE: &str = "BO/GOV/1001/identidad/people";
/// The municipality's cases.
pub const CASES: &str = "BO/MUN/2001/tramites/cases";
/// Where the cases' notices go: to another entity's server.
pub const NOTICES: &str = "BO/GOV/1001/identidad/notices";
/// The tax service's subsystem, which opens cases.
pub const TAX: &str = "BO/GOV/1002/padron";

/// The state's portal, to which every entity publishes.
pub const CATALOGUE: &str = "BO/GOV/1005/portal/catalogue";
/// The municipality's own portal, which takes its definitions.
pub const DEFINITIONS: &str = "BO/MUN/2001/tramites/definitions";
/// The same portal, where information systems file for citizens in its own words.
pub const APPLICATIONS: &str = "BO/MUN/2001/tramites/applications";
/// The same in the words of GovStack.
pub const REGISTRATION: &str = "BO/MUN/2001/tramites/registration";
/// Stands in a configuration for the origin of the plugin's pages, which has the port of this installation.
const ORIGIN: &str = "{origin}";
/// The subsystems that publish there.
const PUBLISHERS: &[&str] = &[
    "BO/GOV/1001/identidad",
    "BO/GOV/1002/padron",
    "BO/GOV/1003/comercio",
    "BO/GOV/1004/registro-civico",
    "BO/GOV/1005/portal",
    "BO/GOV/1006/migracion",
    "BO/GOV/1007/propiedad",
    "BO/GOV/1008/trabajo",
    "BO/GOV/1009/educacion",
    "BO/MUN/2001/tramites",
];
const PORTAL_GRANTS: &[&str] = &[
    "kv", "search", "blobs", "log", "timers", "calendar", "evidence", "i18n", "notices", "rng", "exchange", "config",
    "outbox", "crypto",
];
const AGETIC: &str = r#"{"subsystem":"BO/GOV/1005/portal","name":{"es":"Agencia de Gobierno Electrónico y TIC","en":"Agency of Electronic Government"},"place":"BO"}"#;
const GAMLP: &str = r#"{"subsystem":"BO/MUN/2001/tramites","name":{"es":"Gobierno Autónomo Municipal de La Paz","en":"Autonomous Municipal Government of La Paz"},"place":"BO-L"}"#;
/// The municipality's subsystem takes steps and money as its staff do.
const BACK_OFFICES: &str = r#"{"BO/MUN/2001/tramites":["reviewer","inspector","registrar"]}"#;
const PAYMENTS: &str = r#"["BO/MUN/2001/tramites"]"#;
/// What the municipality asks of whom.
const REGISTERS: &str = r#"[
{"code":"identity","title":{"es":"Registro de identificación (SEGIP)","en":"Identity register (SEGIP)"},"service":"BO/GOV/1001/identidad/personas","path":"/personas/{key}","key":"citizen",
"holds":{"person.document-number":"/ci","person.given-names":"/nombres","person.first-surname":"/primerApellido","person.second-surname":"/segundoApellido","person.birth-date":"/fechaNacimiento"}},
{"code":"companies","title":{"es":"Registro de comercio (SEPREC)","en":"Company register (SEPREC)"},"service":"BO/GOV/1003/comercio/empresas","path":"/empresas/{key}","key":{"concept":"company.registration-number"},
"holds":{"company.legal-name":"/razonSocial","company.legal-form":"/tipo"}}
]"#;

const CASES_GRANTS: &[&str] = &["kv", "log", "outbox", "exchange", "timers", "config"];
const CASES_CONFIG: &[(&str, &str)] = &[("people-register", PEOPLE), ("notices-to", NOTICES)];

const PLACED: [Placed; 9] = [
    Placed {
        name: "register",
        entity: "segip",
        guest: None,
        grants: &["kv", "log", "outbox"],
        config: &[],
        services: &[("people", &[crate::state::PORTAL])],
        staff: &[],
    },
    Placed {
        name: "cases",
        entity: "segip",
        guest: None,
        grants: CASES_GRANTS,
        config: CASES_CONFIG,
        services: &[("notices", &[crate::state::PORTAL])],
        staff: &[],
    },
    Placed { name: "images", entity: "segip", guest: None, grants: &[], config: &[], services: &[], staff: &[] },
    Placed {
        name: "guestbook",
        entity: "segip",
        guest: None,
        grants: &["kv", "search", "blobs", "timers", "log", "outbox", "config"],
        config: &[("archive", crate::state::VISITS)],
        services: &[],
        staff: &[(crate::citizens::MODERATOR, &["moderator", "archivist"])],
    },
    Placed {
        name: "citizenship",
        entity: "segip",
        guest: None,
        grants: &["kv", "log", "timers", "i18n", "notices", "accounts", "exchange", "config"],
        config: &[("identity-register", crate::state::PERSONS), ("company-register", crate::state::COMPANIES)],
        services: &[],
        staff: &[(crate::citizens::MODERATOR, &["counter"])],
    },
    Placed {
        name: "cases",
        entity: "gamlp",
        guest: None,
        grants: CASES_GRANTS,
        config: CASES_CONFIG,
        services: &[("cases", &[TAX])],
        staff: &[],
    },
    // People send photos of what they ask for.
    Placed { name: "images", entity: "gamlp", guest: None, grants: &[], config: &[], services: &[], staff: &[] },
    Placed {
        name: "portal",
        entity: "segip",
        guest: Some("agetic"),
        grants: PORTAL_GRANTS,
        // It is the state's catalogue itself, and nothing is done there online.
        config: &[("entity", AGETIC), ("origin", ORIGIN)],
        services: &[("catalogue", PUBLISHERS)],
        staff: &[(crate::citizens::MODERATOR, &["designer", "moderator", "supervisor"])],
    },
    Placed {
        name: "portal",
        entity: "gamlp",
        guest: None,
        grants: PORTAL_GRANTS,
        config: &[
            ("entity", GAMLP),
            ("registers", REGISTERS),
            ("identity-register", crate::state::PERSONS),
            ("company-register", crate::state::COMPANIES),
            ("tax-register", crate::state::TAXPAYERS),
            ("central-catalogue", CATALOGUE),
            ("origin", ORIGIN),
            ("back-offices", BACK_OFFICES),
            ("payments", PAYMENTS),
        ],
        services: &[
            ("definitions", &[crate::state::PORTAL]),
            ("applications", &[crate::state::PORTAL]),
            ("registration", &[crate::state::PORTAL]),
        ],
        staff: &[
            (
                crate::citizens::MODERATOR,
                &[
                    "reviewer",
                    "inspector",
                    "registrar",
                    "supervisor",
                    "cashier",
                    "designer",
                    "counter",
                    "assistant",
                    "moderator",
                    "funds",
                ],
            ),
            (crate::citizens::COLLEAGUE, &["reviewer", "registrar", "evaluator"]),
            (crate::citizens::EVALUATOR, &["evaluator", "applicant-entity"]),
        ],
    },
];

/// Installs every plugin that is not there yet. `components` is what `scripts/plugins` built.
///
/// # Errors
/// When a component is not there, or a server refuses.
pub(crate) async fn install(installation: &Installation, binary: &Path, components: &Path) -> Result<()> {
    place(installation, binary, components, &PLACED).await
}

/// Installs plugins on the servers that have none yet. `components` holds a folder for each, by its name, as
/// `scripts/plugins` makes them: what it is packed from, and `component.wasm`.
///
/// # Errors
/// When a component is not there, or a server refuses.
pub async fn place(installation: &Installation, binary: &Path, components: &Path, placed: &[Placed]) -> Result<()> {
    for entity in &installation.state().entities {
        let folder = installation.folder_of(&entity.folder);
        let document = folder.join("configuration.toml");
        let mut text = std::fs::read_to_string(&document)?;
        let here = placed.iter().filter(|placed| placed.entity == entity.folder);
        if text.contains("[[client.plugin]]") || here.clone().next().is_none() {
            continue;
        }
        for placed in here {
            let built = components.join(placed.name);
            ensure!(
                built.join("component.wasm").is_file(),
                "{} is not there: scripts/plugins builds it, and --plugins names the folder of what it built",
                built.join("component.wasm").display()
            );
            let digest = hand_over(installation, binary, &built, placed.entity).await?;
            let guest = entity.guests.iter().find(|guest| placed.guest == Some(guest.folder));
            let client = guest.map(|guest| installation.state().guest(guest));
            let lines = lines(placed, &digest).replace(ORIGIN, &origin(installation, entity, placed.name));
            insert(&mut text, client.as_deref(), &lines);
        }
        std::fs::write(&document, text)?;
        bring_up(&folder).await?;
    }
    Ok(())
}

/// Packs the plugin in a folder and signs it by an entity, whose server is given the package; the answer is its digest.
///
/// # Errors
/// When the program or the server refuses.
pub async fn hand_over(installation: &Installation, binary: &Path, built: &Path, entity: &str) -> Result<String> {
    let (component, folder) = (built.join("component.wasm"), installation.folder_of(entity));
    let packages = installation.folder().join("packages").join(entity);
    std::fs::create_dir_all(&packages)?;
    let path = |path: PathBuf| path.display().to_string();
    let built = [
        "plugin",
        "build",
        &path(built.to_owned()),
        "--component",
        &path(component),
        "--out",
        &path(packages),
        "--json",
    ];
    let package = run(binary, &built).await?["package"].as_str().context("no package was made")?.to_owned();
    let (token, certificate) = (path(folder.join("token")), path(folder.join("signing.pem")));
    let pin = path(installation.pin_file());
    let sign = ["plugin", "sign", &package, "--key", "signing", "--token", &token, "--certificate", &certificate];
    run(binary, &[&sign, ["--pin-file", &pin, "--json"].as_slice()].concat()).await?;
    let taken = run(binary, &["plugin", "install", &package, "--data", &path(folder), "--json"]).await?;
    Ok(taken["package"].as_str().context("the server does not say which package it took")?.to_owned())
}

/// Has the program do something, and reads what it says.
async fn run(binary: &Path, arguments: &[&str]) -> Result<Value> {
    let output = Command::new(binary).args(arguments).output().await?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "chakana {} failed: {}", arguments[..2].join(" "), said.trim());
    serde_json::from_slice(&output.stdout).context("the program's answer is not JSON")
}

/// Where a plugin's pages are; nowhere, where the server shows none.
fn origin(installation: &Installation, entity: &Entity, plugin: &str) -> String {
    let port = installation.addresses_of(&entity.folder).citizens.map(|address| address.port());
    port.map_or_else(String::new, |port| format!("https://{plugin}.{}:{port}", crate::citizens::domain_of(entity)))
}

/// Puts lines at the end of what the document says of a client; of the last one, where none is named.
fn insert(text: &mut String, client: Option<&str>, lines: &str) {
    let begin = client.and_then(|client| text.find(&format!("id = \"{client}\"")));
    let end = begin.and_then(|begin| text[begin..].find("[[client]]").map(|end| begin + end));
    text.insert_str(end.unwrap_or(text.len()), lines);
}

/// The lines by which a client runs the plugin.
fn lines(placed: &Placed, digest: &str) -> String {
    let quoted = |words: &[&str]| words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ");
    let config: Vec<_> = placed.config.iter().map(|(key, value)| format!("{key} = {value:?}")).collect();
    let mut text = format!(
        "\n[[client.plugin]]\nname = \"{}\"\npackage = \"{digest}\"\ngrants = [{}]\nconfig = {{ {} }}\n",
        placed.name,
        quoted(placed.grants),
        config.join(", ")
    );
    for (document, roles) in placed.staff {
        let _ = write!(text, "\n[[client.plugin.staff]]\ndocument = \"{document}\"\nroles = [{}]\n", quoted(roles));
    }
    for (code, subjects) in placed.services {
        let _ = write!(text, "\n[[client.service]]\ncode = \"{code}\"\nplugin = \"{}\"\n", placed.name);
        for subject in *subjects {
            let _ = write!(text, "\n[[client.service.access]]\nsubject = \"{subject}\"\n");
        }
    }
    text
}
