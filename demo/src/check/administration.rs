//! The administrators' port, walked: a program with a key of few roles looks, is refused what it has no role for, and both
//! stand in the audit trail.

use super::{MAX_ANSWER_BYTES, WITHIN, Walk, trusting};
use admin::Client as Administrator;
use anyhow::{Context as _, Result, ensure};
use http::{Method, Request, header};
use http_body_util::Full;
use listener::client::{Client, ClientTls};
use serde_json::{Value, json};

pub(super) async fn walk(walk: &Walk<'_>) -> Result<String> {
    let folder = walk.installation.folder_of("segip");
    let address = walk.installation.addresses_of("segip").administration.context("the port has no address")?;
    let owner = Administrator::of(&folder);
    let asked = json!({ "label": "walk", "roles": ["observer"], "days": 1 });
    let made: Value = owner.post("/v1/api-keys", &asked).await?;
    let key = made["key"].as_str().context("no key was made")?;
    let http = Client::new(ClientTls::Rustls(trusting(&folder.join("administration.pem"))?));
    let ask = async |method: Method, path: &str, key: &str| -> Result<(u16, Value)> {
        let request = Request::builder().method(method).uri(format!("https://localhost:{}{path}", address.port()));
        let request = request.header(header::AUTHORIZATION, format!("Bearer {key}")).body(Full::default())?;
        let answer = http.send(request, WITHIN, MAX_ANSWER_BYTES).await?;
        Ok((answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default()))
    };
    let (status, said) = ask(Method::GET, "/v1/status", key).await?;
    ensure!(status == 200 && said["server"].is_string(), "the status was answered with {status}: {said}");
    let (status, said) = ask(Method::POST, "/v1/log/checkpoint", key).await?;
    ensure!(status == 403, "an observer made a checkpoint: {status}: {said}");
    let (status, _) = ask(Method::GET, "/v1/status", "chk_none").await?;
    ensure!(status == 401, "a key that is none was answered with {status}");
    let id = made["id"].as_str().context("the key has no id")?;
    let _: Value = owner.post(&format!("/v1/api-keys/{id}/revoke"), &json!({})).await?;
    let (status, _) = ask(Method::GET, "/v1/status", key).await?;
    ensure!(status == 401, "a revoked key was answered with {status}");
    let trail: Vec<Value> = owner.get("/v1/audit?limit=4").await?;
    ensure!(trail.iter().any(|entry| entry["action"] == format!("POST /v1/api-keys/{id}/revoke")), "{trail:?}");
    Ok("a key looks as far as its role goes, until it is revoked; the audit trail has it".to_owned())
}
