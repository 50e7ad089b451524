//! The catalogue for whoever reckons with it: one row for each entry, without anybody's data, and the list of pages for search
//! engines.

use sdk::collections::PageRequest;
use sdk::html::Language;
use sdk::json::Value;
use sdk::web::{Csv, Response, query};
use sdk::{Failure, Money, Timestamp, Translated, log};
use serde::Serialize;

use crate::catalogue::{self, Entity, EntityCode, Published, Within};
use crate::cpsv::{self, Described, LICENCE, Origin, decimal};
use crate::definition::{Audience, Burden, ChannelKind, Code, Silence, Vocabulary};
use crate::office::ThisEntity;

/// The columns, in the order of a row's cells.
const COLUMNS: [&str; 27] = [
    "code",
    "title",
    "entity",
    "entity-name",
    "sector",
    "audience",
    "costs",
    "working-days",
    "silence",
    "burden-before-steps",
    "burden-before-visits",
    "burden-before-documents",
    "burden-before-days",
    "burden-before-cost",
    "burden-after-steps",
    "burden-after-visits",
    "burden-after-documents",
    "burden-after-days",
    "burden-after-cost",
    "channels",
    "first-published",
    "published",
    "source",
    "online",
    "licence",
    "language",
    "next",
];

/// The catalogue as JSON, or as much of it as an answer has.
#[derive(Debug, Serialize)]
pub struct Catalogue {
    licence: &'static str,
    items: Vec<Row>,
    /// Where the rest begins, if this is not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// By which the sitemap of the lists is asked for. No entity has it as its code: those have a hyphen.
pub const LISTS: &str = "lists";

/// An entry.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Row {
    code: String,
    title: Translated,
    entity: String,
    entity_name: Translated,
    sector: String,
    audience: Vec<&'static str>,
    costs: Vec<Priced>,
    working_days: u32,
    silence: Silence,
    #[serde(skip_serializing_if = "Option::is_none")]
    burden_before: Option<Burden>,
    #[serde(skip_serializing_if = "Option::is_none")]
    burden_after: Option<Burden>,
    channels: Vec<&'static str>,
    first_published: Timestamp,
    published: Timestamp,
    source: String,
    /// Whether it is begun at an address of the web: here, or elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    online: Option<String>,
}

/// What something costs, in centavos; without an amount, where it depends on the case.
#[derive(Debug, Serialize)]
struct Priced {
    title: Translated,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Money>,
}

impl Catalogue {
    /// A part of the catalogue as it is now, at a path.
    ///
    /// # Errors
    /// If the cursor is none, or an entry does not read back.
    pub fn part(path: &str, part: &PageRequest) -> Result<Self, Failure> {
        let mut items = Vec::new();
        let next =
            catalogue::each(&Within::Everything, part, |entity, published| items.push(Row::of(entity, published)))?;
        let limit = part.limit.to_string();
        let next = next.map(|next| format!("{path}{}", query([("limit", limit.as_str()), ("cursor", next.as_str())])));
        Ok(Self { licence: LICENCE, items, next })
    }

    /// The same as a table, its texts in Spanish. A table has nothing around its rows: the last one says where the rest begins.
    #[must_use]
    pub fn table(&self) -> Response {
        let mut csv = Csv::new(&COLUMNS);
        for (number, row) in self.items.iter().enumerate() {
            let mut cells = row.cells();
            let next = self.next.clone().filter(|_| number + 1 == self.items.len());
            cells.push(next.unwrap_or_default());
            csv.row(&cells);
        }
        csv.response("catalogue.csv")
    }
}

impl Row {
    fn of(entity: &Entity, published: &Published) -> Self {
        let entry = &published.entry;
        let costs = entry.costs.iter();
        let here = published.version.map(|_| format!("/apply/{}", entry.code));
        Self {
            code: entry.code.to_string(),
            title: entry.title.clone(),
            entity: entity.code().to_string(),
            entity_name: entity.name.clone(),
            sector: entry.sector.to_string(),
            audience: entry.audience.iter().map(|one| Audience::word(*one)).collect(),
            costs: costs.map(|cost| Priced { title: cost.title.clone(), amount: cost.amount }).collect(),
            working_days: entry.deadline.working_days,
            silence: entry.deadline.silence,
            burden_before: entry.burden.map(|burden| burden.before),
            burden_after: entry.burden.map(|burden| burden.after),
            channels: published.channels().into_iter().map(ChannelKind::word).collect(),
            first_published: published.first,
            published: published.published,
            source: published.source.clone(),
            online: published.online.clone().or(here),
        }
    }

    fn cells(&self) -> Vec<String> {
        let spanish = |text: &Translated| text.in_language(Language::Spanish).to_owned();
        let cost = |cost: &Priced| format!("{} {}", spanish(&cost.title), cost.amount.map_or("?".to_owned(), decimal));
        let costs: Vec<String> = self.costs.iter().map(cost).collect();
        let first = [self.code.clone(), spanish(&self.title), self.entity.clone(), spanish(&self.entity_name)];
        let second = [
            self.sector.clone(),
            self.audience.join("; "),
            costs.join("; "),
            self.working_days.to_string(),
            silence(self.silence).to_owned(),
        ];
        let last = [
            self.channels.join("; "),
            self.first_published.to_string(),
            self.published.to_string(),
            self.source.clone(),
            self.online.clone().unwrap_or_default(),
            LICENCE.to_owned(),
            Language::Spanish.code().to_owned(),
        ];
        let burdens = [self.burden_before, self.burden_after].into_iter().flat_map(burden);
        first.into_iter().chain(second).chain(burdens).chain(last).collect()
    }
}

fn burden(burden: Option<Burden>) -> [String; 5] {
    let Some(Burden { steps, visits, documents, days, cost }) = burden else { return Default::default() };
    [steps.to_string(), visits.to_string(), documents.to_string(), days.to_string(), decimal(cost)]
}

fn silence(silence: Silence) -> &'static str {
    match silence {
        Silence::Grants => "grants",
        Silence::Denies => "denies",
        Silence::Escalates => "escalates",
    }
}

/// An entry as linked data.
///
/// # Errors
/// If there is none, or it is not configured who this is.
pub fn linked_entry(entity: &EntityCode, code: &Code) -> Result<Value, Failure> {
    let this = ThisEntity::configured()?;
    let (entity, published) = catalogue::entry(entity, code)?;
    Ok(cpsv::entry(&Origin::configured(&this.entity), &described(entity, published)?))
}

/// An entry with all that its linked data names.
///
/// # Errors
/// If an entry does not read back.
pub fn described(entity: Entity, published: Published) -> Result<Described, Failure> {
    let related = catalogue::related(&entity, &published.entry)?;
    Ok(Described { entity, published, related })
}

/// Which pages a sitemap lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mapped {
    /// All; where they are more than a sitemap has, the sitemaps that list them.
    All,
    /// Those of the portal: its beginning, and its lists.
    Lists,
    /// Those of what an entity does.
    Entity(EntityCode),
}

/// The pages of the catalogue for search engines, as sitemaps.org has it: so many entries at most.
///
/// # Errors
/// If the portal does not know its own address, or an entry does not read back.
pub fn sitemap(origin: &Origin, mapped: &Mapped, most: u32) -> Result<String, Failure> {
    let unknown = || Failure::NotFound("this portal is not configured with its address".to_owned());
    origin.web_address("/").ok_or_else(unknown)?;
    let (mut urls, within) = match mapped {
        Mapped::All => (lists(origin)?, Within::Everything),
        Mapped::Lists => return Ok(document("urlset", &lists(origin)?)),
        Mapped::Entity(entity) => (Vec::new(), Within::Entity(catalogue::entity(entity)?.code())),
    };
    let more = catalogue::each(&within, &PageRequest::first(most), |entity, published| {
        let path = format!("/procedures/{}/{}", entity.code(), published.entry.code);
        urls.push(url(origin, &path, Some(published.published)));
    })?;
    match (more, mapped) {
        (Some(_), Mapped::All) => index(origin),
        (more, _) => {
            if more.is_some() {
                log::warn("an entity has more entries than a sitemap", &[("entries.most", &most)]);
            }
            Ok(document("urlset", &urls))
        }
    }
}

/// The sitemaps that list all pages: that of the lists, and one for each entity.
fn index(origin: &Origin) -> Result<String, Failure> {
    let sitemap = |of: &str| format!("<sitemap><loc>{}</loc></sitemap>\n", origin.at(&format!("/sitemap.xml?of={of}")));
    let entities = catalogue::entities()?;
    let of_entities = entities.iter().map(|entity| sitemap(&entity.code().to_string()));
    Ok(document("sitemapindex", &std::iter::once(sitemap(LISTS)).chain(of_entities).collect::<Vec<_>>()))
}

fn lists(origin: &Origin) -> Result<Vec<String>, Failure> {
    let vocabulary = Vocabulary::shared();
    let mut urls = vec![url(origin, "/", None), url(origin, "/procedures", None), url(origin, "/entities", None)];
    urls.extend(vocabulary.sectors.iter().map(|one| url(origin, &format!("/sectors/{}", one.code), None)));
    urls.extend(vocabulary.events.iter().map(|one| url(origin, &format!("/events/{}", one.code), None)));
    for entity in catalogue::entities()? {
        urls.push(url(origin, &format!("/entities/{}", entity.code()), None));
    }
    Ok(urls)
}

fn document(root: &str, parts: &[String]) -> String {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    let namespace = "http://www.sitemaps.org/schemas/sitemap/0.9";
    format!("{head}\n<{root} xmlns=\"{namespace}\">\n{}</{root}>\n", parts.concat())
}

/// Nothing in a path of the catalogue has to be escaped: it is made of codes. The origin may have an ampersand only in a query,
/// and has none.
fn url(origin: &Origin, path: &str, changed: Option<Timestamp>) -> String {
    let changed = changed.map(|at| format!("<lastmod>{at}</lastmod>")).unwrap_or_default();
    format!("<url><loc>{}</loc>{changed}</url>\n", origin.at(path))
}
