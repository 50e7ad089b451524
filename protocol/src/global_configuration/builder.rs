//! Makes a configuration from documents, or from an older one and the documents that changed.

use super::bin::BINS;
use super::index::CertificateIndex;
use super::wire::{self, GroupsDocument, MemberDocument, SharedDocument};
use super::{Bin, BinNumber, ConfigurationError, GlobalConfiguration, Groups, Shared};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Collects documents until they are a [`GlobalConfiguration`].
#[derive(Debug, Default)]
pub struct Builder {
    base: Option<GlobalConfiguration>,
    documents: BTreeMap<String, Vec<u8>>,
}

impl Builder {
    pub(super) fn on(base: GlobalConfiguration) -> Self {
        Self { base: Some(base), documents: BTreeMap::new() }
    }

    /// Adds the bytes of the target `name`; what is not added stays as in the configuration that
    /// the builder began with.
    #[must_use]
    pub fn document(mut self, name: &str, bytes: Vec<u8>) -> Self {
        self.documents.insert(name.to_owned(), bytes);
        self
    }

    /// The configuration.
    ///
    /// # Errors
    /// When a document is missing, is not what its name promises, or they contradict one another.
    pub fn build(self) -> Result<GlobalConfiguration, ConfigurationError> {
        let Self { base, mut documents } = self;
        let base = match base {
            // Another instance shares nothing with the old one: every document is read again.
            Some(base) if documents.contains_key(wire::SHARED) => {
                let shared = Shared::parse(&take(&mut documents, wire::SHARED)?)?;
                if shared.instance() != base.instance() {
                    return Err(ConfigurationError::Instance {
                        document: wire::SHARED.to_owned(),
                        found: shared.instance().to_owned(),
                        expected: base.instance().to_owned(),
                    });
                }
                GlobalConfiguration { shared: Arc::new(shared), ..base }
            }
            Some(base) => base,
            None => begin(&mut documents)?,
        };
        replace(base, documents)
    }
}

impl GlobalConfiguration {
    /// A configuration from parsed documents, for the registry's own check and for tests.
    ///
    /// # Errors
    /// When the documents would be refused as targets.
    pub fn from_documents(
        shared: &SharedDocument,
        groups: &GroupsDocument,
        members: Vec<MemberDocument>,
    ) -> Result<Self, ConfigurationError> {
        Builder { base: None, documents: wire::targets(shared, groups, members) }.build()
    }
}

/// With everything that a configuration must have, and with empty bins.
fn begin(documents: &mut BTreeMap<String, Vec<u8>>) -> Result<GlobalConfiguration, ConfigurationError> {
    let shared = Shared::parse(&take(documents, wire::SHARED)?)?;
    let groups = Groups::parse(shared.instance(), &take(documents, wire::GROUPS)?)?;
    if let Some(missing) = BinNumber::all().map(BinNumber::target).find(|target| !documents.contains_key(target)) {
        return Err(ConfigurationError::Missing { document: missing });
    }
    Ok(GlobalConfiguration {
        shared: Arc::new(shared),
        groups: Arc::new(groups),
        bins: vec![Arc::default(); BINS],
        certificates: CertificateIndex::empty(),
    })
}

fn replace(
    mut base: GlobalConfiguration,
    documents: BTreeMap<String, Vec<u8>>,
) -> Result<GlobalConfiguration, ConfigurationError> {
    let mut changed = Vec::new();
    for (name, bytes) in documents {
        if name == wire::GROUPS {
            base.groups = Arc::new(Groups::parse(base.instance(), &bytes)?);
        } else if let Some(number) = BinNumber::of_target(&name) {
            changed.push((number, Arc::new(Bin::parse(base.instance(), number, &bytes)?)));
        }
        // Other targets are of a newer registry; they do not change what the known ones say.
    }
    // All old entries go before the first new one comes: a server may move between two bins.
    for (number, _) in &changed {
        base.certificates.remove(&base.bins[number.index()]);
    }
    for (number, bin) in changed {
        base.certificates.insert(&bin)?;
        base.bins[number.index()] = bin;
    }
    Ok(base)
}

fn take(documents: &mut BTreeMap<String, Vec<u8>>, name: &str) -> Result<Vec<u8>, ConfigurationError> {
    documents.remove(name).ok_or_else(|| ConfigurationError::Missing { document: name.to_owned() })
}
