//! A browser for the walk through pages: it keeps cookies by host, follows redirects, and fills in the forms that it is shown.

use anyhow::{Context as _, Result, bail, ensure};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use http::{Method, Request, Uri};
use http_body_util::Full;
use listener::client::{Client, ClientTls};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// What looks at pages for somebody.
pub(super) struct Browser {
    client: Client,
    cookies: BTreeMap<(String, String), String>,
}

/// A page that was shown.
pub(super) struct Page {
    /// Where it is, after all redirects.
    pub(super) address: Uri,
    /// Its status.
    pub(super) status: u16,
    /// What it is.
    pub(super) body: Bytes,
}

/// A file that is sent with a form.
pub(super) struct Sent<'a> {
    pub(super) field: &'a str,
    pub(super) name: &'a str,
    pub(super) content_type: &'a str,
    pub(super) content: &'a [u8],
}

const WITHIN: Duration = Duration::from_secs(30);
const MAX_BYTES: usize = 8 << 20;
const MOST_REDIRECTS: usize = 12;
const BOUNDARY: &str = "----ChakanaDemo7MA4YWxk";

impl Browser {
    /// A browser that trusts what the small state's certification authority says.
    pub(super) fn new(tls: Arc<rustls::ClientConfig>) -> Self {
        Self { client: Client::new(ClientTls::Rustls(tls)), cookies: BTreeMap::new() }
    }

    /// Looks at a page.
    pub(super) async fn get(&mut self, address: &str) -> Result<Page> {
        self.go(Method::GET, address.parse()?, None, Bytes::new()).await
    }

    /// Fills in the form of a page that has a field or a button, and sends it.
    pub(super) async fn send(&mut self, page: &Page, with: &str, filled: &[(&str, &str)]) -> Result<Page> {
        let (to, fields) = page.form(with, filled)?;
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let kind = "application/x-www-form-urlencoded".to_owned();
        self.go(Method::POST, to, Some(kind), Bytes::from(body.join("&"))).await
    }

    /// The same with a file.
    pub(super) async fn send_file(
        &mut self,
        page: &Page,
        with: &str,
        filled: &[(&str, &str)],
        file: &Sent<'_>,
    ) -> Result<Page> {
        let (to, fields) = page.form(with, filled)?;
        let mut body = Vec::new();
        for (name, value) in &fields {
            body.extend(
                format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        let Sent { field, name, content_type, content } = file;
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\ncontent-type: {content_type}\r\n\r\n"
        );
        body.extend(head.bytes().chain(content.iter().copied()).chain(format!("\r\n--{BOUNDARY}--\r\n").bytes()));
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.go(Method::POST, to, Some(kind), Bytes::from(body)).await
    }

    async fn go(&mut self, method: Method, to: Uri, kind: Option<String>, body: Bytes) -> Result<Page> {
        let (mut method, mut to, mut kind, mut body) = (method, to, kind, body);
        for _ in 0..MOST_REDIRECTS {
            let answer =
                self.once(&method, &to, kind.as_deref(), body.clone()).await.with_context(|| to.to_string())?;
            let Some(next) = answer.headers().get(LOCATION).filter(|_| answer.status().is_redirection()) else {
                let status = answer.status().as_u16();
                return Ok(Page { address: to, status, body: answer.into_body() });
            };
            to = resolved(&to, next.to_str()?)?;
            (method, kind, body) = (Method::GET, None, Bytes::new());
        }
        bail!("{to} leads on and on")
    }

    async fn once(
        &mut self,
        method: &Method,
        to: &Uri,
        kind: Option<&str>,
        body: Bytes,
    ) -> Result<http::Response<Bytes>> {
        let host = to.authority().context("an address without host")?.to_string();
        let mut request =
            Request::builder().method(method).uri(to).header(HOST, &host).header("accept", "text/html,*/*");
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .filter(|((of, _), _)| *of == host)
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        if let Some(kind) = kind {
            let origin = format!("https://{host}");
            request =
                request.header(CONTENT_TYPE, kind).header("origin", origin).header("sec-fetch-site", "same-origin");
        }
        let answer = self.client.send(request.body(Full::new(body))?, WITHIN, MAX_BYTES).await?;
        for line in answer.headers().get_all(SET_COOKIE) {
            let pair = line.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                let key = (host.clone(), name.to_owned());
                if value.is_empty() {
                    self.cookies.remove(&key)
                } else {
                    self.cookies.insert(key, value.to_owned())
                };
            }
        }
        Ok(answer)
    }
}

impl Page {
    /// What it says.
    pub(super) fn text(&self) -> Result<&str> {
        Ok(std::str::from_utf8(&self.body)?)
    }

    /// What it says, if it is as it should be.
    pub(super) fn says(&self, what: &str) -> Result<()> {
        let text = self.text()?;
        ensure!(text.contains(what), "{} ({}) does not say {what:?}: {}", self.address, self.status, main_of(text));
        Ok(())
    }

    /// What stands between two texts.
    pub(super) fn between(&self, start: &str, end: &str) -> Result<String> {
        let found = self.text()?.split_once(start).and_then(|(_, rest)| rest.split_once(end));
        Ok(found.with_context(|| format!("{} has no {start:?}", self.address))?.0.to_owned())
    }

    /// The form that has a field or a button: where it is sent, and its fields, filled in.
    fn form(&self, with: &str, filled: &[(&str, &str)]) -> Result<(Uri, Vec<(String, String)>)> {
        // Around the main part are the layout's forms: to sign out, say.
        let text = self.text()?;
        let text = text.split_once("<main").map_or(text, |(_, main)| main);
        let forms = text.split("<form").skip(1).map(|form| form.split_once("</form>").map_or(form, |(form, _)| form));
        let form = forms.into_iter().find(|form| form.contains(with));
        let form = form.with_context(|| format!("{} has no form with {with:?}: {}", self.address, main_of(text)))?;
        let head = form.split_once('>').map_or(form, |(head, _)| head);
        let to = match attribute(head, "action") {
            Some(action) => resolved(&self.address, &action)?,
            None => self.address.clone(),
        };
        let inputs = form.split("<input").skip(1).map(|input| input.split_once('>').map_or(input, |(input, _)| input));
        let hidden = inputs.filter(|input| input.contains("type=\"hidden\""));
        let mut fields: Vec<(String, String)> = hidden
            .filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default())))
            .filter(|(name, _)| filled.iter().all(|(filled, _)| filled != name))
            .collect();
        fields.extend(filled.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        Ok((to, fields))
    }
}

/// The main part of a page without its tags, for an error.
fn main_of(text: &str) -> String {
    let main = text.split_once("<main").map_or(text, |(_, main)| main);
    let mut inside = true;
    let mut words = String::new();
    for letter in main.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            other if !inside => words.push(other),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(600).collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    let value = rest.split_once('"')?.0;
    Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

/// An address as it stands on a page.
fn resolved(from: &Uri, to: &str) -> Result<Uri> {
    let authority = from.authority().context("an address without host")?;
    let address = match to {
        _ if to.starts_with("http") => to.to_owned(),
        _ if to.starts_with('/') => format!("https://{authority}{to}"),
        _ if to.is_empty() || to.starts_with('?') => format!("https://{authority}{}{to}", from.path()),
        _ => bail!("{to} is an address of another kind"),
    };
    Ok(address.split('#').next().unwrap_or_default().parse()?)
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
