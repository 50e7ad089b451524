//! This entity as the office that handles applications.

use sdk::calendar::{self, CalendarError};
use sdk::html::{Language, Markup, html};
use sdk::printable::Printable;
use sdk::{Date, Failure, Timestamp, Translated, blobs, config, evidence};
use serde::Deserialize;

use crate::application::{Deciding, NotSigned, Office, Outcome};
use crate::catalogue::{Entity, EntityOf};
use crate::definition::template::{Piece, pieces};
use crate::definition::{Made, Procedure};

/// The key of the configuration that says who this is.
const KEY: &str = "entity";
/// The largest result that is signed.
const MOST_BYTES: u32 = sdk::limits::MAX_DOCUMENT_BYTES as u32;

/// This entity: who it is, and what it signs as now.
#[derive(Clone, Debug)]
pub struct ThisEntity {
    /// Who it is.
    pub entity: Entity,
    /// The subsystem that this plugin runs as.
    pub subsystem: String,
}

/// What the configuration says.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Configured {
    subsystem: String,
    #[serde(flatten)]
    entity: EntityOf,
}

/// The office at work on a procedure, now.
pub struct Desk<'a> {
    this: &'a ThisEntity,
    procedure: &'a Procedure,
    now: Timestamp,
}

impl ThisEntity {
    /// Who the configuration says that this is.
    ///
    /// # Errors
    /// If it does not say, or does not read.
    pub fn configured() -> Result<Self, Failure> {
        let text = config::required(KEY)?;
        let wrong = |error: &dyn std::fmt::Display| Failure::Internal(format!("the configuration {KEY}: {error}"));
        let Configured { subsystem, entity } = sdk::json::read(text.as_bytes()).map_err(|error| wrong(&error))?;
        let entity = Entity::of_subsystem(&subsystem, entity)?;
        Ok(Self { entity, subsystem })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &Translated {
        &self.entity.name
    }

    /// It at work on a procedure.
    #[must_use]
    pub fn at<'a>(&'a self, procedure: &'a Procedure, now: Timestamp) -> Desk<'a> {
        Desk { this: self, procedure, now }
    }
}

impl Office for Desk<'_> {
    fn after(&self, place: &str, day: Date, days: u32) -> Result<Date, CalendarError> {
        calendar::add_working_days(place, day, days)
    }

    fn between(&self, place: &str, from: Date, to: Date) -> Result<u32, CalendarError> {
        calendar::working_days_between(place, from, to)
    }

    fn sign(&self, deciding: &Deciding<'_>) -> Result<String, NotSigned> {
        match deciding.result {
            Some(file) => {
                let whole = blobs::read(&file.blob, 0, MOST_BYTES).filter(|read| read.len() as u64 == file.bytes);
                let content = whole.ok_or_else(|| NotSigned(format!("{} is not there any more", file.name)))?;
                let (name, content_type) = (file.name.clone(), file.content_type.clone());
                Ok(evidence::sign(&evidence::Document { name, content_type, content }))
            }
            None => Ok(self.document(deciding)),
        }
    }
}

impl Desk<'_> {
    /// Has the document of a decision signed.
    fn document(&self, deciding: &Deciding<'_>) -> String {
        let application = deciding.application;
        let registration = self.procedure.registration(deciding.registration);
        let title = registration.map_or_else(String::new, |one| spanish(&one.result.title));
        let heading = if deciding.outcome.is_granted() { title } else { format!("Resolución: {title}") };
        let granted = registration.filter(|_| deciding.outcome.is_granted());
        let text = granted.and_then(|one| match &one.result.made {
            Made::OfText(text) => Some(spanish(text)),
            Made::ByHand => None,
        });
        let content = html! {
            p { strong { (said(deciding.outcome)) } }
            @if let Some(text) = &text { (self.filled(text, deciding)) }
            @if !deciding.reason.is_empty() { h2 { "Motivo" } p { (deciding.reason) } }
            h2 { "Trámite" }
            dl {
                div { dt { "Procedimiento" } dd { (spanish(&self.procedure.definition().entry.title)) } }
                div { dt { "Número" } dd { (application.number) } }
                @if let Some(name) = &application.applicant.name { div { dt { "Solicitante" } dd { (name) } } }
                div { dt { "Presentado" } dd { (application.submitted.in_words(Language::Spanish)) } }
            }
            h2 { "Base legal" }
            ul { @for rule in &self.procedure.definition().entry.legal_basis { li { (spanish(&rule.title)) } } }
        };
        let reference = format!("{}-{}", application.number, deciding.registration);
        let issuer = spanish(self.this.name());
        Printable::new(&issuer, &heading, &reference, self.now, &content).sign()
    }

    /// A text in whose braces stands what was answered.
    fn filled(&self, text: &str, deciding: &Deciding<'_>) -> Markup {
        let lines = self.procedure.schema().summary(&deciding.application.content.answers, Language::Spanish);
        let answer = |name: &str| lines.iter().find(|line| line.field.name() == name).map(|line| &line.value);
        let filled = |piece: Piece<'_>| match piece {
            Piece::Text(text) => html! { (text) },
            Piece::Field(name) => html! { @if let Some(answer) = answer(name) { (answer) } @else { "—" } },
        };
        html! { @for paragraph in text.split("\n\n") { p { @for piece in pieces(paragraph) { (filled(piece)) } } } }
    }
}

/// What a decision says.
fn said(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Approved => "Se concede lo solicitado.",
        Outcome::Rejected => "Se rechaza lo solicitado.",
        Outcome::GrantedBySilence => "Se concede lo solicitado por silencio administrativo positivo.",
        Outcome::DeniedBySilence => "Se tiene por denegado lo solicitado por silencio administrativo negativo.",
        Outcome::Lapsed => "Se archiva lo solicitado.",
        Outcome::Withdrawn => "El solicitante desistió.",
    }
}

fn spanish(text: &Translated) -> String {
    text.in_language(Language::Spanish).to_owned()
}
