//! `config` and `secrets`: what the administrator gave.

use wasmtime::Result;

use crate::contract::imports::{config, secrets};
use crate::manifest::Capability;
use crate::sandbox::{Broken, Sandbox, Stop};

impl config::Host for Sandbox {
    fn get(&mut self, key: String) -> Result<Option<String>> {
        if !self.call.plugin.asks_for(Capability::Config, &key) {
            return Err(Stop::from(Broken::Scope { capability: Capability::Config, asked: key }).into());
        }
        Ok(self.call.plugin.config(&key).map(ToOwned::to_owned))
    }
}

impl secrets::Host for Sandbox {
    fn get(&mut self, name: String) -> Result<Option<String>> {
        if !self.call.plugin.asks_for(Capability::Secrets, &name) {
            return Err(Stop::from(Broken::Scope { capability: Capability::Secrets, asked: name }).into());
        }
        Ok(self.call.plugin.secret(&name).map(ToOwned::to_owned))
    }
}
