//! What an issuer says of somebody: the standard claims, and those of Ciudadanía Digital.

use crate::session::{Document, Represented};
use plugin_host::RepresentedKind;
use serde::Deserialize;

/// Of the answer of the userinfo endpoint what is used (OpenID Connect Core 1.0 §5.1).
#[derive(Debug, Default, Deserialize)]
pub(super) struct Userinfo {
    pub(super) sub: String,
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    profile: Option<Profile>,
    #[serde(default)]
    representacion: Vec<Representation>,
}

/// Somebody whom she may represent, as Chakana's own provider says it.
#[derive(Debug, Deserialize)]
struct Representation {
    sub: String,
    tipo: String,
    nombre: String,
    #[serde(default)]
    alcance: String,
    hasta: Option<i64>,
}

/// The claim of Ciudadanía Digital. The standard has a page's address under this name, which says nothing here.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Profile {
    Person { documento_identidad: Option<IdentityDocument>, nombre: Option<Names> },
    Other(serde::de::IgnoredAny),
}

#[derive(Debug, Deserialize)]
struct IdentityDocument {
    numero_documento: String,
    tipo_documento: String,
}

#[derive(Debug, Deserialize)]
struct Names {
    nombres: Option<String>,
    primer_apellido: Option<String>,
    segundo_apellido: Option<String>,
}

const MAX_SUBJECT_BYTES: usize = 255;
const MAX_REPRESENTED: usize = 50;
const MAX_NAME_CHARS: usize = 200;
const MAX_DOCUMENT_CHARS: usize = 40;

impl Userinfo {
    /// What somebody is called.
    pub(super) fn name(&self) -> Option<String> {
        let joined = |parts: &[&Option<String>]| {
            let parts: Vec<&str> =
                parts.iter().filter_map(|part| part.as_deref()).filter(|part| !part.is_empty()).collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        };
        let of_profile = || match &self.profile {
            Some(Profile::Person { nombre: Some(names), .. }) => {
                joined(&[&names.nombres, &names.primer_apellido, &names.segundo_apellido])
            }
            _ => None,
        };
        let name = self.name.clone().or_else(of_profile).or_else(|| joined(&[&self.given_name, &self.family_name]));
        name.as_deref().map(shown)
    }

    /// Whom she may represent. Of a kind that is not known nobody is.
    pub(super) fn represents(&self) -> Vec<Represented> {
        let read = |said: &Representation| {
            let kind = match said.tipo.as_str() {
                "empresa" => RepresentedKind::Organisation,
                "persona" => RepresentedKind::Person,
                _ => return None,
            };
            let fits = (1..=MAX_SUBJECT_BYTES).contains(&said.sub.len());
            fits.then(|| Represented {
                subject: said.sub.clone(),
                name: shown(&said.nombre),
                kind,
                scope: shown(&said.alcance),
                until: said.hasta,
            })
        };
        self.representacion.iter().filter_map(read).take(MAX_REPRESENTED).collect()
    }

    /// Her identity document.
    pub(super) fn document(&self) -> Option<Document> {
        let Some(Profile::Person { documento_identidad: Some(found), .. }) = &self.profile else { return None };
        let fits = |text: &str| (1..=MAX_DOCUMENT_CHARS).contains(&text.chars().count());
        (fits(&found.tipo_documento) && fits(&found.numero_documento))
            .then(|| Document { kind: found.tipo_documento.clone(), number: found.numero_documento.clone() })
    }
}

/// A foreign text as pages show it.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_whom_somebody_may_represent_and_passes_over_what_it_does_not_know() {
        let said = read(
            r#"{"sub":"a","representacion":[
                {"sub":"c1","tipo":"empresa","identificador":"00123456","nombre":"Tejidos","alcance":"","hasta":1800000000},
                {"sub":"p1","tipo":"persona","nombre":"Mateo","hasta":null},
                {"sub":"","tipo":"persona","nombre":"Nadie"}, {"sub":"x","tipo":"mascota","nombre":"Firulais"}]}"#,
        );
        let represented = said.represents();
        assert_eq!(represented.len(), 2);
        assert_eq!((represented[0].name.as_str(), represented[0].until), ("Tejidos", Some(1_800_000_000)));
        assert_eq!((represented[1].subject.as_str(), represented[1].kind), ("p1", RepresentedKind::Person));
    }

    fn read(json: &str) -> Userinfo {
        serde_json::from_str(json).expect("claims")
    }

    #[test]
    fn reads_names_and_document_as_ciudadania_digital_has_them() {
        let said = read(
            r#"{"sub":"a","profile":{"documento_identidad":{"numero_documento":"1234567","tipo_documento":"CI"},
                "nombre":{"nombres":"Ana","primer_apellido":"Mamani","segundo_apellido":""}}}"#,
        );
        assert_eq!(said.name().as_deref(), Some("Ana Mamani"));
        assert_eq!(said.document(), Some(Document { kind: "CI".to_owned(), number: "1234567".to_owned() }));
    }

    #[test]
    fn reads_the_standard_claims_of_any_other_issuer() {
        let said = read(r#"{"sub":"a","given_name":"Eva","family_name":"Rojas","profile":"https://example/eva"}"#);
        assert_eq!((said.name().as_deref(), said.document()), (Some("Eva Rojas"), None));
        assert_eq!(read(r#"{"sub":"a"}"#).name(), None);
        assert_eq!(read(r#"{"sub":"a","name":"A\u0007na"}"#).name().as_deref(), Some("Ana"));
    }
}
