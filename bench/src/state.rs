//! Two entities that talk: as small as a state can be.

use demo::state::{Entity, Service, State, Subsystem};

/// The folder of the entity that calls.
pub(crate) const CONSUMER: &str = "consumer";
/// The folder of the entity that answers.
pub(crate) const PROVIDER: &str = "provider";
/// Who calls.
pub(crate) const CLIENT: &str = "BE/COM/1/app";
/// What is called.
pub(crate) const SERVICE: &str = "BE/COM/2/desk/echo";

/// The state.
pub(crate) fn two_entities() -> State {
    let echo = Service {
        code: "echo",
        path: "/echo",
        open_api: None,
        access: vec![(CLIENT.to_owned(), "", "/**"), (CLIENT.to_owned(), "", "**")],
    };
    let entity = |folder: &str, code: &str, subsystem, services| Entity {
        folder: folder.to_owned(),
        name: folder.to_owned(),
        class: "COM",
        code: code.to_owned(),
        subsystems: vec![Subsystem { code: subsystem, services }],
    };
    State {
        instance: "BE",
        entities: vec![entity(CONSUMER, "1", "app", Vec::new()), entity(PROVIDER, "2", "desk", vec![echo])],
    }
}
