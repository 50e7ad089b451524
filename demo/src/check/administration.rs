//! The administrators' port, walked: a program with a key of few roles looks, is refused what it has no role for, and both
//! stand in the audit trail.

use super::{MAX_ANSWER_BYTES, WITHIN, Walk};
use admin::Client as Administrator;
use anyhow::{Context as _, Result, ensure};
use http::{Method, Request, header};
use http_body_util::Full;
use listener::client::{Client, ClientTls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) async fn walk(walk: &Walk<'_>) -> Result<String> {
    let folder = walk.installation.folder_of("segip");
    let address = walk.installation.addresses_of("segip").administration.context("the port has no address")?;
    let owner = Administrator::of(&folder);
    let asked = json!({ "label": "walk", "roles": ["observer"], "days": 1 });
    let made: Value = owner.post("/v1/api-keys", &asked).await?;
    let key = made["key"].as_str().context("no key was made")?;
    let pem = std::fs::read(folder.join("administration.pem"))?;
    let http = Client::new(ClientTls::Rustls(trusting(&pem)?));
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

fn trusting(pem: &[u8]) -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem).context("the port's certificate cannot be read")?)?;
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    Ok(Arc::new(config.with_safe_default_protocol_versions()?.with_root_certificates(roots).with_no_client_auth()))
}
