//! The engine `sled`.

use std::path::PathBuf;
use storage::{Engine, OpenError, Settings, Store};

const ENGINE: Engine = Engine::Sled;

#[path = "back_up.rs"]
mod back_up;
#[path = "moments.rs"]
mod moments;
#[path = "quotas.rs"]
mod quotas;
#[path = "store.rs"]
mod store;
#[path = "transactions.rs"]
mod transactions;

fn open(path: PathBuf) -> Result<Store, OpenError> {
    let store = Store::open_with(path, &settings())?;
    assert_eq!(store.engine(), ENGINE);
    Ok(store)
}

fn settings() -> Settings {
    Settings { engine: Some(ENGINE), ..Settings::default() }
}
