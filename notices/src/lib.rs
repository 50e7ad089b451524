//! How citizens are told: e-mail, SMS, webhooks, and the list of what was said.
//!
//! This crate never says what was not committed, sends to an address that is not proven to be the citizen's, follows where a
//! webhook would lead it, or shows in a log whom it tells.
//!
//! [`Notices`] keeps what is said; [`Courier`] sends it on the ways that the citizen has chosen.

mod account;
mod address;
mod carrier;
mod contacts;
mod courier;
mod email;
mod forget;
mod gsm;
mod notice;
mod notices;
mod outbox;
mod pinned;
mod rows;
mod secret;
mod settings;
mod sms;
mod smtp;
mod templates;
mod webhook;
mod webhook_address;
mod wire;

pub use account::{Account, Link, NameError, NoticeId};
pub use address::{AddressError, EmailAddress, Telephone};
pub use carrier::{Carrier, CarryError, Parcel};
pub use contacts::{Channel, Choice, Contact, Contacts, Proof, WebhookAddress};
pub use courier::{Courier, Ways};
pub use notice::{Delivery, Listed, Notice, Outcome, Reading, Reason};
pub use notices::{MAX_PAGE, Notices, NoticesError, Page, Told};
pub use secret::Secret;
pub use settings::{
    Settings, SettingsError, SmsSettings, SmtpSecurity, SmtpSettings, WebhookReach, WebhookSettings, system_trust,
};
pub use sms::SmsGateway;
pub use smtp::Smtp;
pub use templates::{Rendered, Templates, TemplatesError};
pub use webhook::{WebhookRefusal, Webhooks};
