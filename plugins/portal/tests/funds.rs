//! Funds that people compete for: sealed until the call closes, judged apart, and computed again by anybody.

#[path = "funds/computing.rs"]
mod computing;
#[path = "funds/judging.rs"]
mod judging;
#[path = "funds/office.rs"]
mod office;
#[path = "funds/properties.rs"]
mod properties;
#[path = "funds/proposing.rs"]
mod proposing;
#[path = "funds/setting.rs"]
mod setting;
