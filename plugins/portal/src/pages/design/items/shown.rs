//! Pages of questions, and documents to attach.

use sdk::form::Fields;
use sdk::html::{Checked, Language, Markup, html};

use super::ask::{self, Room};
use super::item::{Around, Item};
use super::{both, condition, online};
use crate::definition::{CHECK_PAGE, CHOICE_PAGE, Code, Definition, Document, FileKind, Need, Page};
use crate::pages::design::{kinds, vocabulary};
use crate::pages::say;

impl Item for Page {
    const LIST: &'static str = "pages";

    fn all<'d>(definition: &'d mut Definition, _: Option<&str>) -> Option<&'d mut Vec<Self>> {
        online(definition).map(|online| &mut online.pages)
    }

    fn taken_elsewhere(definition: &Definition) -> Vec<Code> {
        let documents = definition.online.iter().flat_map(|online| &online.documents);
        of_every_procedure().chain(documents.map(|document| document.code.clone())).collect()
    }

    fn code(&self) -> &Code {
        &self.code
    }

    fn label(&self, language: Language) -> Markup {
        both(&self.title, language)
    }

    fn named(fields: &mut Fields<'_>, now: Option<&Self>, around: &Around<'_>) -> Option<Self> {
        let title = ask::words(fields, ("title", "design-page-title"), now.map(|now| &now.title), Room::Line);
        let hint = now.and_then(|now| now.hint.as_ref());
        let hint = ask::optional_words(fields, ("hint", "design-page-hint"), hint, Room::Text);
        let asked = now.map(|now| now.fields.join("\n")).unwrap_or_default();
        let known = kinds::names(around.definition);
        let asked = ask::lines(fields, ("fields", "design-page-fields", "design-page-fields-hint"), &asked, |line| {
            if known.iter().any(|name| name == line) { Ok(line.to_owned()) } else { Err(say("design-no-question")) }
        });
        let code = ask::code(fields, now.map(|now| &now.code), title.as_ref(), &around.taken);
        Some(Self { code: code?, title: title?, hint: hint?, fields: asked? })
    }
}

impl Item for Document {
    const LIST: &'static str = "documents";

    fn all<'d>(definition: &'d mut Definition, _: Option<&str>) -> Option<&'d mut Vec<Self>> {
        online(definition).map(|online| &mut online.documents)
    }

    fn taken_elsewhere(definition: &Definition) -> Vec<Code> {
        let pages = definition.online.iter().flat_map(|online| &online.pages).map(|page| page.code.clone());
        let questions = kinds::names(definition).into_iter().filter_map(|name| name.parse().ok());
        of_every_procedure().chain(pages).chain(questions).collect()
    }

    fn code(&self) -> &Code {
        &self.code
    }

    fn label(&self, language: Language) -> Markup {
        html! {
            (both(&self.title, language))
            @if self.need == Need::Optional { " (" (say("design-optional")) ")" }
            @if self.when.is_some() { " (" (say("design-sometimes")) ")" }
        }
    }

    fn named(fields: &mut Fields<'_>, now: Option<&Self>, around: &Around<'_>) -> Option<Self> {
        let title = ask::words(fields, ("title", "design-title"), now.map(|now| &now.title), Room::Line);
        let hint = now.and_then(|now| now.hint.as_ref());
        let hint = ask::optional_words(fields, ("hint", "design-document-hint"), hint, Room::Text);
        let concept = vocabulary::concept(fields, now.map(|now| now.concept.as_str()));
        let kinds = [
            (FileKind::Pdf, "pdf", say("design-file-pdf")),
            (FileKind::Image, "image", say("design-file-image")),
            (FileKind::Signed, "signed", say("design-file-signed")),
        ];
        let chosen = now.map_or(&[FileKind::Pdf, FileKind::Image] as &[FileKind], |now| &now.kinds);
        let kinds = ask::any_of(fields, ("kinds", "design-file-kinds"), &kinds, chosen);
        let most = fields.line("most", &say("design-file-most"));
        let most = most.initially(now.map_or(1, |now| now.most).to_string()).number(1..=20);
        let need = need(fields, now.map(|now| now.need));
        let when = condition::condition(fields, around.definition, now.and_then(|now| now.when.as_ref()), None);
        let code = ask::code(fields, now.map(|now| &now.code), title.as_ref(), &around.taken);
        Some(Self {
            code: code?,
            title: title?,
            hint: hint?,
            concept: concept?,
            kinds: kinds?,
            most: u32::try_from(most?).ok()?,
            need: need?,
            when: when?,
        })
    }
}

/// The codes of the pages that every procedure has, among which its own pages and documents are found.
fn of_every_procedure() -> impl Iterator<Item = Code> {
    [CHOICE_PAGE, CHECK_PAGE].into_iter().filter_map(|word| word.parse().ok())
}

/// Whether something can be left out.
pub(super) fn need(fields: &mut Fields<'_>, now: Option<Need>) -> Option<Need> {
    let now = if now == Some(Need::Optional) { Checked::Yes } else { Checked::No };
    let optional = ask::flag(fields, "optional", "design-can-be-left-out", now)?;
    Some(if optional == Checked::Yes { Need::Optional } else { Need::Required })
}
