//! What host and guest have agreed: bindings generated from `sdk/wit`, one module for each published version.

/// `chakana:plugin@0.1`.
#[expect(missing_docs, reason = "generated; the documentation stands in sdk/wit")]
pub mod v0_1 {
    wasmtime::component::bindgen!({
        path: "../sdk/wit",
        world: "plugin",
        // What takes long makes room for others first.
        imports: {
            "chakana:plugin/search.find": async | trappable,
            "chakana:plugin/evidence.verify": async | trappable,
            default: trappable,
        },
        exports: { default: async },
        require_store_data_send: true,
        // A call that failed is kept as the host was asked.
        additional_derives: [Clone, PartialEq, serde::Serialize, serde::Deserialize],
    });
}

/// The numbers that its texts name.
#[path = "../../sdk/wit/limits.rs"]
pub mod limits;

pub use v0_1::chakana::plugin as imports;
pub use v0_1::exports::chakana::plugin as exports;
