//! What a gateway's pages have in common, and what each version of a plugin's has.

use crate::address::{Place, PublicAddress};
use http::HeaderValue;
use pages::{Allowed, Asset, Assets, ContentPolicy, WebAssembly};
use plugin_host::Loaded;
use plugin_host::manifest::{FileName, ScriptPower, Web};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::OnceCell;

/// Below it are the files of a plugin's pages.
pub(crate) const ASSETS: &str = "/-/assets/";
/// The host's own stylesheet.
pub(crate) const STYLE: &str = "chakana.css";
/// The host's own icon.
pub(crate) const ICON: &str = "chakana.svg";

/// The files and policies of one version of a plugin.
pub(crate) struct Shelf {
    origin: String,
    files: String,
    assets: Assets,
    styles: Vec<String>,
    scripts: Vec<String>,
    plain: ContentPolicy,
    web_assembly: ContentPolicy,
}

/// The shelves of the versions that are visited.
pub(crate) struct Shelves {
    address: PublicAddress,
    /// The stylesheet that every page has.
    style: String,
    /// Where people sign out.
    issuer: Option<String>,
    // Read at each page, written once for each version; never held across a wait.
    by_version: RwLock<HashMap<(String, String), Slot>>,
}

/// Where a version's shelf is, once it is made.
type Slot = Arc<OnceCell<Arc<Shelf>>>;

/// Old versions are forgotten all at once when there are so many.
const MAX_SHELVES: usize = 256;

impl Shelves {
    /// Shelves of plugins whose pages have the common files as well.
    pub(crate) fn new(address: PublicAddress, common: &Assets, issuer: Option<String>) -> Self {
        let style = common.path(STYLE).unwrap_or_default().to_owned();
        Self { address, style, issuer, by_version: RwLock::default() }
    }

    /// The shelf of a version; made at its first visit, for compressing well takes its time. `None` when the plugin's name
    /// cannot stand in a header.
    pub(crate) async fn of(&self, plugin: &Arc<Loaded>) -> Option<Arc<Shelf>> {
        let slot = self.slot(plugin);
        let make = async || {
            let (plugin, address) = (plugin.clone(), self.address.clone());
            let (style, issuer) = (self.style.clone(), self.issuer.clone());
            let shelf = move || Shelf::new(&plugin, &address, style, issuer.as_deref());
            tokio::task::spawn_blocking(shelf).await.ok().flatten().ok_or(())
        };
        slot.get_or_try_init(async || make().await.map(Arc::new)).await.ok().cloned()
    }

    fn slot(&self, plugin: &Loaded) -> Slot {
        let key = (plugin.name().to_owned(), plugin.digest().to_owned());
        if let Some(place) = self.by_version.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return place.clone();
        }
        let mut places = self.by_version.write().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= MAX_SHELVES {
            places.clear();
        }
        places.entry(key).or_default().clone()
    }
}

impl Shelf {
    fn new(plugin: &Loaded, address: &PublicAddress, style: String, issuer: Option<&str>) -> Option<Self> {
        let mut assets = Assets::below(ASSETS);
        for (name, content) in plugin.assets() {
            let Some(content_type) = content_type(name) else { continue };
            assets.add(name, Asset::new(HeaderValue::from_static(content_type), content.clone()));
        }
        let name = plugin.name().to_owned();
        let origin = address.origin(&Place::Plugin(name.clone()));
        let (sources, files) = (format!("{origin}{ASSETS}"), address.origin(&Place::Files(name)));
        let web = plugin.manifest().web();
        let targets: Vec<&str> = web.into_iter().flat_map(Web::redirects).map(String::as_str).chain(issuer).collect();
        let policy = |web_assembly| {
            let allowed = Allowed { assets: &sources, images: &[&files], form_targets: &targets, web_assembly };
            ContentPolicy::of_pages(&allowed)
        };
        let paths = |names: &[FileName]| -> Vec<String> {
            names.iter().filter_map(|name| assets.path(name.as_str())).map(str::to_owned).collect()
        };
        let mut styles = vec![style];
        styles.extend(web.map(|web| paths(web.styles())).unwrap_or_default());
        let scripts = web.map(|web| paths(web.scripts())).unwrap_or_default();
        Some(Self {
            plain: policy(WebAssembly::Refused)?,
            web_assembly: policy(WebAssembly::Granted)?,
            styles,
            scripts,
            assets,
            origin,
            files,
        })
    }

    /// The files whose path holds their digest.
    pub(crate) fn assets(&self) -> &Assets {
        &self.assets
    }

    /// The origin of its pages.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The origin of what is uploaded to them.
    pub(crate) fn files_origin(&self) -> &str {
        &self.files
    }

    /// Where the stylesheets of each page are.
    pub(crate) fn styles(&self) -> Vec<&str> {
        self.styles.iter().map(String::as_str).collect()
    }

    /// Where the scripts of each page are.
    pub(crate) fn scripts(&self) -> Vec<&str> {
        self.scripts.iter().map(String::as_str).collect()
    }

    /// What a browser may do with a page.
    pub(crate) fn policy(&self, scripts: ScriptPower) -> &ContentPolicy {
        match scripts {
            ScriptPower::Plain => &self.plain,
            ScriptPower::WebAssembly => &self.web_assembly,
        }
    }
}

/// The files of the gateway's own pages.
pub(crate) fn own_assets() -> Assets {
    let mut assets = Assets::below(ASSETS);
    let style = bytes::Bytes::from_static(html::STYLESHEET.as_bytes());
    assets.add(STYLE, Asset::new(HeaderValue::from_static("text/css; charset=utf-8"), style));
    let icon = bytes::Bytes::from_static(html::ICON.as_bytes());
    assets.add(ICON, Asset::new(HeaderValue::from_static("image/svg+xml"), icon));
    assets
}

/// The types that pages use. What has another ending is not shown: a browser that guesses is told not to.
fn content_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}
