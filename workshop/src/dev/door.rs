//! The real citizens' gateway before the plugin that is tried: the one place that knows how it is made.

use crate::stage::{Stage, StageError};
use citizens_gateway::{Gateway, GatewayParts, Limits};
use std::sync::Arc;

/// What the visitors see as the entity.
const ENTITY: &str = "Desarrollo";
/// What ends the host names.
pub(super) const DOMAIN: &str = "localhost";

/// A gateway to the plugin of a stage, where nobody signs in.
pub(super) fn gateway(stage: &Stage, port: u16) -> Result<Gateway, StageError> {
    // A port and this domain always make an address.
    let address = format!("{DOMAIN}:{port}").parse().expect("a domain in small letters, and a port");
    Ok(Gateway::new(GatewayParts {
        host: stage.host.clone(),
        clock: Arc::clone(&stage.clock),
        secret: stage.secret_for("citizens-gateway")?,
        address,
        entity: ENTITY.to_owned(),
        sign_in: None,
        own_issuer: None,
        judge: None,
        limits: Limits::default(),
    }))
}
