//! Who is in the small state: four entities, what they offer and to whom.

/// A small state.
#[derive(Debug, Clone)]
pub struct State {
    /// Its name as an instance.
    pub instance: &'static str,
    /// Its entities, each with one security server.
    pub entities: Vec<Entity>,
}

/// An entity with its security server.
#[derive(Debug, Clone)]
pub struct Entity {
    /// Name of its data folder.
    pub folder: String,
    /// Its name, in words.
    pub name: String,
    /// Its member class.
    pub class: &'static str,
    /// Its member code.
    pub code: String,
    /// Its subsystems.
    pub subsystems: Vec<Subsystem>,
    /// What people find at its server.
    pub door: Door,
}

/// What people find at a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Nothing: it is for information systems alone.
    Closed,
    /// Pages, and the state's sign-in.
    Citizens,
}

/// A subsystem and what it offers.
#[derive(Debug, Clone)]
pub struct Subsystem {
    /// Its code.
    pub code: &'static str,
    /// What it offers.
    pub services: Vec<Service>,
}

/// A service and who may call it.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its code.
    pub code: &'static str,
    /// Where the providers serve it.
    pub path: &'static str,
    /// Where they describe it.
    pub open_api: Option<&'static str>,
    /// Who may call it: subject, method (empty for all), path pattern.
    pub access: Vec<(String, &'static str, &'static str)>,
}

impl State {
    /// The id of an entity's member.
    #[must_use]
    pub fn member(&self, entity: &Entity) -> String {
        format!("{}/{}/{}", self.instance, entity.class, entity.code)
    }

    /// The id of an entity's security server.
    #[must_use]
    pub fn server(&self, entity: &Entity) -> String {
        format!("{}/ss1", self.member(entity))
    }

    /// The member classes, in the order of their first entity.
    #[must_use]
    pub fn classes(&self) -> Vec<&'static str> {
        let mut classes: Vec<&str> = Vec::new();
        for entity in &self.entities {
            if !classes.contains(&entity.class) {
                classes.push(entity.class);
            }
        }
        classes
    }
}

/// The municipality's subsystem, which calls everybody.
pub const PORTAL: &str = "BO/MUN/2001/tramites";
/// The identity register's service.
pub const PERSONS: &str = "BO/GOV/1001/identidad/personas";
/// The tax service's.
pub const TAXPAYERS: &str = "BO/GOV/1002/padron/contribuyentes";
/// The company register's.
pub const COMPANIES: &str = "BO/GOV/1003/comercio/empresas";
/// The company register's archive, whose answers are large.
pub const ARCHIVE: &str = "BO/GOV/1003/comercio/archivo";

/// Where the guestbook sends what is published.
pub const VISITS: &str = "BO/GOV/1003/comercio/visitas";

/// The identity register's subsystem, whose plugins people come to.
const IDENTITY: &str = "BO/GOV/1001/identidad";

/// The small state as the demo shows it: the identity register has pages for people, who sign in there, and asks itself and the
/// company register about who registers.
#[must_use]
pub fn shown_state() -> State {
    let mut state = small_state();
    let visits = Service {
        code: "visitas",
        path: "/visitas",
        open_api: None,
        access: vec![(IDENTITY.to_owned(), "POST", "/**")],
    };
    for entity in &mut state.entities {
        match entity.folder.as_str() {
            "segip" => entity.door = Door::Citizens,
            "seprec" => entity.subsystems[0].services.push(visits.clone()),
            _ => {}
        }
        for service in entity.subsystems.iter_mut().flat_map(|subsystem| &mut subsystem.services) {
            match service.code {
                "personas" => service.access.push((IDENTITY.to_owned(), "GET", "/personas/*")),
                "empresas" => service.access.push((IDENTITY.to_owned(), "GET", "/empresas/*")),
                _ => {}
            }
        }
    }
    state
}

/// Identity register, tax service, company register and the municipality of La Paz.
#[must_use]
pub fn small_state() -> State {
    let portal = || PORTAL.to_owned();
    let persons = Service {
        code: "personas",
        path: "/segip",
        open_api: Some("/segip/openapi.json"),
        access: vec![(portal(), "GET", "/personas/*"), ("BO/GOV/1002/padron".to_owned(), "GET", "/personas/*")],
    };
    let taxpayers = Service {
        code: "contribuyentes",
        path: "/sin",
        open_api: None,
        access: vec![(portal(), "", "/**"), ("global-group:BO/gobierno".to_owned(), "GET", "/**")],
    };
    let companies =
        Service { code: "empresas", path: "/seprec", open_api: None, access: vec![(portal(), "GET", "/empresas/*")] };
    let archive = Service { code: "archivo", path: "/archivo", open_api: None, access: vec![(portal(), "GET", "/**")] };
    State {
        instance: "BO",
        entities: vec![
            entity("segip", "Servicio General de Identificación Personal", "GOV", "1001", "identidad", vec![persons]),
            entity("sin", "Servicio de Impuestos Nacionales", "GOV", "1002", "padron", vec![taxpayers]),
            entity(
                "seprec",
                "Servicio Plurinacional de Registro de Comercio",
                "GOV",
                "1003",
                "comercio",
                vec![companies, archive],
            ),
            entity("gamlp", "Gobierno Autónomo Municipal de La Paz", "MUN", "2001", "tramites", Vec::new()),
        ],
    }
}

fn entity(
    folder: &str,
    name: &str,
    class: &'static str,
    code: &str,
    subsystem: &'static str,
    services: Vec<Service>,
) -> Entity {
    Entity {
        folder: folder.to_owned(),
        name: name.to_owned(),
        class,
        code: code.to_owned(),
        subsystems: vec![Subsystem { code: subsystem, services }],
        door: Door::Closed,
    }
}
