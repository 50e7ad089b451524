//! The registers, the people, and what each of them does in these tests.

#![allow(dead_code, reason = "each test binary uses its part")]

use citizenship::PLUGIN;
use sdk::accounts::{self, Account, IdentityDocument, Outcome, Session, SignIn};
use sdk::exchange::Fault;
use sdk::harness::{Browser, Harness, Host, Installation, Person, Scripted, ShownPage};
use sdk::json::{Value, json};
use sdk::{Answer, Assurance};

pub const PERSONS: &str = "BO/GOV/1001/identidad/personas";
pub const COMPANIES: &str = "BO/GOV/1003/comercio/empresas";

pub fn harness() -> Harness {
    let mut harness = Harness::new().know(PLUGIN);
    let installation = Installation::of("citizenship", "BO/GOV/1001/identidad");
    harness.install(installation.config("identity-register", PERSONS).config("company-register", COMPANIES));
    harness.script(PERSONS, vec![answer(200, &tomas())]);
    harness
}

/// What the identity register knows of Tomás.
pub fn tomas() -> Value {
    json!({
        "ci": "2345678", "nombres": "Tomás", "apellidos": "Vaca Suárez", "fechaNacimiento": "1975-11-30",
        "fechaEmision": "2021-03-15", "departamento": "Santa Cruz", "vigente": true, "tutores": [],
    })
}

/// What it knows of a boy in the care of Tomás.
pub fn mateo() -> Value {
    json!({
        "ci": "9876543", "nombres": "Mateo", "apellidos": "Vaca Mamani", "fechaNacimiento": "2015-05-20",
        "fechaEmision": "2024-01-10", "vigente": true, "tutores": [{ "ci": "2345678", "vinculo": "padre" }],
    })
}

/// What the company register knows of his company.
pub fn tejidos() -> Value {
    json!({
        "matricula": "00123456", "razonSocial": "Tejidos Illimani S.R.L.", "vigente": true,
        "representantes": [{ "ci": "2345678", "nombre": "Tomás Vaca Suárez", "hasta": "2030-12-31" }],
    })
}

/// The same with something else in it.
pub fn with(mut record: Value, field: &str, value: impl Into<Value>) -> Value {
    record[field] = value.into();
    record
}

pub fn answer(status: u16, body: &Value) -> Scripted {
    Scripted::Answer(Answer::json(status, body).expect("JSON"))
}

pub fn unknown() -> Scripted {
    answer(404, &json!({ "mensaje": "no existe" }))
}

/// What may come of a register that cannot be asked, or is not to be believed.
pub fn silent() -> Vec<Scripted> {
    let fault = Fault { code: "Server.ServerProxy.AccessDenied".to_owned(), message: "no".to_owned() };
    vec![
        Scripted::Unavailable,
        Scripted::Refused(fault),
        answer(500, &json!({})),
        answer(200, &json!({ "ci": "2345678" })),
        answer(200, &with(with(tomas(), "ci", "3456789"), "matricula", "00999999")),
    ]
}

/// Fills in the form as Tomás does, but for some fields.
pub fn fill(browser: &mut Browser, other: &[(&str, &str)]) {
    let usual = [
        ("Número de cédula de identidad", "2345678"),
        ("Nombres", "tomas"),
        ("Primer apellido", "VACA"),
        ("Segundo apellido", "Suarez"),
        ("Fecha de nacimiento: Día", "30"),
        ("Fecha de nacimiento: Mes", "11"),
        ("Fecha de nacimiento: Año", "1975"),
        ("Fecha de emisión de la cédula: Día", "15"),
        ("Fecha de emisión de la cédula: Mes", "3"),
        ("Fecha de emisión de la cédula: Año", "2021"),
        ("Correo electrónico", "tomas@correo.bo"),
        ("Teléfono", "7123 4567"),
    ];
    for (label, value) in usual {
        let value = other.iter().find(|(field, _)| *field == label).map_or(value, |(_, other)| *other);
        browser.fill(label, value);
    }
    browser.choose("Autorizo que se consulten mis datos en el registro de identificación");
}

/// Registers as Tomás, but for some fields.
pub fn register(host: &mut Harness, other: &[(&str, &str)]) -> ShownPage {
    let mut browser = Browser::of(&PLUGIN);
    browser.visit(host, "/register");
    fill(&mut browser, other);
    browser.press(host, "Registrarme").clone()
}

pub fn account(host: &mut Harness, number: &str) -> Option<Account> {
    let document = IdentityDocument { kind: "CI".to_owned(), number: number.to_owned() };
    host.run("citizenship", |_| Ok(accounts::find(&document).ok())).expect("a look")
}

/// Tomás, registered and signed in.
pub fn signed_in(host: &mut Harness, assurance: Assurance) -> (String, Browser) {
    register(host, &[]);
    let subject = account(host, "2345678").expect("he registered").subject;
    let person = Person::of(&subject).named("Tomás Vaca Suárez").assurance(assurance);
    (subject, Browser::of(&PLUGIN).signed_in(person))
}

pub fn operator() -> Browser {
    Browser::of(&PLUGIN).signed_in(Person::of("luz").named("Luz Rojas").role("counter"))
}

pub fn session(id: &str, agent: &str, seen: u64) -> Session {
    Session {
        id: id.to_owned(),
        began: seen - 60_000,
        seen,
        methods: vec!["pwd".to_owned(), "otp".to_owned(), "mfa".to_owned()],
        address: "192.0.2.7".to_owned(),
        agent: agent.to_owned(),
    }
}

pub fn sign_in(outcome: Outcome, at: u64) -> SignIn {
    let agent = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0".to_owned();
    SignIn { at, outcome, methods: vec!["hwk".to_owned(), "xyz".to_owned()], address: "192.0.2.7".to_owned(), agent }
}

/// The headings of what citizens were told.
pub fn told(host: &Harness) -> Vec<(String, String)> {
    host.told().iter().map(|told| (told.to.clone(), told.subject.clone())).collect()
}
