//! What a gateway's pages have in common, and what each version of a plugin's has.

use crate::address::{Place, PublicAddress};
use http::HeaderValue;
use pages::{Allowed, Asset, Assets, ContentPolicy, WebAssembly};
use plugin_host::Loaded;
use plugin_host::manifest::{FileName, ScriptPower, Web};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Below it are the files of a plugin's pages.
pub(crate) const ASSETS: &str = "/-/assets/";
/// The host's own stylesheet.
const STYLE: &str = "chakana.css";

/// The files and policies of one version of a plugin.
pub(crate) struct Shelf {
    assets: Assets,
    by_name: HashMap<String, Asset>,
    styles: Vec<String>,
    scripts: Vec<String>,
    plain: ContentPolicy,
    web_assembly: ContentPolicy,
}

/// The shelves of the versions that are visited.
pub(crate) struct Shelves {
    address: PublicAddress,
    // Read at each page, written once for each version; never held across a wait.
    by_version: RwLock<HashMap<(String, String), Arc<Shelf>>>,
}

/// Old versions are forgotten all at once when there are so many.
const MAX_SHELVES: usize = 256;

impl Shelves {
    pub(crate) fn new(address: PublicAddress) -> Self {
        Self { address, by_version: RwLock::default() }
    }

    /// The shelf of a version; made at its first visit. `None` when its name cannot stand in a header.
    pub(crate) fn of(&self, plugin: &Loaded) -> Option<Arc<Shelf>> {
        let key = (plugin.name().to_owned(), plugin.digest().to_owned());
        if let Some(shelf) = self.by_version.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Some(shelf.clone());
        }
        let shelf = Arc::new(Shelf::new(plugin, &self.address)?);
        let mut shelves = self.by_version.write().unwrap_or_else(PoisonError::into_inner);
        if shelves.len() >= MAX_SHELVES {
            shelves.clear();
        }
        shelves.insert(key, shelf.clone());
        Some(shelf)
    }
}

impl Shelf {
    fn new(plugin: &Loaded, address: &PublicAddress) -> Option<Self> {
        let (mut assets, mut by_name) = (own_assets(), HashMap::new());
        for (name, content) in plugin.assets() {
            let Some(content_type) = content_type(name) else { continue };
            let asset = Asset::new(HeaderValue::from_static(content_type), content.clone());
            assets.add(name, asset.clone());
            by_name.insert(name.to_owned(), asset);
        }
        let name = plugin.name().to_owned();
        let origin = address.origin(&Place::Plugin(name.clone()));
        let (sources, files) = (format!("{origin}{ASSETS}"), address.origin(&Place::Files(name)));
        let web = plugin.manifest().web();
        let targets: Vec<&str> = web.into_iter().flat_map(Web::redirects).map(String::as_str).collect();
        let policy = |web_assembly| {
            let allowed = Allowed { assets: &sources, images: &[&files], form_targets: &targets, web_assembly };
            ContentPolicy::of_pages(&allowed)
        };
        let paths = |names: &[FileName]| -> Vec<String> {
            names.iter().filter_map(|name| assets.path(name.as_str())).map(str::to_owned).collect()
        };
        let mut styles: Vec<String> = assets.path(STYLE).map(str::to_owned).into_iter().collect();
        styles.extend(web.map(|web| paths(web.styles())).unwrap_or_default());
        let scripts = web.map(|web| paths(web.scripts())).unwrap_or_default();
        Some(Self {
            plain: policy(WebAssembly::Refused)?,
            web_assembly: policy(WebAssembly::Granted)?,
            styles,
            scripts,
            assets,
            by_name,
        })
    }

    /// The files whose path holds their digest.
    pub(crate) fn assets(&self) -> &Assets {
        &self.assets
    }

    /// A file by its name alone.
    pub(crate) fn named(&self, name: &str) -> Option<&Asset> {
        self.by_name.get(name)
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
