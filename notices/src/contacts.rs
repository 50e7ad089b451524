//! Where a citizen is told, and by which ways.

use texts::Language;

use crate::address::{EmailAddress, Telephone};
use crate::secret::Secret;

/// A way to tell somebody, beside the list on the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// E-mail.
    Email,
    /// SMS.
    Sms,
    /// A call of an address on the web.
    Webhook,
}

/// Whether it was proven that an address is the citizen's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// Nothing is sent there yet.
    #[default]
    Missing,
    /// She has shown that what is sent there reaches her.
    Given,
}

/// Whether a channel is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// It is not.
    #[default]
    Off,
    /// She chose it.
    On,
}

/// An address with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact<A> {
    /// The address.
    pub address: A,
    /// Whether it is hers.
    pub proof: Proof,
    /// Whether she wants to be told there.
    pub choice: Choice,
}

/// Where a webhook calls, and the secret that signs the calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookAddress {
    url: String,
    secret: Secret,
}

/// Where a citizen is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contacts {
    /// The language she is told in, if she has chosen one; otherwise it is that of each notice.
    pub language: Option<Language>,
    /// Her e-mail.
    pub email: Option<Contact<EmailAddress>>,
    /// Her telephone.
    pub telephone: Option<Contact<Telephone>>,
    /// Her program. Only [`Webhooks::register`](crate::Webhooks::register) makes one, and has proven that it is hers.
    pub webhook: Option<Contact<WebhookAddress>>,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Email, Self::Sms, Self::Webhook];

    /// Its name in logs and in keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Webhook => "webhook",
        }
    }
}

impl WebhookAddress {
    /// One that has answered its challenge.
    pub(crate) fn proven(url: String, secret: Secret) -> Self {
        Self { url, secret }
    }

    /// The URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The secret, in the form `whsec_` and base64; show it to the citizen once.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.secret
    }
}

impl<A> Contact<A> {
    /// An address that has still to be proven, chosen once it is.
    pub fn unproven(address: A) -> Self {
        Self { address, proof: Proof::Missing, choice: Choice::On }
    }

    fn is_used(&self) -> bool {
        self.proof == Proof::Given && self.choice == Choice::On
    }
}

impl Contacts {
    /// The channels that she is told by: those that she chose, where it is proven that they are hers.
    #[must_use]
    pub fn channels(&self) -> Vec<Channel> {
        let used = [
            (Channel::Email, self.email.as_ref().is_some_and(Contact::is_used)),
            (Channel::Sms, self.telephone.as_ref().is_some_and(Contact::is_used)),
            (Channel::Webhook, self.webhook.as_ref().is_some_and(Contact::is_used)),
        ];
        used.into_iter().filter(|(_, used)| *used).map(|(channel, _)| channel).collect()
    }
}
