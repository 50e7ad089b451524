//! What stands in a description as JSON, before it is judged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is said of a field in a language other than Spanish.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Said {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
}

/// Words of a field or a choice by the code of their language.
pub(super) type Translations = BTreeMap<String, Said>;

/// A choice.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choice {
    #[serde(rename = "const")]
    pub(super) code: String,
    pub(super) title: String,
    #[serde(rename = "x-translations", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) translations: Translations,
}

/// One of several choices: what stands in a field, and in the items of a list.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Items {
    #[serde(rename = "oneOf")]
    pub(super) one_of: Vec<Choice>,
}
