//! The one that publishes.

use super::PublishError;
use super::change::{ChangeError, RefusedDraft, RootChange, Rotation};
use super::draft::RootDraft;
use super::folder::{Part, PublicFolder};
use super::ledger::{self, Numbers};
use super::metadata::{Document, Lifetimes, Pen, Repository};
use super::root::{PublicationRole, RootFile, roles_that_differ};
use jiff::Timestamp;
use protocol::global_configuration::GlobalConfiguration;
use protocol::hash::SnapshotHash;
use signer::SoftwareToken;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use storage::{Batch, Store};

/// Writes the repository, and remembers what it wrote.
pub(crate) struct Publisher {
    folder: PublicFolder,
    store: Store,
    token: Arc<SoftwareToken>,
    root: RootFile,
    /// A newer root was kept and is not in the folder yet.
    unwritten_root: bool,
    root_awaits_signatures: bool,
    /// Roles whose files were signed by keys that are no longer theirs.
    stale: BTreeSet<PublicationRole>,
    numbers: Numbers,
    repository: Option<Repository>,
    configuration: Option<GlobalConfiguration>,
}

/// What is published, for people to see.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) root_version: u64,
    /// The root must be signed again, and this token alone cannot.
    pub(crate) root_awaits_signatures: bool,
    /// The keys of each role.
    pub(crate) roles: BTreeMap<PublicationRole, RoleStanding>,
    /// Absent until the first document is applied.
    pub(crate) snapshot: Option<(SnapshotHash, u64)>,
    /// When each role's signature expires.
    pub(crate) expires: BTreeMap<PublicationRole, Timestamp>,
}

/// The keys of a role.
#[derive(Debug, Clone, Default)]
pub(crate) struct RoleStanding {
    /// How many must sign.
    pub(crate) threshold: u64,
    /// Each by its id, and whether it lies in this token.
    pub(crate) keys: Vec<(String, bool)>,
}

/// A root that is made and not kept yet.
pub(crate) struct NextRoot {
    root: RootFile,
    /// Whose keys are others.
    roles: Vec<PublicationRole>,
}

impl Publisher {
    /// Makes the keys and the first root.
    pub(crate) fn create(
        store: &Store,
        token: &SoftwareToken,
        root_keys: u8,
        threshold: u8,
        lifetimes: Lifetimes,
        now: Timestamp,
    ) -> Result<(), PublishError> {
        let expires = lifetimes.expires(PublicationRole::Root, now);
        let root = RootFile::first(token, root_keys, threshold, expires)?;
        let mut batch = Batch::new();
        ledger::add_root(&mut batch, &root);
        Ok(store.commit_blocking(batch)?)
    }

    /// Whether the first root was made.
    pub(crate) fn exists(store: &Store) -> Result<bool, PublishError> {
        Ok(!ledger::roots(store)?.is_empty())
    }

    /// Opens the folder and puts the roots into it, where they are not.
    pub(crate) fn open(folder: PublicFolder, store: Store, token: Arc<SoftwareToken>) -> Result<Self, PublishError> {
        let roots = ledger::roots(&store)?;
        let root = roots.last().ok_or(PublishError::NoRoot)?.clone();
        // The newest root is written with what it makes necessary; the others are what it follows from.
        for older in &roots[..roots.len() - 1] {
            write_root(&folder, older)?;
        }
        let repository = Repository::read(&folder, &root);
        let kept = ledger::numbers(&store)?;
        let found = repository.as_ref().map(Repository::numbers).unwrap_or_default();
        let numbers = Numbers {
            targets: kept.targets.max(found.targets),
            snapshot: kept.snapshot.max(found.snapshot),
            timestamp: kept.timestamp.max(found.timestamp),
        };
        Ok(Self {
            folder,
            store,
            token,
            root,
            unwritten_root: true,
            root_awaits_signatures: false,
            stale: BTreeSet::new(),
            numbers,
            repository,
            configuration: None,
        })
    }

    /// Publishes documents that may have changed, and signs again what is due.
    ///
    /// The first call needs all of them.
    pub(crate) fn publish(
        &mut self,
        documents: BTreeMap<String, Vec<u8>>,
        lifetimes: Lifetimes,
        now: Timestamp,
    ) -> Result<(), PublishError> {
        self.renew_root(lifetimes, now)?;
        if self.repository.is_none() && documents.is_empty() {
            return self.write_root();
        }
        let configuration = self.check(&documents)?;
        let differs = |name: &String, document: &Document| {
            self.repository.as_ref().is_none_or(|repository| repository.documents.get(name) != Some(document))
        };
        let mut all = self.repository.as_ref().map(|it| it.documents.clone()).unwrap_or_default();
        let mut changed = false;
        for (name, bytes) in &documents {
            let document = Document::of(bytes);
            changed |= differs(name, &document);
            self.write_document(name, &document, bytes)?;
            all.insert(name.clone(), document);
        }
        self.folder.flush(Part::Targets)?;
        self.sign(all, changed, lifetimes, now)?;
        self.configuration = Some(configuration);
        Ok(())
    }

    /// The root says the same for longer, where its keys are here; where they are not, their holders are waited for.
    fn renew_root(&mut self, lifetimes: Lifetimes, now: Timestamp) -> Result<(), PublishError> {
        self.root_awaits_signatures = false;
        if !lifetimes.is_due(PublicationRole::Root, self.root.signed.signed.expires, now) {
            return Ok(());
        }
        let root = match self.root.renewed(&self.token, self.root_expires(lifetimes, now)) {
            Err(PublishError::KeysMissing { role: PublicationRole::Root, .. }) => {
                self.root_awaits_signatures = true;
                return Ok(());
            }
            renewed => renewed?,
        };
        let next = NextRoot { root, roles: Vec::new() };
        let mut batch = Batch::new();
        next.add_to(&mut batch);
        self.store.commit_blocking(batch)?;
        self.adopt(next);
        Ok(())
    }

    /// Makes new keys for a role and the root that names them. Nothing is in force until [`Self::adopt`].
    pub(crate) fn next_root(
        &self,
        rotation: Rotation,
        lifetimes: Lifetimes,
        now: Timestamp,
    ) -> Result<NextRoot, ChangeError> {
        let root = self.root.rotated(rotation, &self.token, self.root_expires(lifetimes, now))?;
        Ok(NextRoot { root, roles: vec![rotation.role] })
    }

    /// Writes the root that is to be signed where its keys lie.
    pub(crate) fn draft(
        &self,
        change: &RootChange,
        lifetimes: Lifetimes,
        now: Timestamp,
    ) -> Result<RootDraft, ChangeError> {
        self.root.draft(change, &self.token, self.root_expires(lifetimes, now))
    }

    /// The root that a draft has become, if it counts. Nothing is in force until [`Self::adopt`].
    pub(crate) fn accept(&self, draft: &RootDraft, now: Timestamp) -> Result<NextRoot, RefusedDraft> {
        let root = self.root.accept(draft, &self.token, now)?;
        Ok(NextRoot { roles: roles_that_differ(&self.root.signed.signed, &root.signed.signed).collect(), root })
    }

    /// Puts a root in force that was made durable; the next publication writes it.
    pub(crate) fn adopt(&mut self, next: NextRoot) {
        self.root = next.root;
        self.unwritten_root = true;
        self.stale.extend(next.roles);
        self.root_awaits_signatures = false;
    }

    pub(crate) fn standing(&self) -> Standing {
        let mut expires = BTreeMap::from([(PublicationRole::Root, self.root.signed.signed.expires)]);
        if let Some(repository) = &self.repository {
            expires.insert(PublicationRole::Targets, repository.targets.expires);
            expires.insert(PublicationRole::Snapshot, repository.snapshot.expires);
            expires.insert(PublicationRole::Timestamp, repository.timestamp.expires);
        }
        Standing {
            root_version: self.root.version(),
            root_awaits_signatures: self.root_awaits_signatures,
            roles: self.root.held_by(&self.token),
            snapshot: self.repository.as_ref().map(|repository| (repository.hash(), repository.targets.version)),
            expires,
        }
    }

    /// The newest root, as administrators of servers load it.
    pub(crate) fn trust_anchor(&self) -> &[u8] {
        &self.root.bytes
    }

    /// What is published, as every server reads it.
    pub(crate) fn configuration(&self) -> Option<&GlobalConfiguration> {
        self.configuration.as_ref()
    }

    fn root_expires(&self, lifetimes: Lifetimes, now: Timestamp) -> Timestamp {
        lifetimes.expires(PublicationRole::Root, now)
    }

    /// Reads what is to be published as every server will, so that nothing is signed that they refuse.
    fn check(&self, documents: &BTreeMap<String, Vec<u8>>) -> Result<GlobalConfiguration, PublishError> {
        let builder = self.configuration.as_ref().map_or_else(GlobalConfiguration::builder, GlobalConfiguration::edit);
        let add = |builder: protocol::global_configuration::Builder, (name, bytes): (&String, &Vec<u8>)| {
            builder.document(name, bytes.clone())
        };
        Ok(documents.iter().fold(builder, add).build()?)
    }

    fn write_document(&self, name: &str, document: &Document, bytes: &[u8]) -> Result<(), PublishError> {
        let file = document.file_name(name);
        let there = std::fs::metadata(self.folder.file(Part::Targets, &file));
        if there.is_ok_and(|file| file.len() == document.length) {
            return Ok(());
        }
        self.folder.write(Part::Targets, &file, bytes)
    }

    /// Signs targets, snapshot and timestamp, as far as there is a reason; the timestamp is replaced last.
    fn sign(
        &mut self,
        documents: BTreeMap<String, Document>,
        changed: bool,
        lifetimes: Lifetimes,
        now: Timestamp,
    ) -> Result<(), PublishError> {
        use PublicationRole::{Snapshot, Targets, Timestamp};
        let old = self.repository.as_ref();
        let due = |role: PublicationRole, expires: Option<jiff::Timestamp>| {
            self.stale.contains(&role) || expires.is_none_or(|expires| lifetimes.is_due(role, expires, now))
        };
        let targets_due = changed || due(Targets, old.map(|it| it.targets.expires));
        let snapshot_due = targets_due || due(Snapshot, old.map(|it| it.snapshot.expires));
        let timestamp_due = snapshot_due || due(Timestamp, old.map(|it| it.timestamp.expires));
        if !timestamp_due {
            return self.write_root();
        }
        let next = |number: u64, is_due: bool| match is_due {
            true => number.checked_add(1).ok_or(PublishError::VersionsExhausted),
            false => Ok(number),
        };
        let numbers = Numbers {
            targets: next(self.numbers.targets, targets_due)?,
            snapshot: next(self.numbers.snapshot, snapshot_due)?,
            timestamp: next(self.numbers.timestamp, true)?,
        };
        ledger::reserve(&self.store, numbers)?;
        self.numbers = numbers;
        let pen = Pen { folder: &self.folder, root: &self.root, token: &self.token, lifetimes, now };
        let targets = match old {
            Some(old) if !targets_due => old.targets,
            _ => pen.targets(numbers.targets, &documents)?,
        };
        let snapshot = match old {
            Some(old) if !snapshot_due => old.snapshot,
            _ => pen.snapshot(numbers.snapshot, targets)?,
        };
        self.folder.flush(Part::Metadata)?;
        // A client that comes between root and timestamp fails and asks again; the time between is kept short.
        if self.unwritten_root {
            write_root(&self.folder, &self.root)?;
        }
        let timestamp = pen.timestamp(numbers.timestamp, snapshot)?;
        self.folder.flush(Part::Metadata)?;
        self.unwritten_root = false;
        self.stale.clear();
        self.repository = Some(Repository { documents, targets, snapshot, timestamp });
        Ok(())
    }

    fn write_root(&mut self) -> Result<(), PublishError> {
        if self.unwritten_root {
            write_root(&self.folder, &self.root)?;
            self.unwritten_root = false;
            self.stale.remove(&PublicationRole::Root);
        }
        Ok(())
    }
}

impl NextRoot {
    /// Its version.
    pub(crate) fn version(&self) -> u64 {
        self.root.version()
    }

    /// Lets `batch` make it durable.
    pub(crate) fn add_to(&self, batch: &mut Batch) {
        ledger::add_root(batch, &self.root);
    }
}

fn write_root(folder: &PublicFolder, root: &RootFile) -> Result<(), PublishError> {
    for name in [format!("{}.root.json", root.version()), "root.json".to_owned()] {
        if folder.read(Part::Metadata, &name).as_deref() != Some(&root.bytes) {
            folder.write(Part::Metadata, &name, &root.bytes)?;
        }
    }
    folder.flush(Part::Metadata)
}
