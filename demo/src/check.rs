//! The walk-through, walked by itself.

mod administration;
mod browser;
mod person;
mod plugins;
mod portal;

use crate::citizens::Shown;
use crate::installation::Installation;
use crate::openssl;
use crate::processes::Processes;
use crate::providers::FILE_BYTES;
use crate::state::{ARCHIVE, COMPANIES, PERSONS, PORTAL, TAXPAYERS};
use admin::Client as Administrator;
use anyhow::{Context as _, Result, bail, ensure};
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::Full;
use listener::client::{Client, ClientTls};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

/// What was checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Every step, in order.
    pub steps: Vec<Step>,
}

/// One step of the walk-through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was done.
    pub what: &'static str,
    /// What came of it: an error says why it does not hold.
    pub result: Result<String, String>,
}

impl Checked {
    /// Whether every step holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.steps.iter().all(|step| step.result.is_ok())
    }

    fn note(&mut self, what: &'static str, result: Result<String>) {
        let result = result.map_err(|error| format!("{error:#}"));
        let number = self.steps.len() + 1;
        match &result {
            Ok(said) => println!("{number:2}. ok    {what}: {said}"),
            Err(why) => println!("{number:2}. FAIL  {what}: {why}"),
        }
        self.steps.push(Step { what, result });
    }
}

struct Walk<'a> {
    installation: &'a Installation,
    binary: &'a Path,
    http: Client,
    kept: PathBuf,
    /// Fresh for each walk, so that a second one finds its own messages.
    id: String,
}

const WITHIN: Duration = Duration::from_secs(120);
const MAX_ANSWER_BYTES: usize = 64 << 20;

/// Goes through everything that the walk-through shows. What it fetched stays in the folder `evidence`.
pub(crate) async fn run(
    installation: &Installation,
    processes: &mut Processes,
    binary: &Path,
    citizens: &Shown,
) -> Result<Checked> {
    let kept = installation.folder().join("evidence");
    std::fs::create_dir_all(&kept)?;
    let records = Administrator::of(installation.folder_of("gamlp")).status().await?["log"]["records"].clone();
    let id = format!("recorrido-{records}");
    let walk = Walk { installation, binary, http: Client::new(ClientTls::Plain), kept, id };
    let mut checked = Checked::default();
    checked.note("a first signed call", walk.first_call().await);
    checked.note("a call with a body", walk.declaration().await);
    checked.note("the same Idempotency-Key again", walk.repeated().await);
    checked.note("another register", walk.company().await);
    checked.note("a provider's own status passes through", walk.unknown_person().await);
    checked.note("a call without the right", walk.refused().await);
    checked.note("a client that is not here", walk.stranger().await);
    checked.note("50 MB", walk.large_file().await);
    checked.note("what the identity register offers", walk.methods().await);
    checked.note("its OpenAPI document", walk.open_api().await);
    checked.note("who is in the instance", walk.clients().await);
    checked.note("the evidence of the first call", walk.evidence().await);
    checked.note("chakana verify", walk.verify().await);
    checked.note("openssl on the same evidence", walk.openssl().await);
    checked.note("a flipped byte", walk.tampered().await);
    checked.note("the message logs", walk.logs().await);
    checked.note("doctor", walk.doctor().await);
    checked.note("the administrators' port", administration::walk(&walk).await);
    checked.note("a plugin keeps a person", walk.keep_person().await);
    checked.note("a plugin asks another entity's plugin", walk.open_case().await);
    checked.note("a plugin refuses in fields", walk.stranger_has_no_case().await);
    let killed = walk.killed_in_the_middle(installation, processes, binary).await;
    checked.note("a server killed in the middle: every effect once", killed);
    checked.note("the message logs after that", walk.logs().await);
    portal::walk(&walk, citizens, &mut checked).await;
    Ok(checked)
}

impl Walk<'_> {
    async fn call(
        &self,
        method: Method,
        server: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Response<Bytes>> {
        let address = self.installation.addresses_of(server).clients_http;
        let mut request = Request::builder().method(method).uri(format!("http://{address}{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::from(body.to_owned())))?;
        Ok(self.http.send(request, WITHIN, MAX_ANSWER_BYTES).await?)
    }

    async fn get(&self, path: &str) -> Result<Response<Bytes>> {
        self.call(Method::GET, "gamlp", path, &[("X-Road-Client", PORTAL)], "").await
    }

    async fn first_call(&self) -> Result<String> {
        let path = format!("/r1/{PERSONS}/personas/1234567");
        let headers = [("X-Road-Client", PORTAL), ("X-Road-Id", self.id.as_str())];
        let answer = self.call(Method::GET, "gamlp", &path, &headers, "").await?;
        let person: Value = json(&answer, 200)?;
        ensure!(person["nombres"] == "Juana", "the register answered {person}");
        for header in ["x-road-id", "x-road-client", "x-road-service", "x-road-request-id", "x-road-request-hash"] {
            ensure!(answer.headers().contains_key(header), "the header {header} is missing");
        }
        ensure!(answer.headers()["x-road-id"] == self.id.as_str(), "the message id is another one");
        Ok(format!("{} {}", person["nombres"], person["apellidos"]))
    }

    async fn declaration(&self) -> Result<String> {
        let answer = self.declare("clave-1").await?;
        Ok(format!("declaration number {}", json::<Value>(&answer, 201)?["numero"]))
    }

    async fn repeated(&self) -> Result<String> {
        let (first, again, other) =
            (self.declare("clave-2").await?, self.declare("clave-2").await?, self.declare("clave-3").await?);
        ensure!(first.body() == again.body(), "the repeated call got another answer");
        ensure!(first.body() != other.body(), "a call with another key got the first answer");
        Ok("the first answer, and the service was called once".to_owned())
    }

    async fn declare(&self, key: &str) -> Result<Response<Bytes>> {
        let key = format!("{key}-{}", self.id);
        let headers =
            [("X-Road-Client", PORTAL), ("Content-Type", "application/json"), ("Idempotency-Key", key.as_str())];
        let path = format!("/r1/{TAXPAYERS}/declaraciones");
        self.call(Method::POST, "gamlp", &path, &headers, r#"{"nit":"1023456021","monto":150}"#).await
    }

    async fn company(&self) -> Result<String> {
        let company: Value = json(&self.get(&format!("/r1/{COMPANIES}/empresas/00123456")).await?, 200)?;
        Ok(company["razonSocial"].to_string())
    }

    async fn unknown_person(&self) -> Result<String> {
        let answer = self.get(&format!("/r1/{PERSONS}/personas/999")).await?;
        ensure!(answer.status() == 404, "the status is {}", answer.status());
        ensure!(!answer.headers().contains_key("x-road-error"), "it looks like a fault of ours");
        Ok("404, and it is the provider's".to_owned())
    }

    async fn refused(&self) -> Result<String> {
        let answer = self.get(&format!("/r1/{PERSONS}/otra-cosa")).await?;
        fault(&answer, 500, "server.serverproxy.access_denied")
    }

    async fn stranger(&self) -> Result<String> {
        let path = format!("/r1/{PERSONS}/personas/1234567");
        let answer = self.call(Method::GET, "gamlp", &path, &[("X-Road-Client", "BO/GOV/9999/nadie")], "").await?;
        fault(&answer, 400, "client.invalid_client_identifier")
    }

    async fn large_file(&self) -> Result<String> {
        let started = Instant::now();
        let answer = self.get(&format!("/r1/{ARCHIVE}/gaceta.bin")).await?;
        ensure!(answer.status() == 200, "the status is {}", answer.status());
        ensure!(answer.body().len() as u64 == FILE_BYTES, "{} bytes came", answer.body().len());
        let whole = answer.body().iter().enumerate().all(|(at, byte)| *byte == (at % 251) as u8);
        ensure!(whole, "the file came changed");
        Ok(format!("{} bytes in {:.1} s", FILE_BYTES, started.elapsed().as_secs_f64()))
    }

    async fn methods(&self) -> Result<String> {
        let methods: Value = json(&self.get("/r1/BO/GOV/1001/identidad/listMethods").await?, 200)?;
        let services = methods["service"].as_array().context("no list of services")?;
        let codes: Vec<&str> = services.iter().filter_map(|service| service["service_code"].as_str()).collect();
        ensure!(codes == ["notices", "people", "personas"], "listed are {codes:?}");
        Ok("personas, and the plugins' people and notices".to_owned())
    }

    async fn open_api(&self) -> Result<String> {
        let administrator = Administrator::of(self.installation.folder_of("segip"));
        let path = format!("/v1/open-api?service={PERSONS}");
        let seen: Value = administrator.get(&path).await?;
        let digest = seen["digest"].as_str().context("there is no digest to confirm")?;
        let _: Value = administrator.post(&format!("{path}&digest={digest}"), &Value::Null).await?;
        let document: Value = json(&self.get("/r1/BO/GOV/1001/identidad/getOpenAPI?serviceCode=personas").await?, 200)?;
        ensure!(document["paths"]["/personas/{ci}"].is_object(), "its path is missing");
        ensure!(!document["servers"].to_string().contains("segip.example"), "it names the provider's own address");
        Ok(document["info"]["title"].to_string())
    }

    async fn clients(&self) -> Result<String> {
        let headers = [("Accept", "application/json")];
        let clients: Value = json(&self.call(Method::GET, "gamlp", "/listClients", &headers, "").await?, 200)?;
        let count = clients["member"].as_array().map_or(0, Vec::len);
        ensure!(count >= 8, "{count} clients are listed");
        Ok(format!("{count} members and subsystems"))
    }

    /// Waits until the record is under a stamped checkpoint, which the demo makes every second.
    async fn evidence(&self) -> Result<String> {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let response = self.container_of("responseOnly").await?;
            let parts = openssl::unpack(&response)?;
            if parts.contains_key("META-INF/checkpoint.tst") {
                std::fs::write(self.container(), &response)?;
                // In front of its response in the log, so that the same checkpoint covers it.
                std::fs::write(self.kept.join("request.asice"), self.container_of("requestOnly").await?)?;
                let trust = self.call(Method::GET, "gamlp", "/verificationconf", &[], "").await?;
                std::fs::write(self.trust(), trust.body())?;
                let status = Administrator::of(self.installation.folder_of("gamlp")).status().await?;
                let key = status["log"]["key"].as_str().context("the server does not say its log key")?;
                std::fs::write(self.kept.join("log-key.txt"), format!("{key}\n"))?;
                return Ok(format!("{} bytes with {} parts", response.len(), parts.len()));
            }
            ensure!(Instant::now() < deadline, "no stamped checkpoint covers it yet");
            sleep(Duration::from_millis(200)).await;
        }
    }

    async fn container_of(&self, which: &str) -> Result<Bytes> {
        let path = format!(
            "/asic?xRoadInstance=BO&memberClass=MUN&memberCode=2001&subsystemCode=tramites&queryId={}&{which}",
            self.id
        );
        let answer = self.call(Method::GET, "gamlp", &path, &[], "").await?;
        ensure!(answer.status() == 200, "the status is {}", answer.status());
        Ok(answer.into_body())
    }

    fn container(&self) -> PathBuf {
        self.kept.join("response.asice")
    }

    fn trust(&self) -> PathBuf {
        self.kept.join("verificationconf.zip")
    }

    async fn verify_file(&self, file: &Path) -> Result<(Option<i32>, String)> {
        let output = Command::new(self.binary)
            .arg("verify")
            .arg(file)
            .arg("--trust")
            .arg(self.trust())
            .arg("--anchor")
            .arg(self.installation.folder_of("gamlp").join("root.json"))
            .output()
            .await?;
        Ok((output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned()))
    }

    async fn verify(&self) -> Result<String> {
        let (code, said) = self.verify_file(&self.container()).await?;
        ensure!(code == Some(0), "exit code {code:?}: {said}");
        Ok("valid".to_owned())
    }

    async fn openssl(&self) -> Result<String> {
        let container = std::fs::read(self.container())?;
        let scratch = self.kept.join("openssl");
        std::fs::create_dir_all(&scratch)?;
        let said = openssl::verify(&container, &self.installation.folder_of("trust-services"), &scratch).await?;
        Ok(said.join("; "))
    }

    /// One byte of the body changed, and the ZIP made whole again around it: everything but the content still fits.
    async fn tampered(&self) -> Result<String> {
        let parts = openssl::unpack(&std::fs::read(self.container())?)?;
        let mut writer = trust::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let original = std::fs::read(self.container())?;
        let mut reader = trust::zip::ZipReader::open(std::io::Cursor::new(&original))?;
        let names: Vec<String> = reader.entries().map(|entry| entry.name.to_owned()).collect();
        for (index, name) in names.iter().enumerate() {
            let mut bytes = reader.read(index, MAX_ANSWER_BYTES)?;
            if name == "body.bin" {
                bytes[0] ^= 1;
            }
            writer.add(name, &bytes)?;
        }
        ensure!(parts.contains_key("body.bin"), "the response has no body");
        let file = self.kept.join("tampered.asice");
        std::fs::write(&file, writer.finish()?.into_inner())?;
        let (code, said) = self.verify_file(&file).await?;
        ensure!(code == Some(1), "exit code {code:?}: {said}");
        let scratch = self.kept.join("openssl");
        let other =
            openssl::verify(&std::fs::read(&file)?, &self.installation.folder_of("trust-services"), &scratch).await;
        let Err(other) = other else { bail!("openssl accepts it") };
        Ok(format!("refused by chakana and by {other}"))
    }

    async fn logs(&self) -> Result<String> {
        let mut records = 0;
        for entity in &self.installation.state().entities {
            let administrator = Administrator::of(self.installation.folder_of(&entity.folder));
            let report: Value = administrator.post("/v1/log/verify", &Value::Null).await?;
            ensure!(report["sound"] == true, "{}: {report}", entity.folder);
            records += report["records"].as_u64().unwrap_or_default();
        }
        Ok(format!("{records} records verify on four servers"))
    }

    async fn doctor(&self) -> Result<String> {
        for entity in &self.installation.state().entities {
            let findings = Administrator::of(self.installation.folder_of(&entity.folder)).doctor().await?;
            let problems = findings.iter().filter(|finding| finding.severity == admin::doctor::Severity::Problem);
            let words: Vec<&str> = problems.map(|finding| finding.what.as_str()).collect();
            ensure!(words.is_empty(), "{}: {}", entity.folder, words.join("; "));
        }
        Ok("no problem on any server".to_owned())
    }
}

fn json<T: serde::de::DeserializeOwned>(answer: &Response<Bytes>, status: u16) -> Result<T> {
    let words = || String::from_utf8_lossy(answer.body()).chars().take(300).collect::<String>();
    ensure!(answer.status() == status, "the status is {}: {}", answer.status(), words());
    serde_json::from_slice(answer.body()).with_context(words)
}

fn fault(answer: &Response<Bytes>, status: u16, code: &str) -> Result<String> {
    let fault: Value = json(answer, status)?;
    ensure!(fault["type"] == code, "the fault is {fault}");
    ensure!(answer.headers()["x-road-error"] == code, "the header X-Road-Error is another");
    Ok(code.to_owned())
}

/// TLS that trusts the certificate in a file, and nothing else.
fn trusting(certificate: &Path) -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add(rustls_pki_types::CertificateDer::from(
        crate::installation::read_certificate(certificate)?.der().to_vec(),
    ))?;
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    Ok(Arc::new(config.with_safe_default_protocol_versions()?.with_root_certificates(roots).with_no_client_auth()))
}
