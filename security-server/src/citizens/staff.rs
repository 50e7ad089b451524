//! Who works at the entity, as the server configuration in force says.

use crate::messaging::Messaging;
use crate::server_configuration::StaffDocument;
use citizens_gateway::{Document, Staff};
use std::sync::Arc;

/// The staff of the plugins of this server.
pub(super) struct StaffOfServer(pub(super) Arc<Messaging>);

impl Staff for StaffOfServer {
    fn roles(&self, plugin: &str, document: &Document) -> Vec<String> {
        let configuration = self.0.server_configuration.load();
        let document = StaffDocument::new(&document.kind, &document.number);
        let roles = document.and_then(|document| configuration.plugin(plugin)?.staff().get(&document));
        roles.into_iter().flatten().map(|role| role.as_str().to_owned()).collect()
    }
}
