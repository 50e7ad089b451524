//! What a component is: whether it is valid, and what it imports and exports.

use wasmparser::{Parser, Payload, Validator, WasmFeatures};

/// The outside of a component.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outside {
    /// The names of what it imports, in their order.
    pub imports: Vec<String>,
    /// The names of what it exports, in their order.
    pub exports: Vec<String>,
}

/// Why bytes are no component.
#[derive(Debug, thiserror::Error)]
pub enum ComponentError {
    /// They are not valid WebAssembly.
    #[error("the file is not valid WebAssembly")]
    Invalid {
        /// Why.
        source: wasmparser::BinaryReaderError,
    },
    /// They are a core module.
    #[error("the file is a core module, not a component")]
    CoreModule,
}

impl Outside {
    /// Validates a component and reads its outside.
    ///
    /// # Errors
    /// If it is none.
    pub fn read(bytes: &[u8]) -> Result<Self, ComponentError> {
        let invalid = |source| ComponentError::Invalid { source };
        if Parser::is_core_wasm(bytes) {
            return Err(ComponentError::CoreModule);
        }
        Validator::new_with_features(WasmFeatures::default()).validate_all(bytes).map_err(invalid)?;
        let mut outside = Self::default();
        // What is nested has imports and exports of its own, which are the component's business.
        let mut depth = 0_u32;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(invalid)? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(section) if depth == 0 => {
                    for import in section {
                        outside.imports.push(import.map_err(invalid)?.name.name.to_owned());
                    }
                }
                Payload::ComponentExportSection(section) if depth == 0 => {
                    for export in section {
                        outside.exports.push(export.map_err(invalid)?.name.name.to_owned());
                    }
                }
                _ => {}
            }
        }
        Ok(outside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_outside_and_not_what_is_nested() {
        let text = r#"(component
            (import "chakana:plugin/kv@0.1.0" (instance))
            (component $inner (import "wasi:io/error@0.2.6" (instance)))
            (core module (import "env" "f" (func)))
            (instance $service)
            (export "chakana:plugin/service@0.1.0" (instance $service)))"#;
        let outside = Outside::read(&wat::parse_str(text).unwrap()).unwrap();
        assert_eq!(outside.imports, ["chakana:plugin/kv@0.1.0"]);
        assert_eq!(outside.exports, ["chakana:plugin/service@0.1.0"]);
    }

    #[test]
    fn refuses_what_is_no_component() {
        let module = wat::parse_str("(module)").unwrap();
        assert!(matches!(Outside::read(&module), Err(ComponentError::CoreModule)));
        let mut component = wat::parse_str("(component)").unwrap();
        component.push(0xFF);
        assert!(matches!(Outside::read(&component), Err(ComponentError::Invalid { .. })));
        assert!(matches!(Outside::read(b"no wasm"), Err(ComponentError::Invalid { .. })));
    }
}
