//! Components that were built for a published version of the contract, and have to run for good.
//!
//! `tests/published` has them as they were on the day of its publication: the probe, which uses every interface.

use std::collections::BTreeMap;

use plugin_host::contract::limits;
use serde_json::json;
use wasmtime::component::Component;

use super::support::{World, manifest};

const PUBLISHED: [(&str, &[u8]); 1] = [("0.1.0", include_bytes!("../published/contract-0.1.0.wasm"))];
const SPANISH: &str = "hello = Hola, { $name }.\n    .subject = Saludo";

#[tokio::test]
async fn a_component_of_each_published_version_finds_everything_that_it_was_promised() {
    for (version, component) in PUBLISHED {
        let world = World::new();
        let mut old = world.version_of("probe", &manifest("probe", ""));
        old.component =
            Component::new(world.host.engine(), component).unwrap_or_else(|error| panic!("{version}: {error}"));
        old.files = BTreeMap::from([("locales/es.ftl".to_owned(), SPANISH.as_bytes().into())]);
        world.host.load(old).await.unwrap_or_else(|error| panic!("{version}: {error}"));
        let script = json!([
            { "put": ["a", "1"] },
            { "get": "a" },
            { "add": { "key": "n", "delta": 2 } },
            { "count": "n" },
            { "find": { "text": "sol y luna", "beginning": "lu" } },
            { "working_days": ["2026-11-26", 2] },
            { "say": { "id": "hello", "name": "Ana" } },
            { "tell": { "to": "nobody", "id": "hello", "name": "Ana" } },
            { "account": "7" },
            { "seal": "secreto" },
            { "config": "greeting" },
            { "secret": "pin" },
            { "timer": { "name": "later", "at": 1_900_000_000_000_u64, "payload": "" } },
            { "send": { "to": "BO/GOB/1002/other/letters", "path": "", "body": "hola" } },
            { "publish": ["news", "hola"] },
            { "log": "hola" },
            "now"
        ]);
        let said = world.steps(script).await.unwrap_or_else(|error| panic!("{version}: {error}"));
        let said = said.as_array().expect("a list");
        assert_eq!(said[1], "1", "{version}");
        assert_eq!(said[3], 2, "{version}");
        assert_eq!(said[4], json!(["sol y luna"]), "{version}");
        assert_eq!(said[5], "2026-11-30", "{version}");
        assert_eq!(said[6], json!(["Hola, Ana.", "es"]), "{version}");
        assert_eq!(said[7], false, "{version}: nobody is known here");
        assert_eq!(said[8], json!(["Err(Refusal::NoAccounts)", "Err(Refusal::NoAccounts)"]), "{version}");
        assert_eq!(said[9], "secreto", "{version}");
        assert_eq!((&said[10], &said[11]), (&json!("hola"), &json!("1234")), "{version}");
        assert_eq!(said[16], 1_800_000_000_000_u64, "{version}");
    }
}

#[test]
fn limits_that_were_published_are_not_narrower_now() {
    // As the texts of 0.1.0 have them.
    let published = [
        (limits::MAX_KEY_BYTES, 2_048),
        (limits::MAX_VALUE_BYTES, 1 << 20),
        (limits::MAX_ENTRIES, 10_000),
        (limits::MAX_ROWS, 10_000),
        (limits::MAX_CALL_BYTES, 16 << 20),
        (limits::MAX_CONTENT_BYTES, 4 << 20),
        (limits::MAX_BLOBS, 64),
        (limits::MAX_HITS, 100),
        (limits::MAX_BODY_BYTES, 1 << 20),
        (limits::MAX_PAYLOAD_BYTES, 64 << 10),
        (limits::MAX_QUESTIONS, 16),
        (limits::MAX_DOCUMENT_BYTES, 4 << 20),
        (limits::MAX_CONTAINER_BYTES, 8 << 20),
        (limits::MAX_ARGUMENTS_BYTES, 16 << 10),
        (limits::MAX_NOTICES, 1_000),
        (limits::MAX_LINK_BYTES, 512),
    ];
    for (now, then) in published {
        assert!(now >= then, "{now} is less than {then}");
    }
}
