//! A plugin as plain functions.

use texts::{Catalogue, Language};

use crate::context::Context;
use crate::events::{Event, Events};
use crate::failure::Failure;
use crate::lifecycle::Lifecycle;
use crate::service::{Answer, Request, Service};
use crate::web::{self, Pages, Routes, Web};

type Serve = fn(Context, Request) -> Result<Answer, Failure>;
type Handle = fn(Context, Event) -> Result<(), Failure>;
type Show = fn(Context, web::Request) -> Result<web::Response, Failure>;
type Migrate = fn(Context, u32, u32, Option<String>) -> Result<Option<String>, Failure>;

/// A plugin: its manifest, and its exports as functions. [`plugin!`](crate::plugin) makes one.
#[derive(Clone, Copy, Debug)]
pub struct Plugin {
    pub(super) manifest: &'static str,
    pub(super) service: Option<Serve>,
    pub(super) events: Option<Handle>,
    pub(super) migrate: Option<Migrate>,
    pub(super) health: Option<fn(Context) -> Result<(), Failure>>,
    pub(super) web: Option<Show>,
    pub(super) routes: Option<&'static Routes>,
    locales: &'static [(&'static str, &'static str)],
}

impl Plugin {
    /// A plugin without exports, by the text of its `plugin.toml`.
    #[must_use]
    pub const fn new(manifest: &'static str) -> Self {
        Self {
            manifest,
            service: None,
            events: None,
            migrate: None,
            health: None,
            web: None,
            routes: None,
            locales: &[],
        }
    }

    /// It has these texts, by the codes of their languages.
    #[must_use]
    pub const fn locales(self, locales: &'static [(&'static str, &'static str)]) -> Self {
        Self { locales, ..self }
    }

    /// Its texts, which a server would check when it is packed.
    pub(super) fn texts(&self) -> Option<Catalogue> {
        let files: Vec<_> = self.locales.iter().map(|(code, text)| (Language::of(code), *text)).collect();
        (!files.is_empty()).then(|| Catalogue::embedded(&files))
    }

    /// It answers calls.
    #[must_use]
    pub const fn service<T: Service>(self) -> Self {
        Self { service: Some(T::handle), ..self }
    }

    /// It handles events.
    #[must_use]
    pub const fn events<T: Events>(self) -> Self {
        Self { events: Some(T::handle), ..self }
    }

    /// It migrates its data.
    #[must_use]
    pub const fn lifecycle<T: Lifecycle>(self) -> Self {
        Self { migrate: Some(T::migrate), health: Some(T::health), ..self }
    }

    /// It has pages, with these routes.
    #[must_use]
    pub const fn pages<T: Pages>(self) -> Self {
        Self { web: Some(T::handle), routes: Some(T::ROUTES), ..self }
    }

    /// It answers requests for pages by a function of its own.
    #[must_use]
    pub const fn web<T: Web>(self) -> Self {
        Self { web: Some(T::handle), ..self }
    }
}
