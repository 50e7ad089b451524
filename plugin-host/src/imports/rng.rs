//! `rng`: random values from the system's generator.

use aws_lc_rs::rand;
use wasmtime::Result;

use crate::contract::imports::rng::Host;
use crate::contract::limits::MAX_RANDOM_BYTES;
use crate::sandbox::{Broken, Sandbox, Stop};

impl Host for Sandbox {
    fn random(&mut self, length: u32) -> Result<Vec<u8>> {
        let length = length as usize;
        super::at_most("rng.random", "the answer", length, MAX_RANDOM_BYTES)?;
        let mut bytes = vec![0; length];
        let failed = || Stop::from(Broken::Argument { function: "rng.random", rule: "no randomness".to_owned() });
        rand::fill(&mut bytes).map_err(|_| failed())?;
        Ok(bytes)
    }

    fn id(&mut self) -> Result<String> {
        Ok(uuid::Uuid::now_v7().to_string())
    }
}
