//! From Rust types to a component's exports.

/// Makes a type a plugin: `sdk::plugin!(Cases: service, events);`.
///
/// The component exports the interfaces that are named, and no other; the type implements the trait of each
/// ([`Service`](crate::Service), [`Events`](crate::Events), [`Lifecycle`](crate::Lifecycle), [`Pages`](crate::web::Pages)).
/// Whoever has texts in several languages names them, `sdk::plugin!(Cases: pages; locales: es, en);`, for the harness to read.
/// Natively there is a constant `PLUGIN` instead, for the harness, with the manifest beside the crate's `Cargo.toml`.
#[macro_export]
macro_rules! plugin {
    ($plugin:ident: $($export:ident),+ $(; locales: $($language:ident),+)? $(,)?) => {
        $($crate::export!($export $plugin);)+

        /// This plugin, as the harness runs it.
        #[cfg(not(target_arch = "wasm32"))]
        pub const PLUGIN: $crate::harness::Plugin =
            $crate::harness::Plugin::new(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/plugin.toml")))
                $(.$export::<$plugin>())+
                $(.locales(&[$((
                    stringify!($language),
                    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/locales/", stringify!($language), ".ftl")),
                )),+]))?;
    };
}

/// One export of a component.
#[doc(hidden)]
#[macro_export]
macro_rules! export {
    (service $plugin:ident) => {
        #[cfg(target_arch = "wasm32")]
        $crate::bindings::service::export_service!($plugin with_types_in $crate::bindings::service);
    };
    (events $plugin:ident) => {
        #[cfg(target_arch = "wasm32")]
        $crate::bindings::events::export_events!($plugin with_types_in $crate::bindings::events);
    };
    (lifecycle $plugin:ident) => {
        #[cfg(target_arch = "wasm32")]
        $crate::bindings::lifecycle::export_lifecycle!($plugin with_types_in $crate::bindings::lifecycle);
    };
    (pages $plugin:ident) => {
        $crate::export!(web $plugin);
    };
    (web $plugin:ident) => {
        #[cfg(target_arch = "wasm32")]
        $crate::bindings::web::export_web!($plugin with_types_in $crate::bindings::web);
    };
}
