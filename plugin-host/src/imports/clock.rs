//! `clock`: the time of the transaction.

use wasmtime::Result;

use crate::contract::imports::clock::Host;
use crate::rows::milliseconds;
use crate::sandbox::Sandbox;

impl Host for Sandbox {
    fn now(&mut self) -> Result<u64> {
        Ok(milliseconds(self.call.now))
    }
}

impl crate::contract::imports::types::Host for Sandbox {}
