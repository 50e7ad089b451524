//! A small mail server that keeps what it is given.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What one connection brought.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    pub to: String,
    pub from: String,
    pub auth: String,
    pub data: String,
    pub over_tls: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Offers {
    Plain,
    Starttls,
    Tls,
}

pub struct SmtpPeer {
    pub port: u16,
    pub certificate: String,
    mails: Arc<Mutex<Vec<Mail>>>,
}

struct Session {
    mails: Arc<Mutex<Vec<Mail>>>,
    to_rcpt: &'static str,
    to_auth: &'static str,
}

impl SmtpPeer {
    /// A server that answers recipients with `to_rcpt` and passwords with `to_auth`.
    pub async fn start(offers: Offers, to_rcpt: &'static str, to_auth: &'static str) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let certificate = made.cert.pem();
        let acceptor = acceptor(&made);
        let mails = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&mails);
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                let session = Session { mails: Arc::clone(&kept), to_rcpt, to_auth };
                tokio::spawn(connection(stream, session, offers, acceptor.clone()));
            }
        });
        Self { port, certificate, mails }
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }

    /// The file of the certificate, in `folder`.
    pub fn certificate_file(&self, folder: &tempfile::TempDir) -> PathBuf {
        let path = folder.path().join("mail.pem");
        std::fs::write(&path, &self.certificate).unwrap();
        path
    }
}

fn acceptor(made: &rcgen::CertifiedKey<rcgen::KeyPair>) -> TlsAcceptor {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn connection(stream: TcpStream, session: Session, offers: Offers, acceptor: TlsAcceptor) -> Option<()> {
    if offers == Offers::Tls {
        let stream = acceptor.accept(stream).await.ok()?;
        return session.serve(stream, Offers::Tls, "220 mail\r\n").await.map(|_| ());
    }
    if let Some(stream) = session.serve(stream, offers, "220 mail\r\n").await? {
        let stream = acceptor.accept(stream).await.ok()?;
        session.serve(stream, Offers::Tls, "").await?;
    }
    Some(())
}

impl Session {
    /// Gives the stream back when the client asks for TLS.
    async fn serve<S>(&self, stream: S, offers: Offers, greeting: &str) -> Option<Option<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut stream = BufReader::new(stream);
        let mut mail = Mail { over_tls: offers == Offers::Tls, ..Mail::default() };
        stream.write_all(greeting.as_bytes()).await.ok()?;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let line = line.trim_end().to_owned();
            let answer = match line.split([' ', ':']).next()? {
                "EHLO" if offers == Offers::Starttls => "250-mail\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n",
                "EHLO" => "250-mail\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n",
                "STARTTLS" => {
                    stream.write_all(b"220 go\r\n").await.ok()?;
                    return Some(Some(stream.into_inner()));
                }
                "AUTH" => {
                    mail.auth = line;
                    self.to_auth
                }
                "MAIL" => {
                    mail.from = line;
                    "250 ok\r\n"
                }
                "RCPT" => {
                    mail.to = line;
                    self.to_rcpt
                }
                "DATA" => {
                    stream.write_all(b"354 go\r\n").await.ok()?;
                    mail.data = data(&mut stream).await?;
                    self.mails.lock().unwrap().push(mail.clone());
                    "250 taken\r\n"
                }
                "QUIT" => "221 bye\r\n",
                _ => "250 ok\r\n",
            };
            stream.write_all(answer.as_bytes()).await.ok()?;
        }
    }
}

async fn data<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line == ".\r\n" {
            return Some(data);
        }
        data += line.strip_prefix('.').unwrap_or(&line);
    }
}
