//! The name of a new plugin: it becomes a package's, a crate's and a world's, so it keeps the rules of them all.

use plugin_host::manifest::PluginName;
use std::str::FromStr;

/// A name that a plugin can be made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewName(String);

/// Why a plugin cannot be made with a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NewNameError {
    /// No manifest has such a name, or no world of the contract.
    #[error(
        "{name:?} is no name of a plugin: it has a-z, 0-9 and single hyphens, each word begins with a letter, and it has at most 63 letters, as in water-bills"
    )]
    Form {
        /// The name.
        name: String,
    },
    /// The tools of a language have it for themselves.
    #[error("{name:?} is a word that Rust, WIT or the template uses itself: choose another, such as {name}-plugin")]
    Taken {
        /// The name.
        name: String,
    },
}

/// What stands in the templates for the name.
const HYPHENATED: &str = "my-plugin";
const UNDERSCORED: &str = "my_plugin";

/// Keywords of Rust (Reference, "Keywords") and of WIT, and the crates that the template uses.
const TAKEN: &str = "abstract alloc as async await become bool borrow box break char chakana const constructor continue core crate \
    do dyn else enum error-context export extern f32 f64 false final flags fn for from func future gen html if impl import in include \
    interface let list loop macro match maud mod move mut option override own package priv proc-macro pub record ref resource \
    result return s16 s32 s64 s8 sdk self serde static std stream string struct super test trait true try tuple type typeof u16 \
    u32 u64 u8 unsafe unsized use variant virtual where while with world yield";

impl NewName {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text of a template with this name in it.
    pub(super) fn written_into(&self, template: &str) -> String {
        template.replace(HYPHENATED, &self.0).replace(UNDERSCORED, &self.0.replace('-', "_"))
    }
}

impl FromStr for NewName {
    type Err = NewNameError;

    fn from_str(text: &str) -> Result<Self, NewNameError> {
        let name = text.to_owned();
        let begins = |word: &str| word.starts_with(|letter: char| letter.is_ascii_lowercase());
        if text.parse::<PluginName>().is_err() || !text.split('-').all(begins) {
            return Err(NewNameError::Form { name });
        }
        if TAKEN.split_whitespace().any(|taken| taken == text) {
            return Err(NewNameError::Taken { name });
        }
        Ok(Self(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_names_that_a_tool_would_refuse_later() {
        for name in ["", "Notes", "my_plugin", "2notes", "a-2", "a--b", "a-", "ñ", "../x", &"a".repeat(64)] {
            let refused = name.parse::<NewName>().unwrap_err();
            assert!(matches!(refused, NewNameError::Form { .. }), "{name}");
            assert!(refused.to_string().contains("water-bills"));
        }
        for name in ["test", "sdk", "interface", "serde"] {
            assert!(matches!(name.parse::<NewName>(), Err(NewNameError::Taken { .. })), "{name}");
        }
    }

    #[test]
    fn stands_where_the_templates_name_stood() {
        let name: NewName = "water-bills".parse().unwrap();
        assert_eq!(
            name.written_into("name = \"my-plugin\" my_plugin::PLUGIN"),
            "name = \"water-bills\" water_bills::PLUGIN"
        );
    }

    proptest! {
        #[test]
        fn what_is_taken_is_a_name_of_a_manifest_and_of_a_world(text in "[a-z0-9A-Z_-]{0,12}") {
            if text.parse::<NewName>().is_ok() {
                prop_assert!(text.parse::<PluginName>().is_ok());
                let world = format!("package a:b;\nworld {text} {{}}");
                prop_assert!(wit_parser::UnresolvedPackageGroup::parse("w.wit", &world).is_ok(), "{}", world);
            }
        }
    }
}
