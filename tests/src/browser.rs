//! A browser before a citizens' gateway, over real sockets: it keeps cookies and finds the hidden fields of forms.

use bytes::Bytes;
use citizens_gateway::{Gateway, GatewayParts, Limits as GatewayLimits, SignInParts};
use clock::SystemClock;
use http::header::{COOKIE, HeaderName, SET_COOKIE};
use http::{Method, Request};
use http_body_util::Full;
use listener::client::{Client, ClientTls};
use listener::{Drained, Limits, Socket, Tls};
use plugin_host::PluginHost;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A gateway that runs, on its domain `localhost:8443`.
pub struct Door {
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<Drained>,
}

/// A browser that looks at one of its origins. A clone is another tab, whose new cookies the first does not see.
#[derive(Clone)]
pub struct Browser {
    /// Where it connects, whatever the host is called.
    at: String,
    host: String,
    cookies: BTreeMap<String, String>,
    client: Client,
}

/// What it was sent.
pub type Shown = http::Response<Bytes>;

/// What the door's origins end with.
pub const DOMAIN: &str = "localhost:8443";

impl Door {
    /// Opens a gateway to the plugins of a host, where nobody signs in.
    pub async fn open(host: Arc<PluginHost>, limits: GatewayLimits) -> Self {
        Self::with(host, limits, None).await
    }

    /// Opens a gateway to the plugins of a host.
    pub async fn with(host: Arc<PluginHost>, limits: GatewayLimits, sign_in: Option<SignInParts>) -> Self {
        Self::to(Arc::new(Gateway::new(Self::parts(host, limits, sign_in)))).await
    }

    /// What a gateway to the plugins of a host is made of.
    #[must_use]
    pub fn parts(host: Arc<PluginHost>, limits: GatewayLimits, sign_in: Option<SignInParts>) -> GatewayParts {
        GatewayParts {
            host,
            clock: Arc::new(SystemClock),
            secret: [9; 32],
            address: DOMAIN.parse().expect("an address"),
            entity: "Ministerio de Pruebas".to_owned(),
            sign_in,
            own_issuer: None,
            judge: None,
            limits,
        }
    }

    /// Opens the door to a gateway.
    pub async fn to(gateway: Arc<Gateway>) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let (address, stop) = (socket.local_addr().expect("an address"), CancellationToken::new());
        let (limits, drain) = (Limits::default(), Duration::from_secs(1));
        let serving =
            tokio::spawn(listener::serve(Socket::Tcp(socket), Tls::Plain, limits, gateway, stop.clone(), drain));
        Self { address, stop, serving }
    }

    /// A new browser at an origin: the label before the domain, or nothing for the gateway's own.
    #[must_use]
    pub fn browser(&self, label: &str) -> Browser {
        let host = if label.is_empty() { DOMAIN.to_owned() } else { format!("{label}.{DOMAIN}") };
        Browser::new(format!("http://{}", self.address), host, Client::new(ClientTls::Plain))
    }

    /// Closes it.
    pub async fn close(self) {
        self.stop.cancel();
        self.serving.await.expect("it ends");
    }
}

impl Browser {
    /// A browser that looks at a host, which it reaches `at` an origin by a client of its own.
    #[must_use]
    pub fn new(at: String, host: String, client: Client) -> Self {
        Self { at, host, cookies: BTreeMap::new(), client }
    }

    /// Sends a request as it is, with the cookies that it has.
    pub async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Shown {
        let mut request =
            Request::builder().method(method).uri(format!("{}{path}", self.at)).header("host", &self.host);
        for (name, value) in headers {
            request = request.header(name.parse::<HeaderName>().expect("a name"), *value);
        }
        if !self.cookies.is_empty() {
            request = request.header(COOKIE, self.cookies());
        }
        let request = request.body(Full::new(Bytes::from(body))).expect("a request");
        let shown = self.client.send(request, Duration::from_secs(20), 8 << 20).await.expect("an answer");
        for line in shown.headers().get_all(SET_COOKIE) {
            let pair = line.to_str().expect("text").split(';').next().unwrap_or_default();
            match pair.split_once('=') {
                Some((name, "")) => drop(self.cookies.remove(name)),
                Some((name, value)) => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
                None => {}
            }
        }
        shown
    }

    /// Comes to another gateway on the same domain, with the cookies that it has.
    pub fn moves_to(&mut self, door: &Door) {
        self.at = format!("http://{}", door.address);
    }

    /// The cookies that it has, as it sends them.
    #[must_use]
    pub fn cookies(&self) -> String {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        cookies.join("; ")
    }

    /// Looks at a page.
    pub async fn get(&mut self, path: &str) -> Shown {
        self.send(Method::GET, path, &[("accept", "text/html")], Vec::new()).await
    }

    /// Sends the form of a page that was shown, with the page's hidden field.
    pub async fn submit(&mut self, page: &Shown, path: &str, form: &str) -> Shown {
        let token = token(page).expect("the page has a form");
        self.post(path, &format!("-form={token}&{form}")).await
    }

    /// Posts a form as it is.
    pub async fn post(&mut self, path: &str, form: &str) -> Shown {
        let origin = format!("https://{}", self.host);
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "text/html"),
            ("origin", &origin),
            ("sec-fetch-site", "same-origin"),
        ];
        self.send(Method::POST, path, &headers, form.into()).await
    }

    /// Sends a form with one file.
    pub async fn upload(
        &mut self,
        page: &Shown,
        path: &str,
        (name, content_type): (&str, &str),
        content: &[u8],
    ) -> Shown {
        let token = token(page).expect("the page has a form");
        let field = format!("--X\r\nContent-Disposition: form-data; name=\"-form\"\r\n\r\n{token}\r\n");
        let file = format!(
            "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {content_type}\r\n\r\n"
        );
        let body = [field.as_bytes(), file.as_bytes(), content, b"\r\n--X--\r\n"].concat();
        let headers = [("content-type", "multipart/form-data; boundary=X"), ("accept", "text/html")];
        self.send(Method::POST, path, &headers, body).await
    }
}

/// The hidden field of the first form of a page.
#[must_use]
pub fn token(page: &Shown) -> Option<&str> {
    let (_, rest) = text(page).split_once("name=\"-form\" value=\"")?;
    Some(rest.split_once('"')?.0)
}

/// What a page says.
///
/// # Panics
/// When it is no text.
#[must_use]
pub fn text(shown: &Shown) -> &str {
    std::str::from_utf8(shown.body()).expect("text")
}

/// Where an answer leads.
///
/// # Panics
/// When it leads nowhere.
#[must_use]
pub fn location(shown: &Shown) -> &str {
    shown.headers()["location"].to_str().expect("text")
}
