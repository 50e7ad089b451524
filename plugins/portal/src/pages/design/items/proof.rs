//! What has to be shown or fulfilled, and what proves it.

use sdk::form::Fields;
use sdk::html::{Language, Markup};

use super::ask::{self, Room};
use super::both;
use super::item::{Around, Item, listed};
use crate::definition::{Brought, Code, Definition, Evidence, Requirement};
use crate::pages::say;

impl Item for Requirement {
    const LIST: &'static str = "requirements";

    fn all<'d>(definition: &'d mut Definition, _: Option<&str>) -> Option<&'d mut Vec<Self>> {
        Some(&mut definition.entry.requirements)
    }

    fn code(&self) -> &Code {
        &self.code
    }

    fn label(&self, language: Language) -> Markup {
        both(&self.title, language)
    }

    fn named(fields: &mut Fields<'_>, now: Option<&Self>, around: &Around<'_>) -> Option<Self> {
        let title = ask::words(fields, ("title", "design-requirement-title"), now.map(|now| &now.title), Room::Line);
        let description = now.and_then(|now| now.description.as_ref());
        let description = ask::optional_words(fields, ("description", "design-more"), description, Room::Text);
        let code = ask::code(fields, now.map(|now| &now.code), title.as_ref(), &around.taken);
        let evidence = now.map(|now| now.evidence.clone()).unwrap_or_default();
        Some(Self { code: code?, title: title?, description: description?, evidence })
    }

    fn below(&self, around: &Around<'_>, language: Language) -> Markup {
        listed::<Evidence>(around.definition, Some((Self::LIST, &self.code)), language)
    }
}

impl Item for Evidence {
    const LIST: &'static str = "evidence";

    fn all<'d>(definition: &'d mut Definition, within: Option<&str>) -> Option<&'d mut Vec<Self>> {
        let requirement = definition.entry.requirements.iter_mut().find(|one| Some(one.code.as_str()) == within)?;
        Some(&mut requirement.evidence)
    }

    fn code(&self) -> &Code {
        &self.code
    }

    fn label(&self, language: Language) -> Markup {
        both(&self.title, language)
    }

    fn named(fields: &mut Fields<'_>, now: Option<&Self>, around: &Around<'_>) -> Option<Self> {
        let title = ask::words(fields, ("title", "design-title"), now.map(|now| &now.title), Room::Line);
        let issuer = now.and_then(|now| now.issuer.as_ref());
        let issuer = ask::optional_words(fields, ("issuer", "design-issuer"), issuer, Room::Line);
        let ways = [
            (Brought::ByApplicant, "by-applicant", say("design-by-applicant")),
            (Brought::ByExchange, "by-exchange", say("design-by-exchange")),
        ];
        let brought = ask::one_of(fields, ("brought", "design-brought"), &ways, now.map(|now| now.brought));
        let code = ask::code(fields, now.map(|now| &now.code), title.as_ref(), &around.taken);
        Some(Self { code: code?, title: title?, issuer: issuer?, brought: brought? })
    }
}
