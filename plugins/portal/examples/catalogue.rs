//! Writes the demo's whole catalogue as linked data, for others to judge: `scripts/judge_catalogue.py`. Usage: catalogue demo/procedures

use std::error::Error;
use std::fs;
use std::path::Path;

use portal::catalogue::{Entity, EntityOf, Published};
use portal::cpsv::{self, Described, Origin, View};
use portal::definition::Definition;
use sdk::{Timestamp, Translated};
use serde::Deserialize;

/// An entity of the demo.
#[derive(Deserialize)]
struct Named {
    name: Translated,
    member: String,
    place: String,
    homepage: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("name the folder of procedures: demo/procedures")?;
    let mut all = Vec::new();
    for entity in fs::read_dir(folder)? {
        all.extend(published(&entity?.path())?);
    }
    all.sort_by(|one, other| one.published.entry.code.cmp(&other.published.entry.code));
    let publisher = &all.first().ok_or("the demo has no procedures")?.entity;
    let view = View { path: "/catalogue.jsonld".to_owned(), next: None };
    let document = cpsv::catalogue(&Origin::web("https://portal.example.bo"), publisher, &all, &view);
    println!("{document}");
    Ok(())
}

/// What the entity of a folder publishes.
fn published(folder: &Path) -> Result<Vec<Described>, Box<dyn Error>> {
    let Named { name, member, place, homepage } = read(&folder.join("entity.json"))?;
    let source = format!("{member}/portal");
    let entity = Entity::of_subsystem(&source, EntityOf { name, place, homepage }).map_err(|_| "no entity")?;
    let mut entries = Vec::new();
    for file in fs::read_dir(folder)? {
        let file = file?.path();
        if !file.ends_with("entity.json") {
            let Definition { entry, online, .. } = read(&file)?;
            let at = Timestamp::from_millisecond(1_795_872_000_000);
            let source = source.clone();
            let version = online.map(|_| 1);
            entries.push(Published { entry, source, first: at, published: at, online: None, version });
        }
    }
    let described = |published: &Published| {
        let related = entries.iter().filter(|other| published.entry.related.contains(&other.entry.code));
        Described { entity: entity.clone(), published: published.clone(), related: related.cloned().collect() }
    };
    Ok(entries.iter().map(described).collect())
}

fn read<T: serde::de::DeserializeOwned>(file: &Path) -> Result<T, Box<dyn Error>> {
    sdk::json::read(&fs::read(file)?).map_err(|error| format!("{}: {error}", file.display()).into())
}
