//! The administrator's API of a server: on a Unix socket in its data folder, and on a port of its own, with pages.
//!
//! This crate never changes a configuration other than through plan and apply, carries out a change that was not noted before, or knows
//! which server it serves.
//!
//! A server describes itself with an [`Api`]: its [`Document`] (the declarative configuration, kept by [`Versions`]),
//! its [`Condition`] (status and [`doctor`] findings), its [`Administrators`] and [`Route`]s of its own. [`serve`] answers on
//! the socket, where [`Client`] calls it; [`serve_port`] answers at the port.

mod administrators;
mod api;
mod audit;
mod author;
mod caller;
mod client;
mod data_format;
mod dispatch;
pub mod doctor;
mod document;
mod error;
mod handler;
mod pattern;
mod plan;
mod port;
mod port_settings;
mod role;
mod route;
mod socket;
mod uri;
mod versions;
mod web;

pub use administrators::{AdministratorError, AdministratorParts, Administrators, RowError, SecretError};
pub use api::{Api, Condition};
pub use audit::{AuditEntry, AuditError, AuditTrail, ChainedTrail, Noted};
pub use caller::{Audience, Caller, Means};
pub use client::{Client, ClientError};
pub use data_format::{DataFormat, Mark, Reading};
pub use document::{Applied, ApplyError, Document, HistoryEntry, HistoryError, Refused, Versioned};
pub use error::{ApiError, ErrorKind};
pub use factors::PasswordCost;
pub use plan::{Action, Change, Plan};
pub use port::serve_port;
pub use port_settings::{PortError, PortSettings};
pub use role::{Role, Roles};
pub use route::{Reply, Route, RouteRequest};
pub use socket::{AdminSocket, BindError, SOCKET_NAME, serve};
pub use uri::percent_encoded;
pub use versions::{AppendError, KeepError, Version, Versions};
