//! The catalogue for machines.

use portal::catalogue::{Entity, Published};
use portal::cpsv::{self, Described, Origin};
use portal::open_data::{self, Mapped};
use sdk::Method;
use sdk::harness::{Browser, Harness};
use sdk::json::{Value, json};
use sdk::web::Content;

use crate::common::{CATALOGUE, FILER, OTHER, empty, entry, send, with};

const ORIGIN: (&str, &str) = ("origin", "https://portal.example.bo/");

fn publish(harness: &mut Harness, entry: Value) {
    let entity = json!({ "name": { "es": "Registro de Comercio" }, "place": "BO" });
    let path = format!("/entries/{}", entry["code"].as_str().expect("a code"));
    let said = json!({ "entity": entity, "entry": entry });
    send(harness, OTHER, (Method::Put, CATALOGUE), &path, &said).expect("it is published");
}

fn raw(harness: &mut Harness, path: &str) -> (String, String) {
    match Browser::of(&portal::PLUGIN).visit(harness, path).content() {
        Some(Content::Raw(raw)) => (raw.content_type.clone(), String::from_utf8(raw.body.clone()).expect("UTF-8")),
        other => panic!("{path}: {other:?}"),
    }
}

fn document(harness: &mut Harness, path: &str) -> Value {
    let (content_type, text) = raw(harness, path);
    assert_eq!(content_type, "application/ld+json");
    sdk::json::read(text.as_bytes()).expect("JSON")
}

/// The node of a name.
fn node(document: &Value, id: &str) -> Value {
    let nodes = document["@graph"].as_array().expect("nodes");
    nodes.iter().find(|node| node["@id"] == id).unwrap_or_else(|| panic!("no {id} in {document:#}")).clone()
}

#[test]
fn an_entry_says_all_that_the_profile_asks_for() {
    let mut harness = empty(&[ORIGIN]);
    publish(&mut harness, with(entry("sillas"), "/related", json!(["mesas", "nada"])));
    publish(&mut harness, entry("mesas"));
    let document = document(&mut harness, "/procedures/gov-1003/sillas/jsonld");
    let at = "https://portal.example.bo/procedures/gov-1003/sillas";
    let service = node(&document, at);
    assert_eq!(service["PublicService.identifier"], "gov-1003/sillas");
    assert_eq!(service["PublicService.processingTime"], "P9D", "seven working days are a week and two days");
    assert_eq!(service["PublicService.hasCompetentAuthority"], json!(["https://portal.example.bo/entities/gov-1003"]));
    assert_eq!(service["PublicService.relatedService"], json!(["https://portal.example.bo/procedures/gov-1003/mesas"]));
    assert_eq!(service["source"], OTHER);
    assert_eq!(service["PublicService.name"][1], json!({ "@language": "en", "@value": "Put tables on the pavement" }));
    let related = node(&document, "https://portal.example.bo/procedures/gov-1003/mesas");
    assert!(related["PublicService.description"].is_array() && related["PublicService.hasCost"].is_null());
    let cost = node(&document, &format!("{at}#cost-tasa"));
    assert_eq!((&cost["Cost.hasValue"], &cost["Cost.identifier"]), (&json!("10.00"), &json!("tasa")));
    let counter = node(&document, &format!("{at}#channel-mostrador-camacho"));
    assert_eq!(counter["Channel.openingHours"], json!([format!("{at}#hours-camacho")]));
    let hours = node(&document, &format!("{at}#hours-camacho"));
    assert_eq!(hours["TemporalEntity.description"][0]["@value"], "lunes, martes 08:00–16:30");
    assert_eq!(hours["TemporalEntity.description"][1]["@value"], "Monday, Tuesday 08:00–16:30");
    let organisation = node(&document, "https://portal.example.bo/entities/gov-1003");
    assert!(organisation["PublicOrganization.spatial"].is_array(), "{organisation}");
    let context = document["@context"].as_object().expect("a context");
    for node in document["@graph"].as_array().expect("nodes") {
        let unknown =
            node.as_object().expect("a node").keys().find(|key| !key.starts_with('@') && !context.contains_key(*key));
        assert_eq!(unknown, None);
    }
}

#[test]
fn a_channel_of_the_web_says_where_it_is_begun() {
    let page = |published: Published, origin: Origin| {
        let entity = json!({ "name": { "es": "Registro" }, "place": "BO" });
        let said = sdk::json::read(&sdk::json::write(&entity).expect("JSON")).expect("an entity");
        let entity = Entity::of_subsystem(OTHER, said).expect("a subsystem");
        let document = cpsv::entry(&origin, &Described { entity, published, related: Vec::new() });
        let id = format!("{}#channel-en-linea", origin.at("/procedures/gov-1003/mesas"));
        node(&document, &id)["page"].clone()
    };
    let published = |entry: Value| Published {
        entry: sdk::json::read(&sdk::json::write(&entry).expect("JSON")).expect("an entry"),
        source: OTHER.to_owned(),
        first: sdk::Timestamp::from_millisecond(0),
        published: sdk::Timestamp::from_millisecond(0),
        online: None,
        version: None,
    };
    let mesas = published(entry("mesas"));
    let (elsewhere, own) = ("https://tramites.example.bo/apply/mesas", "https://mesas.example.bo/");
    let web = || Origin::web("https://portal.example.bo");
    let begun = Published { online: Some(elsewhere.to_owned()), ..mesas.clone() };
    assert_eq!(page(begun.clone(), web()), json!([elsewhere]));
    let addressed = published(with(entry("mesas"), "/channels/0/address", own));
    assert_eq!(page(Published { online: begun.online, ..addressed }, web()), json!([own]));
    let here = Published { version: Some(1), ..mesas.clone() };
    assert_eq!(page(here, web()), json!(["https://portal.example.bo/apply/mesas"]));
    assert_eq!(page(mesas, web()), Value::Null);
}

#[test]
fn what_is_free_of_charge_says_so() {
    let mut harness = empty(&[ORIGIN]);
    publish(&mut harness, with(entry("mesas"), "/costs", json!([])));
    let document = document(&mut harness, "/procedures/gov-1003/mesas/jsonld");
    let cost = node(&document, "https://portal.example.bo/procedures/gov-1003/mesas#cost-free");
    assert_eq!(cost["Cost.hasValue"], "0.00");
}

#[test]
fn the_whole_catalogue_is_read_part_by_part() {
    let mut harness = empty(&[ORIGIN]);
    for number in 0..5 {
        publish(&mut harness, entry(&format!("mesas-{number}")));
    }
    let (mut path, mut services) = ("/catalogue.jsonld?limit=2".to_owned(), Vec::new());
    loop {
        let document = document(&mut harness, &path);
        let dataset = node(&document, "https://portal.example.bo/catalogue");
        assert_eq!(dataset["license"], json!(["https://creativecommons.org/licenses/by/4.0/"]));
        services.extend(dataset["Dataset.hasPart"].as_array().expect("services").clone());
        let view = node(&document, dataset["view"][0].as_str().expect("a view"));
        let Some(next) = view["next"][0].as_str() else { break };
        path = next.strip_prefix("https://portal.example.bo").expect("its own").to_owned();
    }
    assert_eq!(services.len(), 5);
    let mut browser = Browser::of(&portal::PLUGIN);
    assert_eq!(browser.visit(&mut harness, "/catalogue.jsonld?limit=0").status(), 422);
    assert_eq!(browser.visit(&mut harness, "/catalogue.jsonld?cursor=zz").status(), 422);
    assert_eq!(browser.visit(&mut harness, "/procedures/gov-1003/nada/jsonld").status(), 404);
}

#[test]
fn a_portal_that_does_not_know_its_address_names_things_by_its_member() {
    let mut harness = empty(&[]);
    publish(&mut harness, entry("mesas"));
    let document = document(&mut harness, "/catalogue.jsonld");
    node(&document, "urn:chakana:BO/MUN/2001/procedures/gov-1003/mesas");
    assert_eq!(Browser::of(&portal::PLUGIN).visit(&mut harness, "/sitemap.xml").status(), 404);
}

#[test]
fn the_catalogue_is_a_table_with_its_licence() {
    let mut harness = empty(&[]);
    publish(&mut harness, with(entry("mesas"), "/title/es", "=Poner \"mesas\""));
    let (content_type, table) = raw(&mut harness, "/catalogue.csv");
    assert_eq!(content_type, "text/csv; charset=utf-8");
    let mut lines = table.trim_start_matches('\u{feff}').lines();
    let (head, row) = (lines.next().expect("headings"), lines.next().expect("a row"));
    assert!(head.starts_with("code,title,entity,"), "{head}");
    assert!(
        row.starts_with("mesas,\"'=Poner \"\"mesas\"\"\",gov-1003,Registro de Comercio,empresas,person; company,"),
        "{row}"
    );
    for cell in ["Tasa por mesa 10.00", "5,3,4,30,50.00,2,0,1,7,10.00", "online; counter", OTHER, "by/4.0/"] {
        assert!(row.contains(cell), "{cell} in {row}");
    }
    assert_eq!(head.split(',').count(), row.replace("Poner \"\"mesas\"\"", "").split(',').count());
    assert_eq!(lines.next(), None);
}

#[test]
fn the_catalogue_is_rows_of_json_with_its_licence() {
    let mut harness = empty(&[]);
    publish(&mut harness, entry("mesas"));
    let rows = Browser::of(&portal::PLUGIN).visit(&mut harness, "/catalogue.json").json();
    assert_eq!(rows["licence"], "https://creativecommons.org/licenses/by/4.0/");
    let row = &rows["items"][0];
    assert_eq!((&row["code"], &row["working-days"], &row["silence"]), (&json!("mesas"), &json!(7), &json!("grants")));
    assert_eq!(row["burden-before"]["documents"], 4);
    assert_eq!(row["costs"], json!([{ "title": { "es": "Tasa por mesa" }, "amount": 1000 }]));
    assert_eq!(row["source"], OTHER);
}

/// Who hears a page hears each word as it is said in its own language.
#[test]
fn what_is_not_in_the_language_of_a_page_says_so_in_its_lists_and_links() {
    let mut harness = empty(&[]);
    publish(&mut harness, with(entry("mesas"), "/title", json!({ "es": "Poner mesas en la acera" })));
    let mut shown = |language: &str, path: &str| {
        Browser::of(&portal::PLUGIN).speaking(language).visit(&mut harness, path).html().to_owned()
    };
    let entities = shown("en", "/entities");
    assert!(entities.contains(r#"<a href="/entities/gov-1003" lang="es">Registro de Comercio"#), "{entities}");
    let cards = shown("en", "/procedures");
    assert!(cards.contains(r#"<a href="/procedures/gov-1003/mesas" lang="es">Poner mesas"#), "{cards}");
    let above = shown("qu", "/procedures/gov-1003/mesas");
    assert!(above.contains(r#"<a href="/sectors/empresas" lang="es">Comercio y empresas"#), "{above}");
    let above = shown("en", "/procedures/gov-1003/mesas");
    assert!(above.contains(r#"<a href="/sectors/empresas">Trade and companies"#), "{above}");
}

#[test]
fn search_engines_find_every_page_of_the_catalogue() {
    let mut harness = empty(&[ORIGIN]);
    publish(&mut harness, entry("mesas"));
    let (_, sitemap) = raw(&mut harness, "/sitemap.xml");
    for path in ["/procedures/gov-1003/mesas", "/sectors/empresas", "/events/abrir-negocio", "/entities/gov-1003"] {
        assert!(sitemap.contains(&format!("<loc>https://portal.example.bo{path}</loc>")), "{path} in {sitemap}");
    }
}

/// Seven entries of two entities.
fn seven() -> Harness {
    let mut harness = empty(&[ORIGIN]);
    for code in ["a", "b", "c", "d", "e"] {
        publish(&mut harness, entry(code));
    }
    let entity = json!({ "name": { "es": "Alcaldía" }, "place": "BO-L" });
    for code in ["f", "g"] {
        let said = json!({ "entity": entity, "entry": entry(code) });
        send(&mut harness, FILER, (Method::Put, CATALOGUE), &format!("/entries/{code}"), &said)
            .expect("it is published");
    }
    harness
}

#[test]
fn rows_that_are_not_all_say_where_the_rest_begins() {
    let mut harness = seven();
    let (mut path, mut codes) = ("/catalogue.json?limit=3".to_owned(), Vec::new());
    loop {
        let part = Browser::of(&portal::PLUGIN).visit(&mut harness, &path).json();
        codes.extend(part["items"].as_array().expect("rows").iter().map(|row| row["code"].clone()));
        let Some(next) = part["next"].as_str() else { break };
        path = next.to_owned();
    }
    assert_eq!(codes.len(), 7, "{codes:?}");
    let (_, table) = raw(&mut harness, "/catalogue.csv?limit=5");
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].ends_with(",next") && lines[4].ends_with(",es,"), "{table}");
    let (_, next) = lines[5].rsplit_once(',').expect("the last cell");
    let (_, rest) = raw(&mut harness, next);
    assert_eq!((lines.len(), rest.lines().count()), (6, 3), "{rest}");
    assert!(rest.lines().all(|line| line.ends_with(",es,") || line.ends_with(",next")), "nothing follows: {rest}");
    let mut browser = Browser::of(&portal::PLUGIN);
    for wrong in ["limit=0", "limit=10001", "limit=x", "cursor=zz"] {
        assert_eq!(browser.visit(&mut harness, &format!("/catalogue.csv?{wrong}")).status(), 422, "{wrong}");
    }
}

#[test]
fn a_catalogue_that_is_longer_than_a_sitemap_has_one_for_each_entity() {
    let mut harness = seven();
    let origin = Origin::web("https://portal.example.bo/");
    let mut map = |most: u32| {
        harness.run("portal", |_| open_data::sitemap(&origin, &Mapped::All, most)).expect("it knows its address")
    };
    assert!(map(7).contains("<urlset "), "seven fit");
    let index = map(6);
    assert!(index.contains("<sitemapindex ") && !index.contains("<url>"), "{index}");
    let sitemaps = index.split("<loc>https://portal.example.bo").skip(1).filter_map(|rest| rest.split('<').next());
    let all: String = sitemaps.map(|path| raw(&mut harness, path).1).collect();
    for path in ["gov-1003/a", "gov-1003/e", "mun-2001/f", "mun-2001/g"] {
        assert_eq!(all.matches(&format!("/procedures/{path}</loc>")).count(), 1, "{path} in {all}");
    }
    assert_eq!(all.matches("<loc>https://portal.example.bo/entities/mun-2001</loc>").count(), 1, "{all}");
    for nobody in ["No", "gov-9999"] {
        let path = format!("/sitemap.xml?of={nobody}");
        assert_eq!(Browser::of(&portal::PLUGIN).visit(&mut harness, &path).status(), 404, "{nobody}");
    }
}
