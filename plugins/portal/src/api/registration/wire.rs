//! The shapes of the specification, as they are answered.

use std::collections::BTreeMap;

use sdk::Timestamp;
use sdk::json::Value;
use serde::{Deserialize, Serialize};

/// Objects by their names: what the specification calls data.
pub(super) type Data = BTreeMap<String, serde_json::Map<String, Value>>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Service {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) r#type: &'static str,
    pub(super) is_executable: bool,
    pub(super) is_closed: bool,
    pub(super) description: String,
    pub(super) service_body: Vec<Property>,
}

#[derive(Serialize)]
pub(super) struct Property {
    pub(super) code: &'static str,
    pub(super) value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EForm {
    pub(super) e_form_id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) version: String,
    pub(super) latest: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) schema: Option<Value>,
}

/// What is submitted, and shown again.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileSubmit {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) application_name: Option<String>,
    pub(super) applicant_id: String,
    /// When it was begun, which is only shown: what is submitted is registered when it comes.
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub(super) created: Option<Timestamp>,
    #[serde(default)]
    pub(super) form_data: FormData,
    #[serde(default)]
    pub(super) document_urls: Vec<String>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FormData {
    #[serde(default)]
    pub(super) data: Data,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) e_form_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File {
    pub(super) file_id: String,
    pub(super) applicant_id: String,
    pub(super) registered: Timestamp,
    pub(super) service_id: String,
    pub(super) service_name: String,
    pub(super) status: Status,
    pub(super) ended: bool,
    pub(super) application_data: FileSubmit,
}

#[derive(Clone, Serialize)]
pub(super) struct Status {
    pub(super) code: &'static str,
    pub(super) title: String,
}

/// A line of the list of applications.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListedFile {
    pub(super) file_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) main_task_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) task_title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) assignee_id: Option<String>,
    pub(super) status: Status,
    pub(super) applicant_id: String,
    pub(super) created: Timestamp,
    pub(super) registered: Timestamp,
    pub(super) service_name: String,
    pub(super) service_id: String,
    pub(super) eform_id: String,
    pub(super) document_urls: Vec<String>,
}

/// A task; with what was answered, where one task is shown.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Task {
    pub(super) task_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) main_task_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) task_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) assignee_id: Option<String>,
    pub(super) role_id: String,
    pub(super) created: Timestamp,
    pub(super) description: String,
    pub(super) service_id: String,
    pub(super) service_name: String,
    pub(super) file_id: String,
    pub(super) e_form_id: String,
    pub(super) status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) form_variables: Option<Data>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CompletedTask {
    pub(super) task_id: String,
    pub(super) file_id: String,
    pub(super) service_id: String,
    pub(super) status: Status,
}

#[derive(Serialize)]
pub(super) struct Uploaded {
    pub(super) code: i32,
    pub(super) r#type: &'static str,
    pub(super) message: String,
    pub(super) url: String,
}

/// Why something cannot be done.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SystemError {
    pub(super) trace_id: String,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) localized_message: String,
}
