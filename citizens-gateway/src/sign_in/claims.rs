//! What an issuer says of somebody: the standard claims, and those of Ciudadanía Digital.

use crate::session::Document;
use serde::Deserialize;

/// Of the answer of the userinfo endpoint what is used (OpenID Connect Core 1.0 §5.1).
#[derive(Debug, Default, Deserialize)]
pub(super) struct Userinfo {
    pub(super) sub: String,
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    profile: Option<Profile>,
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
        name.map(|name| name.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect())
    }

    /// Her identity document.
    pub(super) fn document(&self) -> Option<Document> {
        let Some(Profile::Person { documento_identidad: Some(found), .. }) = &self.profile else { return None };
        let fits = |text: &str| (1..=MAX_DOCUMENT_CHARS).contains(&text.chars().count());
        (fits(&found.tipo_documento) && fits(&found.numero_documento))
            .then(|| Document { kind: found.tipo_documento.clone(), number: found.numero_documento.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
