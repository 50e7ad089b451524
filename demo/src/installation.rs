//! The data folders of a small state: keys, certificates, settings and configuration documents of every server.

mod addresses;
mod files;
mod print;

use crate::ports::Ports;
use crate::state::{Door, Entity, Guest, State};
use addresses::Addresses;
pub use addresses::ServerAddresses;
use admin::PortSettings;
use anyhow::{Context as _, Result, bail};
use central_registry::CentralRegistry;
use certs::{Profile, TrustServices};
use clock::SharedClock;
use files::{citizens_subject, server_subject, signing_subject, write_pem, write_private};
use signer::{Iterations, KeyAlgorithm, PemLabel, Pin, SoftwareToken, pem};
use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use trust::certificate::Certificate;

/// A small state on disk.
#[derive(Debug, Clone)]
pub struct Installation {
    folder: PathBuf,
    state: State,
    addresses: Addresses,
}

/// How well the keys' PIN is stretched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// As in production.
    Standard,
    /// The least that is allowed: for tests, which make hundreds of keys.
    Quick,
}

impl Protection {
    const fn iterations(self) -> u32 {
        match self {
            Self::Standard => 600_000,
            Self::Quick => 100_000,
        }
    }
}

const ADDRESSES: &str = "addresses.toml";
/// The settings file of the trust services.
pub const TRUST_SETTINGS: &str = "trust-services.toml";
const PIN_FILE: &str = "pin";
/// Everybody's PIN in a small state, which protects nothing.
const PIN: &str = "chakana-demo";
/// What a server that joins shows to the small state's certification service; it protects nothing either.
pub const CERTIFICATION_TOKEN: &str = "chakana-demo-certification";

impl Installation {
    /// The installation in `folder`, if there is a whole one.
    ///
    /// # Errors
    /// When the folder holds something else.
    pub fn open(folder: &Path, state: &State) -> Result<Option<Self>> {
        let path = folder.join(ADDRESSES);
        match fs::read_to_string(&path) {
            Ok(text) => {
                let addresses = toml::from_str(&text).with_context(|| format!("{} is damaged", path.display()))?;
                Ok(Some(Self { folder: folder.to_owned(), state: state.clone(), addresses }))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let taken = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
                if taken {
                    bail!("{} is not empty and holds no small state: choose another folder", folder.display());
                }
                Ok(None)
            }
            Err(error) => Err(error).with_context(|| format!("failed to read {}", path.display())),
        }
    }

    /// Makes an installation: certification authority first, then the registry, then each server.
    ///
    /// # Errors
    /// When a port is taken, or the folder cannot be written.
    pub async fn create(
        folder: &Path,
        state: &State,
        ports: &Ports,
        protection: Protection,
        clock: SharedClock,
    ) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("failed to make {}", folder.display()))?;
        let folder = fs::canonicalize(folder)?;
        let addresses = Addresses::choose(state, ports)?;
        let installation = Self { folder, state: state.clone(), addresses };
        write_private(&installation.pin_file(), PIN)?;
        let trust = installation.create_trust_services(protection, clock.clone())?;
        let anchor = installation.create_registry(&trust, protection, clock).await?;
        for entity in &state.entities {
            installation.create_server(entity, &trust, &anchor, protection)?;
        }
        // Written last: it is what says that the installation is whole.
        fs::write(installation.folder.join(ADDRESSES), toml::to_string(&installation.addresses)?)?;
        Ok(installation)
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Who is in it.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The data folder of one of its servers.
    #[must_use]
    pub fn folder_of(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The file with everybody's PIN.
    #[must_use]
    pub fn pin_file(&self) -> PathBuf {
        self.folder.join(PIN_FILE)
    }

    /// Everybody's PIN.
    #[must_use]
    pub fn pin() -> Pin {
        Pin::new(PIN)
    }

    /// Where the information systems listen.
    #[must_use]
    pub fn providers_address(&self) -> SocketAddr {
        self.addresses.providers
    }

    /// Where the trust services listen.
    #[must_use]
    pub fn trust_services_address(&self) -> SocketAddr {
        self.addresses.trust_services
    }

    /// Where the registry publishes.
    #[must_use]
    pub fn registry_address(&self) -> SocketAddr {
        self.addresses.registry_public
    }

    /// Where a security server listens.
    ///
    /// # Panics
    /// When the state has no such entity.
    #[must_use]
    pub fn addresses_of(&self, folder: &str) -> &ServerAddresses {
        let found = self.addresses.servers.iter().find(|server| server.folder == folder);
        found.unwrap_or_else(|| panic!("the small state has no entity {folder}"))
    }

    /// The trust services' settings as TOML.
    fn trust_settings(&self, protection: Protection) -> String {
        let iterations = protection.iterations();
        format!(
            "url = \"http://{}\"\nname = \"Chakana demo\"\nkey_iterations = {iterations}\n\n\
             # Who shows it is given certificates over HTTP.\n[certification]\ntoken = \"{CERTIFICATION_TOKEN}\"\n",
            self.addresses.trust_services
        )
    }

    fn create_trust_services(&self, protection: Protection, clock: SharedClock) -> Result<TrustServices> {
        let folder = self.folder_of("trust-services");
        fs::create_dir_all(&folder)?;
        let text = self.trust_settings(protection);
        fs::write(folder.join(TRUST_SETTINGS), &text)?;
        let settings: certs::Settings = toml::from_str(&text)?;
        let services = TrustServices::create(&folder, &settings, &Self::pin(), clock)?;
        write_pem(&folder.join("root.pem"), &[services.root().der()])?;
        write_pem(&folder.join("issuing.pem"), &[services.issuing().der()])?;
        write_pem(&folder.join("time-stamping.pem"), &[services.time_stamping_certificate().der()])?;
        Ok(services)
    }

    /// The registry with its members; the answer is the trust anchor.
    async fn create_registry(
        &self,
        trust: &TrustServices,
        protection: Protection,
        clock: SharedClock,
    ) -> Result<Vec<u8>> {
        let folder = self.folder_of("registry");
        let mut settings = central_registry::Settings::default();
        settings.management.listen = self.addresses.registry_management;
        settings.public.listen = self.addresses.registry_public;
        settings.administration = self.addresses.registry_administration.map(PortSettings::at);
        settings.keys.key_iterations = protection.iterations();
        let document = self.registry_document(trust);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("registry.toml"), &document)?;
        let registry = CentralRegistry::create(&folder, &settings, &Self::pin(), clock).await?;
        registry.apply(&document, "demo").await?;
        Ok(registry.registry().trust_anchor())
    }

    /// What the registry's operator says.
    #[must_use]
    fn registry_document(&self, trust: &TrustServices) -> String {
        let mut text = format!("instance = \"{}\"\nmember_classes = [", self.state.instance);
        for class in self.state.classes() {
            let _ = write!(text, "\"{class}\", ");
        }
        let _ = write!(text, "]\nocsp_freshness_seconds = 3600\n\n[approval]\ndefault = \"automatic\"\n");
        for entity in &self.state.entities {
            let Entity { class, code, name, .. } = entity;
            let _ = write!(text, "\n[[members]]\nclass = \"{class}\"\ncode = \"{code}\"\nname = \"{name}\"\n");
            for Guest { class, code, name, .. } in &entity.guests {
                let _ = write!(text, "\n[[members]]\nclass = \"{class}\"\ncode = \"{code}\"\nname = \"{name}\"\n");
            }
        }
        let _ = write!(
            text,
            "\n[[global_groups]]\ncode = \"gobierno\"\ndescription = \"Entidades del gobierno central\"\nmembers = ["
        );
        for entity in self.state.entities.iter().filter(|entity| entity.class == "GOV") {
            for subsystem in &entity.subsystems {
                let _ = write!(text, "\"{}/{}\", ", self.state.member(entity), subsystem.code);
            }
        }
        let address = self.addresses.trust_services;
        let _ = write!(
            text,
            "]\n\n[[certification_services]]\nname = \"Chakana demo\"\ncertificates = [\"\"\"\n{}\"\"\", \"\"\"\n{}\"\"\"]\n\
             ocsp_urls = [\"http://{address}/ocsp\"]\n\n\
             [[time_stamping_services]]\nname = \"Chakana demo\"\nurl = \"http://{address}/tsa\"\ncertificate = \"\"\"\n{}\"\"\"\n",
            pem(PemLabel::Certificate, trust.root().der()),
            pem(PemLabel::Certificate, trust.issuing().der()),
            pem(PemLabel::Certificate, trust.time_stamping_certificate().der()),
        );
        text
    }

    fn create_server(
        &self,
        entity: &Entity,
        trust: &TrustServices,
        anchor: &[u8],
        protection: Protection,
    ) -> Result<()> {
        let folder = self.folder_of(&entity.folder);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("root.json"), anchor)?;
        let iterations = Iterations::new(protection.iterations())?;
        let token = SoftwareToken::create_with(folder.join("token"), &Self::pin(), iterations)?;
        token.generate("log", KeyAlgorithm::Ed25519)?;
        token.generate_key_encryption_key("log-encryption")?;
        let server = self.state.server(entity);
        let mut certified = vec![
            ("authentication".to_owned(), Profile::Authentication, server_subject(entity, &server)),
            ("signing".to_owned(), Profile::Signing, signing_subject(&entity.name, entity.class, &entity.code)),
            ("internal".to_owned(), Profile::TlsServer, server_subject(entity, &server)),
        ];
        if entity.door != Door::Closed {
            certified.push(("citizens".to_owned(), Profile::TlsServer, citizens_subject(entity)));
        }
        for Guest { folder, name, class, code, .. } in &entity.guests {
            certified.push((signing_key(folder), Profile::Signing, signing_subject(name, class, code)));
        }
        for (label, profile, subject) in certified {
            token.generate(&label, KeyAlgorithm::P256)?;
            let chain = trust.issue(&token.certificate_request(&label, &subject)?, profile, &subject)?;
            let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
            write_pem(&folder.join(format!("{label}.pem")), &chain)?;
        }
        for (name, secret) in crate::citizens::secrets(&self.state, entity) {
            write_private(&folder.join(name), &secret)?;
        }
        fs::write(folder.join("server.toml"), self.server_settings(entity))?;
        fs::write(folder.join("configuration.toml"), self.server_document(entity))?;
        Ok(())
    }

    fn server_settings(&self, entity: &Entity) -> String {
        let addresses = self.addresses_of(&entity.folder);
        let settings = format!(
            r#"server = "{server}"
address = "{transport}"

[listen]
clients_http = "{http}"
clients_https = "{https}"
transport = "{transport}"

[global_configuration]
trust_anchor = "root.json"
mirrors = ["http://{registry}/"]
refresh_seconds = 1

[keys.authentication]
key = "authentication"
certificate = "authentication.pem"

[[keys.signing]]
member = "{member}"
key = "signing"
certificate = "signing.pem"

[keys.internal]
key = "internal"
certificate = "internal.pem"

[message_log]
checkpoint_seconds = 1
"#,
            server = self.state.server(entity),
            member = self.state.member(entity),
            http = addresses.clients_http,
            https = addresses.clients_https,
            transport = addresses.transport,
            registry = self.addresses.registry_public,
        );
        let guests: String = entity
            .guests
            .iter()
            .map(|Guest { folder, class, code, .. }| {
                let (member, key) = (format!("{}/{class}/{code}", self.state.instance), signing_key(folder));
                format!("\n[[keys.signing]]\nmember = \"{member}\"\nkey = \"{key}\"\ncertificate = \"{key}.pem\"\n")
            })
            .collect();
        let administration =
            addresses.administration.map(|listen| format!("\n[administration]\nlisten = \"{listen}\"\n"));
        settings + &guests + &administration.unwrap_or_default() + &crate::citizens::settings(self, entity)
    }

    /// The declarative configuration of an entity's server: its guests first, so that its own client is the last one.
    fn server_document(&self, entity: &Entity) -> String {
        let mut text = String::new();
        for guest in &entity.guests {
            let _ = write!(text, "[[client]]\nid = \"{}\"\nauthentication = \"http\"\n\n", self.state.guest(guest));
        }
        for subsystem in &entity.subsystems {
            let id = format!("{}/{}", self.state.member(entity), subsystem.code);
            // Plain HTTP, so that the first call can be made with curl alone; production wants certificates.
            let _ = write!(text, "[[client]]\nid = \"{id}\"\nauthentication = \"http\"\n");
            for service in &subsystem.services {
                let base = format!("http://{}", self.addresses.providers);
                let _ = write!(
                    text,
                    "\n[[client.service]]\ncode = \"{}\"\nurl = \"{base}{}\"\n",
                    service.code, service.path
                );
                if let Some(path) = service.open_api {
                    let _ = writeln!(text, "openapi = \"{base}{path}\"");
                }
                for (subject, method, path) in &service.access {
                    let _ = write!(text, "\n[[client.service.access]]\nsubject = \"{subject}\"\npath = \"{path}\"\n");
                    if !method.is_empty() {
                        let _ = writeln!(text, "method = \"{method}\"");
                    }
                }
            }
            text.push('\n');
        }
        text
    }
}

/// The signing key of a guest at the server that it uses.
pub(crate) fn signing_key(folder: &str) -> String {
    format!("signing-{folder}")
}

/// A certificate that the installation wrote.
///
/// # Errors
/// When the file is not there, or holds none.
pub fn read_certificate(path: &Path) -> Result<Certificate> {
    let text = fs::read_to_string(path).with_context(|| format!("failed to read {}", path.display()))?;
    let body: String = text.lines().skip(1).take_while(|line| !line.starts_with("-----")).collect();
    use base64::Engine as _;
    let der = base64::engine::general_purpose::STANDARD.decode(body)?;
    Ok(Certificate::from_der(&der)?)
}
