//! From a core module to a component of the contract.

use anyhow::{Result, anyhow};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::module::Module;
use crate::specimen::Door;

/// The component around a core module that imports and exports no more, and no less, than [`shape`].
///
/// # Errors
/// When it does.
pub fn component_of(mut module: Vec<u8>, door: Door) -> Result<Vec<u8>> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("contract.wit", CONTRACT)?;
    let world = match door {
        Door::Service => "service-plugin",
        Door::Web => "web-plugin",
    };
    let world = resolve.select_world(&[package], Some(world))?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
    let encoded = ComponentEncoder::default().validate(true).module(&module)?.encode();
    encoded.map_err(|error| anyhow!("not a component of the contract: {error:#}"))
}

/// A core module that does nothing, with everything that the contract has it import and export.
///
/// # Errors
/// When what is generated is no module.
pub fn shape(door: Door) -> Result<Vec<u8>> {
    Ok(wat::parse_str(Module::harmless(0).text(door))?)
}

const CONTRACT: &str = concat!(
    include_str!("../../sdk/wit/types.wit"),
    include_str!("../../sdk/wit/state.wit"),
    include_str!("../../sdk/wit/effects.wit"),
    include_str!("../../sdk/wit/citizens.wit"),
    include_str!("../../sdk/wit/environment.wit"),
    include_str!("../../sdk/wit/exports.wit"),
    include_str!("../../sdk/wit/worlds.wit"),
);
