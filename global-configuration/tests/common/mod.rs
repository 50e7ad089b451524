//! A registry in a folder, for the tests: it signs whatever it is told to.
#![allow(dead_code, missing_docs, unreachable_pub, clippy::unwrap_used)] // Each test binary uses its part of it.

use async_trait::async_trait;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::signature::Ed25519KeyPair;
use global_configuration::{Fetch, FetchError, Fetched, FileFetch, Source, Validator};
use jiff::{SignedDuration, Timestamp};
use protocol::global_configuration::wire::*;
use protocol::hash::Sha256Hash;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tough::TargetName;
use tough::editor::signed::SignedRole;
use tough::key_source::KeySource;
use tough::schema::{
    self, Hashes, KeyHolder, Metafile, Role, RoleKeys, RoleType, Root, Signed, Snapshot, Target, Targets,
};
use tough::sign::Sign;
use url::Url;

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, Clone)]
pub struct Key(Arc<Ed25519KeyPair>);

impl Key {
    pub fn generate() -> Self {
        Self(Arc::new(Ed25519KeyPair::generate().unwrap()))
    }
}

#[async_trait]
impl Sign for Key {
    fn tuf_key(&self) -> schema::key::Key {
        Sign::tuf_key(&*self.0)
    }

    async fn sign(&self, message: &[u8], _: &(dyn SecureRandom + Sync)) -> Result<Vec<u8>, Failure> {
        Ok(self.0.sign(message).as_ref().to_vec())
    }
}

#[async_trait]
impl KeySource for Key {
    async fn as_sign(&self) -> Result<Box<dyn Sign>, Failure> {
        Ok(Box::new(self.clone()))
    }

    async fn write(&self, _: &str, _: &str) -> Result<(), Failure> {
        Ok(())
    }
}

pub fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

pub fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

pub struct Registry {
    folder: tempfile::TempDir,
    pub root_keys: Vec<Key>,
    pub root_threshold: u64,
    pub online: Key,
    pub root_version: u64,
    pub version: u64,
    pub timestamp_version: u64,
    pub timestamp_expires: Timestamp,
    pub documents: BTreeMap<String, Vec<u8>>,
    snapshot: (u64, Sha256Hash),
}

impl Registry {
    /// With members `0..members`, published once.
    pub async fn new(members: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("metadata")).unwrap();
        fs::create_dir_all(folder.path().join("targets")).unwrap();
        let mut registry = Self {
            folder,
            root_keys: vec![Key::generate()],
            root_threshold: 1,
            online: Key::generate(),
            root_version: 0,
            version: 0,
            timestamp_version: 0,
            timestamp_expires: now() + hours(72),
            documents: targets(&shared(), &groups(), (0..members).map(member).collect()),
            snapshot: (0, Sha256Hash::of(b"")),
        };
        let keys = registry.root_keys.clone();
        registry.publish_root(&keys).await;
        registry.publish().await;
        registry
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn url(&self) -> Url {
        Url::from_directory_path(self.path()).unwrap()
    }

    pub fn anchor(&self) -> Vec<u8> {
        fs::read(self.path().join("metadata/1.root.json")).unwrap()
    }

    /// A copy as a mirror would have it now.
    pub fn copy(&self) -> (tempfile::TempDir, Url) {
        let copy = tempfile::tempdir().unwrap();
        for part in ["metadata", "targets"] {
            fs::create_dir_all(copy.path().join(part)).unwrap();
            for entry in fs::read_dir(self.path().join(part)).unwrap() {
                let entry = entry.unwrap();
                fs::copy(entry.path(), copy.path().join(part).join(entry.file_name())).unwrap();
            }
        }
        let url = Url::from_directory_path(copy.path()).unwrap();
        (copy, url)
    }

    /// Changes one member and publishes.
    pub async fn rename(&mut self, code: usize, name: &str) {
        let mut changed = member(code);
        changed.name = name.to_owned();
        let target = protocol::global_configuration::BinNumber::of(&changed.id).target();
        let mut bin: BinDocument = serde_json::from_slice(&self.documents[&target]).unwrap();
        bin.members.retain(|member| member.id != changed.id);
        bin.members.push(changed);
        self.documents.insert(target, render_bin(bin.members));
        self.publish().await;
    }

    /// Publishes the documents as the next version.
    pub async fn publish(&mut self) {
        self.version += 1;
        let mut targets = Targets::new(SPEC.to_owned(), number(self.version), now() + hours(24 * 365));
        targets.delegations = None;
        for (name, bytes) in &self.documents {
            let hash = Sha256Hash::of(bytes);
            let path = self.path().join("targets").join(format!("{hash}.{name}"));
            if !path.exists() {
                fs::write(path, bytes).unwrap();
            }
            targets.add_target(TargetName::new(name).unwrap(), target(bytes));
        }
        let targets = self.sign(targets).await;
        let mut snapshot = Snapshot::new(SPEC.to_owned(), number(self.version), now() + hours(24 * 365));
        snapshot.meta.insert("targets.json".to_owned(), metafile(self.version, targets));
        self.snapshot = (self.version, self.sign(snapshot).await);
        self.publish_timestamp().await;
    }

    pub async fn publish_timestamp(&mut self) {
        self.timestamp_version += 1;
        let mut timestamp =
            schema::Timestamp::new(SPEC.to_owned(), number(self.timestamp_version), self.timestamp_expires);
        timestamp.meta.insert("snapshot.json".to_owned(), metafile(self.snapshot.0, self.snapshot.1));
        self.sign(timestamp).await;
    }

    /// Publishes the next root, signed by these keys.
    pub async fn publish_root(&mut self, signers: &[Key]) {
        self.root_version += 1;
        let root = self.root();
        // The old keys sign, too, so they are taken from a root that knows them all.
        let mut holder = root.clone();
        let role = holder.roles.get_mut(&RoleType::Root).unwrap();
        for key in signers {
            let id = key.tuf_key().key_id().unwrap();
            holder.keys.insert(id.clone(), key.tuf_key());
            role.keyids.push(id);
        }
        role.keyids.sort();
        role.keyids.dedup();
        let signers: Vec<Box<dyn KeySource>> = signers.iter().map(|key| Box::new(key.clone()) as _).collect();
        let signed = SignedRole::new(root, &KeyHolder::Root(holder), &signers, &SystemRandom::new()).await.unwrap();
        fs::write(self.path().join(format!("metadata/{}.root.json", self.root_version)), signed.buffer()).unwrap();
    }

    fn root(&self) -> Root {
        let id = |key: &Key| key.tuf_key().key_id().unwrap();
        let role = |keys: &[Key], threshold: u64| RoleKeys {
            keyids: keys.iter().map(id).collect(),
            threshold: number(threshold),
            _extra: HashMap::new(),
        };
        let online = role(std::slice::from_ref(&self.online), 1);
        let mut roles: HashMap<_, _> = [RoleType::Timestamp, RoleType::Snapshot, RoleType::Targets]
            .into_iter()
            .map(|kind| (kind, online.clone()))
            .collect();
        roles.insert(RoleType::Root, role(&self.root_keys, self.root_threshold));
        Root {
            spec_version: SPEC.to_owned(),
            consistent_snapshot: true,
            version: number(self.root_version),
            expires: now() + hours(24 * 3650),
            keys: self.root_keys.iter().chain([&self.online]).map(|key| (id(key), key.tuf_key())).collect(),
            roles,
            _extra: HashMap::new(),
        }
    }

    async fn sign<T: Role + serde::Serialize>(&self, role: T) -> Sha256Hash {
        let name = role.filename(true);
        let holder = KeyHolder::Root(self.root());
        let keys: Vec<Box<dyn KeySource>> = vec![Box::new(self.online.clone())];
        let signed = SignedRole::new(role, &holder, &keys, &SystemRandom::new()).await.unwrap();
        fs::write(self.path().join("metadata").join(name), signed.buffer()).unwrap();
        Sha256Hash::of(signed.buffer())
    }

    /// A source of this registry in `folder`.
    pub async fn source(&self, folder: &Path) -> Source {
        self.source_of(folder, vec![self.url()], Arc::new(FileFetch)).await
    }

    pub async fn source_of(&self, folder: &Path, mirrors: Vec<Url>, fetch: Arc<dyn Fetch>) -> Source {
        Source::open(&self.anchor(), mirrors, folder, fetch).await.unwrap()
    }
}

/// Files of folders, with a list of what was asked for.
#[derive(Debug, Default)]
pub struct Counting {
    asked: Mutex<Vec<String>>,
}

impl Counting {
    /// The names asked for since the last time, without the hash of a target.
    pub fn take(&self) -> Vec<String> {
        self.asked.lock().unwrap().drain(..).collect()
    }
}

#[async_trait]
impl Fetch for Counting {
    async fn fetch(&self, url: &Url, known: Option<&Validator>, limit: usize) -> Result<Fetched, FetchError> {
        let name = PathBuf::from(url.path()).file_name().unwrap().to_string_lossy().into_owned();
        let name = name.split_once('.').filter(|(hash, _)| hash.len() == 64).map_or(name.as_str(), |(_, name)| name);
        self.asked.lock().unwrap().push(name.to_owned());
        match FileFetch.fetch(url, None, limit).await? {
            Fetched::Found { bytes, .. } => {
                let validator = Validator(Sha256Hash::of(&bytes).to_string());
                if known == Some(&validator) {
                    return Ok(Fetched::Unchanged);
                }
                Ok(Fetched::Found { bytes, validator: Some(validator) })
            }
            other => Ok(other),
        }
    }
}

pub fn resign<T: serde::Serialize>(signed: &Signed<T>) -> Vec<u8> {
    serde_json::to_vec_pretty(signed).unwrap()
}

pub fn target(bytes: &[u8]) -> Target {
    Target {
        length: bytes.len() as u64,
        hashes: hashes(Sha256Hash::of(bytes)),
        custom: HashMap::new(),
        _extra: HashMap::new(),
    }
}

fn metafile(version: u64, hash: Sha256Hash) -> Metafile {
    Metafile { length: None, hashes: Some(hashes(hash)), version: number(version), _extra: HashMap::new() }
}

fn hashes(hash: Sha256Hash) -> Hashes {
    Hashes { sha256: hash.as_bytes().to_vec().into(), _extra: HashMap::new() }
}

fn number(number: u64) -> NonZeroU64 {
    NonZeroU64::new(number).unwrap()
}

pub fn shared() -> SharedDocument {
    SharedDocument {
        format: format::SHARED.to_owned(),
        instance: "BO".to_owned(),
        registry: RegistryDocument { address: "registry.bo:4001".to_owned(), certificates: vec![] },
        certification_services: vec![],
        time_stamping_services: vec![],
        ocsp_freshness_seconds: 3600,
    }
}

fn groups() -> GroupsDocument {
    GroupsDocument { format: format::GROUPS.to_owned(), groups: vec![] }
}

pub fn member(code: usize) -> MemberDocument {
    let id: protocol::identifier::MemberId = format!("BO/GOV/{code}").parse().unwrap();
    MemberDocument {
        name: format!("Entity {code}"),
        subsystems: vec![SubsystemDocument {
            code: "portal".to_owned(),
            name: "Portal".to_owned(),
            servers: vec![protocol::identifier::ServerId::new(id.clone(), "ss1").unwrap()],
        }],
        signing_certificates: vec![Sha256Hash::of(format!("sign {code}").as_bytes())],
        servers: vec![ServerDocument {
            code: "ss1".to_owned(),
            address: "127.0.0.1:5500".to_owned(),
            authentication_certificates: vec![Sha256Hash::of(format!("auth {code}").as_bytes())],
            log_keys: vec![],
            maintenance: None,
        }],
        id,
    }
}

const SPEC: &str = "1.0.0";
