//! SMS, handed over to a service by HTTP.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{Request, StatusCode, Uri};
use http_body_util::Full;
use listener::client::{Client, ClientError, ClientTls};
use serde_json::Value;

use crate::carrier::{Carrier, CarryError, Parcel};
use crate::gsm::fitted;
use crate::secret::Secret;
use crate::settings::{SettingsError, SmsSettings, TIMEOUT};

/// Brings notices by SMS: posts JSON to the service that the settings name.
pub struct SmsGateway {
    client: Client,
    url: Uri,
    authorization: HeaderValue,
    template: Value,
}

impl SmsGateway {
    /// A carrier by its settings; reads the files that they name. `tls` says whose certificates are trusted.
    ///
    /// # Errors
    /// When the settings cannot be used, or their files cannot be read.
    pub fn new(settings: &SmsSettings, tls: Arc<rustls::ClientConfig>) -> Result<Self, SettingsError> {
        settings.check()?;
        let path = &settings.token_file;
        let token = Secret::read(path).map_err(|source| SettingsError::file(path, source))?;
        let authorization = HeaderValue::from_str(&format!("Bearer {}", token.expose()));
        let rule = "a file that holds a token of visible ASCII characters";
        let mut authorization = authorization.map_err(|_| SettingsError::value("sms.token_file", rule))?;
        authorization.set_sensitive(true);
        let url = settings.url.parse().map_err(|_| SettingsError::value("sms.url", "an address"))?;
        let template = serde_json::from_str(&settings.template);
        let template = template.map_err(|_| SettingsError::value("sms.template", "JSON"))?;
        Ok(Self { client: Client::new(ClientTls::Rustls(tls)), url, authorization, template })
    }
}

#[async_trait]
impl Carrier for SmsGateway {
    async fn carry(&self, parcel: &Parcel<'_>) -> Result<(), CarryError> {
        let to = parcel.contacts.telephone.as_ref().ok_or(CarryError::NoAddress)?.address.as_str();
        let text = fitted(&parcel.rendered.sms, parcel.link.as_deref());
        let body = filled(&self.template, &[("{to}", to), ("{text}", &text), ("{id}", &parcel.id)]);
        let request = Request::post(self.url.clone())
            .header(AUTHORIZATION, self.authorization.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("idempotency-key", &parcel.id)
            .body(Full::new(Bytes::from(body.to_string())))
            .map_err(|_| CarryError::Unreachable { reason: "the address of the SMS service cannot be called" })?;
        let answer = self.client.send(request, TIMEOUT, MAX_ANSWER_BYTES).await.map_err(|error| failure(&error))?;
        let status = answer.status();
        match status {
            _ if status.is_success() => Ok(()),
            // Of the message. What else is refused is between the servers, and is mended.
            StatusCode::BAD_REQUEST | StatusCode::GONE | StatusCode::UNPROCESSABLE_ENTITY => {
                Err(CarryError::Refused { status: status.as_u16() })
            }
            _ => Err(CarryError::NotNow { status: status.as_u16() }),
        }
    }
}

impl fmt::Debug for SmsGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmsGateway").field("url", &self.url).finish_non_exhaustive()
    }
}

/// The template with names in its strings replaced in one pass, so that what is put in is never a name again.
fn filled(template: &Value, names: &[(&str, &str)]) -> Value {
    match template {
        Value::String(text) => Value::String(replaced(text, names)),
        Value::Array(values) => values.iter().map(|value| filled(value, names)).collect(),
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), filled(value, names))).collect(),
        other => other.clone(),
    }
}

fn replaced(text: &str, names: &[(&str, &str)]) -> String {
    let (mut done, mut rest) = (String::new(), text);
    while let Some(at) = rest.find('{') {
        done += &rest[..at];
        rest = &rest[at..];
        let (name, value) = names.iter().find(|(name, _)| rest.starts_with(name)).copied().unwrap_or(("{", "{"));
        done += value;
        rest = &rest[name.len()..];
    }
    done + rest
}

fn failure(error: &ClientError) -> CarryError {
    let reason = match error {
        ClientError::TimedOut { .. } => "the SMS service took too long",
        ClientError::Tls { .. } => "no TLS came about with the SMS service",
        ClientError::TooLarge { .. } => "the SMS service answered too much",
        _ => "the connection to the SMS service failed",
    };
    CarryError::Unreachable { reason }
}

const MAX_ANSWER_BYTES: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_into_the_template_stays_text() {
        let template = serde_json::json!({"m": [{"to": "{to}", "t": "<{text}> {x}"}], "n": 1, "{to}": null});
        let body = filled(&template, &[("{to}", "+591"), ("{text}", "\"}, {to}")]);
        assert_eq!(body, serde_json::json!({"m": [{"to": "+591", "t": "<\"}, {to}> {x}"}], "n": 1, "{to}": null}));
    }
}
