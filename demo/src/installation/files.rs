//! The subjects of certificates, and how files are written.

use crate::citizens::domain_of;
use crate::state::Entity;
use anyhow::{Context as _, Result};
use signer::{PemLabel, Subject, pem};
use std::fs;
use std::path::Path;

pub(super) fn server_subject(entity: &Entity, server: &str) -> Subject {
    let mut subject = Subject::common_name(format!("{}.demo.example", entity.folder));
    subject.organization = Some(entity.name.clone());
    subject.country = Some("BO".to_owned());
    subject.serial_number = Some(server.to_owned());
    subject.host_names =
        vec![format!("{}.demo.example", entity.folder), "localhost".to_owned(), "127.0.0.1".to_owned()];
    subject
}

/// Of the origins that people see: the domain, and each name one label below it.
pub(super) fn citizens_subject(entity: &Entity) -> Subject {
    let domain = domain_of(entity);
    let mut subject = Subject::common_name(domain);
    subject.organization = Some(entity.name.clone());
    subject.country = Some("BO".to_owned());
    subject.host_names = vec![domain.to_owned(), format!("*.{domain}")];
    subject
}

pub(super) fn signing_subject(name: &str, class: &str, code: &str) -> Subject {
    let mut subject = Subject::common_name(name);
    subject.organization = Some(name.to_owned());
    subject.organization_identifier = Some(format!("{class}BO-{code}"));
    subject.country = Some("BO".to_owned());
    subject
}

pub(super) fn write_private(path: &Path, text: &str) -> Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    Ok(file.write_all(text.as_bytes())?)
}

pub(super) fn write_pem(path: &Path, chain: &[&[u8]]) -> Result<()> {
    let text: String = chain.iter().map(|der| pem(PemLabel::Certificate, der)).collect();
    fs::write(path, text).with_context(|| format!("failed to write {}", path.display()))
}
