//! A browser: it keeps cookies, follows links within the provider, and posts forms with what is hidden in them.

use super::forms::{base32, between, form_of};
use super::{PASSWORD, World};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{Request, Response, StatusCode};
use identity::accounts::EnrolmentCode;
use std::collections::BTreeMap;

#[derive(Default, Clone)]
pub struct Browser {
    pub cookies: BTreeMap<String, String>,
    /// Sent with each request, if there is one.
    pub language: Option<&'static str>,
}

/// A page, or where it leads.
#[derive(Debug)]
pub struct Shown {
    pub status: StatusCode,
    pub body: String,
    pub location: Option<String>,
    pub policy: String,
}

impl Shown {
    /// Where it leads.
    #[track_caller]
    pub fn to(&self) -> &str {
        self.location.as_deref().unwrap_or_else(|| panic!("{} {}", self.status, self.body))
    }

    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "{text}: {:?} {} {}", self.location, self.status, self.body);
        self
    }

    /// The value of an attribute that is there once at least.
    pub fn attribute(&self, name: &str) -> String {
        between(&self.body, &format!("{name}=\""), "\"").expect("an attribute")
    }
}

impl Browser {
    pub async fn get(&mut self, world: &World, path: &str) -> Shown {
        self.send(world, Request::builder().uri(path), Bytes::new()).await
    }

    /// Posts the form with this action, as the page has it, with these fields filled in.
    pub async fn post(&mut self, world: &World, page: &Shown, action: &str, filled: &[(&str, &str)]) -> Shown {
        let body = form_of(&page.body, action, filled);
        self.post_raw(world, action, &body).await
    }

    pub async fn post_raw(&mut self, world: &World, path: &str, body: &str) -> Shown {
        let request =
            Request::builder().method("POST").uri(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(world, request, Bytes::from(body.to_owned())).await
    }

    async fn send(&mut self, world: &World, request: http::request::Builder, body: Bytes) -> Shown {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(COOKIE, cookies.join("; "));
        let request = match self.language {
            Some(language) => request.header("accept-language", language),
            None => request,
        };
        let response = world.provider.respond(request.body(body).expect("a request")).await;
        self.take_cookies(&response);
        let text = |name| response.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
        Shown {
            status: response.status(),
            location: text(LOCATION),
            policy: text(http::header::CONTENT_SECURITY_POLICY).unwrap_or_default(),
            body: String::from_utf8(response.body().to_vec()).expect("text"),
        }
    }

    fn take_cookies(&mut self, response: &Response<Bytes>) {
        for line in response.headers().get_all(SET_COOKIE) {
            let line = line.to_str().expect("text");
            assert!(line.contains("; Path=/; Secure; HttpOnly; SameSite="), "{line}");
            let (pair, rest) = line.split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a pair");
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Follows where a page leads, as long as it is the provider.
    pub async fn follow(&mut self, world: &World, mut shown: Shown) -> Shown {
        for _ in 0..5 {
            match shown.location.clone() {
                Some(to) if to.starts_with('/') => shown = self.get(world, &to).await,
                _ => break,
            }
        }
        shown
    }

    /// Sets a password and an app; gives the app's secret and the recovery codes.
    pub async fn enrol(&mut self, world: &World, code: &EnrolmentCode) -> (Vec<u8>, Vec<String>) {
        let page = self.get(world, "/enrol").await;
        let page = self.post(world, &page, "/enrol", &[("enrolment", code.as_str())]).await;
        page.says("Ana Mamani Quispe").says("<svg");
        let secret = base32(
            &between(&page.body, "escriba esta clave en la aplicación: <code>", "</code>")
                .or_else(|| between(&page.body, "aplicación: <code>", "</code>"))
                .expect("a secret"),
        );
        let filled = [("password", PASSWORD), ("again", PASSWORD), ("code", &world.code(&secret))];
        let done = self.post(world, &page, "/enrol/password", &filled).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let codes = done
            .body
            .split("<li><code>")
            .skip(1)
            .filter_map(|rest| rest.split_once('<'))
            .map(|(code, _)| code.to_owned());
        (secret, codes.collect())
    }

    /// Types a document and a password into the sign-in page.
    pub async fn password(&mut self, world: &World, page: &Shown, number: &str, password: &str) -> Shown {
        self.post(world, page, "/sign-in", &[("kind", "CI"), ("number", number), ("password", password)]).await
    }

    /// Signs in where a page leads, a step later than the last time, and goes on.
    pub async fn sign_in(&mut self, world: &World, page: Shown, number: &str, secret: &[u8]) -> Shown {
        world.pass(60);
        let page = self.follow(world, page).await;
        let page = self.password(world, &page, number, PASSWORD).await;
        let done = self.post(world, &page, "/sign-in/code", &[("code", &world.code(secret))]).await;
        self.follow(world, done).await
    }
}
