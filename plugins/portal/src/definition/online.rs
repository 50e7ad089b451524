//! How a procedure is done online: what is asked, in which steps it is decided, and what comes of it.

use sdk::json::Value;
use sdk::{Money, Translated};
use serde::{Deserialize, Serialize};

use super::Code;

/// How a procedure is done online.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Online {
    /// All that is asked, as a JSON Schema: see [`sdk::schema`]. Registrations share it, so nothing is asked twice.
    pub schema: Value,
    /// In which order it is asked, page by page.
    pub pages: Vec<Page>,
    /// What has to be attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
    /// What has to be paid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fees: Vec<Fee>,
    /// What can be applied for: each is decided by itself.
    pub registrations: Vec<Registration>,
    /// The place whose working days count, by its ISO 3166-2 code: `BO-L`.
    pub calendar: String,
    /// Whether time goes on while the applicant corrects something.
    #[serde(default)]
    pub while_sent_back: Clock,
}

/// Whether time goes on while the applicant corrects something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// It goes on.
    Runs,
    /// It stands still.
    #[default]
    Stops,
}

/// A page of questions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Page {
    /// Its code.
    pub code: Code,
    /// What it is about.
    pub title: Translated,
    /// What helps to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Translated>,
    /// Names of fields of the schema, in order.
    pub fields: Vec<String>,
}

/// Something that has to be attached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Document {
    /// Its code.
    pub code: Code,
    /// What it is.
    pub title: Translated,
    /// What helps to attach the right one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Translated>,
    /// What it says of whom, of the vocabulary's concepts; `own` where no register could know it.
    pub concept: String,
    /// Which files it may be.
    pub kinds: Vec<FileKind>,
    /// How many files it may be.
    #[serde(default = "one")]
    pub most: u32,
    /// Whether it can be left out.
    #[serde(default)]
    pub need: Need,
    /// When it is asked for; always, if nothing stands here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Value>,
}

/// Kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// PDF.
    Pdf,
    /// A photo: JPEG, PNG or WebP.
    Image,
    /// A document that another entity signed: an ASiC-E container, which is verified when it is attached.
    Signed,
}

impl FileKind {
    /// The kind of a content type.
    #[must_use]
    pub fn of(content_type: &str) -> Option<Self> {
        match content_type {
            "application/pdf" => Some(Self::Pdf),
            "image/jpeg" | "image/png" | "image/webp" => Some(Self::Image),
            "application/vnd.etsi.asic-e+zip" => Some(Self::Signed),
            _ => None,
        }
    }
}

/// Whether something can be left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// It cannot.
    #[default]
    Required,
    /// It can.
    Optional,
}

/// Something that has to be paid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Fee {
    /// Its code.
    pub code: Code,
    /// What is paid for.
    pub title: Translated,
    /// How much.
    pub amount: Amount,
    /// The registration that it belongs to; the whole application, if nothing stands here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<Code>,
    /// Before what it is paid.
    pub before: Moment,
    /// When it is asked for; always, if nothing stands here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Value>,
}

/// How much is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Amount {
    /// So many centavos.
    Fixed(Money),
    /// What a field of money says.
    Field(String),
}

/// Before what a fee is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// Before anybody looks at the application.
    Review,
    /// After it was approved, before the result is issued.
    Result,
}

/// Something that can be applied for, which is decided by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Registration {
    /// Its code.
    pub code: Code,
    /// What it is.
    pub title: Translated,
    /// Whether the applicant chooses it.
    #[serde(default)]
    pub need: Need,
    /// When it is part of the application; always, if nothing stands here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Value>,
    /// Registrations that have to be approved before this one is looked at: their results are its input, and are not asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Code>,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// What comes of it.
    pub result: Outcome,
}

/// A step: somebody with a role looks at an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Step {
    /// Its code.
    pub code: Code,
    /// What is done.
    pub title: Translated,
    /// Who does it: a role of the entity's staff.
    pub role: Code,
    /// How many working days it takes.
    pub working_days: u32,
    /// When it is taken; always, if nothing stands here. A step that is not taken is passed by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Value>,
    /// What may come of it beside going on.
    #[serde(default)]
    pub powers: Vec<Power>,
}

/// What somebody may do at a step beside letting an application go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Power {
    /// Reject it, which ends it.
    Reject,
    /// Send it back to be corrected.
    SendBack,
}

/// What comes of a registration: a document that the entity signs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Outcome {
    /// What the document is called.
    pub title: Translated,
    /// How it is made.
    pub made: Made,
}

/// How a result document is made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Made {
    /// Of a text, in which `{field}` stands for what was answered; paragraphs are parted by an empty line.
    OfText(Translated),
    /// By who decides: the file is attached to the decision.
    ByHand,
}

fn one() -> u32 {
    1
}
