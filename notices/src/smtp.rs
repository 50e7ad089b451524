//! E-mail, handed over to a server of mail (RFC 5321).

use std::fmt;

use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::carrier::{Carrier, CarryError, Parcel};
use crate::email::compose;
use crate::secret::Secret;
use crate::settings::{SettingsError, SmtpSecurity, SmtpSettings, TIMEOUT};

/// Brings notices by e-mail.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// A carrier by its settings; reads the files that they name.
    ///
    /// # Errors
    /// When the settings cannot be used, or their files cannot be read.
    pub fn new(settings: &SmtpSettings) -> Result<Self, SettingsError> {
        settings.check()?;
        let from: Mailbox = settings.from.parse().map_err(|_| SettingsError::value("smtp.from", "NAME <ADDRESS>"))?;
        let tls = match settings.security {
            SmtpSecurity::Tls => Tls::Wrapper(parameters(settings)?),
            SmtpSecurity::Starttls => Tls::Required(parameters(settings)?),
            SmtpSecurity::Plain => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.clone())
            .port(settings.port)
            .tls(tls)
            .timeout(Some(TIMEOUT))
            .hello_name(ClientId::Domain(from.email.domain().to_owned()));
        if let (Some(user), Some(path)) = (&settings.user, &settings.password_file) {
            let password = Secret::read(path).map_err(|source| SettingsError::file(path, source))?;
            builder = builder.credentials(Credentials::new(user.clone(), password.expose().to_owned()));
        }
        Ok(Self { transport: builder.build(), from })
    }
}

#[async_trait]
impl Carrier for Smtp {
    async fn carry(&self, parcel: &Parcel<'_>) -> Result<(), CarryError> {
        let message = compose(&self.from, parcel)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(failure(&error)),
        }
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").finish_non_exhaustive()
    }
}

/// RFC 5321 §4.2.3: these are of the mailbox. Others that are permanent, such as a refused password or an unknown command, are
/// between the servers: they are mended, and the notice is sent then.
fn failure(error: &lettre::transport::smtp::Error) -> CarryError {
    let unreachable = |reason| CarryError::Unreachable { reason };
    match error.status().map(u16::from) {
        Some(status @ (550 | 551 | 552 | 553 | 556)) => CarryError::Refused { status },
        Some(status) => CarryError::NotNow { status },
        None if error.is_timeout() => unreachable("the mail server took too long"),
        None if error.is_tls() => unreachable("no TLS came about with the mail server"),
        None if error.is_client() => unreachable("the mail server does not offer what the settings ask for"),
        None => unreachable("the connection to the mail server failed"),
    }
}

fn parameters(settings: &SmtpSettings) -> Result<TlsParameters, SettingsError> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.certificates {
        let pem = std::fs::read(path).map_err(|source| SettingsError::file(path, source))?;
        let refused = || SettingsError::value("smtp.certificates", "a file of certificates in PEM");
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(|_| refused())?);
    }
    builder.build_rustls().map_err(|_| SettingsError::value("smtp.host", "a name or an address"))
}
