//! The languages that pages are offered in: the gateway's own, and those of plugins.

use html::Language;
use plugin_host::Loaded;

pub(crate) use pages::language::{COOKIE, by_code, of};

/// The languages that the gateway's own pages are in.
pub(crate) const OFFERED: [Language; 2] = [Language::Spanish, Language::English];

/// The languages that a plugin's pages are shown in: the gateway's own, and all that the plugin has texts in.
pub(crate) fn offered_by(plugin: &Loaded) -> Vec<Language> {
    let has: Vec<Language> = plugin.languages().collect();
    Language::ALL.into_iter().filter(|language| OFFERED.contains(language) || has.contains(language)).collect()
}

/// The language that the gateway's own pages have for somebody who reads a plugin in another one.
pub(crate) fn of_own_pages(read: Language) -> Language {
    if OFFERED.contains(&read) { read } else { Language::Spanish }
}
