//! A definition that holds together.

use sdk::Translated;
use sdk::html::Language;
use sdk::json::{Value, json};
use sdk::schema::Schema;

use super::check::{self, Problems};
use super::{Code, Deadline, Definition, Fee, Need, Online, Registration};

/// The field in which people choose what they apply for, where there is something to choose.
pub const REGISTRATIONS: &str = "registrations";

/// The pages of an application that no definition names: the choice of registrations, and the last look. Its pages and
/// documents share one address with them.
pub const CHOICE_PAGE: &str = "what";
/// The last look before something is submitted.
pub const CHECK_PAGE: &str = "check";

/// A procedure that can be done online, in one version: its definition holds together.
#[derive(Clone, Debug)]
pub struct Procedure {
    definition: Definition,
    version: u32,
    schema: Schema,
}

fn not_online() -> check::Rule {
    check::rule("is missing: this procedure is not done online", "falta: este trámite no se hace en línea")
}

impl Procedure {
    /// Reads a definition as a version.
    ///
    /// # Errors
    /// All that does not hold together, and that it is not done online, where it is not.
    pub fn read(definition: Definition, version: u32) -> Result<Self, Problems> {
        let schema = check::check(&definition)?.ok_or_else(|| Problems::one("online", not_online()))?;
        Ok(Self { definition, version, schema })
    }

    /// Reads a version that was published: it held together by the rules of its day, and whoever applied by it stays with it.
    pub(crate) fn published(definition: Definition, version: u32) -> Result<Self, Problems> {
        let schema = check::schema_of(&definition)?.ok_or_else(|| Problems::one("online", not_online()))?;
        Ok(Self { definition, version, schema })
    }

    /// What it is found by.
    #[must_use]
    pub fn code(&self) -> &Code {
        &self.definition.entry.code
    }

    /// Its version, from 1.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// As it is written.
    #[must_use]
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// How it is done online.
    ///
    /// # Panics
    /// Never: [`Procedure::read`] refuses what is not.
    #[must_use]
    pub fn online(&self) -> &Online {
        self.definition.online.as_ref().expect("a procedure is done online")
    }

    /// All that is asked.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Until when it has to be decided.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.definition.entry.deadline
    }

    /// A registration by its code.
    #[must_use]
    pub fn registration(&self, code: &Code) -> Option<&Registration> {
        self.online().registrations.iter().find(|registration| registration.code == *code)
    }

    /// A fee by its code.
    #[must_use]
    pub fn fee(&self, code: &Code) -> Option<&Fee> {
        self.online().fees.iter().find(|fee| fee.code == *code)
    }

    /// Whether there is something to choose among its registrations.
    #[must_use]
    pub fn has_choice(&self) -> bool {
        has_choice(self.online())
    }
}

/// The words of a text in its other languages, as a schema has them.
fn translations(title: &Translated) -> Value {
    let others = title.languages().filter(|language| *language != Language::Spanish);
    let titles = others.map(|language| (language.code().to_owned(), json!({ "title": title.in_language(language) })));
    Value::Object(titles.collect())
}

pub(super) fn has_choice(online: &Online) -> bool {
    online.registrations.iter().any(|registration| registration.need == Need::Optional)
}

/// The schema of a procedure with the field in which registrations are chosen.
pub(super) fn whole_schema(online: &Online) -> Value {
    let mut schema = online.schema.clone();
    let optional = online.registrations.iter().filter(|registration| registration.need == Need::Optional);
    let choice = |registration: &Registration| {
        let title = registration.title.in_language(Language::Spanish);
        let translations = translations(&registration.title);
        json!({ "const": registration.code, "title": title, "x-translations": translations })
    };
    let choices: Vec<Value> = optional.map(choice).collect();
    let least = u8::from(online.registrations.iter().all(|registration| registration.need == Need::Optional));
    let field = json!({
        "type": "array",
        "title": "¿Qué más necesita?",
        "x-translations": { "en": { "title": "What else do you need?" } },
        "items": { "oneOf": choices },
        "uniqueItems": true,
        "minItems": least,
        "x-concept": "own",
    });
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(REGISTRATIONS.to_owned(), field);
    }
    schema
}
