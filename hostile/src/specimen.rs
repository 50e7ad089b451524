//! One component of a kind, and what it would be installed with.

use anyhow::{Context as _, Result};

use crate::encode::component_of;
use crate::kind::Kind;
use crate::module::Module;

/// One component, as it would be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Specimen {
    /// What it does.
    pub kind: Kind,
    /// Through which export.
    pub door: Door,
    /// Sizes, depths, lengths and instructions follow from it.
    pub variation: u32,
}

/// An export that a caller reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Door {
    /// Calls of other subsystems.
    Service,
    /// Pages.
    Web,
}

/// So many components, all different, every kind as often as any other.
pub fn specimens(count: u32) -> impl Iterator<Item = Specimen> {
    let each = |number| {
        let variation = number / KINDS;
        let door = if variation % 3 == 2 { Door::Web } else { Door::Service };
        Kind::ALL.get((number % KINDS) as usize).map(|&kind| Specimen { kind, door, variation })
    };
    (0..count).filter_map(each)
}

const KINDS: u32 = Kind::ALL.len() as u32;

impl Specimen {
    /// The component.
    ///
    /// # Errors
    /// When what is generated is no component: then this crate and the contract do not fit.
    pub fn component(&self) -> Result<Vec<u8>> {
        let module = wat::parse_str(Module::of(self).text(self.door));
        let encoded = module.map_err(Into::into).and_then(|module| component_of(module, self.door));
        encoded.with_context(|| format!("failed to make {self:?}"))
    }
}

impl Door {
    /// The code of the service of those that have one.
    pub const SERVICE: &'static str = "harm";
    /// The name, in the package, of the description of that service.
    pub const DESCRIPTION_FILE: &'static str = "openapi/harm.yaml";
    /// The description of that service.
    pub const DESCRIPTION: &'static str =
        "openapi: 3.0.3\ninfo:\n  title: Daño\n  version: '1'\npaths:\n  /:\n    post:\n      responses: {}\n";

    /// The manifest of a plugin with this export and no other, under a name, with the lines of `[limits]`.
    #[must_use]
    pub fn manifest(self, name: &str, limits: &str) -> String {
        let exported = match self {
            Self::Service => {
                format!("[[service]]\ncode = \"{}\"\nopenapi = \"{}\"\n", Self::SERVICE, Self::DESCRIPTION_FILE)
            }
            Self::Web => "[web]\nroutes = [\"/\"]\n".to_owned(),
        };
        format!(
            "[plugin]\nname = \"{name}\"\nversion = \"1.0.0\"\ncontract = \"0.1\"\ntitle = {{ es = \"Daño\" }}\n\
             [limits]\n{limits}{exported}[capabilities]\nkv = {{}}\nlog = {{}}\n"
        )
    }
}
