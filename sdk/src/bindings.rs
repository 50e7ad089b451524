//! What `wit-bindgen` makes of the contract: the imports of world `host`, and each export alone.
//!
//! Every export has a world of its own, so that a plugin's component has the exports it asked for and no other. Imports
//! are all bound here; a linked component keeps those that its code reaches.
#![allow(
    unsafe_code,
    missing_docs,
    reason = "values cross the border of a sandbox as raw memory, in generated code only"
)]

mod imports {
    wit_bindgen::generate!({
        path: "wit",
        world: "host",
        generate_all,
        additional_derives: [PartialEq],
    });
}

pub use imports::chakana::plugin::*;

/// One exported interface in a world that has nothing else.
macro_rules! export_world {
    ($module:ident, $package:literal, $macro_name:literal, $path:literal) => {
        pub mod $module {
            wit_bindgen::generate!({
                inline: $package,
                path: "wit",
                with: { "chakana:plugin/types@0.1.0": super::types },
                pub_export_macro: true,
                export_macro_name: $macro_name,
                default_bindings_module: $path,
                additional_derives: [PartialEq],
            });

            pub use exports::chakana::plugin::$module::*;
        }
    };
}

export_world!(
    service,
    "package chakana:exporting; world exporting-service { export chakana:plugin/service@0.1.0; }",
    "export_service",
    "sdk::bindings::service"
);
export_world!(
    events,
    "package chakana:exporting; world exporting-events { export chakana:plugin/events@0.1.0; }",
    "export_events",
    "sdk::bindings::events"
);
export_world!(
    lifecycle,
    "package chakana:exporting; world exporting-lifecycle { export chakana:plugin/lifecycle@0.1.0; }",
    "export_lifecycle",
    "sdk::bindings::lifecycle"
);
export_world!(
    web,
    "package chakana:exporting; world exporting-web { export chakana:plugin/web@0.1.0; }",
    "export_web",
    "sdk::bindings::web"
);
