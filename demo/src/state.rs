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
    /// Members without a server of their own, whose subsystems are at this one.
    pub guests: Vec<Guest>,
}

/// A member whose subsystem is at the server of another one.
#[derive(Debug, Clone)]
pub struct Guest {
    /// By which its key is found.
    pub folder: &'static str,
    /// Its name, in words.
    pub name: &'static str,
    /// Its member class.
    pub class: &'static str,
    /// Its member code.
    pub code: &'static str,
    /// The code of its subsystem.
    pub subsystem: &'static str,
}

/// What people find at a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Nothing: it is for information systems alone.
    Closed,
    /// Pages, and the state's sign-in.
    Citizens,
    /// Pages of its own, where people sign in at the state's.
    Office,
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

    /// The id of a guest's subsystem.
    #[must_use]
    pub fn guest(&self, guest: &Guest) -> String {
        format!("{}/{}/{}/{}", self.instance, guest.class, guest.code, guest.subsystem)
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
            "gamlp" => entity.door = Door::Office,
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
        entity.guests = guests_of(&entity.folder);
    }
    state
}

/// Who has no server of its own, by whose server it uses.
fn guests_of(folder: &str) -> Vec<Guest> {
    let guest = |folder, name, code, subsystem| Guest { folder, name, class: "GOV", code, subsystem };
    match folder {
        "segip" => vec![
            guest("agetic", "Agencia de Gobierno Electrónico", "1005", "portal"),
            guest("sereci", "Servicio de Registro Cívico", "1004", "registro-civico"),
        ],
        "sin" => vec![
            guest("digemig", "Dirección General de Migración", "1006", "migracion"),
            guest("minedu", "Ministerio de Educación", "1009", "educacion"),
        ],
        "seprec" => vec![
            guest("ddrr", "Derechos Reales", "1007", "propiedad"),
            guest("mintrabajo", "Ministerio de Trabajo", "1008", "trabajo"),
        ],
        _ => Vec::new(),
    }
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
        guests: Vec::new(),
    }
}
