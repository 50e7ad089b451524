//! One call to an address of the web that strangers chose: the host is looked up once, every address of it is judged, and the
//! connection goes to exactly the one that was judged. Nothing is followed.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::carrier::CarryError;
use crate::settings::{TIMEOUT, WebhookReach};
use crate::webhook_address::{NOT_PUBLIC, WebhookUrl, may_be_called};

/// Says which addresses a host has.
#[async_trait]
pub(crate) trait Resolver: Send + Sync {
    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The operating system.
pub(crate) struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((host, port)).await?.take(MAX_ADDRESSES).collect())
    }
}

/// Makes the calls.
pub(crate) struct PinnedClient {
    pub resolver: Arc<dyn Resolver>,
    pub tls: Arc<rustls::ClientConfig>,
    pub reach: WebhookReach,
}

impl PinnedClient {
    /// Sends a request and reads its answer, of at most `max_bytes`.
    pub(crate) async fn send(
        &self,
        url: &WebhookUrl,
        request: Request<Full<Bytes>>,
        max_bytes: usize,
    ) -> Result<Response<Bytes>, CarryError> {
        timeout(TIMEOUT, self.exchange(url, request, max_bytes)).await.unwrap_or(Err(unreachable("it took too long")))
    }

    async fn exchange(
        &self,
        url: &WebhookUrl,
        request: Request<Full<Bytes>>,
        max_bytes: usize,
    ) -> Result<Response<Bytes>, CarryError> {
        let address = self.judged(url).await?;
        let stream = TcpStream::connect(address).await.map_err(|_| unreachable("nobody listens there"))?;
        if !url.is_https() {
            return over(stream, request, max_bytes).await;
        }
        let name = ServerName::try_from(url.host().to_owned());
        let name = name.map_err(|_| CarryError::Forbidden { reason: "its host is no name" })?;
        let stream = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream).await;
        over(stream.map_err(|_| unreachable("no TLS came about"))?, request, max_bytes).await
    }

    /// The address that is called. If one of a host's is not public the others are not called either: whoever mixes them
    /// means harm, or will be understood better by a refusal.
    async fn judged(&self, url: &WebhookUrl) -> Result<SocketAddr, CarryError> {
        let addresses = self.resolver.addresses(url.host(), url.port()).await;
        let addresses = addresses.map_err(|_| unreachable("its host is not known"))?;
        if !addresses.iter().all(|address| may_be_called(address.ip(), self.reach)) {
            return Err(CarryError::Forbidden { reason: NOT_PUBLIC });
        }
        addresses.first().copied().ok_or_else(|| unreachable("its host has no address"))
    }
}

async fn over<S>(stream: S, request: Request<Full<Bytes>>, max_bytes: usize) -> Result<Response<Bytes>, CarryError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let broken = |_| unreachable("the connection broke off");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let exchange = async move {
        let (head, body) = sender.send_request(request).await.map_err(broken)?.into_parts();
        let body = listener::read_bounded(body, max_bytes, TIMEOUT).await;
        Ok(Response::from_parts(head, body.map_err(|_| unreachable("it answered too much"))?))
    };
    // The connection lives as long as the exchange, and is driven by it.
    tokio::pin!(connection, exchange);
    tokio::select! {
        answer = &mut exchange => answer,
        // What was read before the end of the connection may be all of the answer.
        _ = &mut connection => exchange.await,
    }
}

fn unreachable(reason: &'static str) -> CarryError {
    CarryError::Unreachable { reason }
}

const MAX_ADDRESSES: usize = 16;

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::net::TcpListener;

    use super::*;

    /// Says another address each time, as whoever means harm does.
    struct Changes {
        asked: AtomicUsize,
        answers: Vec<Vec<SocketAddr>>,
    }

    #[async_trait]
    impl Resolver for Changes {
        async fn addresses(&self, _: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
            Ok(self.answers[self.asked.fetch_add(1, Ordering::SeqCst)].clone())
        }
    }

    fn client(reach: WebhookReach, answers: Vec<Vec<SocketAddr>>) -> (PinnedClient, Arc<Changes>) {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let tls = config.unwrap().with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
        let resolver = Arc::new(Changes { asked: AtomicUsize::new(0), answers });
        (PinnedClient { resolver: resolver.clone(), tls: Arc::new(tls), reach }, resolver)
    }

    async fn call(client: &PinnedClient, url: &str) -> Result<Response<Bytes>, CarryError> {
        let url = WebhookUrl::read(url, client.reach).unwrap();
        let request = Request::post(url.target()).header("host", url.authority()).body(Full::default()).unwrap();
        client.send(&url, request, 100).await
    }

    #[tokio::test]
    async fn the_address_that_was_judged_is_the_one_that_is_called() {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let judged = socket.local_addr().unwrap();
        let served = tokio::spawn(async move {
            use tokio::io::{AsyncReadExt, AsyncWriteExt};
            let (mut stream, _) = socket.accept().await.unwrap();
            let mut head = [0; 1024];
            let length = stream.read(&mut head).await.unwrap();
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
            String::from_utf8_lossy(&head[..length]).into_owned()
        });
        let (client, resolver) = client(WebhookReach::Loopback, vec![vec![judged]]);
        let answer = call(&client, "http://program.example:8080/hook").await.unwrap();
        assert_eq!((answer.status().as_u16(), resolver.asked.load(Ordering::SeqCst)), (204, 1));
        assert!(served.await.unwrap().contains("host: program.example:8080"));
    }

    #[tokio::test]
    async fn a_host_with_one_address_that_is_not_public_is_not_called() {
        let (public, own) = ("1.1.1.1:443".parse().unwrap(), "10.0.0.1:443".parse().unwrap());
        for addresses in [vec![own], vec![public, own]] {
            let (client, _) = client(WebhookReach::Public, vec![addresses]);
            let refused = call(&client, "https://program.example/").await.unwrap_err();
            assert!(matches!(refused, CarryError::Forbidden { reason: NOT_PUBLIC }));
        }
        let (client, _) = client(WebhookReach::Public, vec![vec![]]);
        assert!(matches!(call(&client, "https://program.example/").await, Err(CarryError::Unreachable { .. })));
    }
}
